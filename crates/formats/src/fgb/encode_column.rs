//! Attribute columns as property values.

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Int64Array, LargeBinaryArray, LargeStringArray, StringArray,
};
use arrow_buffer::{Buffer, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use geohub_core::{Error, Result};

use crate::date_time::{self, Zone};

#[cfg(target_endian = "big")]
compile_error!("attribute buffers are written as they lie in memory, which must be little-endian");

/// A column of a batch, ready to be written row by row.
pub(super) struct EncodeColumn {
    values: Values,
    nulls: Option<NullBuffer>,
    /// For a dictionary, the position of each row's value.
    keys: Option<Vec<usize>>,
}

enum Values {
    Null,
    Bool(BooleanArray),
    /// Numbers as they lie in memory: little-endian, as in the file.
    Fixed {
        bytes: Buffer,
        width: usize,
    },
    Text(StringArray),
    LargeText(LargeStringArray),
    Bytes(BinaryArray),
    LargeBytes(LargeBinaryArray),
    Instant {
        ticks: Int64Array,
        unit: TimeUnit,
        zone: Zone,
    },
    Date(Int64Array),
    TimeOfDay {
        ticks: Int64Array,
        unit: TimeUnit,
    },
}

impl EncodeColumn {
    /// Prepares a column.
    pub(super) fn new(array: &ArrayRef) -> Result<Self> {
        if let Some(dictionary) = array.as_any_dictionary_opt() {
            let keys = if dictionary.values().is_empty() { Vec::new() } else { dictionary.normalized_keys() };
            let all_null = dictionary.values().is_empty();
            let values = if all_null { Values::Null } else { values(dictionary.values())? };
            let nulls = array.logical_nulls();
            return Ok(Self { values, nulls, keys: Some(keys) });
        }
        Ok(Self { values: values(array)?, nulls: array.logical_nulls(), keys: None })
    }

    /// Appends the column's number and a row's value; nothing for null.
    #[inline]
    pub(super) fn write(&self, column: u16, row: usize, out: &mut Vec<u8>, text: &mut Vec<u8>) {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return;
        }
        let row = self.keys.as_ref().map_or(row, |keys| keys.get(row).copied().unwrap_or(0));
        if matches!(self.values, Values::Null) {
            return;
        }
        out.extend(column.to_le_bytes());
        self.values.write(row, out, text);
    }
}

impl Values {
    #[inline]
    fn write(&self, row: usize, out: &mut Vec<u8>, text: &mut Vec<u8>) {
        text.clear();
        match self {
            Self::Null => return,
            Self::Bool(values) => return out.push(u8::from(values.value(row))),
            Self::Fixed { bytes, width } => return out.extend(&bytes[row * width..(row + 1) * width]),
            Self::Text(values) => return prefixed(values.value(row).as_bytes(), out),
            Self::LargeText(values) => return prefixed(values.value(row).as_bytes(), out),
            Self::Bytes(values) => return prefixed(values.value(row), out),
            Self::LargeBytes(values) => return prefixed(values.value(row), out),
            Self::Instant { ticks, unit, zone } => date_time::timestamp(ticks.value(row), *unit, *zone, text),
            Self::Date(days) => {
                date_time::date(days.value(row), text);
                // The column's type is an instant: GDAL writes a date as the first of its day.
                text.extend(b"T00:00:00");
            }
            Self::TimeOfDay { ticks, unit } => date_time::time(ticks.value(row), *unit, text),
        }
        prefixed(text, out);
    }
}

fn prefixed(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
}

fn values(array: &ArrayRef) -> Result<Values> {
    Ok(match array.data_type() {
        DataType::Null => Values::Null,
        DataType::Boolean => Values::Bool(array.as_boolean().clone()),
        DataType::Utf8 => Values::Text(array.as_string().clone()),
        DataType::LargeUtf8 => Values::LargeText(array.as_string().clone()),
        DataType::Binary => Values::Bytes(array.as_binary().clone()),
        DataType::LargeBinary => Values::LargeBytes(array.as_binary().clone()),
        DataType::Timestamp(unit, zone) => {
            Values::Instant { ticks: ticks(array)?, unit: *unit, zone: Zone::named(zone.as_deref()) }
        }
        DataType::Date32 => Values::Date(ticks(array)?),
        DataType::Time32(unit) | DataType::Time64(unit) => {
            Values::TimeOfDay { ticks: ticks(array)?, unit: *unit }
        }
        number => {
            fixed(array).ok_or_else(|| Error::Unsupported(format!("no FlatGeobuf column holds {number}")))?
        }
    })
}

fn ticks(array: &ArrayRef) -> Result<Int64Array> {
    let array = if array.data_type().primitive_width() == Some(4) {
        arrow_cast::cast(array, &DataType::Int32)?
    } else {
        array.clone()
    };
    Ok(arrow_cast::cast(&array, &DataType::Int64)?.as_primitive().clone())
}

fn fixed(array: &ArrayRef) -> Option<Values> {
    if !array.data_type().is_numeric() {
        return None;
    }
    let width = array.data_type().primitive_width()?;
    let data = array.to_data();
    let start = data.offset() * width;
    let bytes = data.buffers().first()?.slice_with_length(start, data.len() * width);
    Some(Values::Fixed { bytes, width })
}
