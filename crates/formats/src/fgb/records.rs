//! What is remembered of each spooled feature, and its order in the file.

use geohub_core::{Bbox, FeatureNode};

use super::hilbert;

/// A spooled feature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// First byte in the spool.
    pub(super) offset: u64,
    /// Bytes, size prefix included.
    pub(super) len: u32,
    /// Its box.
    pub(super) bbox: Bbox,
}

/// The features spooled so far.
#[derive(Debug)]
pub(super) struct Records {
    all: Vec<Record>,
    bytes: u64,
    extent: Bbox,
}

impl Records {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), bytes: 0, extent: Bbox::EMPTY }
    }

    /// Remembers features appended to the spool.
    pub(super) fn add(&mut self, nodes: &[FeatureNode]) {
        for node in nodes {
            self.all.push(Record { offset: self.bytes, len: node.len, bbox: node.bbox });
            self.bytes += u64::from(node.len);
            self.extent = self.extent.union(&node.bbox);
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.all.len() as u64
    }

    /// The box of all features.
    pub(super) fn extent(&self) -> Bbox {
        self.extent
    }

    /// The records in file order: along the Hilbert curve over the extent, ties in input order.
    pub(super) fn sorted(self) -> Vec<Record> {
        let mut order: Vec<u64> = self
            .all
            .iter()
            .enumerate()
            .map(|(at, record)| u64::from(hilbert::key(&record.bbox, &self.extent)) << 32 | at as u64)
            .collect();
        order.sort_unstable();
        order.into_iter().map(|key| self.all[(key & 0xffff_ffff) as usize]).collect()
    }
}
