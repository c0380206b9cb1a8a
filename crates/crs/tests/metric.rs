//! Distances against Karney's geodesic, which is exact to nanometres.

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use geohub_core::Crs;
use geohub_crs::{CrsError, Ellipsoid, Metric, turn};

/// Numbers in 0..1 that look random and are the same each run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The greatest relative error over random pairs at a latitude, with separations up to a maximum in metres.
fn worst(ellipsoid: &Ellipsoid, geodesic: &Geodesic, latitude: f64, longest_m: f64) -> f64 {
    let mut noise = Noise(latitude.to_bits() ^ longest_m.to_bits());
    let mut worst: f64 = 0.0;
    for _ in 0..2_000 {
        let (lat, lon) = ((latitude + noise.next() - 0.5).clamp(-90.0, 90.0), noise.next() * 360.0 - 180.0);
        let (azimuth, length) = (noise.next() * 360.0, noise.next() * longest_m);
        let (to_lat, to_lon): (f64, f64) = geodesic.direct(lat, lon, azimuth, length);
        let ours = ellipsoid.distance([lon, lat], [to_lon, to_lat]);
        let theirs: f64 = geodesic.inverse(lat, lon, to_lat, to_lon);
        // Karney's own rounding is some nanometres.
        worst = worst.max(((ours - theirs).abs() - 1e-8).max(0.0) / theirs);
        assert_eq!(ours.to_bits(), ellipsoid.distance([to_lon, to_lat], [lon, lat]).to_bits());
    }
    worst
}

#[test]
fn distances_up_to_100_km_and_beyond_agree_with_the_geodesic_everywhere() {
    let ellipsoid = Ellipsoid::wgs84();
    let geodesic = Geodesic::wgs84();
    for latitude in [0.0, 0.5, 12.0, 34.0, 45.0, 60.0, -75.0, 85.0, 89.0, 89.7, -90.0, 90.0] {
        for longest in [1.0, 1_000.0, 100_000.0, 130_000.0, 15_000_000.0] {
            let worst = worst(&ellipsoid, &geodesic, latitude, longest);
            assert!(worst < 1e-10, "at {latitude} up to {longest} m: {worst:e}");
        }
    }
}

#[test]
fn tiny_distances_keep_their_digits() {
    let ellipsoid = Ellipsoid::wgs84();
    for latitude in [0.0, 34.0, 89.9999] {
        let metre = ellipsoid.distance([10.0, latitude], [10.0, latitude + 2f64.powi(-13)]);
        let small = ellipsoid.distance([10.0, latitude], [10.0, latitude + 2f64.powi(-40)]);
        assert!((small * 2f64.powi(27) / metre - 1.0).abs() < 1e-4, "{latitude}: {small}");
        let east = |degrees: f64| ellipsoid.distance([10.0, latitude], [10.0 + degrees, latitude]);
        assert!((east(2f64.powi(-40)) * 2f64.powi(20) / east(2f64.powi(-20)) - 1.0).abs() < 1e-9);
    }
}

#[test]
fn longitudes_count_modulo_360_without_loss() {
    let ellipsoid = Ellipsoid::wgs84();
    let step = 2f64.powi(-45);
    assert_eq!(turn(180.0 - step, -180.0), step);
    assert_eq!(turn(-180.0, 180.0), 0.0);
    assert_eq!(turn(0.0, 359.0), -1.0);
    let near = ellipsoid.distance([179.9999, 10.0], [-179.9999, 10.0]);
    let plain = ellipsoid.distance([9.9999, 10.0], [10.0001, 10.0]);
    assert!((near / plain - 1.0).abs() < 1e-8, "{near} {plain}");
    assert_eq!(ellipsoid.distance([-118.0, 34.0], [242.0, 34.0]), 0.0);
    // Over the pole.
    let over = ellipsoid.distance([0.0, 89.9995], [180.0, 89.9995]);
    assert!((over - 111.694 * 2.0 * 0.5).abs() < 1e-3, "{over}");
}

#[test]
fn every_crs_has_a_metric_or_is_refused_by_name() {
    let foot = 1200.0 / 3937.0;
    for (code, unit) in [("EPSG:2229", foot), ("EPSG:3310", 1.0), ("ESRI:102645", foot)] {
        let metric = Metric::of(&code.parse().unwrap()).unwrap();
        let distance = metric.distance([0.0, 0.0], [3.0, 4.0]);
        assert!((distance - 5.0 * unit).abs() < 1e-12, "{code}: {distance}");
    }
    // The same degree of longitude at the equator, by the ellipsoid's own radius.
    for (code, a) in [
        ("EPSG:4326", 6_378_137.0),
        ("EPSG:4269", 6_378_137.0),
        ("EPSG:4267", 6_378_206.4),
        ("EPSG:4314", 6_377_397.155),
    ] {
        let metric = Metric::of(&code.parse().unwrap()).unwrap();
        let degree = metric.distance([0.0, 0.0], [1.0, 0.0]);
        assert!((degree / (a * 1f64.to_radians()) - 1.0).abs() < 1e-12, "{code}: {degree}");
    }
    let refused = Metric::of(&Crs::unknown()).unwrap_err();
    assert!(refused.to_string().contains("--from-crs"), "{refused}");
    let refused = Metric::of(&"EPSG:999999".parse().unwrap()).unwrap_err();
    assert!(refused.to_string().contains("999999"), "{refused}");
}

#[test]
fn nearly_every_geographic_crs_of_the_registry_has_an_ellipsoid() {
    let (mut known, mut refused) = (0, Vec::new());
    // Geocentric systems and those in grads are refused before that.
    for code in 4000..5000 {
        let crs = Crs::epsg(code);
        match Metric::of(&crs) {
            Ok(Metric::Ellipsoidal(_)) => known += 1,
            Err(CrsError::Unsupported { reason, .. }) if reason.contains("ellipsoid") => {
                refused.push(crs.to_string());
            }
            _ => {}
        }
    }
    assert!(refused.is_empty(), "{refused:?}");
    assert!(known > 400, "{known} known");
}
