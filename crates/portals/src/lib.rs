//! City portals as data: who they are, what they have, how to ask them for more.
//!
//! A [`Portal`] is a file of facts, compiled in or from the user's folder. Its [`Source`]s are catalogues: each is read
//! whole, kept for an hour, and searched here. What several catalogues list is one [`Hit`].

mod address;
mod cache;
mod carriers;
mod clean;
mod date;
mod entry;
mod error;
mod filter;
mod gather;
mod merge;
mod page;
mod place;
mod portal;
mod rank;
mod request;
mod resolve;
mod search;
mod source;
mod terms;

pub use address::{Address, address_of};
pub use cache::{Cache, Kept};
pub use carriers::carriers;
pub use clean::plain;
pub use date::{day, ms_of};
pub use entry::{Entry, Kind};
pub use error::{PortalsError, Result};
pub use filter::Filter;
pub use gather::{Gathered, How, State, gather};
pub use merge::{Hit, Place, address_of_reference, merge};
pub use place::{Names, PlaceSource, PlaceText, Row, choose, portal_of};
pub use portal::{
    Alias, Contact, Feed, Host, HubSite, Limit, Name, PlaceLayer, Portal, Portals, RequestChannel,
    RequestKind, SocrataSite, Terms, TokenPages, add,
};
pub use request::{
    Addressee, Block, Draft, Evidence, Listed, Model, Section, Taken, Volume, Wanted, access, dataset, lint,
    mail, markdown,
};
pub use resolve::{Meaning, meaning, needs_portals};
pub use search::{Found, search};
pub use source::Source;
pub use terms::{HostFacts, Site, host_name, near_hosts};
