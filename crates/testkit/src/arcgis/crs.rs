//! The two spatial references the stand-in knows: geographic WGS84 and Web Mercator on its sphere.

use crate::table::{Position, Shape};

const RADIUS_M: f64 = 6_378_137.0;

/// Whether a well-known id means one of the two; Web Mercator's aliases become 102100.
pub(super) fn canonical(wkid: u32) -> Option<u32> {
    match wkid {
        4326 => Some(4326),
        102_100 | 3857 | 900_913 | 102_113 => Some(102_100),
        _ => None,
    }
}

/// The EPSG code, which services give as `latestWkid`.
pub(super) fn latest(wkid: u32) -> u32 {
    if wkid == 102_100 { 3857 } else { wkid }
}

/// Longitude and latitude to the reference's x and y.
pub(super) fn forward(wkid: u32, x: f64, y: f64) -> (f64, f64) {
    if wkid != 102_100 {
        return (x, y);
    }
    let bent = (std::f64::consts::FRAC_PI_4 + y.to_radians() / 2.0).tan().ln();
    (x.to_radians() * RADIUS_M, bent * RADIUS_M)
}

/// The reference's x and y to longitude and latitude.
pub(super) fn inverse(wkid: u32, x: f64, y: f64) -> (f64, f64) {
    if wkid != 102_100 {
        return (x, y);
    }
    let latitude = 2.0 * (y / RADIUS_M).exp().atan() - std::f64::consts::FRAC_PI_2;
    ((x / RADIUS_M).to_degrees(), latitude.to_degrees())
}

fn each(shape: &Shape, at: impl Fn(&Position) -> Position) -> Shape {
    let list = |all: &Vec<Position>| all.iter().map(&at).collect::<Vec<_>>();
    let lists = |parts: &Vec<Vec<Position>>| parts.iter().map(list).collect::<Vec<_>>();
    match shape {
        Shape::Point(p) => Shape::Point(at(p)),
        Shape::MultiPoint(all) => Shape::MultiPoint(list(all)),
        Shape::Line(all) => Shape::Line(list(all)),
        Shape::MultiLine(parts) => Shape::MultiLine(lists(parts)),
        Shape::Polygon(parts) => Shape::Polygon(lists(parts)),
        Shape::MultiPolygon(parts) => Shape::MultiPolygon(parts.iter().map(lists).collect()),
    }
}

/// A shape in longitude and latitude as another reference has it.
pub(super) fn project(shape: &Shape, wkid: u32) -> Shape {
    each(shape, |p| {
        let (x, y) = forward(wkid, p[0], p[1]);
        [x, y, p[2], p[3]]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mercator_goes_both_ways() {
        let (x, y) = forward(102_100, -118.25, 34.05);
        // What PROJ gives for EPSG:4326 to EPSG:3857 through pyproj.
        assert!((x + 13_163_529.786_305).abs() < 1e-5 && (y - 4_035_517.782_085).abs() < 1e-5, "{x} {y}");
        let (lon, lat) = inverse(102_100, x, y);
        assert!((lon + 118.25).abs() < 1e-12 && (lat - 34.05).abs() < 1e-12);
    }
}
