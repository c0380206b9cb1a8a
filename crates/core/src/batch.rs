//! A batch of features.

use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::SchemaRef;

use crate::{GeometryColumn, Result};

/// Rows of a layer: their geometries and their attributes, of equal length.
#[derive(Clone, Debug)]
pub struct Batch {
    /// One geometry per row; all null in a table.
    pub geometry: GeometryColumn,
    /// The attribute columns.
    pub attributes: RecordBatch,
}

impl Batch {
    /// Most rows a stage pushes at once.
    pub const MAX_ROWS: usize = 8_192;
    /// Most bytes a stage pushes at once, unless one feature alone is larger.
    pub const MAX_BYTES: usize = 4 << 20;

    /// Joins geometries and attributes of equal length.
    pub fn new(geometry: GeometryColumn, attributes: RecordBatch) -> Self {
        debug_assert_eq!(geometry.len(), attributes.num_rows());
        Self { geometry, attributes }
    }

    /// A batch of geometries without attributes.
    pub fn bare(geometry: GeometryColumn) -> Result<Self> {
        let attributes = empty_columns(geometry.len())?;
        Ok(Self { geometry, attributes })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.geometry.len()
    }

    /// The attribute schema of this batch.
    pub fn schema(&self) -> SchemaRef {
        self.attributes.schema()
    }

    /// Rows `offset .. offset + len` without copying.
    #[must_use]
    pub fn slice(&self, offset: usize, len: usize) -> Self {
        Self { geometry: self.geometry.slice(offset, len), attributes: self.attributes.slice(offset, len) }
    }

    /// The rows at the given positions, in that order.
    pub fn take(&self, rows: &UInt32Array) -> Result<Self> {
        let geometry = self.geometry.take(rows.values().iter().map(|&row| row as usize));
        let columns = self
            .attributes
            .columns()
            .iter()
            .map(|column| arrow_select::take::take(column, rows, None))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(Self {
            geometry,
            attributes: RecordBatch::try_new_with_options(self.schema(), columns, &options)?,
        })
    }

    /// The rows where `keep` is true; null counts as false.
    pub fn filter(&self, keep: &BooleanArray) -> Result<Self> {
        let rows: Vec<u32> = keep
            .iter()
            .enumerate()
            .filter(|(_, keep)| *keep == Some(true))
            .map(|(row, _)| row as u32)
            .collect();
        if rows.len() == self.rows() { Ok(self.clone()) } else { self.take(&UInt32Array::from(rows)) }
    }

    /// All rows of all batches, in order. The batches share one schema.
    pub fn concat(schema: &SchemaRef, batches: &[Self]) -> Result<Self> {
        if let [only] = batches {
            return Ok(only.clone());
        }
        let geometry = GeometryColumn::concat(batches.iter().map(|batch| &batch.geometry));
        let attributes = if schema.fields().is_empty() {
            empty_columns(geometry.len())?
        } else {
            arrow_select::concat::concat_batches(schema, batches.iter().map(|batch| &batch.attributes))?
        };
        Ok(Self { geometry, attributes })
    }

    /// Bytes of the rows' buffers, dictionary values and shared buffers counted in full.
    pub fn memory_bytes(&self) -> usize {
        self.geometry.memory_bytes() + self.attributes.get_array_memory_size()
    }
}

fn empty_columns(rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::new(arrow_schema::Schema::empty()), Vec::new(), &options)?)
}
