use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Datum, UInt32Array, new_null_array};
use arrow_schema::{ArrowError, DataType};

/// What a part of an expression gives for a batch: a value per row, or one for all rows.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub array: ArrayRef,
    pub is_scalar: bool,
}

impl Datum for Value {
    fn get(&self) -> (&dyn Array, bool) {
        (self.array.as_ref(), self.is_scalar)
    }
}

impl Value {
    pub(super) fn rows(array: ArrayRef) -> Self {
        Self { array, is_scalar: false }
    }

    /// One for all rows if both sides are.
    pub(super) fn like(left: &Self, right: &Self, array: ArrayRef) -> Self {
        Self { array, is_scalar: left.is_scalar && right.is_scalar }
    }

    pub(super) fn cast(&self, to: &DataType) -> Result<Self, ArrowError> {
        Ok(Self { array: arrow_cast::cast(&self.array, to)?, is_scalar: self.is_scalar })
    }

    /// The one null for all rows.
    pub(super) fn is_null_scalar(&self) -> bool {
        self.is_scalar && self.array.logical_null_count() > 0
    }

    /// A value per row.
    pub(super) fn expand(&self, rows: usize) -> Result<ArrayRef, ArrowError> {
        if !self.is_scalar {
            return Ok(self.array.clone());
        }
        if self.is_null_scalar() {
            return Ok(new_null_array(self.array.data_type(), rows));
        }
        arrow_select::take::take(&self.array, &UInt32Array::from_value(0, rows), None)
    }

    /// The array of a condition.
    pub(super) fn booleans(&self, rows: usize) -> Result<BooleanArray, ArrowError> {
        Ok(self.expand(rows)?.as_boolean().clone())
    }
}
