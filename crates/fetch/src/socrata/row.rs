//! One row of SODA JSON: attributes go to their columns, what the geometry is made of is kept.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::schema;
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::location::in_one_spelling;
use super::source::Source;
use super::view::View;
use crate::columns::{Cell, Keys, Row, RowSeed, Rows};

/// Where in a row the parts of the geometry are. Numbers from the end of the schema on are no attributes.
#[derive(Clone, Debug)]
pub(super) struct Places {
    schema: SchemaRef,
    keys: Arc<Keys>,
    source: Source,
    /// Names of what the geometry is made of.
    fields: Vec<String>,
    /// Their columns.
    columns: Vec<usize>,
    /// The column for the address of a `location`.
    pub(super) address: Option<usize>,
    /// Attributes that are locations.
    locations: Vec<bool>,
}

impl Places {
    pub(super) fn new(view: &View, schema: &SchemaRef) -> Self {
        let end = schema.fields().len();
        let fields: Vec<String> =
            view.source.columns().iter().map(|&at| view.columns[at].field.clone()).collect();
        let column = |(at, name): (usize, &String)| match view.source {
            Source::Pair { .. } => schema.index_of(name).unwrap_or(end + at),
            _ => end + at,
        };
        let is_location =
            |name: &str| view.columns.iter().any(|column| column.is_location() && column.field == name);
        Self {
            columns: fields.iter().enumerate().map(column).collect(),
            fields,
            source: view.source,
            address: view.address.as_ref().and_then(|name| schema.index_of(name).ok()),
            locations: schema.fields().iter().map(|field| is_location(field.name())).collect(),
            keys: Arc::new(Keys::new(schema, &[])),
            schema: Arc::clone(schema),
        }
    }

    pub(super) fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// Reads a row's members into `rows`, and what its geometry is made of.
    pub(super) fn read(&self, row: &RawValue, rows: &mut Rows) -> serde_json::Result<Parts> {
        let mut into = SodaRow { places: self, rows, parts: Parts::default() };
        RowSeed(&mut into).deserialize(&mut serde_json::Deserializer::from_str(row.get()))?;
        Ok(into.parts)
    }
}

/// What the geometry of one row is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The text of a geometry or `location`.
    pub(super) json: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Parts {
    /// Latitude and longitude of a place on Earth. Anything else stays in its columns and makes no point.
    pub(super) fn degrees(&self) -> Option<(f64, f64)> {
        let (latitude, longitude) = self.latitude.zip(self.longitude)?;
        (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
    }
}

struct SodaRow<'a> {
    places: &'a Places,
    rows: &'a mut Rows,
    parts: Parts,
}

impl Row for SodaRow<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        let at = self.places.fields.iter().position(|field| field.eq_ignore_ascii_case(key));
        at.map(|at| self.places.columns[at]).or_else(|| Row::find(self.rows, key))
    }

    fn set(&mut self, column: usize, cell: &Cell<'_>) {
        if matches!(self.places.source, Source::Pair { .. }) {
            let place = self.places.columns.iter().position(|&at| at == column);
            match place {
                Some(0) => self.parts.latitude = cell.float(),
                Some(_) => self.parts.longitude = cell.float(),
                None => {}
            }
        }
        if column < self.places.schema.fields().len() {
            self.rows.set(column, cell);
        }
    }

    fn takes_json(&self, column: usize) -> bool {
        match self.places.source {
            Source::Column(_) if column >= self.places.schema.fields().len() => true,
            _ if column < self.places.schema.fields().len() => {
                schema::is_json(self.places.schema.field(column))
            }
            _ => false,
        }
    }

    fn set_json(&mut self, column: usize, json: &str) {
        if column >= self.places.schema.fields().len() {
            self.parts.json = Some(json.to_owned());
            return;
        }
        let text = if self.places.locations[column] { in_one_spelling(json) } else { json.to_owned() };
        self.rows.set(column, &Cell::Nested(text));
    }
}
