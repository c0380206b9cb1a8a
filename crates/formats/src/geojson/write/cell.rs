//! Attribute values as JSON.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};
use geohub_core::schema::is_json;
use geohub_core::{Error, Result};

use super::note::Counts;
use super::number::{double, single};
use super::string::string;
use crate::date_time;
use crate::geojson::json::{compact, value_is_json};

/// Adds the value of a row to the output. Nulls are the caller's.
pub(super) type Cell<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

macro_rules! integers {
    ($array:expr, $type:ty) => {{
        let values = $array.as_primitive::<$type>();
        Box::new(move |row, out| {
            out.extend_from_slice(itoa::Buffer::new().format(values.value(row)).as_bytes())
        })
    }};
}

/// The printer of one column, nulls included.
pub(super) fn cell<'a>(field: &Field, array: &'a ArrayRef, counts: &'a Counts) -> Result<Cell<'a>> {
    let value = value(field, array, counts)?;
    Ok(Box::new(move |row, out| {
        if array.is_null(row) {
            out.extend_from_slice(b"null");
        } else {
            value(row, out);
        }
    }))
}

fn value<'a>(field: &Field, array: &'a ArrayRef, counts: &'a Counts) -> Result<Cell<'a>> {
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_, out: &mut Vec<u8>| out.extend_from_slice(b"null")),
        DataType::Boolean => {
            let values = array.as_boolean();
            Box::new(|row, out| {
                out.extend_from_slice(if values.value(row) { b"true".as_slice() } else { b"false" });
            })
        }
        DataType::Int8 => integers!(array, Int8Type),
        DataType::Int16 => integers!(array, Int16Type),
        DataType::Int32 => integers!(array, Int32Type),
        DataType::Int64 => integers!(array, Int64Type),
        DataType::UInt8 => integers!(array, UInt8Type),
        DataType::UInt16 => integers!(array, UInt16Type),
        DataType::UInt32 => integers!(array, UInt32Type),
        DataType::UInt64 => integers!(array, UInt64Type),
        DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => number(array, counts),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => text(field, array),
        DataType::Binary | DataType::LargeBinary => binary(array),
        DataType::Dictionary(..) => dictionary(field, array, counts)?,
        _ => date(field, array)?,
    })
}

fn number<'a>(array: &'a ArrayRef, counts: &'a Counts) -> Cell<'a> {
    match array.data_type() {
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            Box::new(move |row, out| match values.value(row) {
                value if value.is_finite() => single(value, out),
                _ => not_finite(counts, out),
            })
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            Box::new(move |row, out| match values.value(row) {
                value if value.is_finite() => double(value, out),
                _ => not_finite(counts, out),
            })
        }
        _ => {
            let values = array.as_primitive::<Decimal128Type>();
            Box::new(move |row, out| out.extend_from_slice(values.value_as_string(row).as_bytes()))
        }
    }
}

#[cold]
fn not_finite(counts: &Counts, out: &mut Vec<u8>) {
    counts.add_not_finite();
    out.extend_from_slice(b"null");
}

fn text<'a>(field: &Field, array: &'a ArrayRef) -> Cell<'a> {
    let write = if is_json(field) { json } else { string };
    match array.data_type() {
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            Box::new(move |row, out| write(values.value(row), out))
        }
        DataType::LargeUtf8 => {
            let values = array.as_string::<i64>();
            Box::new(move |row, out| write(values.value(row), out))
        }
        _ => {
            let values = array.as_string_view();
            Box::new(move |row, out| write(values.value(row), out))
        }
    }
}

/// Adds a JSON text as it is, on one line; as a string when it is no JSON after all.
fn json(text: &str, out: &mut Vec<u8>) {
    if value_is_json(text) {
        out.extend_from_slice(compact(text, &mut String::new()).as_bytes());
    } else {
        string(text, out);
    }
}

/// Bytes as hexadecimal digits, as GDAL writes them.
fn binary(array: &ArrayRef) -> Cell<'_> {
    fn hex(bytes: &[u8], out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.push(b'"');
        out.extend(bytes.iter().flat_map(|&b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]));
        out.push(b'"');
    }
    if array.data_type() == &DataType::Binary {
        let values = array.as_binary::<i32>();
        Box::new(move |row, out| hex(values.value(row), out))
    } else {
        let values = array.as_binary::<i64>();
        Box::new(move |row, out| hex(values.value(row), out))
    }
}

fn dictionary<'a>(field: &Field, array: &'a ArrayRef, counts: &'a Counts) -> Result<Cell<'a>> {
    let dictionary = array.as_any_dictionary();
    let keys = dictionary.normalized_keys();
    let inner = cell(field, dictionary.values(), counts)?;
    Ok(Box::new(move |row, out| inner(keys[row], out)))
}

fn date<'a>(field: &Field, array: &'a ArrayRef) -> Result<Cell<'a>> {
    let quoted = |write: Cell<'a>| -> Cell<'a> {
        Box::new(move |row, out| {
            out.push(b'"');
            write(row, out);
            out.push(b'"');
        })
    };
    Ok(quoted(match array.data_type() {
        DataType::Date32 => {
            let values = array.as_primitive::<Date32Type>();
            Box::new(|row, out| date_time::date(i64::from(values.value(row)), out))
        }
        DataType::Date64 => {
            let values = array.as_primitive::<Date64Type>();
            Box::new(|row, out| date_time::date(values.value(row).div_euclid(86_400_000), out))
        }
        DataType::Timestamp(unit, zone) => {
            let (unit, zone) = (*unit, date_time::Zone::named(zone.as_deref()));
            let values = date_time::timestamps(array)?;
            Box::new(move |row, out| date_time::timestamp(values[row], unit, zone, out))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            let (unit, values) = (*unit, date_time::times(array)?);
            Box::new(move |row, out| date_time::time(values[row], unit, out))
        }
        other => {
            let message = format!("column `{}` of type {other} has no form in GeoJSON", field.name());
            return Err(Error::Unsupported(message));
        }
    }))
}
