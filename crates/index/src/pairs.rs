//! Candidate pairs: probe boxes against an index.

use std::ops::ControlFlow;

use geohub_core::Bbox;

use crate::hilbert::HilbertGrid;
use crate::spatial_index::SpatialIndex;

/// A probe and an indexed row whose boxes meet. Sorting pairs gives (left, right) order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// Position of the probe in the slice given.
    pub probe: u32,
    /// Row of the index.
    pub row: u64,
}

impl SpatialIndex {
    /// Calls `visit` with every pair of a probe and a row whose closed boxes meet, until it breaks.
    ///
    /// Probes are visited along the Hilbert curve, which keeps the tree's nodes in the cache (1M probes:
    /// 0.3 s against 2.2 s in random order); all pairs of one probe come together. Nothing is stored but one
    /// key a probe, so the caller refines each pair at once and sorts only what holds. Empty boxes match
    /// nothing.
    ///
    /// # Panics
    /// Where there are more than `u32::MAX` probes; batches hold a few thousand.
    pub fn pairs<B>(&self, probes: &[Bbox], mut visit: impl FnMut(Pair) -> ControlFlow<B>) -> Option<B> {
        hilbert_order(probes)
            .into_iter()
            .find_map(|probe| self.window(&probes[probe as usize], |row| visit(Pair { probe, row })))
    }

    /// As [`SpatialIndex::pairs`], in blocks of at most `block_len` pairs; a probe with many candidates may
    /// be spread over several blocks. The block is reused, so candidates are never all in memory.
    ///
    /// # Panics
    /// As [`SpatialIndex::pairs`].
    pub fn pair_blocks<B>(
        &self,
        probes: &[Bbox],
        block_len: usize,
        mut visit: impl FnMut(&[Pair]) -> ControlFlow<B>,
    ) -> Option<B> {
        let mut block = Vec::with_capacity(block_len.clamp(1, 1 << 16));
        let broken = self.pairs(probes, |pair| {
            block.push(pair);
            if block.len() < block_len {
                return ControlFlow::Continue(());
            }
            let flow = visit(&block);
            block.clear();
            flow
        });
        if broken.is_none() && !block.is_empty() {
            return match visit(&block) {
                ControlFlow::Break(value) => Some(value),
                ControlFlow::Continue(()) => None,
            };
        }
        broken
    }
}

/// The positions of the non-empty boxes along the Hilbert curve over their common extent; equal keys keep
/// their order.
///
/// # Panics
/// Where there are more than `u32::MAX` boxes.
pub fn hilbert_order(boxes: &[Bbox]) -> Vec<u32> {
    let count = u32::try_from(boxes.len()).expect("a batch of probes holds fewer than 2^32 boxes");
    let extent = boxes.iter().fold(Bbox::EMPTY, |extent, bbox| extent.union(bbox));
    let grid = HilbertGrid::new(extent);
    let mut keyed: Vec<(u32, u32)> = (0..count)
        .zip(boxes)
        .filter(|(_, bbox)| !bbox.is_empty())
        .map(|(position, bbox)| (grid.key(bbox), position))
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, position)| position).collect()
}
