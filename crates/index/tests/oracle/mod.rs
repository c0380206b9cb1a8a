//! The DE-9IM matrix by sampling, in exact arithmetic, independent of the code under test.
//!
//! Geometries have integer vertices. Every vertex, every crossing of two segments, a point of every piece of
//! segment between those, and a point on either side of each piece are located in both geometries: each cell
//! of the plane's subdivision by all segments has a sample, so the matrix is complete.

mod exact;
mod model;
mod named;
pub mod random;

pub use model::Model;
pub use named::holds;

use exact::{Sample, crossing, middle, off};
use geohub_index::{Dimension, Matrix};

pub fn relate(left: &Model, right: &Model) -> Matrix {
    let mut matrix = Matrix::new(left.dimension(), right.dimension());
    let mut raise =
        |sample: Sample, dimension| matrix.raise(left.locate(sample), right.locate(sample), dimension);
    let segments: Vec<_> = left.segments().chain(right.segments()).collect();
    let mut nodes: Vec<Sample> = left.vertices().chain(right.vertices()).map(Sample::at).collect();
    for (position, a) in segments.iter().enumerate() {
        nodes.extend(segments[..position].iter().filter_map(|b| crossing(*a, *b)));
    }
    for node in &nodes {
        raise(*node, Dimension::Point);
    }
    for segment in &segments {
        let mut on: Vec<Sample> = nodes.iter().copied().filter(|node| node.is_on(*segment)).collect();
        on.sort_by(|a, b| a.along(b, *segment));
        for pair in on.windows(2).filter(|pair| !pair[0].is(pair[1])) {
            let piece = middle(pair[0], pair[1]);
            raise(piece, Dimension::Line);
            for side in [-1, 1] {
                raise(off(piece, *segment, side), Dimension::Area);
            }
        }
    }
    matrix
}
