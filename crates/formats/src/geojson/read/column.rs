//! Arrow builders for decoded values.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, new_null_array};
use arrow_schema::DataType;

use super::class::{Class, Kind};
use super::member::{Content, Value};
use crate::geojson::json::{Cursor, Flaw, Parsed, compact, unescape};

/// One attribute column under construction.
pub(super) enum Column {
    Null(usize),
    Bool(BooleanBuilder),
    Int64(Int64Builder),
    UInt64(UInt64Builder),
    Float64(Float64Builder),
    Text(StringBuilder),
    Json(StringBuilder),
}

impl Column {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Null => Self::Null(0),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Int64 => Self::Int64(Int64Builder::new()),
            Kind::UInt64 => Self::UInt64(UInt64Builder::new()),
            Kind::Float64 => Self::Float64(Float64Builder::new()),
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Json => Self::Json(StringBuilder::new()),
        }
    }

    /// Adds a value whose class the column's kind accepts, or a null.
    #[inline]
    pub(super) fn push(&mut self, value: &Value, cursor: &Cursor<'_>, scratch: &mut String) -> Parsed<()> {
        match (self, value.content) {
            (column, Content::Null) => column.push_null(),
            (Self::Text(column), Content::Text { escaped }) => {
                let content = cursor.raw(value.start + 1, value.end - 1);
                let text = if escaped { unescape(content, value.start + 1, scratch)? } else { content };
                column.append_value(text);
            }
            (Self::Json(column), content) => {
                // The one range check that JSON text does not need and other readers would fail on.
                if let Content::Number(number) = content
                    && number.double(cursor.raw(0, value.end).as_bytes()).is_none()
                {
                    return Err(cursor.overflow(&number));
                }
                column.append_value(compact(cursor.raw(value.start, value.end), scratch));
            }
            (Self::Bool(column), Content::Bool(value)) => column.append_value(value),
            (Self::Float64(column), Content::Number(number)) => {
                let double = number.double(cursor.raw(0, value.end).as_bytes());
                column.append_value(double.ok_or_else(|| cursor.overflow(&number))?);
            }
            (Self::Int64(column), Content::Number(number)) => {
                let signed = number.mantissa as i64;
                column.append_value(if number.negative { signed.wrapping_neg() } else { signed });
            }
            (Self::UInt64(column), Content::Number(number)) => {
                let magnitude = number.magnitude(cursor.raw(0, value.end));
                column.append_value(magnitude.ok_or_else(|| unaccepted(value))?);
            }
            _ => return Err(unaccepted(value)),
        }
        Ok(())
    }

    fn push_null(&mut self) {
        match self {
            Self::Null(rows) => *rows += 1,
            Self::Bool(column) => column.append_null(),
            Self::Int64(column) => column.append_null(),
            Self::UInt64(column) => column.append_null(),
            Self::Float64(column) => column.append_null(),
            Self::Text(column) | Self::Json(column) => column.append_null(),
        }
    }

    /// The rows so far; the builder starts over.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Null(rows) => new_null_array(&DataType::Utf8, std::mem::take(rows)),
            Self::Bool(column) => Arc::new(column.finish()),
            Self::Int64(column) => Arc::new(column.finish()),
            Self::UInt64(column) => Arc::new(column.finish()),
            Self::Float64(column) => Arc::new(column.finish()),
            Self::Text(column) | Self::Json(column) => Arc::new(column.finish()),
        }
    }
}

/// A value of a class that its column does not take. Callers ask first, so this means another schema.
fn unaccepted(value: &Value) -> Flaw {
    debug_assert!(value.class != Class::NULL);
    Flaw::misfit(format!("a value is {:?}", value.class))
}
