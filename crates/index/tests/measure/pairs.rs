//! Two geometries, each way of measuring them.

use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use geohub_core::GeometryBuilder;
use geohub_crs::{Ellipsoid, Metric};
use geohub_index::{Prepared, Standpoint};

use crate::oracle::{Measure, distance, feet, geodesic};
use crate::shapes::{Place, Rng, geometry};

pub fn lonlat() -> Metric {
    Metric::Ellipsoidal(Ellipsoid::wgs84())
}

/// Every way of measuring a pair: prepared both ways round, and as they lie where one is a point.
fn ways(metric: &Metric, a: &Geometry<f64>, b: &Geometry<f64>, limit: f64) -> Vec<Option<f64>> {
    let (left, right) = (Prepared::new(a), Prepared::new(b));
    let mut found = vec![left.distance(metric, &right, limit), right.distance(metric, &left, limit)];
    for (point, other, prepared) in [(a, b, &right), (b, a, &left)] {
        let Geometry::Point(at) = point else { continue };
        let from = Standpoint::new(metric, at.x(), at.y(), limit);
        found.push(prepared.distance_from(&from, limit));
        let mut builder = GeometryBuilder::default();
        builder.push_geo(other).unwrap();
        let column = builder.finish();
        if Standpoint::measures(&column.row(0)) {
            found.push(from.distance_to(column.row(0), limit));
        }
    }
    found
}

fn check(place: Place, metric: &Metric, measure: Measure, seed: u64, pairs: usize, relative: f64) {
    let turns = matches!(metric, Metric::Ellipsoidal(_));
    let mut rng = Rng::new(seed);
    for _ in 0..pairs {
        let (a, b) = (geometry(&place, &mut rng), geometry(&place, &mut rng));
        let expected = distance(&a, &b, measure, turns).unwrap();
        let all = ways(metric, &a, &b, f64::INFINITY);
        for found in &all {
            let found = found.unwrap();
            // The oracle's geodesic rounds by nanometres.
            let room = relative * expected + 2e-8;
            assert!(
                (found - expected).abs() <= room,
                "{found} is not {expected} (by {:e}):\n{a:?}\n{b:?}",
                found / expected - 1.0
            );
        }
        assert_eq!(all[0], all[1], "{a:?} {b:?}");
        // At the limit itself, and just under it.
        let exact = all[0].unwrap();
        for found in ways(metric, &a, &b, exact * (1.0 + 1e-9) + 1e-9) {
            assert!((found.unwrap() - exact).abs() <= relative * exact + 2e-8, "{a:?} {b:?}");
        }
        if exact > 1e-3 {
            assert!(ways(metric, &a, &b, exact * 0.999).iter().all(Option::is_none), "{a:?} {b:?}");
        }
    }
}

#[test]
fn in_a_city() {
    for (seed, spread, size) in [(1, 0.02, 0.002), (2, 0.2, 0.05), (3, 0.0005, 0.0003)] {
        check(Place { x: -118.25, y: 34.05, spread, size }, &lonlat(), geodesic, seed, 150, 1e-9);
    }
}

#[test]
fn across_the_antimeridian_and_in_the_other_convention() {
    for (seed, x) in [(4, 180.0), (5, -180.0), (6, 0.0), (7, 359.9)] {
        check(Place { x, y: -17.0, spread: 0.3, size: 0.05 }, &lonlat(), geodesic, seed, 40, 1e-9);
    }
}

#[test]
fn near_the_poles_and_the_equator() {
    for (seed, y, spread, size) in
        [(8, 90.0, 0.3, 0.1), (9, -89.9, 0.2, 0.2), (10, 0.0, 0.1, 0.05), (11, 71.0, 0.5, 0.3)]
    {
        check(Place { x: 20.0, y, spread, size }, &lonlat(), geodesic, seed, 60, 1e-9);
    }
}

