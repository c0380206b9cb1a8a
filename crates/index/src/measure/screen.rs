//! Lower bounds of distances, cheap enough to ask of every box and edge.

use geohub_core::Bbox;
use geohub_crs::{Ellipsoid, Latitude, Metric};

use super::globe;
use crate::relate::Xy;

/// Taken off every planar bound, relatively: far more than its arithmetic rounds.
const ROUNDING: f64 = 1e-12;
/// Added to every limit before bounds are compared with it, relatively and in metres: what subtracting coordinates and
/// placing a foot on a long edge may round.
const ROOM: f64 = 1e-9;
const ROOM_M: f64 = 1e-8;
/// Distances beyond which the plane at a place says too little, in metres.
const MAX_PLANE_M: f64 = 300_000.0;

/// A plane about a place (a point or a box) in which nothing is farther than in truth, up to a distance.
///
/// On an ellipsoid with the metric `M² dφ² + p² dλ²` take a path of length `s <= D` from a point of the place. It stays
/// within `δ = D / M₀` of the place's latitudes, `M₀` being the least radius of the meridian. There `p` is at least
/// `p(|φ| + δ)`, as it falls towards the poles, and `M` at least `M(|φ| - δ)`, as it falls towards the equator; call
/// them `k_x` and `k_y`. So `s >= ∫ √(k_y² φ'² + k_x² λ'²) >= √(k_y² Δφ² + k_x² Δλ²)`, the length in the plane. With
/// `k_x = 0`, where the band reaches a pole, this still holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Metres per unit of x and of y.
    pub(crate) scale: [f64; 2],
    /// Longitudes count modulo 360.
    pub(crate) turns: bool,
}

impl Screen {
    /// The plane about a point whose latitude is known, up to a distance in metres.
    #[inline]
    pub(crate) fn at(ellipsoid: &Ellipsoid, latitude: &Latitude, distance: f64) -> Self {
        let band = distance / ellipsoid.least_meridian_radius();
        let steepest = (latitude.sin.abs() + band).min(1.0);
        let parallel =
            ellipsoid.parallel_radius(latitude) - ellipsoid.greatest_meridian_radius() * band * steepest;
        let meridian = (ellipsoid.meridian_radius(latitude) - ellipsoid.greatest_meridian_change() * band)
            .max(ellipsoid.least_meridian_radius());
        Self::of_radii(parallel, meridian)
    }

    /// The plane about a box, up to a distance in metres.
    pub(crate) fn about(metric: &Metric, place: &Bbox, distance: f64) -> Self {
        match metric {
            Metric::Planar { metres_per_unit } => Self::planar(*metres_per_unit),
            Metric::Ellipsoidal(ellipsoid) => Self::on(ellipsoid, place, distance),
        }
    }

    /// The plane about a box on an ellipsoid.
    pub(crate) fn on(ellipsoid: &Ellipsoid, place: &Bbox, distance: f64) -> Self {
        let (low, high) = (place.min_y, place.max_y);
        let polar = low.abs().max(high.abs()).min(90.0);
        let equatorial = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
        let narrowest = Self::at(ellipsoid, &ellipsoid.latitude(polar), distance);
        if polar == equatorial {
            return narrowest;
        }
        let flattest = Self::at(ellipsoid, &ellipsoid.latitude(equatorial), distance);
        Self { scale: [narrowest.scale[0], flattest.scale[1]], turns: true }
    }

    /// The plane itself.
    pub(crate) fn planar(metres_per_unit: f64) -> Self {
        Self { scale: [metres_per_unit * (1.0 - ROUNDING); 2], turns: false }
    }

    fn of_radii(parallel: f64, meridian: f64) -> Self {
        let degree = |radius: f64| radius.max(0.0).to_radians() * (1.0 - ROUNDING);
        Self { scale: [degree(parallel), degree(meridian)], turns: true }
    }

    /// A lower bound of the distance between anything in two boxes, squared, in square metres; longitudes as they are.
    #[inline]
    pub(crate) fn boxes2(&self, a: &Bbox, b: &Bbox) -> f64 {
        let gap_x = (a.min_x - b.max_x).max(b.min_x - a.max_x).max(0.0) * self.scale[0];
        let gap_y = (a.min_y - b.max_y).max(b.min_y - a.max_y).max(0.0) * self.scale[1];
        gap_x * gap_x + gap_y * gap_y
    }

    /// The same with longitudes modulo 360.
    pub(crate) fn turned_boxes2(&self, a: &Bbox, b: &Bbox) -> f64 {
        if !self.turns {
            return self.boxes2(a, b);
        }
        let (x, y) = (globe::longitude_gap(a, b) * self.scale[0], globe::latitude_gap(a, b) * self.scale[1]);
        x * x + y * y
    }

    /// How far the place's box must grow in x and y to hold all that is as near as a distance; infinite in x where
    /// all longitudes are.
    pub(crate) fn reach(&self, distance: f64) -> [f64; 2] {
        let distance = padded(distance);
        [distance / self.scale[0], distance / self.scale[1]]
    }
}

/// Whether distances up to this one are screened in a plane at these latitudes; else on the globe.
pub(crate) fn is_plane_of_use(metric: &Metric, place: &Bbox, distance: f64) -> bool {
    match metric {
        Metric::Planar { .. } => true,
        Metric::Ellipsoidal(_) => {
            let pole_distance = 90.0 - place.max_y.abs().max(place.min_y.abs());
            // The plane's narrowest parallel is still a half of the place's.
            distance <= MAX_PLANE_M && distance < pole_distance * 111_000.0 * 0.5
        }
    }
}

/// A limit with room for rounding; bounds above it are above the limit in truth.
#[inline]
pub(crate) fn padded(limit: f64) -> f64 {
    limit * (1.0 + ROOM) + ROOM_M
}

/// The planar distance from the origin to a segment, squared.
#[inline]
pub(crate) fn to_segment2(a: Xy, b: Xy) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = -(a[0] * dx + a[1] * dy);
    let length2 = dx * dx + dy * dy;
    if along <= 0.0 {
        return a[0] * a[0] + a[1] * a[1];
    }
    if along >= length2 {
        return b[0] * b[0] + b[1] * b[1];
    }
    let across = a[0] * dy - a[1] * dx;
    across * across / length2
}
