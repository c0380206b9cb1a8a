//! Geometries as flat lists of segments.

use geohub_core::Bbox;

use super::segment::Xy;
use crate::matrix::Dimension;

/// An edge of a line or ring; its ends differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) a: Xy,
    pub(crate) b: Xy,
    /// The line or ring it belongs to.
    pub(crate) component: u32,
    /// The polygon it belongs to; 0 for lines.
    pub(crate) part: u32,
}

impl Segment {
    /// The end that comes first by [`order`].
    pub(crate) fn lowest(&self) -> Xy {
        if order(&self.a, &self.b).is_le() { self.a } else { self.b }
    }

    /// The end that comes last by [`order`].
    pub(crate) fn highest(&self) -> Xy {
        if order(&self.a, &self.b).is_le() { self.b } else { self.a }
    }
}

/// A geometry of one dimension, flattened.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) dimension: Dimension,
    pub(crate) bbox: Bbox,
    /// The points of a point geometry, sorted, without duplicates.
    pub(crate) points: Vec<Xy>,
    /// The edges of lines and rings, in order; components and parts are contiguous.
    pub(crate) segments: Vec<Segment>,
    /// First segment of each component.
    pub(crate) components: Vec<u32>,
    /// The boundary of a line geometry: points where an odd number of lines end, sorted.
    pub(crate) ends: Vec<Xy>,
}

impl Shape {
    /// Whether the geometry is one axis-parallel rectangle, filling its box.
    pub(crate) fn is_rectangle(&self) -> bool {
        let corner = |p: Xy| {
            (p[0] == self.bbox.min_x || p[0] == self.bbox.max_x)
                && (p[1] == self.bbox.min_y || p[1] == self.bbox.max_y)
        };
        self.dimension == Dimension::Area
            && self.segments.len() == 4
            && self.components.len() == 1
            && self.bbox.min_x < self.bbox.max_x
            && self.bbox.min_y < self.bbox.max_y
            && self.segments.iter().all(|s| corner(s.a) && (s.a[0] == s.b[0]) != (s.a[1] == s.b[1]))
            && self.segments[0].a != self.segments[2].a
            && self.segments[1].a != self.segments[3].a
    }

    /// A point of each component, with the component's number.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = (usize, Xy)> {
        self.components.iter().map(|first| self.segments[*first as usize].a).enumerate()
    }

    /// Memory held, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        (self.points.len() + self.ends.len()) * size_of::<Xy>()
            + self.segments.len() * size_of::<Segment>()
            + self.components.len() * size_of::<u32>()
    }

    /// Whether `p` is one of the boundary points of a line geometry.
    pub(crate) fn is_end(&self, p: Xy) -> bool {
        self.ends.binary_search_by(|end| order(end, &p)).is_ok()
    }
}

/// A total order of points: by x, then y.
pub(crate) fn order(a: &Xy, b: &Xy) -> std::cmp::Ordering {
    a[0].total_cmp(&b[0]).then_with(|| a[1].total_cmp(&b[1]))
}
