//! Counters that a progress display reads while the executor runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a run is. Every field may be read at any time; values only grow within a run.
#[derive(Debug, Default)]
pub struct Progress {
    bytes_read: AtomicU64,
    rows_read: AtomicU64,
    rows_written: AtomicU64,
}

impl Progress {
    /// Input bytes handed to the workers.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Rows decoded.
    pub fn rows_read(&self) -> u64 {
        self.rows_read.load(Ordering::Relaxed)
    }

    /// Rows handed to the writer or collector.
    pub fn rows_written(&self) -> u64 {
        self.rows_written.load(Ordering::Relaxed)
    }

    /// Starts over, when a run is restarted with a wider schema.
    pub fn reset(&self) {
        for counter in [&self.bytes_read, &self.rows_read, &self.rows_written] {
            counter.store(0, Ordering::Relaxed);
        }
    }

    pub(crate) fn add_bytes_read(&self, bytes: u64) {
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_rows(&self, read: u64, written: u64) {
        self.rows_read.fetch_add(read, Ordering::Relaxed);
        self.rows_written.fetch_add(written, Ordering::Relaxed);
    }
}
