//! Counting what could not be read, across chunks.

use std::sync::{Mutex, PoisonError};

use geohub_core::{Context, text};

/// Counts cells that hold no readable geometry and warns when the last chunk is done.
pub(super) struct Tally {
    context: Context,
    target: String,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    count: u64,
    first: Option<(u64, String)>,
}

impl Tally {
    pub(super) fn new(context: &Context, target: &str) -> Self {
        Self { context: context.clone(), target: target.to_owned(), found: Mutex::default() }
    }

    /// Counts `count` rows of a chunk, the first of them with its line and what is wrong with it.
    pub(super) fn add(&self, count: u64, line: u64, reason: &str) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.count += count;
        if found.first.as_ref().is_none_or(|(first, _)| line < *first) {
            found.first = Some((line, reason.to_owned()));
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some((line, reason)) = found.first {
            let rows = text::plural(found.count, "row");
            let reason = text::clean(&reason);
            self.context.warn(format!(
                "{}: {rows} without a readable geometry, first in line {line}: {reason}; their geometry is null",
                self.target
            ));
        }
    }
}
