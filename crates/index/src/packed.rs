//! A packed Hilbert R-tree.

use std::ops::{ControlFlow, Range};

use geohub_core::Bbox;
use rayon::prelude::*;

use crate::hilbert::HilbertGrid;
use crate::lanes::{Lanes, NODE_LEN, Window32};

/// Boxes in Hilbert order under levels of boxes around 16 of them, laid out without pointers.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    /// Every level's boxes, the items first.
    pub(crate) boxes: Vec<Bbox>,
    /// The row of each item.
    pub(crate) rows: Vec<u64>,
    /// Where each level begins in `boxes`, and the end.
    pub(crate) levels: Vec<usize>,
    /// Every level's boxes again, sixteen at a time, as windows are compared with them; the items first.
    lanes: Vec<Lanes>,
    /// Where each level begins in `lanes`.
    lane_levels: Vec<usize>,
}

impl Packed {
    /// Packs rows with their boxes; empty boxes are left out. Sorts with the threads of the rayon pool it is called in.
    pub(crate) fn new(items: impl IntoIterator<Item = (u64, Bbox)>) -> Self {
        let (mut rows, mut boxes): (Vec<u64>, Vec<Bbox>) =
            items.into_iter().filter(|(_, bbox)| !bbox.is_empty()).unzip();
        sort(&mut rows, &mut boxes);
        let mut levels = vec![0, boxes.len()];
        while levels[levels.len() - 1] - levels[levels.len() - 2] > NODE_LEN {
            let below = levels[levels.len() - 2]..boxes.len();
            let parents: Vec<Bbox> = boxes[below].chunks(NODE_LEN).map(around).collect();
            boxes.extend(parents);
            levels.push(boxes.len());
        }
        let (mut lanes, mut lane_levels) =
            (Vec::with_capacity(boxes.len() / NODE_LEN + levels.len()), Vec::new());
        for level in levels.windows(2) {
            lane_levels.push(lanes.len());
            lanes.extend(boxes[level[0]..level[1]].chunks(NODE_LEN).map(Lanes::new));
        }
        Self { boxes, rows, levels, lanes, lane_levels }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn extent(&self) -> Bbox {
        around(&self.boxes[self.level(self.levels.len() - 2)])
    }

    /// The items, along the curve.
    pub(crate) fn items(&self) -> impl Iterator<Item = (u64, &Bbox)> {
        self.rows.iter().copied().zip(&self.boxes)
    }

    /// Calls `visit` with the rows whose box meets the closed window, until it breaks.
    pub(crate) fn window<B>(
        &self,
        window: &Bbox,
        visit: &mut impl FnMut(u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if self.rows.is_empty() {
            return ControlFlow::Continue(());
        }
        self.descend(self.lane_levels.len() - 1, 0, &(*window, Window32::new(window)), visit)
    }

    /// Visits what is below one node: its children of `level` are numbered from 16 times its own number.
    fn descend<B>(
        &self,
        level: usize,
        node: usize,
        window: &(Bbox, Window32),
        visit: &mut impl FnMut(u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut meeting = self.lanes[self.lane_levels[level] + node].meeting(&window.1);
        while meeting != 0 {
            let child = node * NODE_LEN + meeting.trailing_zeros() as usize;
            meeting &= meeting - 1;
            if level > 0 {
                self.descend(level - 1, child, window, visit)?;
            } else if self.boxes[child].intersects(&window.0) {
                visit(self.rows[child])?;
            }
        }
        ControlFlow::Continue(())
    }

    pub(crate) fn level(&self, level: usize) -> Range<usize> {
        self.levels[level]..self.levels[level + 1]
    }
}

/// Brings the items into Hilbert order. Rows of an indexed `FlatGeobuf` file, which come in it, stay where they are.
fn sort(rows: &mut Vec<u64>, boxes: &mut Vec<Bbox>) {
    let grid = HilbertGrid::new(around(boxes));
    let keys: Vec<u32> = boxes.par_iter().map(|bbox| grid.key(bbox)).collect();
    // `FlatGeobuf` files run along the curve in either direction.
    if keys.is_sorted() || keys.iter().rev().is_sorted() {
        return;
    }
    let mut order: Vec<(u32, usize)> = keys.into_iter().zip(0..).collect();
    order.par_sort_unstable();
    *rows = order.par_iter().map(|(_, item)| rows[*item]).collect();
    *boxes = order.par_iter().map(|(_, item)| boxes[*item]).collect();
}

fn around(boxes: &[Bbox]) -> Bbox {
    boxes.iter().fold(Bbox::EMPTY, |extent, bbox| extent.union(bbox))
}