#[test]
fn far_apart_with_long_edges() {
    check(Place { x: 10.0, y: 20.0, spread: 60.0, size: 10.0 }, &lonlat(), geodesic, 12, 40, 1e-8);
    check(Place { x: 170.0, y: -50.0, spread: 30.0, size: 3.0 }, &lonlat(), geodesic, 13, 40, 1e-8);
}

#[test]
fn in_a_plane_of_feet() {
    let metric = Metric::Planar { metres_per_unit: 0.3048 };
    check(
        Place { x: 6_480_000.0, y: 1_840_000.0, spread: 3_000.0, size: 500.0 },
        &metric,
        feet,
        14,
        200,
        1e-9,
    );
}

#[test]
fn many_vertices_are_measured_by_their_tree() {
    let mut rng = Rng::new(15);
    let ring = |x: f64, y: f64, waves: f64| {
        let at = |step: i32| {
            let angle = f64::from(step) / 2_000.0 * std::f64::consts::TAU;
            let radius = 0.05 + 0.003 * (angle * waves).sin();
            Coord { x: x + radius * angle.cos(), y: y + radius * angle.sin() }
        };
        Geometry::from(Polygon::new(LineString((0..2_000).map(at).collect()), Vec::new()))
    };
    let a = ring(-118.3, 34.0, 40.0);
    for _ in 0..6 {
        let (x, y) = (-118.3 + 0.2 * rng.unit(), 34.0 + 0.2 * rng.unit());
        let point = Geometry::from(Point::new(x, y));
        let expected = distance(&point, &a, geodesic, false).unwrap();
        for found in ways(&lonlat(), &point, &a, f64::INFINITY) {
            assert!((found.unwrap() - expected).abs() <= 1e-9 * expected + 1e-8, "{found:?} {expected}");
        }
    }
    let (a, b) = (Prepared::new(&a), Prepared::new(&ring(-118.15, 34.01, 17.0)));
    let whole = a.distance(&lonlat(), &b, f64::INFINITY).unwrap();
    assert_eq!(b.distance(&lonlat(), &a, f64::INFINITY), Some(whole));
    assert_eq!(a.distance(&lonlat(), &b, whole), Some(whole));
    assert_eq!(a.distance(&lonlat(), &b, whole * 0.999_999), None);
}

#[test]
fn a_millimetre_beside_a_long_edge_keeps_its_digits() {
    // A point due north of an edge along a parallel: the foot is where the edge leaves the meridian's perpendicular.
    let metric = lonlat();
    for (span, relative) in [(0.01, 1e-8), (0.1, 1e-7), (1.5, 1e-6)] {
        let edge = Geometry::from(LineString::from(vec![(-118.0 - span, 34.0), (-118.0 + span, 34.0)]));
        let millimetre = 1e-3 / 110_922.0;
        let north = 34.0 + millimetre;
        let exact = metric.distance([-118.0, 34.0], [-118.0, north]);
        for found in ways(&metric, &Point::new(-118.0, north).into(), &edge, 1.0) {
            assert!((found.unwrap() / exact - 1.0).abs() < relative, "{span}: {found:?} {exact}");
        }
    }
}

#[test]
fn on_the_border_is_zero_and_nothing_is_no_distance() {
    let metric = lonlat();
    let square = Geometry::from(Polygon::new(
        LineString::from(vec![(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]),
        Vec::new(),
    ));
    for (x, y) in [(0.0, 0.0), (1.0, 0.0), (2.0, 1.0), (1.0, 1.0), (361.0, 1.0), (-359.0, 2.0)] {
        for found in ways(&metric, &Point::new(x, y).into(), &square, 0.0) {
            assert_eq!(found, Some(0.0), "{x} {y}");
        }
    }
    let nothing = Geometry::from(LineString::<f64>(Vec::new()));
    assert_eq!(Prepared::new(&nothing).distance(&metric, &Prepared::new(&square), f64::INFINITY), None);
    let broken = Geometry::from(LineString::from(vec![(0.0, f64::NAN), (1.0, 1.0)]));
    for found in ways(&metric, &Point::new(1.0, 1.0).into(), &broken, f64::INFINITY) {
        assert_eq!(found, None);
    }
}
