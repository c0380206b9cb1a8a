//! Longitude and latitude to EPSG:3857 and back, without the general machinery.

use std::f64::consts::PI;

/// Radius of the sphere, in metres: WGS 84's semi-major axis.
const RADIUS_M: f64 = 6_378_137.0;

/// Degrees to metres; `None` at the poles and beyond, and for longitudes past ten radians.
pub(super) fn forward(lon: f64, lat: f64) -> Option<(f64, f64)> {
    let (lambda, phi) = (wrapped(lon.to_radians())?, lat.to_radians());
    let y = RADIUS_M * phi.tan().asinh();
    (lat.abs() < 90.0 && y.is_finite()).then_some((RADIUS_M * lambda, y))
}

/// Metres to degrees.
pub(super) fn inverse(x: f64, y: f64) -> Option<(f64, f64)> {
    let (lambda, phi) = (wrapped(x / RADIUS_M)?, (y / RADIUS_M).sinh().atan());
    phi.is_finite().then_some((lambda.to_degrees(), phi.to_degrees()))
}

/// A longitude within half a turn either way, as PROJ gives it.
fn wrapped(lambda: f64) -> Option<f64> {
    // Half a turn as the usual extent of the plane spells it, 20037508.342789, still counts as half a turn.
    if lambda.abs() <= PI + 1e-12 {
        return Some(lambda);
    }
    if lambda.abs() > 10.0 || lambda.is_nan() {
        return None;
    }
    Some(lambda - 2.0 * PI * ((lambda + PI) / (2.0 * PI)).floor())
}
