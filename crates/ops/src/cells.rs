//! Attribute values in one spelling, whatever type and format they come in.
//!
//! Numbers are written shortest and without a fraction where they have none, so that 3, 3.0 and a 32-bit 3 are one
//! value; times are written in ISO 8601, so that a column of them equals its text in CSV or GeoJSON.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use geohub_core::{Error, Result};

/// Writes the value of a row that is not null.
type Print<'a> = Box<dyn Fn(usize, &mut String) -> Result<()> + 'a>;

/// The values of one column.
pub(crate) struct Cells<'a> {
    array: &'a ArrayRef,
    print: Print<'a>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(array: &'a ArrayRef) -> Result<Self> {
        Ok(Self { array, print: printer(array)? })
    }

    /// The value of a row in the one spelling; `None` for null. `scratch` is overwritten.
    pub(crate) fn text<'s>(&self, row: usize, scratch: &'s mut String) -> Result<Option<&'s str>> {
        if self.array.is_null(row) {
            return Ok(None);
        }
        scratch.clear();
        (self.print)(row, scratch)?;
        Ok(Some(scratch))
    }
}

fn printer(array: &ArrayRef) -> Result<Print<'_>> {
    // Adding 0 makes -0 the 0 that most formats write.
    Ok(match array.data_type() {
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            Box::new(move |row, out| write!(out, "{}", values.value(row) + 0.0).map_err(unwritten))
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            Box::new(move |row, out| write!(out, "{}", values.value(row) + 0.0).map_err(unwritten))
        }
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            Box::new(move |row, out| {
                out.push_str(values.value(row));
                Ok(())
            })
        }
        DataType::Timestamp(unit, Some(zone)) if !is_offset(zone) => {
            // An instant is one in any zone; Arrow spells only those of offsets.
            let instants = arrow_cast::cast(array, &DataType::Timestamp(*unit, Some("+00:00".into())))?;
            let texts = arrow_cast::cast(&instants, &DataType::Utf8)?;
            Box::new(move |row, out| {
                out.push_str(texts.as_string::<i32>().value(row));
                Ok(())
            })
        }
        _ => {
            let values = ArrayFormatter::try_new(array, &FormatOptions::default())?;
            Box::new(move |row, out| write!(out, "{}", values.value(row)).map_err(unwritten))
        }
    })
}

fn is_offset(zone: &str) -> bool {
    zone.starts_with(['+', '-'])
}

fn unwritten(_: std::fmt::Error) -> Error {
    Error::Internal("a value could not be spelled".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float32Array, Int16Array, StringArray, TimestampMillisecondArray};

    use super::*;

    fn text(array: impl Array + 'static) -> Option<String> {
        let mut scratch = String::new();
        let array: ArrayRef = Arc::new(array);
        Cells::new(&array).unwrap().text(0, &mut scratch).unwrap().map(str::to_owned)
    }

    #[test]
    fn one_value_has_one_spelling() {
        let double = |value: f64| text(arrow_array::Float64Array::from(vec![value]));
        assert_eq!(double(3.0), text(Int16Array::from(vec![3])));
        assert_eq!(double(0.1), text(Float32Array::from(vec![0.1])));
        assert_eq!(double(-0.0).as_deref(), Some("0"));
        let time = TimestampMillisecondArray::from(vec![1_700_000_000_500]).with_timezone("UTC");
        assert_eq!(text(time.clone().with_timezone("America/Los_Angeles")), text(time.clone()));
        assert_eq!(text(time).as_deref(), Some("2023-11-14T22:13:20.500Z"));
        assert_eq!(text(StringArray::from(vec![None::<&str>])), None);
        assert_eq!(text(StringArray::from(vec![""])).as_deref(), Some(""));
    }
}
