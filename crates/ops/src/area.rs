//! An area that many geometries are compared with.

use geo_types::Geometry;
use geohub_core::Bbox;
use geohub_index::{Predicate, Prepared};

/// A geometry prepared for comparing.
#[derive(Debug)]
pub(crate) struct Area(Prepared);

impl Area {
    pub(crate) fn new(geometry: &Geometry<f64>) -> Self {
        Self(Prepared::new(geometry))
    }

    pub(crate) fn bbox(&self) -> Bbox {
        *self.0.bbox()
    }

    /// True where the two share a point.
    pub(crate) fn meets(&self, other: &Geometry<f64>) -> bool {
        self.0.matches(Predicate::Intersects, other, true)
    }

    /// True where the other lies `within` this area.
    pub(crate) fn holds(&self, other: &Geometry<f64>) -> bool {
        self.0.matches(Predicate::Within, other, false)
    }
}
