//! A packed Hilbert R-tree.

use std::ops::{ControlFlow, Range};

use geohub_core::Bbox;

use crate::hilbert::HilbertGrid;

/// Children of an inner node, as in `FlatGeobuf`'s index.
pub(crate) const NODE_LEN: usize = 16;

/// Boxes in Hilbert order under levels of boxes around 16 of them, laid out without pointers.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    /// Every level's boxes, the items first.
    pub(crate) boxes: Vec<Bbox>,
    /// The row of each item.
    pub(crate) rows: Vec<u64>,
    /// Where each level begins in `boxes`, and the end.
    pub(crate) levels: Vec<usize>,
}

impl Packed {
    /// Packs rows with their boxes; empty boxes are left out.
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
        Self { boxes, rows, levels }
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
        let top = self.levels.len() - 2;
        self.descend(top, 0..self.level(top).len(), window, visit)
    }

    fn descend<B>(
        &self,
        level: usize,
        nodes: Range<usize>,
        window: &Bbox,
        visit: &mut impl FnMut(u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let start = self.levels[level];
        for (node, bbox) in nodes.clone().zip(&self.boxes[start + nodes.start..start + nodes.end]) {
            if !bbox.intersects(window) {
                continue;
            }
            if level == 0 {
                visit(self.rows[node])?;
            } else {
                let first = node * NODE_LEN;
                let end = (first + NODE_LEN).min(self.level(level - 1).len());
                self.descend(level - 1, first..end, window, visit)?;
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
    let keys: Vec<u32> = boxes.iter().map(|bbox| grid.key(bbox)).collect();
    // `FlatGeobuf` files run along the curve in either direction.
    if keys.is_sorted() || keys.iter().rev().is_sorted() {
        return;
    }
    let mut order: Vec<(u32, usize)> = keys.into_iter().zip(0..).collect();
    order.sort_unstable();
    *rows = order.iter().map(|(_, item)| rows[*item]).collect();
    *boxes = order.iter().map(|(_, item)| boxes[*item]).collect();
}

fn around(boxes: &[Bbox]) -> Bbox {
    boxes.iter().fold(Bbox::EMPTY, |extent, bbox| extent.union(bbox))
}
