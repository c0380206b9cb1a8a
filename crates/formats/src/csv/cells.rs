//! Attribute cells as text.

use std::io::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, LargeBinaryArray, PrimitiveArray, StringArray,
};
use arrow_buffer::ScalarBuffer;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, TimeUnit};
use geohub_core::Result;

use crate::date_time::{self, Zone};

/// A column that can print its cells.
pub(super) enum Printer<'a> {
    /// A column without a value; Arrow counts its cells as valid.
    Null(&'a dyn Array),
    Bool(&'a BooleanArray),
    Int32(&'a PrimitiveArray<Int32Type>),
    Int64(&'a PrimitiveArray<Int64Type>),
    UInt32(&'a PrimitiveArray<UInt32Type>),
    UInt64(&'a PrimitiveArray<UInt64Type>),
    Float32(&'a PrimitiveArray<Float32Type>),
    Float64(&'a PrimitiveArray<Float64Type>),
    Text(&'a StringArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    Dictionary {
        keys: Vec<usize>,
        array: &'a dyn Array,
        values: Box<Printer<'a>>,
    },
    Timestamp {
        array: &'a dyn Array,
        values: ScalarBuffer<i64>,
        unit: TimeUnit,
        zone: Zone,
    },
    /// Dates, times of day and all that is rarer.
    Other(&'a dyn Array, Box<ArrayFormatter<'a>>),
}

const FORMAT: FormatOptions<'static> = FormatOptions::new().with_display_error(true);

impl<'a> Printer<'a> {
    pub(super) fn new(array: &'a ArrayRef) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Null => Self::Null(array),
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Int32 => Self::Int32(array.as_primitive()),
            DataType::Int64 => Self::Int64(array.as_primitive()),
            DataType::UInt32 => Self::UInt32(array.as_primitive()),
            DataType::UInt64 => Self::UInt64(array.as_primitive()),
            DataType::Float32 => Self::Float32(array.as_primitive()),
            DataType::Float64 => Self::Float64(array.as_primitive()),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary()),
            DataType::Timestamp(unit, zone) => {
                let (values, zone) = (date_time::timestamps(array)?, Zone::named(zone.as_deref()));
                Self::Timestamp { array, values, unit: *unit, zone }
            }
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                Self::Dictionary {
                    keys: if dictionary.values().is_empty() {
                        Vec::new()
                    } else {
                        dictionary.normalized_keys()
                    },
                    array,
                    values: Box::new(Self::new(dictionary.values())?),
                }
            }
            _ => Self::Other(array, Box::new(ArrayFormatter::try_new(array, &FORMAT)?)),
        })
    }

    /// Appends a cell's text, not yet quoted. False for null.
    pub(super) fn print(&self, row: usize, out: &mut Vec<u8>) -> bool {
        if self.array().is_null(row) {
            return false;
        }
        match self {
            Self::Null(_) => return false,
            Self::Bool(array) => out.extend_from_slice(if array.value(row) { b"true" } else { b"false" }),
            Self::Int32(array) => {
                out.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::Int64(array) => {
                out.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::UInt32(array) => {
                out.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::UInt64(array) => {
                out.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::Float32(array) => float(zmij::Buffer::new().format(array.value(row)), out),
            Self::Float64(array) => float(zmij::Buffer::new().format(array.value(row)), out),
            Self::Text(array) => out.extend_from_slice(array.value(row).as_bytes()),
            Self::Binary(array) => hexadecimal(array.value(row), out),
            Self::LargeBinary(array) => hexadecimal(array.value(row), out),
            Self::Dictionary { keys, values, .. } => return values.print(keys[row], out),
            Self::Timestamp { values, unit, zone, .. } => {
                date_time::timestamp(values[row], *unit, *zone, out);
            }
            Self::Other(_, formatter) => {
                // Writing to memory cannot fail.
                let _ = write!(out, "{}", formatter.value(row));
            }
        }
        true
    }

    fn array(&self) -> &dyn Array {
        match self {
            Self::Bool(array) => *array,
            Self::Int32(array) => *array,
            Self::Int64(array) => *array,
            Self::UInt32(array) => *array,
            Self::UInt64(array) => *array,
            Self::Float32(array) => *array,
            Self::Float64(array) => *array,
            Self::Text(array) => *array,
            Self::Binary(array) => *array,
            Self::LargeBinary(array) => *array,
            Self::Null(array)
            | Self::Dictionary { array, .. }
            | Self::Timestamp { array, .. }
            | Self::Other(array, _) => *array,
        }
    }
}

fn hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        // Writing to memory cannot fail.
        let _ = write!(out, "{byte:02X}");
    }
}

/// A float's shortest text; a positive exponent gets its sign, without which our reader would suspect a code.
fn float(text: &str, out: &mut Vec<u8>) {
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            out.extend_from_slice(mantissa.as_bytes());
            out.extend_from_slice(b"e+");
            out.extend_from_slice(exponent.trim_start_matches('+').as_bytes());
        }
        _ => out.extend_from_slice(text.as_bytes()),
    }
}
