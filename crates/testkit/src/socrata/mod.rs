//! A stand-in Socrata portal on loopback: SODA 2.1 (`/resource/ID.json|csv|geojson`), SODA 3.0 queries, dataset
//! descriptions and the catalogue.
//!
//! Rows nobody ordered come in another order at each request, ties of an order too; `:id`s sort by a hidden number
//! that is neither their text nor the order of insertion; numbers are strings, null keys are left out, 1000 rows is
//! the default everywhere and nothing says that there are more.

mod assemble;
mod catalog;
mod config;
mod csv;
mod dataset;
mod errors;
mod export;
mod geojson;
mod group;
mod headers;
mod ids;
mod json;
mod metadata;
mod params;
mod portal;
mod query;
mod select;
mod switches;
mod v3;

pub(crate) use catalog::page as catalog_page;
pub use config::{Asset, Config, Source};
pub use switches::Switches;

use std::sync::Arc;

use crate::{Result, net};

/// A running Socrata stand-in.
pub struct Server(net::Server);

impl Server {
    /// Starts it.
    pub fn start(config: Config) -> Result<Self> {
        let options = config.net.clone();
        Ok(Self(net::Server::start(Arc::new(portal::Socrata::new(config)?), options)?))
    }

    /// `http://127.0.0.1:port/resource/ID.json`.
    pub fn resource_url(&self, id: &str) -> String {
        format!("{}/resource/{id}.json", self.0.url())
    }

    /// The server alone, whatever it serves.
    pub fn into_inner(self) -> net::Server {
        self.0
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
