//! What a run did.

use crate::{Batch, GeometryKind, Written};

/// Counts of a finished run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Rows that came out of the reader.
    pub rows_read: u64,
    /// Rows that went into the writer or collector.
    pub rows_written: u64,
    /// Of the rows written, those with a null geometry.
    pub null_geometries: u64,
    /// Of the rows written, those with an empty geometry.
    pub empty_geometries: u64,
    /// The type the written geometries share.
    pub geometry: GeometryKind,
    /// Bytes written; 0 for a collector.
    pub bytes_written: u64,
    /// True when the run was restarted with a wider schema.
    pub restarted: bool,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            rows_read: 0,
            rows_written: 0,
            null_geometries: 0,
            empty_geometries: 0,
            geometry: GeometryKind::None,
            bytes_written: 0,
            restarted: false,
        }
    }
}

impl Report {
    pub(super) fn count(&mut self, batch: &Batch) {
        self.rows_written += batch.rows() as u64;
        self.geometry = self.geometry.join(batch.geometry.kind());
        for row in batch.geometry.iter() {
            self.null_geometries += u64::from(row.is_null());
            self.empty_geometries += u64::from(row.is_empty());
        }
    }

    pub(super) fn count_all(&mut self, batches: &[Batch]) {
        for batch in batches {
            self.count(batch);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows_read += other.rows_read;
        self.rows_written += other.rows_written;
        self.null_geometries += other.null_geometries;
        self.empty_geometries += other.empty_geometries;
        self.geometry = self.geometry.join(other.geometry);
    }

    pub(super) fn written(mut self, written: &Written) -> Self {
        self.bytes_written = written.bytes;
        self
    }
}
