//! IN with a list of constants.

use std::collections::HashSet;

use arrow_arith::boolean;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, BooleanArray};
use arrow_schema::{ArrowError, DataType};
use arrow_select::nullif::nullif;

use super::eval_text::plain;
use super::value::Value;

/// The constants of a list, in the type of what is looked for; those that the type cannot hold are not among them.
#[derive(Debug, Clone)]
pub(super) enum Set {
    /// Sorted.
    Int(Vec<i64>),
    /// Sorted.
    UInt(Vec<u64>),
    /// Sorted; never NaN.
    Float(Vec<f64>),
    Text(HashSet<String>),
}

/// `IN (..)`, with a null in the list or without.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub set: Set,
    pub has_null: bool,
}

impl Member {
    /// Of every row: true if found; if not, null where the row or something in the list is null.
    pub(super) fn test(&self, value: &Value) -> Result<BooleanArray, ArrowError> {
        let found = self.set.find(value)?;
        if !self.has_null {
            return Ok(found);
        }
        Ok(nullif(&found, &boolean::not(&found)?)?.as_boolean().clone())
    }
}

impl Set {
    fn find(&self, value: &Value) -> Result<BooleanArray, ArrowError> {
        Ok(match self {
            Self::Int(sorted) => BooleanArray::from_unary(value.array.as_primitive::<Int64Type>(), |key| {
                sorted.binary_search(&key).is_ok()
            }),
            Self::UInt(sorted) => BooleanArray::from_unary(value.array.as_primitive::<UInt64Type>(), |key| {
                sorted.binary_search(&key).is_ok()
            }),
            Self::Float(sorted) => {
                BooleanArray::from_unary(value.array.as_primitive::<Float64Type>(), |key| {
                    let at = sorted.partition_point(|constant| *constant < key);
                    sorted.get(at) == Some(&key)
                })
            }
            Self::Text(set) => texts(set, value)?,
        })
    }
}

fn texts(set: &HashSet<String>, value: &Value) -> Result<BooleanArray, ArrowError> {
    let text = plain(&value.array)?;
    Ok(match text.data_type() {
        DataType::Utf8 => BooleanArray::from_unary(text.as_string::<i32>(), |key| set.contains(key)),
        DataType::LargeUtf8 => BooleanArray::from_unary(text.as_string::<i64>(), |key| set.contains(key)),
        _ => BooleanArray::from_unary(text.as_string_view(), |key| set.contains(key)),
    })
}
