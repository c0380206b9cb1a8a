//! How many requests a host gets at once, and how soon one after the other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::settings::Settings;

/// The state of one host.
#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    next_start: Mutex<Instant>,
}

/// All hosts of a run.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<HashMap<String, Arc<Host>>>);

impl Gate {
    fn host(&self, name: &str, settings: &Settings) -> Arc<Host> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(Host {
                places: Arc::new(Semaphore::new(settings.connections(name))),
                next_start: Mutex::new(Instant::now()),
            })
        });
        Arc::clone(host)
    }

    /// Waits for a place and for the time of the next start.
    pub(crate) async fn enter(&self, name: &str, settings: &Settings) -> Option<OwnedSemaphorePermit> {
        let host = self.host(name, settings);
        let permit = Arc::clone(&host.places).acquire_owned().await.ok()?;
        let start = {
            let mut next = host.next_start.lock().unwrap_or_else(PoisonError::into_inner);
            let start = (*next).max(Instant::now());
            *next = start + settings.spacing;
            start
        };
        tokio::time::sleep_until(start.into()).await;
        Some(permit)
    }

    /// Lets no request to the host start before so long.
    pub(crate) fn hold(&self, name: &str, settings: &Settings, wait: Duration) {
        let host = self.host(name, settings);
        let mut next = host.next_start.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now() + wait);
    }
}
