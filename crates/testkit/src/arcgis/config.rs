//! What is served.

use std::path::Path;

use super::{Access, Layer, Switches};
use crate::net::Options;
use crate::table::Table;
use crate::{Error, Result};

/// A service: a name, which may have a folder before it (`Folder/Name`), and layers numbered from 0.
#[derive(Debug)]
pub struct Service {
    /// Its name in the catalog.
    pub name: String,
    /// Its layers and tables.
    pub layers: Vec<Layer>,
}

/// The whole stand-in.
#[derive(Debug, Default)]
pub struct Config {
    /// The services.
    pub services: Vec<Service>,
    /// Items of the portal that the server belongs to, as `/sharing/rest/content/items/ID` gives them.
    pub items: Vec<serde_json::Value>,
    /// Whom it lets in; everybody when absent.
    pub access: Option<Access>,
    /// Port, faults, rate limit, latency.
    pub net: Options,
}

impl Service {
    /// Every layer of it is gone.
    pub(super) fn is_gone(&self) -> bool {
        !self.layers.is_empty()
            && self.layers.iter().all(|layer| layer.gone.load(std::sync::atomic::Ordering::Relaxed))
    }
}

impl Config {
    /// One service with one layer, both of that name.
    pub fn one(name: &str, table: Table, switches: Switches) -> Self {
        Self::default().and(name, table, switches)
    }

    /// The same and one more service.
    #[must_use]
    pub fn and(mut self, name: &str, table: Table, switches: Switches) -> Self {
        self.services
            .push(Service { name: name.to_owned(), layers: vec![Layer::new(name, table, switches)] });
        self
    }

    /// The same with other network options.
    #[must_use]
    pub fn net(mut self, net: Options) -> Self {
        self.net = net;
        self
    }

    /// The same for those it lets in.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// One service for each file, named after it.
    pub fn files<P: AsRef<Path>>(files: &[P], switches: &Switches) -> Result<Self> {
        let mut config = Self::default();
        for file in files {
            let path = file.as_ref();
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .ok_or_else(|| Error::Usage(format!("{}: the file's name must be text", path.display())))?;
            config = config.and(name, Table::open(path)?, switches.clone());
        }
        Ok(config)
    }
}
