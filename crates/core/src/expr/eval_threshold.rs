//! Comparison of rows with a constant of their own type.

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, BooleanArray, PrimitiveArray, Scalar};
use arrow_buffer::BooleanBuffer;
use arrow_ord::cmp;
use arrow_schema::ArrowError;

use super::ast::CompareOp;
use super::threshold::Test;
use super::value::Value;

/// A [`Test`] for one of the number types.
#[derive(Debug, Clone, Copy)]
pub(super) enum Threshold {
    Int(Test<i64>),
    UInt(Test<u64>),
    Float(Test<f64>),
}

impl Threshold {
    /// Of every row; null where it is null.
    pub(super) fn test(&self, value: &Value) -> Result<BooleanArray, ArrowError> {
        match self {
            Self::Int(test) => integers::<Int64Type>(*test, value),
            Self::UInt(test) => integers::<UInt64Type>(*test, value),
            Self::Float(Test::Always(result)) => Ok(always(*result, value)),
            Self::Float(Test::Compare(op, constant)) => Ok(floats(*op, value, *constant)),
        }
    }
}

fn always(result: bool, value: &Value) -> BooleanArray {
    let rows = value.array.len();
    let values = if result { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) };
    BooleanArray::new(values, value.array.logical_nulls())
}

fn integers<T: ArrowPrimitiveType>(test: Test<T::Native>, value: &Value) -> Result<BooleanArray, ArrowError> {
    let (op, constant) = match test {
        Test::Always(result) => return Ok(always(result, value)),
        Test::Compare(op, constant) => {
            (op, Scalar::new(PrimitiveArray::<T>::new(vec![constant].into(), None)))
        }
    };
    let array = value.array.as_primitive::<T>();
    match op {
        CompareOp::Equal => cmp::eq(array, &constant),
        CompareOp::NotEqual => cmp::neq(array, &constant),
        CompareOp::Less => cmp::lt(array, &constant),
        CompareOp::LessOrEqual => cmp::lt_eq(array, &constant),
        CompareOp::Greater => cmp::gt(array, &constant),
        CompareOp::GreaterOrEqual => cmp::gt_eq(array, &constant),
    }
}

/// By IEEE 754; the kernels order -0.0 below 0.0 and NaN above all.
fn floats(op: CompareOp, value: &Value, constant: f64) -> BooleanArray {
    let array = value.array.as_primitive::<Float64Type>();
    match op {
        CompareOp::Equal => BooleanArray::from_unary(array, |value| value == constant),
        CompareOp::NotEqual => BooleanArray::from_unary(array, |value| value != constant),
        CompareOp::Less => BooleanArray::from_unary(array, |value| value < constant),
        CompareOp::LessOrEqual => BooleanArray::from_unary(array, |value| value <= constant),
        CompareOp::Greater => BooleanArray::from_unary(array, |value| value > constant),
        CompareOp::GreaterOrEqual => BooleanArray::from_unary(array, |value| value >= constant),
    }
}
