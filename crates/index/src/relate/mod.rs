//! The DE-9IM matrix of two geometries, exact on the given doubles.
//!
//! Every decision is the sign of an exact orientation, so nothing is ever computed at a rounded intersection
//! point: where two edges meet at a vertex of either, the edges around that vertex are sorted by angle and
//! the sectors between them labelled; where they cross properly the labels follow from the crossing itself;
//! rings and lines that meet nothing lie wholly in one part of the other geometry. (`geo::Relate` labels a
//! graph noded at computed points, needs the whole graph even for boxes that barely touch, and may panic on
//! invalid input; it judges the mixed collections only.)

mod area;
mod bands;
mod cells;
mod collection;
mod contacts;
mod edges;
mod flatten;
mod locate;
mod meets;
mod node;
mod points;
mod segment;
mod shape;

pub(crate) use area::{PartEdge, for_each_part};
pub(crate) use bands::Bands;
pub(crate) use cells::Cells;
pub(crate) use collection::{relate_mixed, to_geometry};
pub(crate) use flatten::{Flat, extent, flatten, pieces_of_mixed};
pub(crate) use locate::Side;
pub(crate) use meets::{crosses_itself, meets};
pub(crate) use points::{point_in_area_matrix, relate_point};
pub(crate) use segment::{Xy, on_segment};
pub(crate) use shape::Shape;

use crate::matrix::{Dimension, Matrix};

/// Beyond this many pairs of edges it pays to list the edges of both sides by height.
const MAX_PLAIN_PAIRS: usize = 2_048;

/// The matrix of two geometries, neither empty.
pub(crate) fn relate(left: Side<'_>, right: Side<'_>) -> Matrix {
    match (left.shape.dimension, right.shape.dimension) {
        (Dimension::Point, _) => points::relate_points(left, right),
        (_, Dimension::Point) => points::relate_points(right, left).transpose(),
        _ if left.shape.segments.len().saturating_mul(right.shape.segments.len()) <= MAX_PLAIN_PAIRS => {
            edges::relate_edges(left, right)
        }
        _ => {
            let (left_bands, right_bands) = (missing_bands(left), missing_bands(right));
            let left = Side { bands: left.bands.or(left_bands.as_ref()), ..left };
            let right = Side { bands: right.bands.or(right_bands.as_ref()), ..right };
            edges::relate_edges(left, right)
        }
    }
}

fn missing_bands(side: Side<'_>) -> Option<Bands> {
    if side.bands.is_none() { Bands::new(side.shape) } else { None }
}
