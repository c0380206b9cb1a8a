//! Ellipsoids, and what a degree is on them.

use std::sync::Arc;

use geographiclib_rs::Geodesic;

use super::figures;
use crate::proj_string::ProjString;

/// An ellipsoid of revolution that latitudes and longitudes are given on.
#[derive(Clone, Debug)]
pub struct Ellipsoid {
    /// Equatorial radius in metres.
    pub(super) a: f64,
    /// First eccentricity, squared.
    pub(super) e2: f64,
    pub(super) far: Arc<Geodesic>,
}

/// A latitude with what distances from it need.
#[derive(Clone, Copy, Debug)]
pub struct Latitude {
    /// Its sine.
    pub sin: f64,
    /// Its cosine; correct to the last digits near the poles too.
    pub cos: f64,
    /// `sqrt(1 - e² sin²)`.
    pub(super) w: f64,
}

impl Ellipsoid {
    /// WGS 84.
    pub fn wgs84() -> Self {
        Self::new(6_378_137.0, 1.0 / 298.257_223_563)
    }

    /// An ellipsoid of an equatorial radius in metres and a flattening.
    pub fn new(a: f64, flattening: f64) -> Self {
        Self { a, e2: flattening * (2.0 - flattening), far: Arc::new(Geodesic::new(a, flattening)) }
    }

    /// The ellipsoid of a PROJ.4 string; `None` for names not known here.
    pub(super) fn of_proj(proj: &ProjString<'_>) -> Option<Self> {
        if let Some(radius) = proj.number("R") {
            return sound(radius, 0.0);
        }
        if let Some(a) = proj.number("a") {
            let flattening = match (proj.number("rf"), proj.number("f"), proj.number("b")) {
                (Some(rf), ..) => 1.0 / rf,
                (None, Some(f), _) => f,
                (None, None, Some(b)) => (a - b) / a,
                (None, None, None) => return None,
            };
            return sound(a, flattening);
        }
        let name = match (proj.get("ellps"), proj.get("datum")) {
            (Some(name), _) => name,
            (None, Some(datum)) => figures::of_datum(datum)?,
            (None, None) => return None,
        };
        let (a, flattening) = figures::named(name)?;
        sound(a, flattening)
    }

    /// A latitude in degrees.
    #[inline]
    pub fn latitude(&self, degrees: f64) -> Latitude {
        let (mut sin, mut cos) = degrees.to_radians().sin_cos();
        if degrees.abs() > 45.0 {
            // The distance to the pole is exact in degrees, and so is the sine of it.
            cos = (90.0 - degrees.abs()).to_radians().sin();
            sin = sin.clamp(-1.0, 1.0);
        }
        self.of_sin_cos(sin, cos)
    }

    #[inline]
    pub(super) fn of_sin_cos(&self, sin: f64, cos: f64) -> Latitude {
        Latitude { sin, cos, w: (1.0 - self.e2 * sin * sin).sqrt() }
    }

    /// Metres for a radian of longitude: the radius of the parallel.
    #[inline]
    pub fn parallel_radius(&self, at: &Latitude) -> f64 {
        self.a * at.cos / at.w
    }

    /// Metres for a radian of latitude: the radius of curvature of the meridian.
    #[inline]
    pub fn meridian_radius(&self, at: &Latitude) -> f64 {
        self.a * (1.0 - self.e2) / (at.w * at.w * at.w)
    }

    /// The least radius of curvature of a meridian, that at the equator, in metres.
    pub fn least_meridian_radius(&self) -> f64 {
        self.a * (1.0 - self.e2)
    }

    /// The greatest radius of curvature of a meridian, that at the poles, in metres.
    pub fn greatest_meridian_radius(&self) -> f64 {
        self.a / (1.0 - self.e2).sqrt()
    }

    /// The most by which the meridian's radius changes in a radian of latitude, in metres.
    ///
    /// Its derivative is `3 a (1 - e²) e² sin cos / w⁵`, where `sin cos <= 1/2` and `w² >= 1 - e²`.
    pub fn greatest_meridian_change(&self) -> f64 {
        1.5 * self.a * self.e2 / ((1.0 - self.e2) * (1.0 - self.e2).sqrt())
    }
}

/// Prolate and degenerate figures are refused: the bounds used elsewhere hold for flattened ones.
fn sound(a: f64, flattening: f64) -> Option<Ellipsoid> {
    let fits = a.is_finite() && a > 0.0 && (0.0..0.1).contains(&flattening);
    fits.then(|| Ellipsoid::new(a, flattening))
}
