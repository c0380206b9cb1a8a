//! Distances on an ellipsoid.

use geographiclib_rs::InverseGeodesic;

use super::ellipsoid::{Ellipsoid, Latitude};

/// Chords up to which an arc of the mean curvature is the geodesic to 1e-10 of its length.
const MAX_CHORD_M: f64 = 100_000.0;
/// Beyond this latitude sines and cosines are taken anew, for the cosine's sake.
const POLAR_DEGREES: f64 = 89.0;

/// A step from a latitude: how far a point is from another, as parts that lose nothing when it is near.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The latitude arrived at.
    pub to: Latitude,
    /// Outward from the axis, from the first point's parallel to the second's, in metres.
    pub(super) outward: f64,
    /// Along the axis, in metres.
    pub(super) upward: f64,
    /// Radii of the two parallels.
    pub(super) parallels: [f64; 2],
    /// Sine and cosine of half the difference of longitudes.
    pub(super) half_turn: [f64; 2],
    /// `w²` at the mean latitude.
    mean_w2: f64,
}

impl Step {
    /// The chord, squared, in square metres.
    #[inline]
    pub fn chord2(&self) -> f64 {
        self.meridional2() + self.transverse2()
    }

    /// The vector from the first point to the second in the frame of the second's meridian: outward from the axis, east,
    /// along the axis, in metres.
    #[inline]
    pub fn vector(&self) -> [f64; 3] {
        let [sin, cos] = self.half_turn;
        let first = self.parallels[0];
        [self.outward + 2.0 * first * sin * sin, 2.0 * first * sin * cos, self.upward]
    }

    fn meridional2(&self) -> f64 {
        self.outward * self.outward + self.upward * self.upward
    }

    fn transverse2(&self) -> f64 {
        4.0 * self.parallels[0] * self.parallels[1] * self.half_turn[0] * self.half_turn[0]
    }
}

impl Ellipsoid {
    /// The distance along the ellipsoid between two points (x longitude, y latitude, in degrees), in metres.
    ///
    /// Longitudes count modulo 360. Exchanging the points changes no bit. Up to 100 km it is the arc over the chord
    /// with Euler's radius of curvature at the mean latitude, beyond that Karney's geodesic.
    pub fn distance(&self, a: [f64; 2], b: [f64; 2]) -> f64 {
        let (a, b) = if (a[1], a[0]) <= (b[1], b[0]) { (a, b) } else { (b, a) };
        let offset = [turn(a[0], b[0]), b[1] - a[1]];
        self.distance_from(a[1], &self.latitude(a[1]), offset)
    }

    /// The distance from a point at a latitude to the one at an offset from it, both in degrees.
    #[inline]
    pub fn distance_from(&self, degrees: f64, from: &Latitude, offset: [f64; 2]) -> f64 {
        let step = self.step(degrees, from, offset);
        self.arc(&step, step.chord2()).unwrap_or_else(|| self.far_distance(degrees, offset))
    }

    /// The distance by Karney's geodesic, for points of any separation.
    pub fn far_distance(&self, degrees: f64, [east, north]: [f64; 2]) -> f64 {
        let to = (degrees + north).clamp(-90.0, 90.0);
        self.far.inverse(degrees, 0.0, to, east)
    }

    /// The step from a latitude by an offset in degrees. Differences are taken of the offset, not of the positions, so
    /// that they are as exact as it.
    #[inline]
    pub fn step(&self, degrees: f64, from: &Latitude, [east, north]: [f64; 2]) -> Step {
        let half = (north.to_radians() * 0.5).sin();
        let half_cos = (1.0 - half * half).sqrt();
        let to = if degrees.abs() < POLAR_DEGREES {
            let (sin_step, cos_step) = (2.0 * half * half_cos, 1.0 - 2.0 * half * half);
            self.of_sin_cos(
                from.sin * cos_step + from.cos * sin_step,
                from.cos * cos_step - from.sin * sin_step,
            )
        } else {
            self.latitude(degrees + north)
        };
        let (sines, cosines) = (from.sin + to.sin, from.cos + to.cos);
        let (sine_step, cosine_step) = (half * cosines / half_cos, -half * sines / half_cos);
        // 1 / w at the end less 1 / w at the start.
        let w_step = self.e2 * sine_step * sines / (from.w * to.w * (from.w + to.w));
        let (sin_turn, cos_turn) = (east.to_radians() * 0.5).sin_cos();
        let mean_sin = sines / (2.0 * half_cos);
        Step {
            to,
            outward: self.a * (cosine_step / to.w + from.cos * w_step),
            upward: self.a * (1.0 - self.e2) * (sine_step / to.w + from.sin * w_step),
            parallels: [self.parallel_radius(from), self.parallel_radius(&to)],
            half_turn: [sin_turn, cos_turn],
            mean_w2: 1.0 - self.e2 * (mean_sin * mean_sin).min(1.0),
        }
    }

    /// The arc over a chord, given squared, in the direction of a step; `None` where it is too long for that.
    #[inline]
    pub fn arc(&self, step: &Step, chord2: f64) -> Option<f64> {
        if chord2.is_nan() || chord2 > MAX_CHORD_M * MAX_CHORD_M {
            return None;
        }
        let whole = step.chord2();
        if whole <= 0.0 {
            return Some(chord2.max(0.0).sqrt());
        }
        // Euler: the curvature of the section is the mean of the two principal ones, weighed by direction.
        let w2 = step.mean_w2;
        let curvature =
            w2.sqrt() / self.a * (step.meridional2() * w2 / (1.0 - self.e2) + step.transverse2()) / whole;
        let x2 = chord2.max(0.0) * curvature * curvature * 0.25;
        // asin(x) / x, of which the next term is below 1e-17 here.
        let series = 1.0 + x2 * (1.0 / 6.0 + x2 * (3.0 / 40.0 + x2 * (15.0 / 336.0)));
        Some(chord2.max(0.0).sqrt() * series)
    }
}

/// The step in longitude from one to another, in degrees between -180 and 180, without loss across 180 degrees.
#[inline]
pub fn turn(from: f64, to: f64) -> f64 {
    let plain = to - from;
    if plain.abs() <= 180.0 {
        return plain;
    }
    turn_by(from, to, (plain / 360.0).round() * 360.0)
}

/// `to - from - whole`, where `whole` is a number of full turns, without the rounding of the first difference.
#[inline]
pub fn turn_by(from: f64, to: f64, whole: f64) -> f64 {
    let plain = to - from;
    if whole == 0.0 {
        return plain;
    }
    // What `plain` lost, by Knuth's sum; taking whole turns off is then exact.
    let subtracted = plain - to;
    let lost = (to - (plain - subtracted)) + (-from - subtracted);
    (plain - whole) + lost
}
