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
        let entry = Entry { request, kind, status: 0, rows: 0, bytes: 0, start, end: None, fault: None };
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
