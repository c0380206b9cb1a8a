//! Restores sequence order.

use std::collections::BTreeMap;

/// Holds what came early until what comes before it has come.
#[derive(Debug)]
pub(super) struct Reorder<T> {
    next: u64,
    early: BTreeMap<u64, T>,
}

impl<T> Reorder<T> {
    pub(super) fn new() -> Self {
        Self { next: 0, early: BTreeMap::new() }
    }

    pub(super) fn put(&mut self, sequence: u64, item: T) {
        self.early.insert(sequence, item);
    }

    /// The next item in sequence, if it has come.
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.early.remove(&self.next)?;
        self.next += 1;
        Some(item)
    }
}
