//! Building and asking the index, and each predicate, on lots within a district of 5,000 vertices.
#![expect(missing_docs, reason = "criterion's macros write no docs")]

use std::convert::Infallible;
use std::f64::consts::TAU;
use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geo_types::{Coord, Geometry, LineString, Polygon};
use geohub_core::{Bbox, GeometryBuilder};
use geohub_crs::{Ellipsoid, Metric};
use geohub_index::{
    Predicate, Prepared, SpatialIndex, Standpoint, Wish, box_distance, hilbert_order, lower_bound,
};

const SIDE: u32 = 300;

/// A square lot of a city laid out on a grid, as a box; its place in the sequence is scattered.
fn lot(number: u32) -> Bbox {
    let scattered = (u64::from(number) * 48_271 % u64::from(SIDE * SIDE)) as u32;
    let (x, y) = (f64::from(scattered % SIDE), f64::from(scattered / SIDE));
    Bbox::new(x, y, x + 0.8, y + 0.8)
}

fn lots() -> Vec<Bbox> {
    (0..SIDE * SIDE).map(lot).collect()
}

/// A district with a wavy border of 5,000 vertices in the middle of the lots.
fn district() -> Geometry<f64> {
    let ring = (0..5_000).map(|at| {
        let angle = f64::from(at) / 5_000.0 * TAU;
        let radius = 100.0 + 20.0 * (angle * 9.0).sin() + (angle * 700.0).sin();
        Coord { x: 150.0 + radius * angle.cos(), y: 150.0 + radius * angle.sin() }
    });
    Polygon::new(LineString(ring.collect()), Vec::new()).into()
}

fn polygon(bbox: &Bbox, slant: f64) -> Geometry<f64> {
    let corners = [
        (bbox.min_x, bbox.min_y),
        (bbox.max_x, bbox.min_y),
        (bbox.max_x - slant, bbox.max_y),
        (bbox.min_x, bbox.max_y),
    ];
    Polygon::new(LineString::from(corners.to_vec()), Vec::new()).into()
}

fn index(criterion: &mut Criterion) {
    let lots = lots();
    let mut group = criterion.benchmark_group("index");
    group.sample_size(20).throughput(Throughput::Elements(lots.len() as u64));
    group.bench_function("build", |bench| {
        bench.iter(|| SpatialIndex::build(black_box(&lots).iter().copied()));
    });
    let index = SpatialIndex::build(lots.iter().copied());
    group.bench_function("windows along the curve", |bench| {
        bench.iter(|| {
            let mut found = 0;
            let _: Option<()> = index.pairs(black_box(&lots), |_| {
                found += 1;
                ControlFlow::Continue(())
            });
            found
        });
    });
    group.bench_function("hilbert order", |bench| bench.iter(|| hilbert_order(black_box(&lots))));
    group.finish();
    criterion.bench_function("index/nearest 5", |bench| {
        let probe = Bbox::new(150.9, 150.9, 150.9, 150.9);
        bench.iter(|| index.nearest_k(&probe, 5, |row| Some(box_distance(&probe, &lots[row as usize]))));
    });
}

/// Points beside each lot, on the ground: a degree is a thousand lots.
fn distances(criterion: &mut Criterion) {
    let metric = Metric::Ellipsoidal(Ellipsoid::wgs84());
    let placed = |bbox: Bbox| {
        let at = |x: f64, y: f64| (-118.5 + x / 1_000.0, 33.9 + y / 1_000.0);
        let ((west, south), (east, north)) = (at(bbox.min_x, bbox.min_y), at(bbox.max_x, bbox.max_y));
        Bbox::new(west, south, east, north)
    };
    let mut boxes: Vec<Bbox> = lots().into_iter().map(placed).collect();
    let order = hilbert_order(&boxes);
    boxes = order.iter().map(|row| boxes[*row as usize]).collect();
    let mut builder = GeometryBuilder::default();
    for bbox in &boxes {
        // A polygon within its box goes into a column as any other does.
        let _ = builder.push_geo(&polygon(bbox, 1e-4));
    }
    let column = builder.finish();
    let index = SpatialIndex::build(boxes.iter().copied());
    let mut group = criterion.benchmark_group("distance");
    group.sample_size(20).throughput(Throughput::Elements(boxes.len() as u64));
    let wish = Wish { count: 1, limit: 50.0, ties: false };
    group.bench_function("nearest lot, packed tree", |bench| {
        let mut found = Vec::new();
        bench.iter(|| {
            let mut all = 0;
            for place in boxes.iter().map(beside) {
                let from = Standpoint::new(&metric, place.min_x, place.min_y, wish.limit);
                let measure = |row: u64, limit: f64| {
                    Ok::<_, Infallible>(from.distance_to(column.row(row as usize), limit))
                };
                let _ = index.nearest_rows(&metric, &place, wish, &mut found, measure);
                all += found.len();
            }
            all
        });
    });
    group.bench_function("nearest lot, rstar", |bench| {
        bench.iter(|| {
            let mut all = 0;
            for place in boxes.iter().map(beside) {
                let from = Standpoint::new(&metric, place.min_x, place.min_y, wish.limit);
                let bound = |bbox: &Bbox| lower_bound(&metric, &place, bbox);
                let exact = |row: u64| from.distance_to(column.row(row as usize), wish.limit);
                all += usize::from(index.nearest(bound, exact, |_| ControlFlow::Break(())).is_some());
            }
            all
        });
    });
    group.bench_function("point to lot", |bench| {
        bench.iter(|| {
            let one = |(row, bbox): (usize, &Bbox)| {
                let place = beside(bbox);
                let from = Standpoint::new(&metric, place.min_x, place.min_y, wish.limit);
                from.distance_to(column.row(row), wish.limit)
            };
            boxes.iter().enumerate().filter_map(one).sum::<f64>()
        });
    });
    group.finish();
}

/// A point some metres beside a box.
fn beside(bbox: &Bbox) -> Bbox {
    let (x, y) = (bbox.max_x + 1e-4, f64::midpoint(bbox.min_y, bbox.max_y));
    Bbox::new(x, y, x, y)
}

fn predicates(criterion: &mut Criterion) {
    let district = Prepared::new(&district());
    let lots: Vec<Bbox> = (0..2_000).map(lot).collect();
    let prepared: Vec<Prepared> = lots.iter().map(|lot| Prepared::new(&polygon(lot, 0.1))).collect();
    let mut group = criterion.benchmark_group("district of 5,000 vertices");
    group.throughput(Throughput::Elements(lots.len() as u64));
    for predicate in Predicate::ALL {
        let name = predicate.name();
        group.bench_function(format!("lot {name}"), |bench| {
            let holds = |lot: &&Prepared| lot.matches_prepared(predicate, &district);
            bench.iter(|| prepared.iter().filter(holds).count());
        });
        group.bench_function(format!("point {name}"), |bench| {
            let holds = |lot: &&Bbox| district.matches_point(predicate, lot.min_x, lot.min_y, false);
            bench.iter(|| lots.iter().filter(holds).count());
        });
    }
    group.finish();
}

criterion_group!(benches, index, distances, predicates);
criterion_main!(benches);
