//! Small layers on an integer grid, where borders coincide, with null and empty geometries among them.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Schema};
use geo_types::{Geometry, LineString, MultiPoint, Point, Rect, coord};
use geohub_core::{
    Batch, Chunk, GeometryBuilder, GeometryKind, Layer, Origin, Pushdown, ReadOptions, Reader, Result,
    RowCount, Sink, schema,
};

pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

/// A row: `None` is a null geometry.
#[derive(Clone)]
pub struct Row {
    pub geometry: Option<Geometry<f64>>,
    pub name: String,
    pub amount: Option<i64>,
    pub value: Option<f64>,
}

pub fn rows(seed: u64, count: usize) -> Vec<Row> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|number| Row {
            geometry: geometry(&mut rng),
            name: format!("{seed}-{number}"),
            amount: (rng.below(5) > 0).then(|| rng.below(1000) as i64 - 500),
            value: (rng.below(5) > 0)
                .then(|| rng.below(1000) as f64 / 7.0 * 10f64.powi(rng.below(12) as i32)),
        })
        .collect()
}

fn geometry(rng: &mut Rng) -> Option<Geometry<f64>> {
    let mut at = || coord! { x: rng.below(7) as f64, y: rng.below(7) as f64 };
    let (a, b) = (at(), at());
    Some(match rng.below(10) {
        0 => return None,
        1 => MultiPoint::<f64>::new(Vec::new()).into(),
        2..=4 => Point(a).into(),
        5 | 6 if a != b => LineString::new(vec![a, b]).into(),
        7 => MultiPoint::new(vec![Point(a), Point(b)]).into(),
        _ => {
            let size = coord! { x: 1.0 + rng.below(3) as f64, y: 1.0 + rng.below(3) as f64 };
            Rect::new(a, a + size).to_polygon().into()
        }
    })
}

pub fn fields() -> Schema {
    Schema::new(vec![
        schema::field("name", DataType::Utf8),
        schema::field("amount", DataType::Int64),
        schema::field("value", DataType::Float64),
    ])
}

pub fn batch(rows: &[Row]) -> Batch {
    let mut builder = GeometryBuilder::default();
    for row in rows {
        match &row.geometry {
            None => builder.push_null(),
            Some(Geometry::MultiPoint(points)) if points.0.is_empty() => {
                builder.push_empty(GeometryKind::Point);
            }
            Some(geometry) => builder.push_geo(geometry).unwrap(),
        }
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| Some(row.name.as_str())).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.amount).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.value).collect::<Float64Array>()),
    ];
    Batch::new(builder.finish(), RecordBatch::try_new(Arc::new(fields()), columns).unwrap())
}

/// Reads rows in chunks of a given size, each of two batches.
pub struct Rows {
    layer: Layer,
    chunks: std::vec::IntoIter<Vec<Batch>>,
}

impl Rows {
    pub fn new(name: &str, rows: &[Row], chunk_rows: usize) -> Box<Self> {
        let chunks: Vec<Vec<Batch>> = rows
            .chunks(chunk_rows)
            .map(|chunk| {
                let (first, second) = chunk.split_at(chunk.len() / 3);
                vec![batch(first), batch(second)]
            })
            .collect();
        let mut layer = Layer::new(name, Arc::new(fields()));
        layer.rows = RowCount::Exact(rows.len() as u64);
        Box::new(Self { layer, chunks: chunks.into_iter() })
    }

    pub fn with_layer(mut self: Box<Self>, change: impl FnOnce(&mut Layer)) -> Box<Self> {
        change(&mut self.layer);
        self
    }
}

impl Reader for Rows {
    fn target(&self) -> &str {
        &self.layer.name
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, _: &ReadOptions) -> Result<Pushdown> {
        Ok(Pushdown::NONE)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        Ok(self.chunks.next().map(|batches| Box::new(Piece(batches)) as Box<dyn Chunk>))
    }
}

struct Piece(Vec<Batch>);

impl Chunk for Piece {
    fn origin(&self) -> Origin {
        Origin::default()
    }

    fn weight_bytes(&self) -> usize {
        1 << 16
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        for batch in self.0 {
            if out.push(batch)? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}
