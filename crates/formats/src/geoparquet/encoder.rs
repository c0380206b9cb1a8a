//! Row groups from batches, on the workers.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BinaryArray, Float32Array, StructArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use arrow_select::concat::concat;
use geohub_core::wkb::write_wkb;
use geohub_core::{Batch, Bbox, DataError, Encoded, Encoder, Error, GeometryColumn, GeometryKind, Result};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};

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

/// Encodes groups of batches as row groups of the file's schema: attributes, then geometry, then its covering.
pub(super) struct GeoParquetEncoder {
    pub(super) factory: ArrowRowGroupWriterFactory,
    pub(super) schema: SchemaRef,
    pub(super) has_geometry: bool,
    pub(super) has_covering: bool,
}

impl Encoder for GeoParquetEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        self.encode_group(vec![batch])
    }

    /// Column by column, so that no more than one is held twice.
    fn encode_group(&self, batches: Vec<Batch>) -> Result<Encoded> {
        let mut columns = Columns::new(&self.factory)?;
        let attributes = batches.first().map_or(0, |batch| batch.attributes.num_columns());
        let (plain, places) = self.schema.fields().split_at(attributes);
        for (number, field) in plain.iter().enumerate() {
            columns.write(field, &attribute(&batches, number, field)?)?;
        }
        let mut places = places.iter();
        if self.has_geometry
            && let Some(field) = places.next()
        {
            columns.write(field, &wkb(&batches)?)?;
        }
        if self.has_covering
            && let Some(field) = places.next()
        {
            columns.write(field, &covering(&batches)?)?;
        }
        let mut seen = Seen::default();
        for batch in &batches {
            seen.add(&Seen::of(&batch.geometry));
        }
        Ok(Encoded::Other(Box::new(RowGroup { columns: columns.chunks, seen })))
    }
}

/// The columns of one row group, written one after the other.
struct Columns {
    writers: std::vec::IntoIter<ArrowColumnWriter>,
    chunks: Vec<ArrowColumnChunk>,
}

impl Columns {
    fn new(factory: &ArrowRowGroupWriterFactory) -> Result<Self> {
        let writers = factory.create_column_writers(0).map_err(cannot_encode)?.into_iter();
        Ok(Self { chunks: Vec::with_capacity(writers.len()), writers })
    }

    /// Writes all leaves of a column.
    fn write(&mut self, field: &Field, array: &ArrayRef) -> Result<()> {
        for (leaf, mut writer) in
            compute_leaves(field, array).map_err(cannot_encode)?.iter().zip(&mut self.writers)
        {
            writer.write(leaf).map_err(cannot_encode)?;
            self.chunks.push(writer.close().map_err(cannot_encode)?);
        }
        Ok(())
    }
}

/// A column of all batches, of the type that the file has for it. In one piece, for where pages end depends on it.
fn attribute(batches: &[Batch], number: usize, field: &Field) -> Result<ArrayRef> {
    let parts: Vec<&dyn Array> =
        batches.iter().map(|batch| batch.attributes.column(number).as_ref()).collect();
    let array = concat(&parts)?;
    if array.data_type() == field.data_type() { Ok(array) } else { Ok(cast(&array, field.data_type())?) }
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

fn wkb(batches: &[Batch]) -> Result<ArrayRef> {
    let rows = batches.iter().map(Batch::rows).sum();
    let mut bytes = Vec::with_capacity(batches.iter().map(|batch| batch.geometry.memory_bytes()).sum());
    let mut offsets = Vec::with_capacity(rows + 1);
    let mut valid = Vec::with_capacity(rows);
    offsets.push(0i32);
    for row in batches.iter().flat_map(|batch| batch.geometry.iter()) {
        valid.push(write_wkb(&row, &mut bytes));
        let too_large = |_| DataError::new("the geometries of one row group take more than 2 GB");
        offsets.push(i32::try_from(bytes.len()).map_err(too_large)?);
    }
    let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
    Ok(Arc::new(BinaryArray::try_new(OffsetBuffer::new(offsets.into()), Buffer::from_vec(bytes), nulls)?))
}

/// The boxes in single precision, rounded outward; null where there is no box.
fn covering(batches: &[Batch]) -> Result<ArrayRef> {
    let boxes = || {
        let rows = batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| batch.geometry.bbox(row)));
        rows.map(|bbox| Some(bbox).filter(|bbox| !bbox.is_empty()))
    };
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
