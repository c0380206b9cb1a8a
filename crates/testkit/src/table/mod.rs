//! What a stand-in serves: typed columns, rows, shapes; loaded from GeoJSON and CSV text.

mod csv;
mod geojson;
mod infer;
mod shape;
mod time;
mod value;

pub use shape::{Position, Shape};
pub use time::{format_floating, format_http, parse_timestamp};
pub use value::{Kind, Value};

use std::path::Path;

use crate::{Error, Result};

/// A named, typed column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name as the source file has it.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

/// One row: a value for each column, and its shape.
#[derive(Debug, Clone)]
pub struct Row {
    /// One value for each column, in column order.
    pub cells: Vec<Value>,
    /// The geometry; `None` is a null geometry.
    pub shape: Option<std::sync::Arc<Shape>>,
}

/// Columns and rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows in file order.
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads a GeoJSON `FeatureCollection`.
    pub fn from_geojson(text: &str) -> Result<Self> {
        geojson::read(text)
    }

    /// Reads CSV with a header line; every column text unless all its cells read as plain decimals.
    pub fn from_csv(text: &str) -> Result<Self> {
        csv::read(text)
    }

    /// Reads a file, its format taken from the ending `.csv` or anything else as GeoJSON.
    pub fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::File { path: path.to_path_buf(), source })?;
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")) {
            Self::from_csv(&text)
        } else {
            Self::from_geojson(&text)
        }
    }

    /// The position of a column, compared without case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// Types every column and settles the cells to it.
fn infer_columns(names: Vec<String>, mut rows: Vec<Row>) -> Table {
    let typed = |(index, name): (usize, String)| Column {
        kind: infer::column(rows.iter().map(|row| &row.cells[index])),
        name,
    };
    let columns: Vec<Column> = names.into_iter().enumerate().map(typed).collect();
    for row in &mut rows {
        for (cell, column) in row.cells.iter_mut().zip(&columns) {
            *cell = infer::settle(std::mem::replace(cell, Value::Null), column.kind);
        }
    }
    Table { columns, rows }
}
