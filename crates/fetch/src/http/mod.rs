//! Requests to portals: polite, repeated where that helps, and with errors that quote the server.

mod answer;
mod auth;
mod body;
mod client;
mod clock;
mod gate;
mod host;
mod pace;
mod pause;
mod request;
mod retry;
mod send;
mod share;
mod shared;
mod slot;
mod why;

pub(crate) use answer::{Answer, Fault};
pub(crate) use auth::Auth;
pub(crate) use client::{Http, is_loopback};
pub(crate) use request::{Request, visible};
