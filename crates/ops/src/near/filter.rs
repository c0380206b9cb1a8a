//! Rows within a distance of a place.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{Field, Schema};
use geohub_core::{Batch, Bbox, Layer, Operator, Result, Sink};
use geohub_crs::Distance;

use super::Near;
use super::range::Range;
use crate::naming::distance_field;
use crate::subset::subset;

/// Passes on the rows within a distance of a place, with that distance in a last column where it is asked for.
#[derive(Debug)]
pub struct NearFilter {
    range: Range,
    limit: f64,
    field: Option<String>,
}

impl NearFilter {
    /// Prepares a place for a layer.
    ///
    /// # Errors
    /// [`geohub_core::Error::Request`] for a place without geometries, [`geohub_core::Error::CrsMismatch`] where it cannot
    /// be brought to the layer or that has no distances in metres.
    pub fn new(near: &Near, layer: &Layer) -> Result<Self> {
        let limit = near.limit.map_or(f64::INFINITY, Distance::metres);
        Ok(Self { range: Range::new(&near.place, layer)?, limit, field: near.distance_field.clone() })
    }

    /// A box in layer coordinates that holds all rows of the answer, where there is one.
    pub fn cover(&self, layer: &Layer) -> Option<Bbox> {
        self.range.cover(self.limit, layer)
    }
}

impl Operator for NearFilter {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        let layer = subset(input);
        let Some(name) = &self.field else { return Ok(layer) };
        let field = distance_field(input.schema.fields().iter().map(AsRef::as_ref), Some(name))?;
        Ok(layer.with_schema(with_field(&input.schema, field)))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let range = self.range.up_to(self.limit);
        let mut rows: Vec<u32> = Vec::new();
        let mut distances = Vec::new();
        for (number, row) in (0..).zip(batch.geometry.iter()) {
            if let Some(distance) = range.distance(row)? {
                rows.push(number);
                distances.push(distance);
            }
        }
        let near = batch.take(&UInt32Array::from(rows))?;
        match &self.field {
            Some(name) => {
                let field = distance_field(near.schema().fields().iter().map(AsRef::as_ref), Some(name))?;
                out.push(with_distances(near, field, distances)?)
            }
            None => out.push(near),
        }
    }
}

pub(super) fn with_field(schema: &Schema, field: Field) -> Schema {
    let fields = schema.fields().iter().map(|field| field.as_ref().clone());
    Schema::new_with_metadata(fields.chain([field]).collect::<Vec<_>>(), schema.metadata().clone())
}

/// The batch with a last column of distances.
pub(super) fn with_distances(batch: Batch, field: Field, distances: Vec<f64>) -> Result<Batch> {
    let schema = with_field(&batch.schema(), field);
    let mut columns = batch.attributes.columns().to_vec();
    columns.push(Arc::new(Float64Array::from(distances)) as ArrayRef);
    let options = RecordBatchOptions::new().with_row_count(Some(batch.rows()));
    let attributes = RecordBatch::try_new_with_options(Arc::new(schema), columns, &options)?;
    Ok(Batch::new(batch.geometry, attributes))
}
