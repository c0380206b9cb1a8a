//! Requests to portals: polite, repeated where that helps, and with errors that quote the server.

mod answer;
mod client;
mod gate;
mod pause;
mod request;
mod send;

pub(crate) use answer::{Answer, Fault};
pub(crate) use client::{Http, is_loopback};
pub(crate) use request::{Request, visible};
