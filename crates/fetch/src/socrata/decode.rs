//! Pages of SODA JSON from the journal. Keys without a value are left out of its rows.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::{Batch, DataError, Error, GeometryBuilder, Result, Sink};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::geometry;
use super::row::Places;
use super::view::View;
use crate::columns::{Cell, Row, RowSeed, Rows, Seen, Survey};
use crate::id::Id;
use crate::ledger::content;
use crate::provider::Decode;

/// Decodes the pages of one dataset.
#[derive(Clone)]
pub(super) struct SodaDecoder {
    view: Arc<View>,
    schema: SchemaRef,
    places: Arc<Places>,
}

impl SodaDecoder {
    pub(super) fn new(view: &Arc<View>, schema: SchemaRef) -> Self {
        let places = Arc::new(Places::new(view, &schema));
        Self { view: Arc::clone(view), places, schema }
    }

    fn broken(&self, problem: impl std::fmt::Display) -> Error {
        DataError::new(format!("{problem}")).in_target(&self.view.description.url).into()
    }

    fn page<'a>(&self, body: &'a [u8]) -> Result<Vec<&'a RawValue>> {
        serde_json::from_slice(body).map_err(|error| self.broken(error))
    }

    fn in_row(&self, row: &RawValue, problem: impl std::fmt::Display) -> Error {
        let id = row_id(row, &self.view).ok().flatten().unwrap_or_else(|| "without :id".to_owned());
        self.broken(format!("row {id}: {problem}"))
    }

    fn push(&self, row: &RawValue, rows: &mut Rows, shapes: &mut GeometryBuilder) -> Result<()> {
        let parts = self.places.read(row, rows).map_err(|error| self.in_row(row, error))?;
        match &parts.json {
            Some(json) => {
                let address = geometry::push(json, shapes).map_err(|error| self.in_row(row, error))?;
                if let (Some(address), Some(column)) = (address, self.places.address) {
                    rows.set(column, &Cell::Nested(address));
                }
            }
            None => geometry::push_point(parts.degrees(), shapes),
        }
        rows.end_row()
    }
}

/// Both values that may tell a row apart.
struct Found<'a> {
    identifier: Option<&'a str>,
    id: Option<String>,
    own: Option<String>,
}

impl Row for Found<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        if key == ":id" {
            return Some(0);
        }
        self.identifier.filter(|name| key.eq_ignore_ascii_case(name)).map(|_| 1)
    }

    fn set(&mut self, column: usize, cell: &Cell<'_>) {
        let text = cell.text().map(std::borrow::Cow::into_owned);
        if column == 0 { self.id = text } else { self.own = text }
    }
}

/// What tells a row apart: the opaque text of `:id`, a number in SODA 2.0, or, where there is none, the publisher's
/// identifier.
pub(super) fn row_id(row: &RawValue, view: &View) -> serde_json::Result<Option<String>> {
    let identifier = view.identifier.map(|at| view.columns[at].field.as_str());
    let mut found = Found { identifier, id: None, own: None };
    RowSeed(&mut found).deserialize(&mut serde_json::Deserializer::from_str(row.get()))?;
    Ok(found.id.or(found.own))
}

impl Decode for SodaDecoder {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn with_schema(&self, schema: SchemaRef) -> Arc<dyn Decode> {
        Arc::new(Self::new(&self.view, schema))
    }

    fn rows(&self, body: &[u8]) -> Result<Vec<(Id, u64)>> {
        let id = |row: &RawValue| match row_id(row, &self.view) {
            Ok(Some(id)) => Ok((Id::Text(id), content(row.get()))),
            Ok(None) => Err(self.broken("a row without :id")),
            Err(error) => Err(self.broken(error)),
        };
        self.page(body)?.into_iter().map(id).collect()
    }

    fn survey(&self, body: &[u8], skip: &[u32], seen: &mut [Seen]) -> Result<()> {
        let mut survey = Survey { schema: &self.schema, keys: self.places.keys(), seen };
        for (at, row) in self.page(body)?.into_iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            let mut deserializer = serde_json::Deserializer::from_str(row.get());
            RowSeed(&mut survey).deserialize(&mut deserializer).map_err(|error| self.in_row(row, error))?;
        }
        Ok(())
    }

    fn decode(&self, body: &[u8], skip: &[u32], out: &mut dyn Sink) -> Result<()> {
        let mut rows = Rows::new(&self.schema, self.places.keys())?;
        let mut shapes = GeometryBuilder::default();
        let mut bytes = 0;
        for (at, row) in self.page(body)?.into_iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            if rows.len() == Batch::MAX_ROWS || (rows.len() > 0 && bytes + row.get().len() > Batch::MAX_BYTES)
            {
                bytes = 0;
                let shapes = std::mem::take(&mut shapes);
                if out.push(Batch::new(shapes.finish(), rows.finish()?))?.is_break() {
                    return Ok(());
                }
            }
            bytes += row.get().len();
            self.push(row, &mut rows, &mut shapes)?;
        }
        if rows.len() > 0 {
            // The sink's wish to stop changes nothing at the end of a page.
            let _ = out.push(Batch::new(shapes.finish(), rows.finish()?))?;
        }
        Ok(())
    }
}
