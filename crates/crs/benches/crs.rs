//! Coordinates through transformations, one thread.
#![expect(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails by panicking; criterion's macros write no docs"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use geohub_core::Crs;
use geohub_crs::{Metric, Transform};

/// Longitudes and latitudes over Los Angeles, x, y, x, y, ...
fn coordinates() -> Vec<f64> {
    (0..10_000u32)
        .flat_map(|at| [-118.67 + f64::from(at % 100) * 0.005, 33.9 + f64::from(at / 100) * 0.004])
        .collect()
}

fn transforms(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("from longitude and latitude");
    group.throughput(Throughput::Elements(10_000));
    for code in [2229, 3310, 3857, 32611] {
        let transform = Transform::new(&Crs::crs84(), &Crs::epsg(code)).unwrap();
        group.bench_function(format!("to EPSG:{code}"), |bench| {
            let apply = |mut xy: Vec<f64>| {
                transform.apply(&mut xy).unwrap();
                xy
            };
            bench.iter_batched(coordinates, apply, BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn metric(criterion: &mut Criterion) {
    let ellipsoid = Metric::of(&Crs::crs84()).unwrap();
    let xy = coordinates();
    let points: Vec<[f64; 2]> = xy.chunks_exact(2).map(|xy| [xy[0], xy[1]]).collect();
    let mut group = criterion.benchmark_group("metres between points");
    group.throughput(Throughput::Elements(points.len() as u64 - 1));
    group.bench_function("of a city", |bench| {
        bench.iter(|| points.windows(2).map(|pair| ellipsoid.distance(pair[0], pair[1])).sum::<f64>());
    });
    group.bench_function("of a continent", |bench| {
        let far = |pair: &[[f64; 2]]| ellipsoid.distance(pair[0], [pair[1][0] + 40.0, pair[1][1]]);
        bench.iter(|| points.windows(2).map(far).sum::<f64>());
    });
    group.finish();
}

criterion_group!(benches, transforms, metric);
criterion_main!(benches);
