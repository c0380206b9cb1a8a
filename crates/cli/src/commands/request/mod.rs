//! `geohub request`.

mod access;
mod dialogue;
mod file;
mod like;
mod new;
mod out;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::session::Session;

/// Draft a request to a city: for a dataset that is not published, or for more than the limits allow.
///
/// Nothing is ever sent: the text names the office and its addresses, as far as the portal's file has them
/// (docs/requests.md).
#[derive(Args, Debug)]
pub struct Request {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Draft a request for a dataset, after a search that shows that it is not published
    New(Box<new::New>),
    /// Draft a request for a higher rate or other access, with the volume that receipts tell
    Access(access::Access),
}

impl Request {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        match self.verb {
            Verb::New(new) => new.run(session),
            Verb::Access(access) => access.run(session),
        }
    }
}
