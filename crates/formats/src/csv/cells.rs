//! Attribute cells as text.

use std::io::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions as temporal;
use arrow_array::types::{
    Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, BinaryArray, BooleanArray, PrimitiveArray, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, TimeUnit};
use geohub_core::Result;

/// A column that can print its cells.
pub(super) enum Printer<'a> {
    Bool(&'a BooleanArray),
    Int32(&'a PrimitiveArray<Int32Type>),
    Int64(&'a PrimitiveArray<Int64Type>),
    UInt32(&'a PrimitiveArray<UInt32Type>),
    UInt64(&'a PrimitiveArray<UInt64Type>),
    Float32(&'a PrimitiveArray<Float32Type>),
    Float64(&'a PrimitiveArray<Float64Type>),
    Text(&'a StringArray),
    Binary(&'a BinaryArray),
    Dictionary {
        keys: Vec<usize>,
        array: &'a dyn Array,
        values: Box<Printer<'a>>,
    },
    Timestamp {
        array: &'a dyn Array,
        values: &'a [i64],
        unit: TimeUnit,
        utc: bool,
    },
    /// Dates, times of day and all that is rarer.
    Other(&'a dyn Array, Box<ArrayFormatter<'a>>),
}

const FORMAT: FormatOptions<'static> = FormatOptions::new().with_display_error(true);

impl<'a> Printer<'a> {
    pub(super) fn new(array: &'a dyn Array) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Int32 => Self::Int32(array.as_primitive()),
            DataType::Int64 => Self::Int64(array.as_primitive()),
            DataType::UInt32 => Self::UInt32(array.as_primitive()),
            DataType::UInt64 => Self::UInt64(array.as_primitive()),
            DataType::Float32 => Self::Float32(array.as_primitive()),
            DataType::Float64 => Self::Float64(array.as_primitive()),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::Timestamp(unit, zone) => {
                let values = match unit {
                    TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
                    TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
                    TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
                    TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
                };
                Self::Timestamp { array, values, unit: *unit, utc: zone.is_some() }
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
                    values: Box::new(Self::new(dictionary.values().as_ref())?),
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
            Self::Binary(array) => array.value(row).iter().for_each(|byte| {
                // Writing to memory cannot fail.
                let _ = write!(out, "{byte:02X}");
            }),
            Self::Dictionary { keys, values, .. } => return values.print(keys[row], out),
            Self::Timestamp { values, unit, utc, .. } => timestamp(values[row], *unit, *utc, out),
            Self::Other(_, formatter) => {
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
            Self::Dictionary { array, .. } | Self::Timestamp { array, .. } | Self::Other(array, _) => *array,
        }
    }
}

/// ISO 8601; an instant (a column with a time zone, whichever it is) in UTC.
fn timestamp(value: i64, unit: TimeUnit, utc: bool, out: &mut Vec<u8>) {
    let time = match unit {
        TimeUnit::Second => temporal::timestamp_s_to_datetime(value),
        TimeUnit::Millisecond => temporal::timestamp_ms_to_datetime(value),
        TimeUnit::Microsecond => temporal::timestamp_us_to_datetime(value),
        TimeUnit::Nanosecond => temporal::timestamp_ns_to_datetime(value),
    };
    // Writing to memory cannot fail. A time beyond the calendar's years stays the number it is.
    let _ = match time {
        Some(time) => write!(out, "{time:?}{}", if utc { "Z" } else { "" }),
        None => write!(out, "{value}"),
    };
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
