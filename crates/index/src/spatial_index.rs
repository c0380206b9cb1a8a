//! A static index of boxes by row number.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use geohub_core::Bbox;
use rstar::{AABB, RTree, RTreeObject};

use crate::packed::Packed;

/// One box in the tree that is asked by distance: 40 bytes, without a copy of the geometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Item {
    min: [f64; 2],
    max: [f64; 2],
    pub(crate) row: u64,
}

impl RTreeObject for Item {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.min, self.max)
    }
}

/// An index over the boxes of a layer's rows, built once and then only asked, from any number of threads.
///
/// It knows row numbers and boxes, nothing else. Windows and rows by their distance in metres are answered by a packed
/// tree in Hilbert order, rows by any other distance by an `rstar` tree that is made when first asked for. (Joining 1M points with 1M parcels took 5.6 s with
/// windows asked of the `rstar` tree and every parcel met prepared, 1.7 s with the packed tree and parcels tested as they
/// lie: the bulk load alone was 2 s of one thread.)
///
/// Bounds: 60 bytes a row, and 55 more once rows by distance were asked for.
#[derive(Debug, Clone)]
pub struct SpatialIndex {
    pub(crate) packed: Packed,
    by_distance: OnceLock<RTree<Item>>,
}

impl SpatialIndex {
    /// Builds the index over `boxes`, the row number being the position in it. Rows whose box is empty (null
    /// and empty geometries) are left out: no query ever returns them.
    pub fn build(boxes: impl IntoIterator<Item = Bbox>) -> Self {
        Self::from_rows((0..).zip(boxes))
    }

    /// Builds the index over rows numbered by the caller.
    pub fn from_rows(rows: impl IntoIterator<Item = (u64, Bbox)>) -> Self {
        Self { packed: Packed::new(rows), by_distance: OnceLock::new() }
    }

    /// How many rows are indexed.
    pub fn len(&self) -> usize {
        self.packed.len()
    }

    /// Whether no row is indexed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The box around everything indexed, [`Bbox::EMPTY`] for an empty index.
    pub fn extent(&self) -> Bbox {
        self.packed.extent()
    }

    /// Calls `visit` with every row whose box meets the closed `window`, in no particular order, until it
    /// breaks; returns the value broken with.
    pub fn window<B>(&self, window: &Bbox, mut visit: impl FnMut(u64) -> ControlFlow<B>) -> Option<B> {
        match self.packed.window(window, &mut visit) {
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

    pub(crate) fn by_distance(&self) -> &RTree<Item> {
        self.by_distance.get_or_init(|| RTree::bulk_load(self.packed.items().map(item).collect()))
    }
}

fn item((row, bbox): (u64, &Bbox)) -> Item {
    Item { min: [bbox.min_x, bbox.min_y], max: [bbox.max_x, bbox.max_y], row }
}

pub(crate) fn bbox_of(envelope: &AABB<[f64; 2]>) -> Bbox {
    let ([min_x, min_y], [max_x, max_y]) = (envelope.lower(), envelope.upper());
    Bbox { min_x, min_y, max_x, max_y }
}
