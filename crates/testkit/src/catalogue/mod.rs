//! A stand-in for the catalogues of a city: Hub's search (OGC API Records), the sharing API with its search and items,
//! Socrata's catalogue and a DCAT-US feed, all of the same records (`protocols/arcgis.md` section 1,
//! `protocols/socrata.md` section 2).
//!
//! As the real ones, they give no more than a hundred records at once, refuse to go beyond the ten thousandth, and take
//! parameters that they do not know for filters that nothing passes.

mod dcat;
mod hub;
mod made;
mod portal;
mod record;
mod sharing;
mod soda;

use std::sync::Arc;

pub use record::Record;

use crate::{Result, net};

/// What is served.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The records.
    pub records: Vec<Record>,
    /// Lines put before the first page of each catalogue, whatever they are.
    pub odd: Vec<serde_json::Value>,
    /// Port, faults, rate limit, latency.
    pub net: net::Options,
}

impl Config {
    /// These records.
    pub fn new(records: Vec<Record>) -> Self {
        Self { records, ..Self::default() }
    }

    /// So many records, made up; one in ten is on Socrata too, as a link to its Hub page, and one in seven there only.
    pub fn made(count: usize, seed: u64) -> Self {
        Self::new(made::records(count, seed))
    }

    /// The same with other network options.
    #[must_use]
    pub fn net(mut self, net: net::Options) -> Self {
        self.net = net;
        self
    }
}

/// A running stand-in.
pub struct Server(net::Server);

impl Server {
    /// Starts it.
    pub fn start(config: Config) -> Result<Self> {
        let options = config.net.clone();
        Ok(Self(net::Server::start(Arc::new(portal::Catalogues::new(config)), options)?))
    }

    /// Serves until the process is killed.
    pub fn run_forever(self) {
        self.0.run_forever();
    }
}

impl std::ops::Deref for Server {
    type Target = net::Server;

    fn deref(&self) -> &net::Server {
        &self.0
    }
}
