//! Small layers on an integer grid, where borders coincide: points, lines and areas, several or one, with holes, in
//! collections, with null and empty geometries among them.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Schema};
use geo_types::{Geometry, GeometryCollection};
use geohub_core::{
    Batch, Chunk, GeometryBuilder, GeometryKind, Layer, Origin, Pushdown, ReadOptions, Reader, Result,
    RowCount, Sink, schema,
};

use crate::oracle::Model;
use crate::oracle::random::any_model;

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

/// A geometry as a layer has it and as the oracle knows it; the oracle knows none that is null or empty.
#[derive(Clone, Debug)]
pub enum Shape {
    Null,
    Empty(GeometryKind),
    Known {
        geometry: Geometry<f64>,
        model: Model,
    },
    /// A geometry that is not asked about.
    Given(Geometry<f64>),
}

#[derive(Clone)]
pub struct Row {
    pub shape: Shape,
    pub name: String,
    pub amount: Option<i64>,
    pub value: Option<f64>,
}

impl Row {
    /// The geometry, where there is one that is not empty.
    pub fn geometry(&self) -> Option<&Geometry<f64>> {
        match &self.shape {
            Shape::Null | Shape::Empty(_) => None,
            Shape::Known { geometry, .. } | Shape::Given(geometry) => Some(geometry),
        }
    }
}

/// Few, for every run of the tests; SEEDS asks for more.
pub fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("SEEDS").map_or(2, |count| count.parse().unwrap())
}

pub fn rows(seed: u64, count: usize) -> Vec<Row> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|number| Row {
            shape: shape(&mut rng),
            name: format!("{seed}-{number}"),
            amount: (rng.below(5) > 0).then(|| rng.below(1000) as i64 - 500),
            value: (rng.below(5) > 0)
                .then(|| rng.below(1000) as f64 / 7.0 * 10f64.powi(rng.below(12) as i32)),
        })
        .collect()
}

fn shape(rng: &mut Rng) -> Shape {
    match rng.below(12) {
        0 => Shape::Null,
        1 => Shape::Empty(GeometryKind::ROW_KINDS[rng.below(6) as usize]),
        other => {
            let model = any_model(&mut |bound| rng.below(u64::from(bound)) as u32, 6);
            let geometry = model.to_geo();
            Shape::Known { geometry: if other == 2 { collection(geometry) } else { geometry }, model }
        }
    }
}

/// The same point set as a collection of its parts.
fn collection(geometry: Geometry<f64>) -> Geometry<f64> {
    let parts: Vec<Geometry<f64>> = match geometry {
        Geometry::MultiPoint(points) => points.into_iter().map(Into::into).collect(),
        Geometry::MultiLineString(lines) => lines.into_iter().map(Into::into).collect(),
        Geometry::MultiPolygon(polygons) => polygons.into_iter().map(Into::into).collect(),
        single => vec![single],
    };
    Geometry::GeometryCollection(GeometryCollection(parts))
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
        match &row.shape {
            Shape::Null => builder.push_null(),
            Shape::Empty(kind) => builder.push_empty(*kind),
            Shape::Known { geometry, .. } | Shape::Given(geometry) => builder.push_geo(geometry).unwrap(),
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
