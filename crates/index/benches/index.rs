//! Building and asking the index, and each predicate, on lots within a district of 5,000 vertices.
#![expect(missing_docs, reason = "criterion's macros write no docs")]

use std::f64::consts::TAU;
use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geo_types::{Coord, Geometry, LineString, Polygon};
use geohub_core::Bbox;
use geohub_index::{Predicate, Prepared, SpatialIndex, box_distance, hilbert_order};

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

fn polygon(bbox: &Bbox) -> Geometry<f64> {
    let corners = [
        (bbox.min_x, bbox.min_y),
        (bbox.max_x, bbox.min_y),
        (bbox.max_x - 0.1, bbox.max_y),
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

fn predicates(criterion: &mut Criterion) {
    let district = Prepared::new(&district());
    let lots: Vec<Bbox> = (0..2_000).map(lot).collect();
    let prepared: Vec<Prepared> = lots.iter().map(|lot| Prepared::new(&polygon(lot))).collect();
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

criterion_group!(benches, index, predicates);
criterion_main!(benches);
