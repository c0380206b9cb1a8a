//! A static index of boxes by row number.

use std::ops::ControlFlow;

use geohub_core::Bbox;
use rstar::{AABB, ParentNode, RTree, RTreeObject};

/// One indexed box: 40 bytes, without a copy of the geometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Item {
    min: [f64; 2],
    max: [f64; 2],
    pub(crate) row: u64,
}

impl Item {
    /// `None` for boxes that hold no point: empty ones, and those with a coordinate that is not a number.
    fn new(row: u64, bbox: &Bbox) -> Option<Self> {
        (!bbox.is_empty()).then(|| {
            let [min, max] = corners(bbox);
            Self { min, max, row }
        })
    }
}

impl RTreeObject for Item {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.min, self.max)
    }
}

/// An R-tree over the boxes of a layer's rows, built once and then only asked.
///
/// It knows row numbers and boxes, nothing else. Its bulk load is one thread's work; queries may run on any
/// number of threads. Bounds: 40 bytes a row and about a third of that for the inner nodes.
#[derive(Debug, Clone)]
pub struct SpatialIndex {
    tree: RTree<Item>,
}

impl SpatialIndex {
    /// Builds the index over `boxes`, the row number being the position in it. Rows whose box is empty (null
    /// and empty geometries) are left out: no query ever returns them.
    pub fn build(boxes: impl IntoIterator<Item = Bbox>) -> Self {
        Self::from_rows((0..).zip(boxes))
    }

    /// Builds the index over rows numbered by the caller.
    pub fn from_rows(rows: impl IntoIterator<Item = (u64, Bbox)>) -> Self {
        let items = rows.into_iter().filter_map(|(row, bbox)| Item::new(row, &bbox)).collect();
        Self { tree: RTree::bulk_load(items) }
    }

    /// How many rows are indexed.
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether no row is indexed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The box around everything indexed, [`Bbox::EMPTY`] for an empty index.
    pub fn extent(&self) -> Bbox {
        if self.is_empty() { Bbox::EMPTY } else { bbox_of(&self.tree.root().envelope()) }
    }

    /// Calls `visit` with every row whose box meets the closed `window`, in no particular order, until it
    /// breaks; returns the value broken with.
    pub fn window<B>(&self, window: &Bbox, mut visit: impl FnMut(u64) -> ControlFlow<B>) -> Option<B> {
        let query = Item::new(0, window)?;
        match self.tree.locate_in_envelope_intersecting_int(query.envelope(), |item| visit(item.row)) {
            ControlFlow::Break(value) => Some(value),
            ControlFlow::Continue(()) => None,
        }
    }

    /// The rows whose box meets the closed `window`, ascending.
    pub fn rows_in(&self, window: &Bbox) -> Vec<u64> {
        let mut rows = Vec::new();
        self.window(window, |row| {
            rows.push(row);
            ControlFlow::<()>::Continue(())
        });
        rows.sort_unstable();
        rows
    }

    pub(crate) fn root(&self) -> &ParentNode<Item> {
        self.tree.root()
    }
}

fn corners(bbox: &Bbox) -> [[f64; 2]; 2] {
    [[bbox.min_x, bbox.min_y], [bbox.max_x, bbox.max_y]]
}

pub(crate) fn bbox_of(envelope: &AABB<[f64; 2]>) -> Bbox {
    let ([min_x, min_y], [max_x, max_y]) = (envelope.lower(), envelope.upper());
    Bbox { min_x, min_y, max_x, max_y }
}
