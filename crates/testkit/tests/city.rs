//! What every city must be: well formed, the same for a seed, and awkward where real data is.

use std::collections::{HashMap, HashSet};

use geo::{Area, BooleanOps, Intersects, Validation, Winding};
use geo_types::{Geometry, MultiPolygon, Polygon};
use geohub_testkit::city::{Feature, Format, Layer, write};
use geohub_testkit::table::{Shape, Table, Value};

fn polygons(feature: &Feature) -> MultiPolygon<f64> {
    match feature.shape.as_ref().map(|shape| shape.to_geo()) {
        Some(Geometry::Polygon(one)) => MultiPolygon(vec![one]),
        Some(Geometry::MultiPolygon(all)) => all,
        other => panic!("not a polygon: {other:?}"),
    }
}

fn text(layer: Layer, count: usize, seed: u64, format: Format) -> String {
    let mut out = Vec::new();
    assert_eq!(write(layer, count, seed, format, &mut out).expect("a vector takes all"), count);
    String::from_utf8(out).expect("the generator writes UTF-8")
}

fn bounds_meet(a: &Shape, b: &Shape) -> bool {
    let (a, b) = (a.bounds(), b.bounds());
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    for layer in Layer::ALL {
        for format in [Format::GeoJson, Format::GeoJsonLines, Format::GeoJsonSeq, Format::Csv] {
            let one = text(layer, 60, 7, format);
            assert_eq!(one, text(layer, 60, 7, format));
            assert_ne!(one, text(layer, 60, 8, format), "{}", layer.name());
        }
    }
}

#[test]
fn a_shorter_layer_is_the_beginning_of_a_longer_one() {
    for layer in [Layer::Meters, Layer::Parcels, Layer::Streets, Layer::Permits] {
        let short = text(layer, 50, 3, Format::GeoJsonLines);
        assert!(text(layer, 200, 3, Format::GeoJsonLines).starts_with(&short));
    }
}

#[test]
fn every_area_is_valid_and_wound_as_rfc_7946_says() {
    for (layer, count) in [(Layer::Parcels, 3000), (Layer::Neighborhoods, 90)] {
        for feature in layer.features(count, 11) {
            let all = polygons(&feature);
            assert!(all.is_valid(), "{:?}", all.validation_errors());
            for polygon in &all {
                assert!(polygon.exterior().is_ccw() && polygon.interiors().iter().all(Winding::is_cw));
            }
        }
    }
}

#[test]
fn neighborhoods_do_not_overlap_and_leave_some_holes() {
    for seed in [1, 7, 2026] {
        let all: Vec<Feature> = Layer::Neighborhoods.features(45, seed).collect();
        let shapes: Vec<MultiPolygon<f64>> = all.iter().map(polygons).collect();
        for i in 0..shapes.len() {
            for j in 0..i {
                let close = bounds_meet(all[i].shape.as_ref().unwrap(), all[j].shape.as_ref().unwrap());
                let shared = if close { shapes[i].intersection(&shapes[j]).unsigned_area() } else { 0.0 };
                assert!(shared < 1e-12, "seed {seed}: {i} and {j} share {shared}");
            }
        }
        let holes = shapes.iter().flatten().filter(|polygon| !polygon.interiors().is_empty()).count();
        assert!(holes >= 3, "seed {seed}: {holes} polygons with holes");
        assert!(shapes.iter().any(|shape| shape.0.len() > 1), "seed {seed}: no neighbourhood in parts");
    }
}

#[test]
fn neighborhood_borders_are_shared_point_for_point() {
    let mut edges: HashMap<[u64; 4], i32> = HashMap::new();
    for feature in Layer::Neighborhoods.features(40, 5) {
        for polygon in polygons(&feature) {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for line in ring.lines() {
                    let (a, b) = (
                        (line.start.x.to_bits(), line.start.y.to_bits()),
                        (line.end.x.to_bits(), line.end.y.to_bits()),
                    );
                    let (key, way) =
                        if a < b { ([a.0, a.1, b.0, b.1], 1) } else { ([b.0, b.1, a.0, a.1], -1) };
                    *edges.entry(key).or_default() += way;
                }
            }
        }
    }
    // An inner border is walked once each way, the outer one only once: nothing is walked twice the same way.
    assert!(edges.values().all(|sum| sum.abs() <= 1));
    let inner = edges.values().filter(|sum| **sum == 0).count();
    assert!(inner * 2 > edges.len(), "{inner} inner of {}", edges.len());
}

#[test]
fn a_meter_is_in_one_neighborhood_or_in_none() {
    let hoods: Vec<Feature> = Layer::Neighborhoods.features(40, 2026).collect();
    let shapes: Vec<MultiPolygon<f64>> = hoods.iter().map(polygons).collect();
    let (mut none, mut total) = (0, 0);
    for meter in Layer::Meters.features(1500, 2026) {
        let Some(shape) = &meter.shape else { continue };
        let near =
            hoods.iter().zip(&shapes).filter(|(hood, _)| bounds_meet(hood.shape.as_ref().unwrap(), shape));
        let met = near.filter(|(_, area)| area.intersects(&shape.to_geo())).count();
        assert!(met <= 1, "{meter:?} meets {met}");
        (none, total) = (none + usize::from(met == 0), total + 1);
    }
    assert!(none > 10 && none < total / 4, "{none} of {total} in none");
}

