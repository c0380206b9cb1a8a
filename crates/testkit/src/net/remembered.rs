//! Answers that are kept, for benches.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Answer, Request};

/// Answers as they go on the wire, by what was asked.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<HashMap<String, Answer>>);

/// What tells requests apart.
fn key(request: &Request) -> String {
    let Request { method, path, raw_query, body, .. } = request;
    format!("{method} {path}?{raw_query} {} {body}", request.accepts_gzip())
}

impl Remembered {
    pub(super) fn get(&self, request: &Request) -> Option<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key(request)).cloned()
    }

    pub(super) fn keep(&self, request: &Request, answer: &Answer) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key(request), answer.clone());
    }
}
