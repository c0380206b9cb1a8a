//! Row groups from batches, on the workers.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BinaryArray, Float32Array, StructArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use geohub_core::wkb::write_wkb;
use geohub_core::{Batch, Bbox, DataError, Encoded, Encoder, Error, GeometryColumn, GeometryKind, Result};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;

/// What an encoder hands to the writer.
pub(super) struct RowGroup {
    pub(super) columns: Vec<ArrowColumnChunk>,
    pub(super) seen: Seen,
}

/// What the `geo` metadata says of the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Types of non-null rows, with Z or without.
    pub(super) kinds: BTreeSet<(&'static str, bool)>,
    /// Rows whose type the metadata has no name for.
    pub(super) unnamed: bool,
    pub(super) extent: Option<Bbox>,
    pub(super) with_m: bool,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.kinds.extend(other.kinds.iter().copied());
        self.unnamed |= other.unnamed;
        self.with_m |= other.with_m;
        self.extent = match (self.extent, other.extent) {
            (Some(a), Some(b)) => Some(a.union(&b)),
            (a, b) => a.or(b),
        };
    }

    fn of(column: &GeometryColumn) -> Self {
        let mut seen = Self::default();
        for row in column.iter().filter(|row| !row.is_null()) {
            if row.kind() == GeometryKind::Other {
                seen.unnamed = true;
            } else {
                seen.kinds.insert((row.kind().name(), row.dimensions().z));
            }
            seen.with_m |= row.dimensions().m;
        }
        seen.extent = Some(column.extent()).filter(|extent| !extent.is_empty());
        seen
    }
}

/// Encodes batches as row groups of the file's schema: attributes, then geometry, then its covering.
pub(super) struct GeoParquetEncoder {
    pub(super) factory: ArrowRowGroupWriterFactory,
    pub(super) schema: SchemaRef,
    pub(super) has_geometry: bool,
    pub(super) has_covering: bool,
}

impl Encoder for GeoParquetEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        let mut arrays = Vec::with_capacity(self.schema.fields().len());
        for (array, field) in batch.attributes.columns().iter().zip(self.schema.fields()) {
            let fits = array.data_type() == field.data_type();
            arrays.push(if fits { Arc::clone(array) } else { arrow_cast::cast(array, field.data_type())? });
        }
        if self.has_geometry {
            arrays.push(wkb(&batch.geometry)?);
        }
        if self.has_covering {
            arrays.push(covering(&batch.geometry)?);
        }
        let columns = self.columns(&arrays).map_err(cannot_encode)?;
        Ok(Encoded::Other(Box::new(RowGroup { columns, seen: Seen::of(&batch.geometry) })))
    }
}

impl GeoParquetEncoder {
    fn columns(&self, arrays: &[ArrayRef]) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        let mut writers = self.factory.create_column_writers(0)?.into_iter();
        let mut chunks = Vec::with_capacity(writers.len());
        for (array, field) in arrays.iter().zip(self.schema.fields()) {
            for (leaf, mut writer) in compute_leaves(field, array)?.iter().zip(&mut writers) {
                writer.write(leaf)?;
                chunks.push(writer.close()?);
            }
        }
        Ok(chunks)
    }
}

pub(super) fn cannot_encode(error: impl Display) -> Error {
    Error::Unsupported(format!("Parquet: {error}"))
}

/// The fields of the covering column, as the specification names them.
pub(super) fn covering_fields() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"]
        .map(|side| Field::new(side, DataType::Float32, true))
        .into_iter()
        .collect()
}

fn wkb(column: &GeometryColumn) -> Result<ArrayRef> {
    let mut bytes = Vec::with_capacity(column.memory_bytes());
    let mut offsets = Vec::with_capacity(column.len() + 1);
    let mut valid = Vec::with_capacity(column.len());
    offsets.push(0i32);
    for row in column.iter() {
        valid.push(write_wkb(&row, &mut bytes));
        let too_large = |_| DataError::new("the geometries of one row group take more than 2 GB");
        offsets.push(i32::try_from(bytes.len()).map_err(too_large)?);
    }
    let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
    Ok(Arc::new(BinaryArray::try_new(OffsetBuffer::new(offsets.into()), Buffer::from_vec(bytes), nulls)?))
}

/// The boxes in single precision, rounded outward; null where there is no box.
fn covering(column: &GeometryColumn) -> Result<ArrayRef> {
    let boxes = || (0..column.len()).map(|row| Some(column.bbox(row)).filter(|bbox| !bbox.is_empty()));
    let side = |value: fn(Bbox) -> f32| -> ArrayRef {
        Arc::new(boxes().map(|bbox| bbox.map(value)).collect::<Float32Array>())
    };
    let sides = vec![
        side(|bbox| down(bbox.min_x)),
        side(|bbox| down(bbox.min_y)),
        side(|bbox| up(bbox.max_x)),
        side(|bbox| up(bbox.max_y)),
    ];
    let nulls = boxes().map(|bbox| bbox.is_some()).collect::<NullBuffer>();
    let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
    Ok(Arc::new(StructArray::try_new(covering_fields(), sides, nulls)?))
}

fn down(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) > value { near.next_down() } else { near }
}

fn up(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) < value { near.next_up() } else { near }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverings_are_rounded_outward() {
        for value in [-118.243_683, 34.052_234, 0.1, 6_561_666.667, -0.0, 1e300, -1e300] {
            assert!(f64::from(down(value)) <= value && f64::from(up(value)) >= value, "{value}");
        }
        assert_eq!((down(0.5), up(0.5)), (0.5, 0.5));
    }
}
