//! What is known of credentials while a program runs.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use super::session::Session;
use super::{Found, Platform};

/// Shared by all clones of [`super::Tokens`].
#[derive(Debug, Default)]
pub(crate) struct State {
    hosts: Mutex<Hosts>,
    /// Short-lived tokens by host; held while one is asked for, so that one is asked for once.
    pub(crate) sessions: AsyncMutex<HashMap<String, Session>>,
}

#[derive(Debug, Default)]
struct Hosts {
    found: HashMap<(String, Platform), Arc<Option<Found>>>,
    refused: BTreeSet<String>,
    /// Servers that look for tokens in forms only.
    in_form: BTreeSet<String>,
    /// Servers that have taken their credential.
    taken: BTreeSet<String>,
}

impl State {
    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_refused(&self, host: &str) -> bool {
        self.hosts().refused.contains(host)
    }

    pub(super) fn refuse(&self, host: &str) -> bool {
        self.hosts().refused.insert(host.to_owned())
    }

    /// What was found when somebody looked.
    pub(super) fn known(&self, host: &str, platform: Platform) -> Option<Arc<Option<Found>>> {
        self.hosts().found.get(&(host.to_owned(), platform)).cloned()
    }

    pub(super) fn learn(&self, host: &str, platform: Platform, found: Option<Found>) -> Arc<Option<Found>> {
        let found = Arc::new(found);
        self.hosts().found.insert((host.to_owned(), platform), Arc::clone(&found));
        found
    }

    pub(crate) fn is_in_form(&self, host: &str) -> bool {
        self.hosts().in_form.contains(host)
    }

    pub(crate) fn is_taken(&self, host: &str) -> bool {
        self.hosts().taken.contains(host)
    }

    /// The server has taken its credential, in a form or in a header.
    pub(crate) fn take(&self, host: &str, in_form: bool) {
        let mut hosts = self.hosts();
        if in_form {
            hosts.in_form.insert(host.to_owned());
        }
        hosts.taken.insert(host.to_owned());
    }
}
