//! Splitting, decoding and encoding of every format, one thread each, on parcels of the synthetic city.
#![expect(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails by panicking; criterion's macros write no docs"
)]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use geohub_core::{Batch, Collector, Context, Layer, Output, Plan, Result, Sink, collect, run};
use geohub_formats::{CreateOptions, FORMATS, Format, OpenOptions};
use geohub_testkit::city;

const PARCELS: usize = 20_000;

/// Keeps every batch.
#[derive(Default)]
struct Batches(Vec<Batch>);

impl Sink for Batches {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Batches {
    type Part = Self;

    fn part(&self) -> Self {
        Self::default()
    }

    fn merge(&mut self, part: Self) -> Result<()> {
        self.0.extend(part.0);
        Ok(())
    }
}

fn open(path: &Path) -> Box<dyn geohub_core::Reader> {
    let path = path.to_str().unwrap();
    geohub_formats::open(path, &OpenOptions::default(), &Context::new(1)).unwrap()
}

fn read(path: &Path) -> (Layer, Vec<Batch>) {
    let mut create = |_: &Layer| Ok(Batches::default());
    let read = collect(Plan::all(open(path)), &mut create, &Context::new(1)).unwrap();
    (read.layer, read.collector.0)
}

fn writer(format: &Format, path: &Path) -> Box<dyn geohub_core::Writer> {
    geohub_formats::create(format, &Output::Path(path.to_owned()), &CreateOptions::default()).unwrap()
}

/// The parcels as GeoJSON, and from it in every format that is written.
fn files(folder: &Path) -> Vec<(&'static Format, PathBuf)> {
    let source = folder.join("source.geojson");
    let mut file = std::fs::File::create(&source).unwrap();
    city::write(city::Layer::Parcels, PARCELS, 1, city::Format::GeoJson, &mut file).unwrap();
    let written = FORMATS.iter().copied().filter(|format| format.create.is_some());
    written
        .map(|format| {
            let path = folder.join(format!("parcels.{}", format.extensions[0]));
            run(Plan::all(open(&source)), &mut || Ok(writer(format, &path)), &Context::new(1)).unwrap();
            (format, path)
        })
        .collect()
}

fn split(path: &Path) -> usize {
    let mut reader = open(path);
    let mut bytes = 0;
    while let Some(chunk) = reader.next_chunk().unwrap() {
        bytes += chunk.weight_bytes();
    }
    bytes
}

fn formats(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    for (format, path) in files(folder.path()) {
        let mut group = criterion.benchmark_group(format.name);
        group.sample_size(10).throughput(Throughput::Elements(PARCELS as u64));
        group.bench_function("split", |bench| bench.iter(|| split(black_box(&path))));
        group.bench_function("decode", |bench| bench.iter(|| read(black_box(&path))));
        let (layer, batches) = read(&path);
        let mut writer = writer(format, &folder.path().join("encoded"));
        let encoder = writer.start(&layer).unwrap();
        group.bench_function("encode", |bench| {
            let encode = |batches: Vec<Batch>| {
                for batch in batches {
                    black_box(encoder.encode(batch).unwrap());
                }
            };
            bench.iter_batched(|| batches.clone(), encode, BatchSize::LargeInput);
        });
        writer.abort();
        group.finish();
    }
}

criterion_group!(benches, formats);
criterion_main!(benches);
