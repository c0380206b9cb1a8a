//! Records in file order, in memory or merged from runs on disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use geohub_core::{Progress, Result};

use super::records::{Record, append, read};
use super::scratch::{Scratch, ScratchFolder};

/// Records handed on at once, and per run while merging.
const BLOCK: usize = 1 << 18;
const MERGE_BLOCK: usize = 1 << 12;

/// Records in file order.
#[derive(Debug)]
pub(super) enum Sorted {
    Held(Vec<Record>),
    OnDisk { file: Scratch, count: u64 },
}

impl Sorted {
    /// Merges sorted runs that lie end to end in a file.
    pub(super) fn merge(
        runs: &Scratch,
        bounds: &[Range<u64>],
        folder: &ScratchFolder,
        progress: &Progress,
    ) -> Result<Self> {
        let mut file = folder.file()?;
        let mut cursors: Vec<Cursor> = bounds.iter().cloned().map(Cursor::new).collect();
        let mut heads = BinaryHeap::new();
        for (run, cursor) in cursors.iter_mut().enumerate() {
            if let Some(record) = cursor.next(runs)? {
                heads.push(Reverse((record.key, record.offset, run)));
                cursor.head = Some(record);
            }
        }
        let mut merged = Vec::with_capacity(MERGE_BLOCK);
        let mut count = 0;
        while let Some(Reverse((_, _, run))) = heads.pop() {
            let cursor = &mut cursors[run];
            merged.extend(cursor.head.take());
            if let Some(record) = cursor.next(runs)? {
                heads.push(Reverse((record.key, record.offset, run)));
                cursor.head = Some(record);
            }
            count += 1;
            if merged.len() == MERGE_BLOCK {
                progress.add_rows(MERGE_BLOCK as u64);
                append(&mut file, &merged)?;
                merged.clear();
            }
        }
        append(&mut file, &merged)?;
        Ok(Self::OnDisk { file, count })
    }

    /// Hands all records to `take`, block by block; as often as needed.
    pub(super) fn each_block(&mut self, take: &mut dyn FnMut(&[Record]) -> Result<()>) -> Result<()> {
        match self {
            Self::Held(records) => take(records),
            Self::OnDisk { file, count } => {
                let mut first = 0;
                while first < *count {
                    let block = read(file, first, (*count - first).min(BLOCK as u64) as usize)?;
                    first += block.len() as u64;
                    take(&block)?;
                }
                Ok(())
            }
        }
    }
}

/// The unread rest of a run.
struct Cursor {
    rest: Range<u64>,
    block: std::vec::IntoIter<Record>,
    head: Option<Record>,
}

impl Cursor {
    fn new(rest: Range<u64>) -> Self {
        Self { rest, block: Vec::new().into_iter(), head: None }
    }

    fn next(&mut self, runs: &Scratch) -> Result<Option<Record>> {
        if let Some(record) = self.block.next() {
            return Ok(Some(record));
        }
        let count = (self.rest.end - self.rest.start).min(MERGE_BLOCK as u64);
        let block = read(runs, self.rest.start, count as usize)?;
        self.rest.start += count;
        self.block = block.into_iter();
        Ok(self.block.next())
    }
}
