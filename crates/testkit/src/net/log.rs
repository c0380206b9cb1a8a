//! The log of requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::request::{Kind, Request};

/// One request, as it was answered.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// What it was for.
    pub kind: Kind,
    /// The status sent; 0 while it is open and after a reset.
    pub status: u16,
    /// Rows in the answer.
    pub rows: usize,
    /// Bytes of body sent.
    pub bytes: usize,
    /// Arrival, since the server's start.
    pub start: Duration,
    /// The last byte, or the client's hanging up; `None` while it is open.
    pub end: Option<Duration>,
    /// What the portal took to make the answer, compression included; the rest is waiting for the client or for the
    /// latency model.
    pub work: Duration,
    /// The fault that hit it, as JSON.
    pub fault: Option<String>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    open: usize,
    most_open: usize,
}

/// The log; clones share it.
#[derive(Debug, Clone)]
pub struct Log {
    origin: Instant,
    state: Arc<Mutex<State>>,
}

impl Default for Log {
    fn default() -> Self {
        Self { origin: Instant::now(), state: Arc::default() }
    }
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All requests so far, in order of arrival.
    pub fn entries(&self) -> Vec<Entry> {
        self.state().entries.clone()
    }

    /// The requests of one kind.
    pub fn of(&self, kind: Kind) -> Vec<Entry> {
        self.state().entries.iter().filter(|entry| entry.kind == kind).cloned().collect()
    }

    /// The most requests that were open at one time.
    pub fn most_open(&self) -> usize {
        self.state().most_open
    }

    /// What a client in another process can be told: requests by kind, rows and bytes sent, the most requests open at
    /// one time, seconds of work.
    pub fn summary(&self) -> serde_json::Value {
        let state = self.state();
        let mut kinds = std::collections::BTreeMap::<String, usize>::new();
        for entry in &state.entries {
            *kinds.entry(format!("{:?}", entry.kind).to_lowercase()).or_default() += 1;
        }
        let sum = |count: fn(&Entry) -> usize| state.entries.iter().map(count).sum::<usize>();
        let work: Duration = state.entries.iter().map(|entry| entry.work).sum();
        serde_json::json!({
            "requests": state.entries.len(), "kinds": kinds, "rows": sum(|entry| entry.rows),
            "bytes": sum(|entry| entry.bytes), "most_open": state.most_open, "work_s": work.as_secs_f64(),
        })
    }

    /// Forgets what was.
    pub fn clear(&self) {
        let mut state = self.state();
        state.entries.clear();
        state.most_open = state.open;
    }

    pub(super) fn open(&self, request: Request, kind: Kind) -> Ticket {
        let start = self.origin.elapsed();
        let mut state = self.state();
        state.open += 1;
        state.most_open = state.most_open.max(state.open);
        let entry = Entry {
            request,
            kind,
            status: 0,
            rows: 0,
            bytes: 0,
            start,
            end: None,
            work: Duration::ZERO,
            fault: None,
        };
        state.entries.push(entry);
        Ticket { log: self.clone(), index: state.entries.len() - 1, start }
    }
}

/// An open request; dropping it closes its entry.
#[derive(Debug)]
pub(super) struct Ticket {
    log: Log,
    index: usize,
    start: Duration,
}

impl Ticket {
    /// Changes the entry, unless the log was cleared meanwhile.
    pub(super) fn note(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.log.state().entries.get_mut(self.index)
            && entry.start == self.start
        {
            change(entry);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let end = self.log.origin.elapsed();
        self.note(|entry| entry.end = Some(end));
        let mut state = self.log.state();
        state.open = state.open.saturating_sub(1);
    }
}
