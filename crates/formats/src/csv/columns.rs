//! Building attribute columns out of cells.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use geohub_core::{Error, Result};

use super::facts::ColumnType;
use super::layout::Layout;
use super::number::{Lexeme, trim};
use super::records::Cell;

enum Builder {
    Bool(BooleanBuilder),
    Int64(Int64Builder),
    UInt64(UInt64Builder),
    Float64(Float64Builder),
    CommaFloat64(Float64Builder),
    Utf8(StringBuilder),
}

impl Builder {
    fn new(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Int64 => Self::Int64(Int64Builder::with_capacity(0)),
            ColumnType::UInt64 => Self::UInt64(UInt64Builder::with_capacity(0)),
            ColumnType::Float64 => Self::Float64(Float64Builder::with_capacity(0)),
            ColumnType::CommaFloat64 => Self::CommaFloat64(Float64Builder::with_capacity(0)),
            ColumnType::Utf8 => Self::Utf8(StringBuilder::with_capacity(0, 0)),
        }
    }

    /// Adds a cell. False when it is not of the column's type.
    fn push(&mut self, cell: &Cell, block: &str) -> bool {
        if let Self::Utf8(builder) = self {
            if cell.is_null() {
                builder.append_null();
            } else {
                builder.append_value(cell.text(block));
            }
            return true;
        }
        let text = cell.text(block);
        let text = trim(text.as_bytes());
        if text.is_empty() {
            self.push_null();
            return true;
        }
        let mark = if matches!(self, Self::CommaFloat64(_)) { b',' } else { b'.' };
        self.push_lexeme(Lexeme::of(text, mark))
    }

    fn push_lexeme(&mut self, lexeme: Lexeme) -> bool {
        match (self, lexeme) {
            (Self::Bool(builder), Lexeme::Bool(value)) => builder.append_value(value),
            (Self::Int64(builder), Lexeme::Integer(value)) => match i64::try_from(value) {
                Ok(value) => builder.append_value(value),
                Err(_) => return false,
            },
            (Self::UInt64(builder), Lexeme::Integer(value)) => match u64::try_from(value) {
                Ok(value) => builder.append_value(value),
                Err(_) => return false,
            },
            (Self::Float64(builder) | Self::CommaFloat64(builder), Lexeme::Float(value)) => {
                builder.append_value(value);
            }
            (Self::Float64(builder) | Self::CommaFloat64(builder), Lexeme::Integer(value)) => {
                builder.append_value(value as f64);
            }
            _ => return false,
        }
        true
    }

    fn push_null(&mut self) {
        match self {
            Self::Bool(builder) => builder.append_null(),
            Self::Int64(builder) => builder.append_null(),
            Self::UInt64(builder) => builder.append_null(),
            Self::Float64(builder) | Self::CommaFloat64(builder) => builder.append_null(),
            Self::Utf8(builder) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Int64(builder) => Arc::new(builder.finish()),
            Self::UInt64(builder) => Arc::new(builder.finish()),
            Self::Float64(builder) | Self::CommaFloat64(builder) => Arc::new(builder.finish()),
            Self::Utf8(builder) => Arc::new(builder.finish()),
        }
    }
}

/// The attribute columns of a batch under construction.
pub(super) struct Columns {
    builders: Vec<(usize, Builder)>,
    schema: SchemaRef,
}

impl Columns {
    pub(super) fn new(layout: &Layout, schema: SchemaRef) -> Self {
        let builders = layout.columns.iter().map(|column| (column.cell, Builder::new(column.kind))).collect();
        Self { builders, schema }
    }

    /// Adds a row. False when a cell is not of its column's type: the input is no longer what was surveyed.
    pub(super) fn push(&mut self, cells: &[Cell], block: &str) -> bool {
        self.builders
            .iter_mut()
            .all(|(cell, builder)| builder.push(cells.get(*cell).unwrap_or(&Cell::MISSING), block))
    }

    /// The rows so far; the columns begin anew.
    pub(super) fn finish(&mut self, rows: usize) -> Result<RecordBatch> {
        let arrays = self.builders.iter_mut().map(|(_, builder)| builder.finish()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(Error::from)
    }
}
