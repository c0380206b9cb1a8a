//! Attribute columns as the types that geohub knows.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, builder::StringBuilder};
use arrow_json::EncoderOptions;
use arrow_json::writer::make_encoder;
use arrow_schema::{DataType, Field, TimeUnit};
use geohub_core::{Result, schema};

/// Decimal digits that a double always gives back.
const DOUBLE_DIGITS: u8 = 15;

/// What is done to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    Same,
    /// Into the output field's type, which holds every value.
    Cast,
    /// Nested values as JSON texts.
    Json,
}

impl Conversion {
    /// The field that a file's column becomes, and how.
    pub(super) fn of(field: &Field) -> (Field, Self) {
        use DataType as T;
        let cast = |data_type: T| {
            let out = schema::field(field.name(), data_type).with_metadata(field.metadata().clone());
            (out, Self::Cast)
        };
        match field.data_type() {
            T::Utf8View | T::Interval(_) => cast(T::Utf8),
            T::BinaryView | T::FixedSizeBinary(_) => cast(T::Binary),
            T::Dictionary(_, values) => {
                let inner = field.clone().with_data_type((**values).clone());
                let (out, _) = Self::of(&inner);
                (out, Self::Cast)
            }
            T::Float16 => cast(T::Float32),
            T::Date64 => cast(T::Timestamp(TimeUnit::Millisecond, None)),
            T::Duration(_) => cast(T::Int64),
            T::Decimal32(digits, _) | T::Decimal64(digits, _) | T::Decimal128(digits, _)
                if *digits <= DOUBLE_DIGITS =>
            {
                cast(T::Float64)
            }
            // A number of more digits is a JSON text: its literal.
            T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
                (schema::json_field(field.name()), Self::Cast)
            }
            data_type if data_type.is_nested() => (schema::json_field(field.name()), Self::Json),
            _ => (field.clone().with_nullable(true), Self::Same),
        }
    }

    /// Converts a column.
    pub(super) fn apply(self, array: &ArrayRef, from: &Field, to: &Field) -> Result<ArrayRef> {
        match self {
            Self::Same => Ok(Arc::clone(array)),
            Self::Cast => Ok(arrow_cast::cast(array, to.data_type())?),
            Self::Json => json(array, from),
        }
    }
}

fn json(array: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    let field = Arc::new(field.clone());
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(&field, array.as_ref(), &options)?;
    let mut texts = StringBuilder::with_capacity(array.len(), array.len() * 16);
    let mut text = Vec::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        encoder.encode(row, &mut text);
        // JSON written from valid strings is valid UTF-8.
        texts.append_value(String::from_utf8_lossy(&text));
    }
    Ok(Arc::new(texts.finish()))
}
