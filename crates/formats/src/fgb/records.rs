//! What is remembered of each spooled feature.

use geohub_core::{Bbox, Budget, FeatureNode, Progress, Result};
use rayon::prelude::*;

use super::hilbert;
use super::scratch::{Scratch, ScratchFolder};
use super::sorted::Sorted;
use super::table::f64_of;

/// A spooled feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Record {
    /// Place along the Hilbert curve; known once the extent is.
    pub(super) key: u32,
    /// Bytes, size prefix included.
    pub(super) len: u32,
    /// First byte in the spool; it grows with the input order, so it breaks ties between keys.
    pub(super) offset: u64,
    /// Its box.
    pub(super) bbox: Bbox,
}

impl Record {
    /// Bytes of a record in a scratch file.
    pub(super) const BYTES: usize = 48;

    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        out.extend(self.key.to_le_bytes());
        out.extend(self.len.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
        for side in [self.bbox.min_x, self.bbox.min_y, self.bbox.max_x, self.bbox.max_y] {
            out.extend(side.to_le_bytes());
        }
    }

    pub(super) fn of_bytes(raw: &[u8]) -> Self {
        let number = |at: usize| u32::from_le_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
        let sides = &raw[16..];
        Self {
            key: number(0),
            len: number(4),
            offset: u64::from(number(8)) | u64::from(number(12)) << 32,
            bbox: Bbox::new(f64_of(sides, 0), f64_of(sides, 1), f64_of(sides, 2), f64_of(sides, 3)),
        }
    }
}

/// The records of the features spooled so far: the last ones in memory, whole runs before them on disk.
#[derive(Debug)]
pub(super) struct Records {
    folder: ScratchFolder,
    /// Records per run. Runs are cut at fixed counts, so the file does not depend on batches.
    run: usize,
    held: Vec<Record>,
    spilled: Option<Scratch>,
    spilled_count: u64,
    bytes: u64,
    extent: Bbox,
}

impl Records {
    /// Most records of a run: 48 MB, sorted in another 56.
    const RUN: usize = 1 << 20;

    /// Records of a run that takes, being sorted, at most an eighth of the budget. The file is the same for every run.
    pub(super) fn run_within(budget: &Budget) -> usize {
        ((budget.limit_bytes() / 8 / 104) as usize).clamp(1 << 12, Self::RUN)
    }

    pub(super) fn new(folder: ScratchFolder, run: usize) -> Self {
        Self { folder, run, held: Vec::new(), spilled: None, spilled_count: 0, bytes: 0, extent: Bbox::EMPTY }
    }

    /// Records in the same folder and runs, without features.
    pub(super) fn emptied(&self) -> Self {
        Self::new(self.folder.clone(), self.run)
    }

    /// Remembers features appended to the spool.
    pub(super) fn add(&mut self, nodes: &[FeatureNode]) -> Result<()> {
        for node in nodes {
            if self.held.len() == self.run {
                self.spill()?;
            }
            self.held.push(Record { key: 0, len: node.len, offset: self.bytes, bbox: node.bbox });
            self.bytes += u64::from(node.len);
            self.extent = self.extent.union(&node.bbox);
        }
        Ok(())
    }

    /// Number of features.
    pub(super) fn len(&self) -> u64 {
        self.spilled_count + self.held.len() as u64
    }

    /// Bytes in the spool.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The box of all features.
    pub(super) fn extent(&self) -> Bbox {
        self.extent
    }

    /// The records in file order: along the Hilbert curve over the extent, ties in input order. Sorted by
    /// the rayon pool it is called in.
    pub(super) fn sorted(mut self, progress: &Progress) -> Result<Sorted> {
        if self.spilled.is_none() {
            let held = std::mem::take(&mut self.held);
            return Ok(Sorted::Held(self.sort(held)));
        }
        self.spill()?;
        let Some(spilled) = self.spilled.take() else { return Ok(Sorted::Held(Vec::new())) };
        let mut runs = self.folder.file()?;
        let mut bounds = Vec::new();
        let mut start = 0;
        while start < self.spilled_count {
            let end = (start + self.run as u64).min(self.spilled_count);
            let run = read(&spilled, start, (end - start) as usize)?;
            append(&mut runs, &self.sort(run))?;
            bounds.push(start..end);
            start = end;
        }
        Sorted::merge(&runs, &bounds, &self.folder, progress)
    }

    fn spill(&mut self) -> Result<()> {
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => none.insert(self.folder.file()?),
        };
        append(spilled, &self.held)?;
        self.spilled_count += self.held.len() as u64;
        self.held.clear();
        Ok(())
    }

    fn sort(&self, mut run: Vec<Record>) -> Vec<Record> {
        // Sorting eight bytes a record and moving each record once is twice as fast as sorting the records.
        let keyed = run.par_iter_mut().enumerate().map(|(at, record)| {
            record.key = hilbert::key(&record.bbox, &self.extent);
            u64::from(record.key) << 32 | at as u64
        });
        let mut order: Vec<u64> = keyed.collect();
        order.par_sort_unstable();
        order.into_par_iter().map(|key| run[(key & 0xffff_ffff) as usize]).collect()
    }
}

/// Records that go to or come from a scratch file at once.
const BLOCK: usize = 1 << 14;

/// Appends records to a scratch file.
pub(super) fn append(file: &mut Scratch, records: &[Record]) -> Result<()> {
    let mut bytes = Vec::with_capacity(Record::BYTES * BLOCK);
    for block in records.chunks(BLOCK) {
        bytes.clear();
        for record in block {
            record.append_to(&mut bytes);
        }
        file.append(&bytes)?;
    }
    Ok(())
}

/// Reads records from a scratch file.
pub(super) fn read(file: &Scratch, first: u64, count: usize) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(count);
    let mut bytes = vec![0; Record::BYTES * count.min(BLOCK)];
    while records.len() < count {
        let raw = &mut bytes[..Record::BYTES * (count - records.len()).min(BLOCK)];
        file.read((first + records.len() as u64) * Record::BYTES as u64, raw)?;
        records.extend(raw.chunks_exact(Record::BYTES).map(Record::of_bytes));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geohub_core::Output;

    fn nodes() -> Vec<FeatureNode> {
        let node = |at: u32| {
            let (x, y) = (f64::from(at * 7919 % 101), f64::from(at * 104_729 % 97));
            FeatureNode { len: 50 + at % 9, bbox: Bbox::new(x, y, x, y) }
        };
        (0..1_000).map(node).collect()
    }

    fn order(run: usize) -> Vec<Record> {
        let mut records = Records::new(ScratchFolder::beside(&Output::Stdout), run);
        for batch in nodes().chunks(37) {
            records.add(batch).unwrap();
        }
        assert_eq!(records.len(), 1_000);
        let mut all = Vec::new();
        let mut take = |block: &[Record]| {
            all.extend_from_slice(block);
            Ok(())
        };
        records.sorted(&Progress::default()).unwrap().each_block(&mut take).unwrap();
        all
    }

    #[test]
    fn runs_on_disk_merge_into_the_order_of_memory() {
        let held = order(10_000);
        assert_eq!(held.len(), 1_000);
        assert!(held.is_sorted_by_key(|record| (record.key, record.offset)));
        for run in [1, 64, 999, 1_000] {
            assert!(order(run) == held, "runs of {run}");
        }
    }
}
