//! The point of an edge nearest to a point, on an ellipsoid.

use geohub_crs::{Ellipsoid, Latitude, Step};

use crate::relate::Xy;

/// Steps of Newton's method; two do in a city.
const MAX_STEPS: usize = 12;
/// A step this short against the chord (squared: a thousandth of it) is the last, for the chord is then known to third
/// order in it.
const LAST_STEP2: f64 = 1e-6;

/// Where the nearest point of an edge is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Foot {
    /// At its first end.
    Start,
    /// At its second end.
    End,
    /// Between them.
    Inside {
        /// In metres; `None` where it is too far for an arc over the chord.
        distance: Option<f64>,
        /// How far along the edge.
        part: f64,
    },
}

/// Finds the nearest point of the edge from `from`, an offset in degrees from a point at `latitude`, to `from + along`.
///
/// Minimises the chord along the edge, `|E(t) - P|²`, by Newton's method from the foot in the local plane. The first
/// derivative is exact, so nothing of the plane remains in the result; the chord's minimum is the arc's, as the
/// curvature under it changes by less than 1e-5 in any direction within 100 km.
#[inline]
pub(crate) fn foot(ellipsoid: &Ellipsoid, degrees: f64, latitude: &Latitude, from: Xy, along: Xy) -> Foot {
    let scale = [ellipsoid.parallel_radius(latitude), ellipsoid.meridian_radius(latitude)];
    let [x, y] = [from[0] * scale[0], from[1] * scale[1]];
    let [dx, dy] = [along[0] * scale[0], along[1] * scale[1]];
    let plane = -(x * dx + y * dy) / (dx * dx + dy * dy);
    if plane.is_nan() {
        return Foot::Start;
    }
    let mut part = plane.clamp(0.0, 1.0);
    for _ in 0..MAX_STEPS {
        let offset = [from[0] + part * along[0], from[1] + part * along[1]];
        let step = ellipsoid.step(degrees, latitude, offset);
        let slope = Slope::new(ellipsoid, &step, along);
        let next = (part - slope.first / slope.second).clamp(0.0, 1.0);
        let moved = next - part;
        let chord2 = step.chord2();
        if moved * moved * slope.speed2 <= LAST_STEP2 * chord2 || slope.speed2 == 0.0 {
            if next <= 0.0 {
                return Foot::Start;
            }
            if next >= 1.0 {
                return Foot::End;
            }
            let least = chord2 - slope.first * slope.first / slope.second;
            return Foot::Inside { distance: ellipsoid.arc(&step, least), part: next };
        }
        part = next;
    }
    // Not converged: on the edge itself, to the last digits, or badly curved; the distance where it stands.
    let offset = [from[0] + part * along[0], from[1] + part * along[1]];
    let step = ellipsoid.step(degrees, latitude, offset);
    Foot::Inside { distance: ellipsoid.arc(&step, step.chord2()), part }
}

/// Half the derivatives of the squared chord along an edge.
struct Slope {
    first: f64,
    second: f64,
    /// Squared metres along the edge for a whole edge.
    speed2: f64,
}

impl Slope {
    /// With `E` the point on the edge and the frame of its meridian (outward, east, along the axis).
    #[inline]
    fn new(ellipsoid: &Ellipsoid, step: &Step, along: Xy) -> Self {
        let [turn, climb] = [along[0].to_radians(), along[1].to_radians()];
        let [outward, east, upward] = step.vector();
        let (radius, parallel) = (ellipsoid.meridian_radius(&step.to), ellipsoid.parallel_radius(&step.to));
        let (sin, cos) = (step.to.sin, step.to.cos);
        let speed = [-radius * sin * climb, parallel * turn, radius * cos * climb];
        let speed2 = radius * radius * climb * climb + parallel * parallel * turn * turn;
        let first = outward * speed[0] + east * speed[1] + upward * speed[2];
        let bend = [
            -radius * cos * climb * climb - parallel * turn * turn,
            2.0 * speed[0] * turn,
            -radius * sin * climb * climb,
        ];
        let second = speed2 + outward * bend[0] + east * bend[1] + upward * bend[2];
        // Beyond the centre of curvature there is no minimum ahead; then downhill at the pace of a straight edge.
        Self { first, second: if second > 0.1 * speed2 { second } else { speed2 }, speed2 }
    }
}
