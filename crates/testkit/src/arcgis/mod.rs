//! A stand-in ArcGIS Server on loopback: `/arcgis/rest/services/NAME/FeatureServer` and `/MapServer`.
//!
//! It enforces its page cap whatever is asked, permutes rows nobody ordered, gives out object ids with gaps
//! that do not start at 1, and answers errors as objects inside HTTP 200. What it leaves open to
//! doubt on real servers is a switch ([`Switches`]).

mod access;
mod config;
mod crs;
mod domains;
mod errors;
mod geojson;
mod layer;
mod metadata;
mod params;
mod pbf;
mod portal;
mod query;
mod rows;
mod serialise;
mod statistics;
mod switches;

pub use access::Access;
pub use config::{Config, Service};
pub use layer::Layer;
pub use pbf::transcribe;
pub use switches::{Subtype, Subtypes, Switches};

use std::sync::Arc;

use crate::{Result, net};

/// A running ArcGIS stand-in.
pub struct Server(net::Server);

impl Server {
    /// Starts it.
    pub fn start(config: Config) -> Result<Self> {
        let options = config.net.clone();
        let portal = portal::ArcGis::new(config.services, config.items, config.access);
        Ok(Self(net::Server::start(Arc::new(portal), options)?))
    }

    /// The URL of a layer, e.g. for `("parcels", "FeatureServer", 0)`.
    pub fn layer_url(&self, service: &str, flavour: &str, layer: usize) -> String {
        format!("{}/arcgis/rest/services/{service}/{flavour}/{layer}", self.0.url())
    }
}

impl std::ops::Deref for Server {
    type Target = net::Server;

    fn deref(&self) -> &net::Server {
        &self.0
    }
}

impl Server {
    /// The server alone, whatever it serves.
    pub fn into_inner(self) -> net::Server {
        self.0
    }

    /// Serves until the process is killed.
    pub fn run_forever(self) {
        self.0.run_forever();
    }
}
