//! Pages of SODA JSON from the journal. Keys without a value are left out of its rows.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::{Batch, DataError, Error, GeometryBuilder, Result, Sink, schema};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::geometry::{push_location, push_shape};
use super::view::View;
use crate::columns::{Cell, Keys, Row, RowSeed, Rows, Seen, Survey};
use crate::id::Id;
use crate::ledger::content;
use crate::provider::Decode;

/// Decodes the pages of one dataset.
#[derive(Clone)]
pub(super) struct SodaDecoder {
    target: String,
    schema: SchemaRef,
    keys: Arc<Keys>,
    geometry: Option<GeometryKey>,
}

/// Where the geometry is.
#[derive(Clone, Debug)]
struct GeometryKey {
    field: String,
    /// The column for the address of a `location`.
    address: Option<String>,
    is_location: bool,
}

impl SodaDecoder {
    pub(super) fn new(view: &View, schema: SchemaRef) -> Self {
        let geometry = view.geometry_column().map(|column| GeometryKey {
            field: column.field.clone(),
            address: column.address().map(|field| field.name().clone()),
            is_location: column.kind == "location",
        });
        let keys = Arc::new(Keys::new(&schema, &[]));
        Self { target: view.description.url.clone(), schema, keys, geometry }
    }

    fn broken(&self, problem: impl std::fmt::Display) -> Error {
        DataError::new(format!("{problem}")).in_target(&self.target).into()
    }

    fn page<'a>(&self, body: &'a [u8]) -> Result<Vec<&'a RawValue>> {
        serde_json::from_slice(body).map_err(|error| self.broken(error))
    }

    fn in_row(&self, row: &RawValue, problem: impl std::fmt::Display) -> Error {
        let id = row_id(row).ok().flatten().unwrap_or_else(|| "without :id".to_owned());
        self.broken(format!("row {id}: {problem}"))
    }

    fn push(&self, row: &RawValue, rows: &mut Rows, shapes: &mut GeometryBuilder) -> Result<()> {
        let mut into = SodaRow { decoder: self, rows, shape: None };
        let mut deserializer = serde_json::Deserializer::from_str(row.get());
        RowSeed(&mut into).deserialize(&mut deserializer).map_err(|error| self.in_row(row, error))?;
        let shape = into.shape;
        match (shape, &self.geometry) {
            (Some(json), Some(key)) if key.is_location => {
                let address = push_location(&json, shapes).map_err(|error| self.in_row(row, error))?;
                let column = key.address.as_ref().and_then(|name| self.schema.index_of(name).ok());
                if let (Some(address), Some(column)) = (address, column) {
                    rows.set(column, &Cell::Nested(address));
                }
            }
            (Some(json), _) => push_shape(&json, shapes).map_err(|error| self.in_row(row, error))?,
            (None, _) => shapes.push_null(),
        }
        rows.end_row()
    }
}

/// A row being read: attributes go to their columns, the geometry is kept for later.
struct SodaRow<'a> {
    decoder: &'a SodaDecoder,
    rows: &'a mut Rows,
    shape: Option<String>,
}

impl SodaRow<'_> {
    /// The number behind the last column stands for the geometry.
    fn geometry(&self) -> usize {
        self.decoder.schema.fields().len()
    }
}

impl Row for SodaRow<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        if self.decoder.geometry.as_ref().is_some_and(|geometry| geometry.field == key) {
            return Some(self.geometry());
        }
        Row::find(self.rows, key)
    }

    fn set(&mut self, column: usize, cell: &Cell<'_>) {
        self.rows.set(column, cell);
    }

    fn takes_json(&self, column: usize) -> bool {
        column == self.geometry() || schema::is_json(self.decoder.schema.field(column))
    }

    fn set_json(&mut self, column: usize, json: &str) {
        if column == self.geometry() {
            self.shape = Some(json.to_owned());
        } else {
            self.rows.set(column, &Cell::Nested(json.to_owned()));
        }
    }
}

struct Found(Option<String>);

impl Row for Found {
    fn find(&self, key: &str) -> Option<usize> {
        (key == ":id").then_some(0)
    }

    fn set(&mut self, _column: usize, cell: &Cell<'_>) {
        self.0 = cell.text().map(std::borrow::Cow::into_owned);
    }
}

/// The `:id` of a row.
pub(super) fn row_id(row: &RawValue) -> serde_json::Result<Option<String>> {
    let mut found = Found(None);
    RowSeed(&mut found).deserialize(&mut serde_json::Deserializer::from_str(row.get()))?;
    Ok(found.0)
}

impl Decode for SodaDecoder {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn with_schema(&self, schema: SchemaRef) -> Arc<dyn Decode> {
        let keys = Arc::new(Keys::new(&schema, &[]));
        Arc::new(Self { schema, keys, ..self.clone() })
    }

    fn rows(&self, body: &[u8]) -> Result<Vec<(Id, u64)>> {
        let id = |row: &RawValue| match row_id(row) {
            Ok(Some(id)) => Ok((Id::Text(id), content(row.get()))),
            Ok(None) => Err(self.broken("a row without :id")),
            Err(error) => Err(self.broken(error)),
        };
        self.page(body)?.into_iter().map(id).collect()
    }

    fn survey(&self, body: &[u8], seen: &mut [Seen]) -> Result<()> {
        let mut survey = Survey { schema: &self.schema, keys: &self.keys, seen };
        for row in self.page(body)? {
            let mut deserializer = serde_json::Deserializer::from_str(row.get());
            RowSeed(&mut survey).deserialize(&mut deserializer).map_err(|error| self.in_row(row, error))?;
        }
        Ok(())
    }

    fn decode(&self, body: &[u8], skip: &[u32], out: &mut dyn Sink) -> Result<()> {
        let mut rows = Rows::new(&self.schema, &self.keys)?;
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
