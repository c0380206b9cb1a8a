//! Rows by distance, nearest first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use geohub_core::Bbox;
use rstar::{ParentNode, RTreeNode, RTreeObject};

use crate::spatial_index::{Item, SpatialIndex, bbox_of};

/// A row and its distance, in the unit of the distance functions given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// The row number.
    pub row: u64,
    /// Its exact distance.
    pub distance: f64,
}

impl SpatialIndex {
    /// Calls `visit` with the rows in the order of (exact distance, row number) until it breaks.
    ///
    /// `bound` gives a lower bound of the distance to anything inside a box (for planar distances:
    /// [`box_distance`]); `exact` gives the distance of a row, or `None` to leave the row out. Both must be
    /// consistent: `exact(row) >= bound(box of row)`. Whoever wants k rows breaks after k; whoever wants ties
    /// goes on while the distance stays the same; whoever has a maximum returns infinity from `bound`
    /// beyond it: such boxes, and rows at an infinite or undefined distance, are never visited.
    pub fn nearest<B>(
        &self,
        mut bound: impl FnMut(&Bbox) -> f64,
        mut exact: impl FnMut(u64) -> Option<f64>,
        mut visit: impl FnMut(Neighbor) -> ControlFlow<B>,
    ) -> Option<B> {
        let mut queue = BinaryHeap::new();
        expand(self.by_distance().root(), &mut bound, &mut queue);
        while let Some(Step { distance, target }) = queue.pop() {
            match target {
                Target::Node(node) => expand(node, &mut bound, &mut queue),
                Target::Row(row) => {
                    let distance = exact(row).unwrap_or(f64::INFINITY);
                    push(&mut queue, distance, Target::Measured(row));
                }
                Target::Measured(row) => {
                    if let ControlFlow::Break(value) = visit(Neighbor { row, distance }) {
                        return Some(value);
                    }
                }
            }
        }
        None
    }

    /// The `k` nearest rows to a box by `exact`, a planar distance not smaller than that between the boxes;
    /// equal distances are settled by the lower row number.
    pub fn nearest_k(&self, probe: &Bbox, k: usize, exact: impl FnMut(u64) -> Option<f64>) -> Vec<Neighbor> {
        let mut found = Vec::new();
        if k > 0 {
            self.nearest(
                |bbox| box_distance(probe, bbox),
                exact,
                |neighbor| {
                    found.push(neighbor);
                    if found.len() == k { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            );
        }
        found
    }
}

/// The planar distance between two boxes: 0 where they meet.
pub fn box_distance(a: &Bbox, b: &Bbox) -> f64 {
    let gap_x = (a.min_x - b.max_x).max(b.min_x - a.max_x).max(0.0);
    let gap_y = (a.min_y - b.max_y).max(b.min_y - a.max_y).max(0.0);
    gap_x.hypot(gap_y)
}

fn expand<'t>(
    node: &'t ParentNode<Item>,
    bound: &mut impl FnMut(&Bbox) -> f64,
    queue: &mut BinaryHeap<Step<'t>>,
) {
    for child in node.children() {
        let distance = bound(&bbox_of(&child.envelope()));
        let target = match child {
            RTreeNode::Parent(node) => Target::Node(node),
            RTreeNode::Leaf(item) => Target::Row(item.row),
        };
        push(queue, distance, target);
    }
}

fn push<'t>(queue: &mut BinaryHeap<Step<'t>>, distance: f64, target: Target<'t>) {
    if distance < f64::INFINITY {
        queue.push(Step { distance, target });
    }
}

/// A thing to look at, by the least distance it can have.
struct Step<'t> {
    distance: f64,
    target: Target<'t>,
}

enum Target<'t> {
    Node(&'t ParentNode<Item>),
    Row(u64),
    Measured(u64),
}

impl Target<'_> {
    /// At equal distance everything unmeasured comes first, so that ties are complete before the first of
    /// them is reported, lowest row first.
    fn rank(&self) -> (u8, u64) {
        match self {
            Target::Node(_) => (0, 0),
            Target::Row(row) => (1, *row),
            Target::Measured(row) => (2, *row),
        }
    }
}

impl Ord for Step<'_> {
    /// Reversed, for the heap pops its greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_distance = other.distance.total_cmp(&self.distance);
        by_distance.then_with(|| other.target.rank().cmp(&self.target.rank()))
    }
}

impl PartialOrd for Step<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Step<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Step<'_> {}
