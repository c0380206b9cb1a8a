//! Nearest rows and rows within a distance, against looking at every row.

use std::convert::Infallible;
use std::ops::ControlFlow;

use geo_types::Geometry;
use geohub_core::{Bbox, GeometryBuilder};
use geohub_crs::Metric;
use geohub_index::{Neighbor, Prepared, SpatialIndex, Wish};

use crate::pairs::lonlat;
use crate::shapes::{Place, Rng, geometry};

struct Layer {
    boxes: Vec<Bbox>,
    prepared: Vec<Prepared>,
}

fn layer(geometries: &[Geometry<f64>]) -> Layer {
    let mut builder = GeometryBuilder::default();
    for geometry in geometries {
        builder.push_geo(geometry).unwrap();
    }
    let column = builder.finish();
    let boxes = (0..column.len()).map(|row| column.bbox(row)).collect();
    Layer { boxes, prepared: geometries.iter().map(Prepared::new).collect() }
}

/// The rows wanted, from the distances to all.
fn expected(distances: &[f64], wish: Wish) -> Vec<(u64, f64)> {
    let mut all: Vec<(f64, u64)> =
        distances.iter().copied().zip(0..).filter(|(distance, _)| *distance <= wish.limit).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let last = all.get(wish.count - 1).map_or(f64::INFINITY, |last| last.0);
    let kept = all
        .iter()
        .enumerate()
        .filter(|(at, (distance, _))| *at < wish.count || (wish.ties && *distance <= last));
    kept.map(|(_, (distance, row))| (*row, *distance)).collect()
}

fn check(metric: &Metric, geometries: &[Geometry<f64>], limits: &[f64]) {
    let layer = layer(geometries);
    let index = SpatialIndex::build(layer.boxes.iter().copied());
    let mut found: Vec<Neighbor> = Vec::new();
    for probe in 0..layer.boxes.len().min(60) {
        let measure = |row: u64, limit: f64| {
            layer.prepared[probe].distance(metric, &layer.prepared[row as usize], limit)
        };
        let distances: Vec<f64> =
            (0..layer.boxes.len() as u64).map(|row| measure(row, f64::INFINITY).unwrap()).collect();
        for &limit in limits {
            for (count, ties) in [(1, false), (1, true), (5, false), (5, true), (geometries.len() + 3, false)]
            {
                let wish = Wish { count, limit, ties };
                let asked = |row: u64, limit: f64| Ok::<_, Infallible>(measure(row, limit));
                index.nearest_rows(metric, &layer.boxes[probe], wish, &mut found, asked).unwrap();
                let got: Vec<(u64, f64)> =
                    found.iter().map(|neighbor| (neighbor.row, neighbor.distance)).collect();
                assert_eq!(got, expected(&distances, wish), "{wish:?} from {:?}", geometries[probe]);
            }
            let mut within = Vec::new();
            let _: Option<()> = index.within(metric, &layer.boxes[probe], limit, |row| {
                within.push(row);
                ControlFlow::Continue(())
            });
            let mut once = within.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), within.len(), "a row came twice");
            for (row, distance) in distances.iter().enumerate() {
                assert!(
                    *distance > limit || within.contains(&(row as u64)),
                    "row {row} is missing at {limit}"
                );
            }
        }
    }
}

#[test]
fn in_a_city_with_ties() {
    let mut rng = Rng::new(1);
    let place = Place { x: -118.25, y: 34.05, spread: 0.02, size: 0.003 };
    let mut geometries: Vec<_> = (0..200).map(|_| geometry(&place, &mut rng)).collect();
    // The same geometries again: every distance is there twice.
    geometries.extend(geometries.clone().into_iter().take(100));
    check(&lonlat(), &geometries, &[0.0, 150.0, 2_000.0, f64::INFINITY]);
}

#[test]
fn across_the_antimeridian_at_the_poles_and_around_the_globe() {
    let places = [
        Place { x: 180.0, y: 12.0, spread: 0.5, size: 0.1 },
        Place { x: -180.0, y: 12.0, spread: 0.5, size: 0.1 },
        Place { x: 40.0, y: 89.9, spread: 0.1, size: 0.05 },
        Place { x: -140.0, y: 89.9, spread: 0.1, size: 0.05 },
        Place { x: 0.0, y: 0.0, spread: 150.0, size: 4.0 },
    ];
    let mut rng = Rng::new(2);
    let geometries: Vec<_> = (0..40).map(|at| geometry(&places[at % places.len()], &mut rng)).collect();
    check(&lonlat(), &geometries, &[20_000.0, 1_000_000.0, f64::INFINITY]);
}

#[test]
fn in_a_plane() {
    let mut rng = Rng::new(3);
    let place = Place { x: 6_480_000.0, y: 1_840_000.0, spread: 5_000.0, size: 700.0 };
    let geometries: Vec<_> = (0..250).map(|_| geometry(&place, &mut rng)).collect();
    check(&Metric::Planar { metres_per_unit: 0.3048 }, &geometries, &[0.0, 100.0, f64::INFINITY]);
}

#[test]
fn an_error_ends_the_search_and_nothing_is_found_in_nothing() {
    let metric = lonlat();
    let index = SpatialIndex::build((0..50).map(|at| Bbox::new(f64::from(at), 0.0, f64::from(at), 0.0)));
    let mut found = Vec::new();
    let wish = Wish { count: 3, limit: f64::INFINITY, ties: false };
    let place = Bbox::new(7.0, 0.0, 7.0, 0.0);
    let mut asked = 0;
    let failed = index.nearest_rows(&metric, &place, wish, &mut found, |_, _| {
        asked += 1;
        Err("broken")
    });
    assert_eq!((failed, asked), (Err("broken"), 1));
    let none = |_: u64, _: f64| Ok::<_, Infallible>(None);
    index.nearest_rows(&metric, &place, wish, &mut found, none).unwrap();
    SpatialIndex::build([]).nearest_rows(&metric, &place, wish, &mut found, none).unwrap();
    index.nearest_rows(&metric, &Bbox::EMPTY, wish, &mut found, none).unwrap();
    assert!(found.is_empty());
}
