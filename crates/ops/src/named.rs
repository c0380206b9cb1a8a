//! The rows of a layer of places: a name and a geometry each.

use std::ops::ControlFlow;

use geohub_core::{Batch, Collector, Context, Error, GeometryColumn, Layer, Reservation, Result, Sink};

use crate::cells::Cells;

/// What a coordinate's bytes come to: read, as polygons, in another CRS, and as edges listed by height.
const COPIES: u64 = 16;

/// Names and geometries of all rows, in their order; holds them against the budget.
#[derive(Debug)]
pub struct Named {
    what: String,
    column: usize,
    /// The names; of numbers without a fraction where they have none.
    pub names: Vec<Option<String>>,
    /// The geometries.
    pub geometries: Vec<GeometryColumn>,
    /// The room they take.
    pub reservation: Reservation,
}

/// Those of one chunk.
#[derive(Debug, Default)]
pub struct Part {
    column: usize,
    names: Vec<Option<String>>,
    geometries: Vec<GeometryColumn>,
}

impl Named {
    /// For a layer whose names are in `field`, in any case.
    ///
    /// # Errors
    /// [`Error::Request`] where the layer has no such column.
    pub fn new(what: &str, field: &str, layer: &Layer, context: &Context) -> Result<Self> {
        let fields = layer.schema.fields();
        let at = fields.iter().position(|own| own.name() == field);
        let at = at.or_else(|| fields.iter().position(|own| own.name().eq_ignore_ascii_case(field)));
        let column = at.ok_or_else(|| {
            let all: Vec<&str> = fields.iter().map(|own| own.name().as_str()).collect();
            Error::request(format!("{what} has no column `{field}`; it has {}", all.join(", ")))
        })?;
        let reservation = context.budget.reserve(what, 0)?;
        Ok(Self { what: what.to_owned(), column, names: Vec::new(), geometries: Vec::new(), reservation })
    }

    /// The geometries of some rows, by position.
    pub fn geometries_of(&self, rows: &[usize]) -> Vec<GeometryColumn> {
        let mut first = 0;
        let mut found = Vec::new();
        for column in &self.geometries {
            let here: Vec<usize> = rows
                .iter()
                .filter(|row| (first..first + column.len()).contains(row))
                .map(|row| row - first)
                .collect();
            if !here.is_empty() {
                found.push(column.take(here.into_iter()));
            }
            first += column.len();
        }
        found
    }
}

impl Sink for Part {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let cells = Cells::new(batch.attributes.column(self.column))?;
        let mut scratch = String::new();
        for row in 0..batch.rows() {
            self.names.push(cells.text(row, &mut scratch)?.map(str::to_owned));
        }
        self.geometries.push(batch.geometry);
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Named {
    type Part = Part;

    fn part(&self) -> Part {
        Part { column: self.column, ..Part::default() }
    }

    fn merge(&mut self, part: Part) -> Result<()> {
        let bytes: usize = part.geometries.iter().map(GeometryColumn::memory_bytes).sum();
        self.reservation.grow(&self.what, bytes as u64 * COPIES)?;
        self.names.extend(part.names);
        self.geometries.extend(part.geometries);
        Ok(())
    }
}
