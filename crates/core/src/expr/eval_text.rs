//! LIKE and ILIKE.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Scalar};
use arrow_schema::{ArrowError, DataType};
use arrow_string::like;

use super::value::Value;

/// A pattern for text of one type.
#[derive(Debug, Clone)]
pub(super) struct LikeTest {
    /// Of length 1, of the type of the text, with backslashes as escapes.
    pub pattern: ArrayRef,
    pub ignore_case: bool,
    pub negated: bool,
}

impl LikeTest {
    /// Of every row; null where it is null.
    pub(super) fn test(&self, value: &Value) -> Result<BooleanArray, ArrowError> {
        let text = plain_if_sparse(&value.array)?;
        let pattern = Scalar::new(self.pattern.clone());
        match (self.ignore_case, self.negated) {
            (false, false) => like::like(&text, &pattern),
            (false, true) => like::nlike(&text, &pattern),
            (true, false) => like::ilike(&text, &pattern),
            (true, true) => like::nilike(&text, &pattern),
        }
    }
}

/// A dictionary with more values than rows is unpacked: the kernel would match every value, used or not.
fn plain_if_sparse(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.as_any_dictionary_opt() {
        Some(dictionary) if dictionary.values().len() > array.len() => {
            arrow_cast::cast(array, dictionary.values().data_type())
        }
        _ => Ok(array.clone()),
    }
}

/// Text without a dictionary.
pub(super) fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Dictionary(_, values) => arrow_cast::cast(array, values),
        _ => Ok(array.clone()),
    }
}
