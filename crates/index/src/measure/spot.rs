//! A point that distances are measured from, and its distance to edges.

use geohub_crs::{Latitude, Metric, turn_by};

use super::far;
use super::foot::{Foot, foot};
use crate::relate::Xy;

/// Longest edges, in degrees along either axis, along which the distance from a point has one minimum.
const MAX_PLAIN_DEGREES: f64 = 2.0;
/// Distances beyond which chords no longer tell where the nearest point is, in metres.
pub(super) const MAX_CHORD_M: f64 = 100_000.0;

/// A point with what its distances need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'m> {
    pub(crate) metric: &'m Metric,
    pub(crate) at: Xy,
    /// Degrees added to its longitude: full turns.
    pub(crate) turn: f64,
    pub(crate) latitude: Option<Latitude>,
}

impl<'m> Spot<'m> {
    pub(crate) fn new(metric: &'m Metric, at: Xy) -> Self {
        let latitude = match metric {
            Metric::Planar { .. } => None,
            Metric::Ellipsoidal(ellipsoid) => Some(ellipsoid.latitude(at[1])),
        };
        Self { metric, at, turn: 0.0, latitude }
    }

    /// The same point after full turns of its longitude.
    pub(crate) fn turned(self, turn: f64) -> Self {
        Self { turn, ..self }
    }

    /// Where it lies after its turn, rounded.
    pub(crate) fn place(&self) -> Xy {
        [self.at[0] + self.turn, self.at[1]]
    }

    /// The step from here to another point, without the rounding of a turned coordinate.
    #[inline]
    pub(crate) fn offset(&self, to: Xy) -> Xy {
        [turn_by(self.at[0], to[0], self.turn), to[1] - self.at[1]]
    }

    /// The distance to a point, in metres.
    pub(crate) fn distance_to(&self, to: Xy) -> f64 {
        self.metric.distance(self.at, to)
    }

    /// The distance to an edge that is straight in the layer's coordinates, in metres.
    ///
    /// Edges shared by two geometries give the same bits whichever way they run, so that ties are ties.
    pub(crate) fn distance_to_edge(&self, a: Xy, b: Xy) -> f64 {
        self.nearest_on(a, b).0
    }

    /// The distance to an edge and how far along it, from the end that comes first by coordinates, it is.
    pub(crate) fn nearest_on(&self, a: Xy, b: Xy) -> (f64, f64) {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let (Metric::Ellipsoidal(ellipsoid), Some(latitude)) = (self.metric, &self.latitude) else {
            return self.nearest_in_plane(a, b);
        };
        let along = [b[0] - a[0], b[1] - a[1]];
        if along[0].abs().max(along[1].abs()) > MAX_PLAIN_DEGREES {
            return far::nearest_on(self, a, b);
        }
        let found = foot(ellipsoid, self.at[1], latitude, self.offset(a), along);
        match found {
            Foot::Start => (self.distance_to(a), 0.0),
            Foot::End => (self.distance_to(b), 1.0),
            Foot::Inside { distance: Some(distance), part } if distance < MAX_CHORD_M => (distance, part),
            Foot::Inside { .. } => far::nearest_on(self, a, b),
        }
    }

    fn nearest_in_plane(&self, a: Xy, b: Xy) -> (f64, f64) {
        let from = self.offset(a);
        let along = [b[0] - a[0], b[1] - a[1]];
        let length2 = along[0] * along[0] + along[1] * along[1];
        let part = -(from[0] * along[0] + from[1] * along[1]) / length2;
        // False also for an edge without length.
        if part > 0.0 && part < 1.0 {
            let Metric::Planar { metres_per_unit } = self.metric else { return (f64::NAN, part) };
            let across = (from[0] * along[1] - from[1] * along[0]).abs() / length2.sqrt();
            return (across * metres_per_unit, part);
        }
        if part >= 1.0 { (self.distance_to(b), 1.0) } else { (self.distance_to(a), 0.0) }
    }
}
