//! Arrow builders that take cells.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Float32Builder, Float64Builder, Int16Builder, Int32Builder,
    Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_schema::{DataType, Field, TimeUnit};
use geohub_core::{Error, Result, schema};

use super::cell::Cell;
use super::time::{parse_date, parse_stamp};

/// Builds one attribute column of a batch.
pub(crate) enum ColumnBuilder {
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    Bool(BooleanBuilder),
    Text(StringBuilder),
    Json(StringBuilder),
    Date(Date32Builder),
    /// Epoch milliseconds, or ISO text.
    Stamp {
        builder: TimestampMillisecondBuilder,
        zone: Option<Arc<str>>,
    },
}

impl ColumnBuilder {
    /// A builder for a field of one of the types that providers declare.
    pub(crate) fn new(field: &Field) -> Result<Self> {
        Ok(match field.data_type() {
            DataType::Int16 => Self::Int16(Int16Builder::new()),
            DataType::Int32 => Self::Int32(Int32Builder::new()),
            DataType::Int64 => Self::Int64(Int64Builder::new()),
            DataType::Float32 => Self::Float32(Float32Builder::new()),
            DataType::Float64 => Self::Float64(Float64Builder::new()),
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Utf8 if schema::is_json(field) => Self::Json(StringBuilder::new()),
            DataType::Utf8 => Self::Text(StringBuilder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(TimeUnit::Millisecond, zone) => {
                let builder = TimestampMillisecondBuilder::new().with_timezone_opt(zone.clone());
                Self::Stamp { builder, zone: zone.clone() }
            }
            other => return Err(Error::Internal(format!("no portal declares columns of type {other}"))),
        })
    }

    /// Appends a value; false when the column's type cannot hold it (then a null stands in its place).
    pub(crate) fn push(&mut self, cell: &Cell<'_>) -> bool {
        let null = is_nothing(cell);
        match self {
            Self::Int16(builder) => {
                let value = cell.integer().and_then(|value| i16::try_from(value).ok());
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Int32(builder) => {
                let value = cell.integer().and_then(|value| i32::try_from(value).ok());
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Int64(builder) => {
                let value = cell.integer();
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Float32(builder) => {
                let value = cell.float();
                builder.append_option(value.map(|value| value as f32));
                value.is_some() || null
            }
            Self::Float64(builder) => {
                let value = cell.float();
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Bool(builder) => {
                let value = boolean(cell);
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Text(builder) => {
                builder.append_option(cell.text());
                true
            }
            Self::Json(builder) => {
                builder.append_option(json(cell));
                true
            }
            Self::Date(builder) => {
                let value = date(cell);
                builder.append_option(value);
                value.is_some() || null
            }
            Self::Stamp { builder, zone } => {
                let value = stamp(cell, zone.is_some());
                builder.append_option(value);
                value.is_some() || null
            }
        }
    }

    /// The column so far; the builder starts over.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int16(builder) => ArrayBuilder::finish(builder),
            Self::Int32(builder) => ArrayBuilder::finish(builder),
            Self::Int64(builder) => ArrayBuilder::finish(builder),
            Self::Float32(builder) => ArrayBuilder::finish(builder),
            Self::Float64(builder) => ArrayBuilder::finish(builder),
            Self::Bool(builder) => ArrayBuilder::finish(builder),
            Self::Text(builder) | Self::Json(builder) => ArrayBuilder::finish(builder),
            Self::Date(builder) => ArrayBuilder::finish(builder),
            Self::Stamp { builder, .. } => ArrayBuilder::finish(builder),
        }
    }
}

fn is_nothing(cell: &Cell<'_>) -> bool {
    *cell == Cell::Null || cell.is_nan()
}

/// Whether a column of dates, times or truth values holds a value.
pub(super) fn fits(field: &Field, cell: &Cell<'_>) -> bool {
    match field.data_type() {
        _ if is_nothing(cell) => true,
        DataType::Boolean => boolean(cell).is_some(),
        DataType::Date32 => date(cell).is_some(),
        DataType::Timestamp(_, zone) => stamp(cell, zone.is_some()).is_some(),
        _ => true,
    }
}

fn date(cell: &Cell<'_>) -> Option<i32> {
    parse_date(&cell.text()?)
}

fn boolean(cell: &Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Bool(value) => Some(*value),
        Cell::Int(0) => Some(false),
        Cell::Int(1) => Some(true),
        Cell::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Cell::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The value as JSON text: what is text becomes a JSON string.
fn json(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(serde_json::Value::from(&**text).to_string()),
        other => other.text().map(std::borrow::Cow::into_owned),
    }
}

fn stamp(cell: &Cell<'_>, zoned: bool) -> Option<i64> {
    match cell {
        Cell::Text(text) => cell.integer().or_else(|| parse_stamp(text, zoned)),
        other => other.integer(),
    }
}
