//! Finding features through the packed R-tree, reading only the nodes needed.

use std::ops::Range;

use geohub_core::{Bbox, DataError, Result, Source};

use super::batch_builder::meets;
use super::header::Header;
use super::levels::Levels;
use super::wire::NODE_BYTES;

/// Nodes or features this close together are read in one go: reading them costs less than another request.
const GAP_BYTES: u64 = 32 << 10;
/// Most bytes of one run, so that a wide search still comes in chunks.
const RUN_BYTES: u64 = 1 << 20;

/// Features that lie end to end: found ones, and those between them not worth a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Bytes in the file.
    pub(super) bytes: Range<u64>,
    /// Their rows in the file.
    pub(super) rows: Range<u64>,
}

/// The runs of features whose boxes meet `bbox`, in file order.
pub(super) fn runs(
    source: &dyn Source,
    header: &Header,
    levels: &Levels,
    bbox: &Bbox,
    len: u64,
) -> Result<Vec<Run>> {
    let tree = Tree { source, start: header.index_start };
    let mut level_bounds = levels.top_down();
    let mut level = level_bounds.next().unwrap_or_default();
    let mut wanted = vec![level.clone()];
    for below in level_bounds {
        let mut children: Vec<Range<u64>> = Vec::new();
        for range in &wanted {
            tree.each(range, |node, found| {
                if meets(bbox, &found.bbox) {
                    let next = levels.children(node - level.start, &below);
                    join(&mut children, next, 0);
                }
                Ok(())
            })?;
        }
        // Ranges that nearly touch are read together; what is read too much is tested and dropped.
        wanted = merge(children, GAP_BYTES / NODE_BYTES);
        level = below;
    }
    let mut found = Found { runs: Vec::new(), features: header.features_range(Some(len)), pending: None };
    for range in &wanted {
        let with_next = range.start..(range.end + 1).min(level.end);
        tree.each(&with_next, |node, leaf| {
            let hit = node < range.end && meets(bbox, &leaf.bbox);
            found.leaf(node - level.start, leaf.offset, hit)
        })?;
        found.close(range.end == level.end)?;
    }
    Ok(found.runs)
}

fn join(ranges: &mut Vec<Range<u64>>, next: Range<u64>, gap: u64) {
    match ranges.last_mut() {
        Some(last) if next.start <= last.end + gap => last.end = next.end,
        _ => ranges.push(next),
    }
}

fn merge(ranges: Vec<Range<u64>>, gap: u64) -> Vec<Range<u64>> {
    let mut merged = Vec::with_capacity(ranges.len());
    for range in ranges {
        join(&mut merged, range, gap);
    }
    merged
}

struct Node {
    bbox: Bbox,
    offset: u64,
}

struct Tree<'a> {
    source: &'a dyn Source,
    start: u64,
}

impl Tree<'_> {
    /// Calls `take` with every node of a range, read in bounded blocks.
    fn each(&self, nodes: &Range<u64>, mut take: impl FnMut(u64, Node) -> Result<()>) -> Result<()> {
        let per_block = (1 << 20) / NODE_BYTES;
        let mut first = nodes.start;
        while first < nodes.end {
            let last = (first + per_block).min(nodes.end);
            let bytes = self.start + first * NODE_BYTES..self.start + last * NODE_BYTES;
            let read =
                self.source.read_at(std::slice::from_ref(&bytes))?.into_iter().next().unwrap_or_default();
            if (read.len() as u64) < bytes.end - bytes.start {
                let error = DataError::new("the file is cut off: it ends within the index");
                return Err(error
                    .at_byte(bytes.start + read.len() as u64)
                    .in_target(self.source.name())
                    .into());
            }
            for (index, raw) in read.chunks_exact(NODE_BYTES as usize).enumerate() {
                take(first + index as u64, node(raw)).map_err(|error| self.named(error))?;
            }
            first = last;
        }
        Ok(())
    }

    fn named(&self, error: geohub_core::Error) -> geohub_core::Error {
        match error {
            geohub_core::Error::Data(data) => data.in_target(self.source.name()).into(),
            other => other,
        }
    }
}

fn node(raw: &[u8]) -> Node {
    let side = |index| super::table::f64_of(raw, index);
    let mut offset = [0; 8];
    offset.copy_from_slice(&raw[32..40]);
    Node { bbox: Bbox::new(side(0), side(1), side(2), side(3)), offset: u64::from_le_bytes(offset) }
}

/// Gathers leaves into runs. The end of a feature is where the next one starts.
struct Found {
    runs: Vec<Run>,
    features: Range<u64>,
    /// Row, first byte and fate of the leaf whose end is not known yet.
    pending: Option<(u64, u64, bool)>,
}

impl Found {
    fn leaf(&mut self, row: u64, offset: u64, hit: bool) -> Result<()> {
        let at = self.features.start.checked_add(offset).filter(|at| self.features.contains(at));
        let Some(at) = at else {
            let message =
                format!("the index points {offset} bytes into the features, past the end of the file");
            return Err(DataError::new(message).at_feature(row + 1).into());
        };
        self.end(at)?;
        self.pending = Some((row, at, hit));
        Ok(())
    }

    /// The last leaf of a range: the leaf behind it was only read for its offset.
    fn close(&mut self, is_last: bool) -> Result<()> {
        if is_last {
            self.end(self.features.end)?;
        }
        self.pending = None;
        Ok(())
    }

    fn end(&mut self, end: u64) -> Result<()> {
        let Some((row, start, hit)) = self.pending.take() else { return Ok(()) };
        if end <= start {
            return Err(disordered(row));
        }
        if !hit {
            return Ok(());
        }
        match self.runs.last_mut() {
            Some(run) if start < run.bytes.end => {
                return Err(disordered(row));
            }
            Some(run) if start - run.bytes.end <= GAP_BYTES && end - run.bytes.start <= RUN_BYTES => {
                run.bytes.end = end;
                run.rows.end = row + 1;
            }
            _ => self.runs.push(Run { bytes: start..end, rows: row..row + 1 }),
        }
        Ok(())
    }
}

fn disordered(row: u64) -> geohub_core::Error {
    DataError::new("the index is not in the order of the features").at_feature(row + 1).into()
}