fn count(features: &[Feature], what: impl Fn(&Feature) -> bool) -> usize {
    features.iter().filter(|feature| what(feature)).count()
}

#[test]
fn parcels_have_donuts_with_their_fillings_stacks_parts_and_shared_corners() {
    let all: Vec<Feature> = Layer::Parcels.features(20_000, 7).collect();
    let single = |feature: &Feature| -> Option<Polygon<f64>> {
        let mut areas = polygons(feature).0;
        (areas.len() == 1).then(|| areas.remove(0))
    };
    let donuts: Vec<Polygon<f64>> =
        all.iter().filter_map(single).filter(|p| !p.interiors().is_empty()).collect();
    assert!(donuts.len() > 10);
    let rings: HashSet<String> = all.iter().filter_map(single).map(|p| sorted_points(p.exterior())).collect();
    assert!(donuts.iter().all(|donut| rings.contains(&sorted_points(&donut.interiors()[0]))));
    assert!(count(&all, |f| polygons(f).0.len() > 1) > 10, "parts");
    let shapes: HashSet<String> = all.iter().map(|f| format!("{:?}", f.shape)).collect();
    assert!(shapes.len() < all.len(), "no condominiums");
    let code = Layer::Parcels.columns().iter().position(|name| *name == "UseCode").unwrap();
    assert!(count(&all, |f| f.values[code] == Value::text("010C")) > 10);
    let number = Layer::Parcels.columns().iter().position(|name| *name == "LastDocNumber").unwrap();
    let beyond_doubles = |f: &Feature| matches!(f.values[number], Value::Int(n) if n > 1 << 53 && n % 2 == 1);
    assert!(count(&all, beyond_doubles) > 1000);
    assert!(count(&all, |f| f.values.contains(&Value::Null)) > 1000);
}

fn sorted_points(ring: &geo_types::LineString<f64>) -> String {
    let mut points: Vec<String> = ring.coords().skip(1).map(|at| format!("{at:?}")).collect();
    points.sort();
    points.concat()
}

#[test]
fn points_have_null_geometry_and_awkward_text_that_survives() {
    for layer in [Layer::Meters, Layer::Permits] {
        let all: Vec<Feature> = layer.features(20_000, 7).collect();
        let nulls = count(&all, |feature| feature.shape.is_none());
        assert!((50..200).contains(&nulls), "{}: {nulls} null geometries", layer.name());
    }
    let csv = Table::from_csv(&text(Layer::Permits, 2000, 7, Format::Csv)).unwrap();
    let json = Table::from_geojson(&text(Layer::Permits, 2000, 7, Format::GeoJson)).unwrap();
    let work = csv.column("WorkDescription").unwrap();
    for (one, other) in csv.rows.iter().zip(&json.rows) {
        assert_eq!(one.cells[work], other.cells[work]);
    }
    let found: HashSet<String> = csv.rows.iter().map(|row| row.cells[work].display()).collect();
    for sign in ['"', '\n', '\u{e9}', ';', '\u{2014}'] {
        assert!(found.iter().any(|text| text.contains(sign)), "{sign:?} nowhere");
    }
}

#[test]
fn streets_meet_in_shared_nodes() {
    let mut ends: HashMap<String, usize> = HashMap::new();
    for street in Layer::Streets.features(640, 7) {
        let Some(Shape::Line(line)) = street.shape.as_deref() else { panic!("not a line") };
        for at in [line.first(), line.last()] {
            *ends.entry(format!("{at:?}")).or_default() += 1;
        }
    }
    let crossings = ends.values().filter(|count| **count >= 3).count();
    assert!(crossings > 200, "{crossings} crossings");
}

#[test]
fn ids_are_unique() {
    for (layer, key) in [
        (Layer::Meters, 0),
        (Layer::Parcels, 0),
        (Layer::Streets, 0),
        (Layer::Permits, 0),
        (Layer::Neighborhoods, 1),
    ] {
        let ids: HashSet<String> = layer
            .features(5000.min(if layer == Layer::Neighborhoods { 100 } else { 5000 }), 9)
            .map(|f| f.values[key].display())
            .collect();
        assert_eq!(ids.len(), if layer == Layer::Neighborhoods { 100 } else { 5000 }, "{}", layer.name());
    }
}

#[test]
fn parcels_overlap_in_slivers_only() {
    let all: Vec<Feature> = Layer::Parcels.features(600, 2026).collect();
    let shapes: Vec<MultiPolygon<f64>> = all.iter().map(polygons).collect();
    let square_metres = 92_340.0 * 110_920.0;
    for i in 0..shapes.len() {
        for j in i.saturating_sub(40)..i {
            let (a, b) = (all[i].shape.as_ref().unwrap(), all[j].shape.as_ref().unwrap());
            if a != b && bounds_meet(a, b) && shapes[i] != shapes[j] {
                let shared = shapes[i].intersection(&shapes[j]).unsigned_area() * square_metres;
                assert!(shared < 8.0, "{i} and {j} share {shared} square metres");
            }
        }
    }
}
