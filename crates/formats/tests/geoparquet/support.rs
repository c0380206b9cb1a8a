//! Writing and reading whole files in memory.

use std::io::Read;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use geohub_core::source::MemorySource;
use geohub_core::{
    Batch, Context, GeometryBuilder, GeometryColumn, Layer, Output, ReadOptions, Reader, Result, Sink,
    Source, schema,
};
use geohub_formats::geoparquet::GEOPARQUET;
use geohub_formats::{CreateOptions, OpenOptions};

pub fn layer(fields: Vec<Field>) -> Layer {
    Layer::new("sample", Arc::new(Schema::new(fields)))
}

/// The file that the batches make, a row group each.
pub fn write(layer: &Layer, batches: &[Batch]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.parquet");
    let create = GEOPARQUET.create.unwrap();
    let mut writer = create(&Output::Path(path.clone()), &CreateOptions::default()).unwrap();
    let encoder = writer.start(layer).unwrap();
    for batch in batches {
        writer.write(encoder.encode(batch.clone()).unwrap()).unwrap();
    }
    let written = writer.finish(&Context::new(1)).unwrap();
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    bytes
}

/// A source that counts the bytes read of it.
pub struct Counting {
    inner: MemorySource,
    pub read: AtomicU64,
}

impl Counting {
    pub fn new(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { inner: MemorySource::new("sample.parquet", bytes), read: AtomicU64::new(0) })
    }
}

impl Source for Counting {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.read.fetch_add(ranges.iter().map(|range| range.end - range.start).sum(), Ordering::Relaxed);
        self.inner.read_at(ranges)
    }

    fn stream(&self) -> Result<Box<dyn Read + Send>> {
        self.inner.stream()
    }

    fn rereadable(&self) -> bool {
        true
    }
}

pub fn open(source: Arc<dyn Source>) -> Result<Box<dyn Reader>> {
    let options = OpenOptions { format: Some(&GEOPARQUET), ..OpenOptions::default() };
    geohub_formats::open_source(source, &options, &Context::new(1))
}

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        assert!(batch.rows() <= Batch::MAX_ROWS);
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}

pub fn read_source(source: Arc<dyn Source>, options: &ReadOptions) -> Result<(Layer, Batch)> {
    let mut reader = open(source)?;
    reader.plan(options)?;
    let mut kept = Kept::default();
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut kept)?;
    }
    let batch = Batch::concat(&reader.layer().schema, &kept.0)?;
    Ok((reader.layer().clone(), batch))
}

pub fn read(bytes: Vec<u8>) -> (Layer, Batch) {
    read_source(Counting::new(bytes), &ReadOptions::default()).unwrap()
}

/// Squares of side 0.5 whose lower left corners are the numbered cells of a grid of 100 columns.
pub fn squares(cells: Range<u32>) -> Batch {
    let mut builder = GeometryBuilder::default();
    for cell in cells.clone() {
        let (x, y) = (f64::from(cell % 100), f64::from(cell / 100));
        for (dx, dy) in [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5), (0.0, 0.0)] {
            builder.coordinate(x + dx, y + dy);
        }
        builder.end_ring();
        builder.end_part();
        builder.finish_row(geohub_core::GeometryKind::Polygon);
    }
    numbered(builder.finish(), cells)
}

/// Geometries with the numbers beside them.
pub fn numbered(geometry: GeometryColumn, numbers: Range<u32>) -> Batch {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers.map(i64::from)));
    let fields = vec![schema::field("number", DataType::Int64)];
    Batch::new(geometry, RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![numbers]).unwrap())
}

pub fn number_layer() -> Layer {
    layer(vec![schema::field("number", DataType::Int64)])
}
