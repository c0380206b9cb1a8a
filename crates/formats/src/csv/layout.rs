//! How the cells of a row become attributes and a geometry.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::facts::{ColumnType, Facts};
use super::place::{Chosen, Place};

/// One attribute column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Position of its cells in a row.
    pub(super) cell: usize,
    pub(super) name: String,
    pub(super) kind: ColumnType,
}

/// All of them, and where the geometry is.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    pub(super) place: Place,
    /// Decimal commas in the x and y columns.
    pub(super) commas: (bool, bool),
    pub(super) separator: u8,
    /// Cells of a full row.
    pub(super) cells: usize,
}

impl Layout {
    pub(super) fn new(names: Vec<String>, facts: &[Facts], chosen: &Chosen, separator: u8) -> Self {
        let cells = names.len();
        let dropped = match chosen.place {
            Place::Text { column, stays: false } => Some(column),
            _ => None,
        };
        let commas = match chosen.place {
            Place::Xy { x, y } => (facts[x].has_commas(), facts[y].has_commas()),
            _ => (false, false),
        };
        let column = |(cell, name): (usize, String)| Column { cell, name, kind: facts[cell].column_type() };
        let columns = names.into_iter().enumerate().filter(|(at, _)| Some(*at) != dropped).map(column);
        Self { columns: columns.collect(), place: chosen.place, commas, separator, cells }
    }

    /// The attribute columns of the layer.
    pub(super) fn schema(&self) -> SchemaRef {
        let field = |column: &Column| {
            let data_type = match column.kind {
                ColumnType::Bool => DataType::Boolean,
                ColumnType::Int64 => DataType::Int64,
                ColumnType::UInt64 => DataType::UInt64,
                ColumnType::Float64 | ColumnType::CommaFloat64 => DataType::Float64,
                ColumnType::Utf8 => DataType::Utf8,
            };
            Field::new(&column.name, data_type, true)
        };
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// Leaves out every column that is not among `names`.
    pub(super) fn project(&mut self, names: &[String]) {
        self.columns.retain(|column| names.contains(&column.name));
    }
}
