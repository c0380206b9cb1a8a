//! Bytes already in memory.

use std::io::{Cursor, Read};
use std::ops::Range;

use bytes::Bytes;

use super::Source;
use crate::Result;

/// A source over bytes in memory.
#[derive(Clone, Debug)]
pub struct MemorySource {
    name: String,
    bytes: Bytes,
}

impl MemorySource {
    /// A named source.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

impl Source for MemorySource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> Option<u64> {
        Some(self.bytes.len() as u64)
    }

    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let len = self.bytes.len() as u64;
        let slice = |range: &Range<u64>| {
            let end = range.end.min(len);
            self.bytes.slice(range.start.min(end) as usize..end as usize)
        };
        Ok(ranges.iter().map(slice).collect())
    }

    fn stream(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.bytes.clone())))
    }

    fn rereadable(&self) -> bool {
        true
    }
}
