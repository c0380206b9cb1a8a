//! Where a point lies in a geometry.

use super::area::{Membership, PartEdge, for_each_part};
use super::bands::Bands;
use super::segment::{Xy, on_segment};
use super::shape::Shape;
use crate::matrix::{Dimension, Location};

/// A shape and, where there is one, the list of its edges by height.
#[derive(Clone, Copy)]
pub(crate) struct Side<'s> {
    pub(crate) shape: &'s Shape,
    pub(crate) bands: Option<&'s Bands>,
}

impl Side<'_> {
    /// The part of the geometry in which a point lies.
    ///
    /// In areas the even-odd rule decides within each polygon, and the polygons are united: inside one is
    /// inside, else on the border of one is on the border.
    pub(crate) fn locate(self, p: Xy) -> Location {
        let bbox = &self.shape.bbox;
        if p[0] < bbox.min_x || p[0] > bbox.max_x || p[1] < bbox.min_y || p[1] > bbox.max_y {
            return Location::Exterior;
        }
        match self.shape.dimension {
            Dimension::Area => self.locate_in_area(p),
            Dimension::Line => self.locate_on_line(p),
            _ => self.locate_at_points(p),
        }
    }

    /// Calls `done` for the polygons that have an edge near the height of `p`, and so for all that `p` could
    /// be in.
    pub(crate) fn memberships(self, p: Xy, done: impl FnMut(Membership)) {
        match self.bands {
            Some(bands) => for_each_part(p, bands.at(p[1]), done),
            None => for_each_part(p, self.shape.segments.iter().map(|s| (s.a, s.b, s.part)), done),
        }
    }

    /// Calls `visit` with every edge on which `p` lies, and its polygon.
    pub(crate) fn edges_through(self, p: Xy, mut visit: impl FnMut(Xy, Xy, u32)) {
        let mut test = |(a, b, part): PartEdge| {
            if on_segment(p, a, b) {
                visit(a, b, part);
            }
        };
        match self.bands {
            Some(bands) => bands.at(p[1]).for_each(test),
            None => self.shape.segments.iter().for_each(|s| test((s.a, s.b, s.part))),
        }
    }

    fn locate_in_area(self, p: Xy) -> Location {
        let mut location = Location::Exterior;
        self.memberships(p, |membership| {
            if membership.on_edge {
                if location == Location::Exterior {
                    location = Location::Boundary;
                }
            } else if membership.odd {
                location = Location::Interior;
            }
        });
        location
    }

    fn locate_on_line(self, p: Xy) -> Location {
        let on_line = match self.bands {
            Some(bands) => bands.at(p[1]).any(|(a, b, _)| on_segment(p, a, b)),
            None => self.shape.segments.iter().any(|s| on_segment(p, s.a, s.b)),
        };
        match (on_line, on_line && self.shape.is_end(p)) {
            (false, _) => Location::Exterior,
            (true, true) => Location::Boundary,
            (true, false) => Location::Interior,
        }
    }

    fn locate_at_points(self, p: Xy) -> Location {
        match self.shape.points.binary_search_by(|point| super::shape::order(point, &p)) {
            Ok(_) => Location::Interior,
            Err(_) => Location::Exterior,
        }
    }
}
