//! Lower bounds of distances between boxes anywhere on the globe.

use geohub_core::Bbox;
use geohub_crs::{Ellipsoid, Metric};

use super::screen::Screen;

/// Full turns by which two longitudes may be apart; layers run from -360 to 360.
const TURNS: std::ops::RangeInclusive<i32> = -2..=2;

/// The degrees of longitude between two boxes, modulo 360; 0 where they overlap.
pub(crate) fn longitude_gap(a: &Bbox, b: &Bbox) -> f64 {
    let gap = |turn: f64| (a.min_x + turn - b.max_x).max(b.min_x - a.max_x - turn).max(0.0);
    TURNS.map(|turn| gap(f64::from(turn) * 360.0)).fold(f64::INFINITY, f64::min)
}

/// The degrees of latitude between two boxes; 0 where they overlap.
pub(crate) fn latitude_gap(a: &Bbox, b: &Bbox) -> f64 {
    (a.min_y - b.max_y).max(b.min_y - a.max_y).max(0.0)
}

/// The turns to be added to the longitudes of `a` under which it may be nearest to `b`: those that leave less than
/// 180 degrees between them.
pub(crate) fn turns(metric: &Metric, a: &Bbox, b: &Bbox) -> impl Iterator<Item = f64> + use<> {
    let (a, b) = (*a, *b);
    let hull = a.max_x.max(b.max_x) - a.min_x.min(b.min_x);
    // All within half a turn, as in a city: every difference is the shortest as it is.
    let plain = hull <= 180.0 || matches!(metric, Metric::Planar { .. });
    TURNS.map(|turn| f64::from(turn) * 360.0).filter(move |turn| {
        if plain {
            return *turn == 0.0;
        }
        let gap = (a.min_x + turn - b.max_x).max(b.min_x - a.max_x - turn);
        gap <= 180.0
    })
}

/// A lower bound, in metres, of the distance between anything in `a` and anything in `b` (degrees).
///
/// Let `M₀` be the least radius of curvature of the meridian, `M(0) = a (1 - e²)`. Then `M >= M₀` and `N >= a > M₀`
/// everywhere, so the ellipsoid's metric `M² dφ² + N² cos² φ dλ²` is nowhere less than that of a sphere of radius `M₀`
/// with the same latitudes and longitudes, and no path is shorter on the ellipsoid than on it. On the sphere the
/// haversine of the distance, `sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)`, is bounded below by its terms: `Δφ` and `Δλ`
/// (modulo 360, at most 180) by the gaps between the boxes, each cosine by the least in its box.
///
/// That may be 0.7 % short. So let `S` be a little more than this first bound: paths longer than `S` are bounded by
/// `S`, and those that are not stay in the plane of [`Screen`] about `a`. In a city the result is within a thousandth.
pub(crate) fn lower_bound(ellipsoid: &Ellipsoid, a: &Bbox, b: &Bbox) -> f64 {
    let (across, along) = (longitude_gap(a, b).min(180.0), latitude_gap(a, b));
    if across == 0.0 && along == 0.0 {
        return 0.0;
    }
    let cos = |bbox: &Bbox| {
        let polar = bbox.min_y.abs().max(bbox.max_y.abs()).min(90.0);
        (90.0 - polar).to_radians().sin().max(0.0)
    };
    let half_sin2 = |degrees: f64| (degrees.to_radians() * 0.5).sin().powi(2);
    let haversine = half_sin2(along) + cos(a) * cos(b) * half_sin2(across);
    // Rounding of the arc sine near 1 is the largest, 1e-8 of its value.
    let sphere = 2.0 * ellipsoid.least_meridian_radius() * haversine.min(1.0).sqrt().asin() * (1.0 - 1e-7);
    let longest = sphere * 1.01;
    let plane = Screen::on(ellipsoid, a, longest).turned_boxes2(a, b).sqrt();
    sphere.max(plane.min(longest))
}
