//! Requests to a city: drafted as text for people, never sent.

mod access;
mod channel;
mod draft;
mod lint;
mod mail;
mod markdown;
mod wanted;

pub use access::{Taken, Volume, access};
pub use draft::{Addressee, Block, Draft, Section};
pub use lint::lint;
pub use mail::mail;
pub use markdown::markdown;
pub use wanted::{Evidence, Listed, Model, Wanted, dataset};
