//! Whether pages are asked for in protocol buffers.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::FetchError;
use crate::http::Http;
use crate::page::Ask;

/// Pages in a row that had to be asked for as JSON before nothing else is asked for.
const PATIENCE: u32 = 2;

/// How pages in protocol buffers have fared with a layer.
#[derive(Debug)]
pub(super) struct PbfUse {
    wanted: bool,
    failures: AtomicU32,
}

impl PbfUse {
    pub(super) fn new(wanted: bool) -> Self {
        Self { wanted, failures: AtomicU32::new(0) }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.wanted && self.failures.load(Ordering::Relaxed) < PATIENCE
    }

    /// True for an error that the same question with `f=json` may not meet. A server that fails at its work is first
    /// asked for less.
    pub(super) fn may_be_at_fault(error: &FetchError, ask: Ask<'_>) -> bool {
        match error {
            FetchError::Server { code, .. } => (400..500).contains(code) || !ask.is_divisible(),
            FetchError::BadAnswer { .. } => true,
            _ => false,
        }
    }

    pub(super) fn worked(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// A page came as JSON that did not come in protocol buffers.
    pub(super) fn failed(&self, http: &Http, error: &FetchError) {
        http.context.note(format!("a page came as JSON that did not come in protocol buffers: {error}"));
        if self.failures.fetch_add(1, Ordering::Relaxed) + 1 == PATIENCE {
            http.context.note("asking for JSON from here on");
        }
    }
}
