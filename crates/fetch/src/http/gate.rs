//! Before a request: a place within the limit of its host, and the time of its start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::host::Host;
use crate::settings::Settings;

/// All hosts of a run.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<HashMap<String, Arc<Host>>>);

impl Gate {
    pub(super) fn host(&self, url: &Url, settings: &Settings) -> Arc<Host> {
        let name = name(url);
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(name).or_insert_with_key(|name| Arc::new(Host::new(name, url, settings)));
        Arc::clone(host)
    }
}

/// The host, with the port where the address names one.
pub(super) fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
