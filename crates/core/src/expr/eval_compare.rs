//! Comparison of two values that both vary from row to row.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, BooleanArray};
use arrow_ord::cmp;
use arrow_schema::{ArrowError, DataType};

use super::ast::CompareOp;
use super::error::ExprError;
use super::value::Value;

/// Which comparison the two sides need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Both sides have one type, or one is a dictionary of the other.
    Kernel,
    /// Text in two encodings.
    LargeText,
    /// By IEEE 754, not by the kernel's total order: 0.0 equals -0.0 and NaN equals nothing.
    Float,
    IntUInt,
    IntFloat,
    UIntFloat,
    /// Ticks of these many nanoseconds.
    Ticks(i128, i128),
}

/// `left op right`, null where one of them is.
pub(super) fn compare(op: CompareOp, left: &Value, right: &Value, how: How) -> Result<Value, ExprError> {
    let result = match how {
        How::Kernel => kernel(op, left, right)?,
        How::LargeText => kernel(op, &left.cast(&DataType::LargeUtf8)?, &right.cast(&DataType::LargeUtf8)?)?,
        How::Float => by::<Float64Type, Float64Type>(op, left, right, |a, b| a.partial_cmp(&b)),
        How::IntUInt => {
            by::<Int64Type, UInt64Type>(op, left, right, |a, b| Some(i128::from(a).cmp(&b.into())))
        }
        How::IntFloat => by::<Int64Type, Float64Type>(op, left, right, |a, b| integer_float(a.into(), b)),
        How::UIntFloat => by::<UInt64Type, Float64Type>(op, left, right, |a, b| integer_float(a.into(), b)),
        How::Ticks(left_nanos, right_nanos) => by::<Int64Type, Int64Type>(op, left, right, |a, b| {
            Some((i128::from(a) * left_nanos).cmp(&(i128::from(b) * right_nanos)))
        }),
    };
    Ok(Value::like(left, right, Arc::new(result)))
}

fn kernel(op: CompareOp, left: &Value, right: &Value) -> Result<BooleanArray, ArrowError> {
    match op {
        CompareOp::Equal => cmp::eq(left, right),
        CompareOp::NotEqual => cmp::neq(left, right),
        CompareOp::Less => cmp::lt(left, right),
        CompareOp::LessOrEqual => cmp::lt_eq(left, right),
        CompareOp::Greater => cmp::gt(left, right),
        CompareOp::GreaterOrEqual => cmp::gt_eq(left, right),
    }
}

/// Whether the comparison holds; of two that have no order (NaN), only `<>` does.
pub(super) fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    match op {
        CompareOp::Equal => order == Some(Ordering::Equal),
        CompareOp::NotEqual => order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => order.is_some_and(Ordering::is_le),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    }
}

/// The order of an integer of at most 64 bits and a double, without rounding the integer.
fn integer_float(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Saturates outside of 127 bits, where it still lies beyond every integer of 64 bits.
    let floor = float.floor();
    let fraction = if floor < float { Ordering::Less } else { Ordering::Equal };
    Some(integer.cmp(&(floor as i128)).then(fraction))
}

fn by<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    op: CompareOp,
    left: &Value,
    right: &Value,
    order: impl Fn(A::Native, B::Native) -> Option<Ordering>,
) -> BooleanArray {
    if left.is_null_scalar() || right.is_null_scalar() {
        return BooleanArray::new_null(if left.is_scalar { right.array.len() } else { left.array.len() });
    }
    let (a, b) = (left.array.as_primitive::<A>(), right.array.as_primitive::<B>());
    match (left.is_scalar, right.is_scalar) {
        (false, true) => {
            let b = b.value(0);
            BooleanArray::from_unary(a, |a| holds(op, order(a, b)))
        }
        (true, false) => {
            let a = a.value(0);
            BooleanArray::from_unary(b, |b| holds(op, order(a, b)))
        }
        _ => BooleanArray::from_binary(a, b, |a, b| holds(op, order(a, b))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_doubles_are_ordered_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (integer, float, expected) in [
            (9_007_199_254_740_993, 9_007_199_254_740_992.0, Greater),
            (9_007_199_254_740_992, 9_007_199_254_740_992.0, Equal),
            (i128::from(i64::MAX), 9_223_372_036_854_775_808.0, Less),
            (i128::from(u64::MAX), 18_446_744_073_709_551_616.0, Less),
            (i128::from(u64::MAX), f64::INFINITY, Less),
            (i128::from(i64::MIN), f64::NEG_INFINITY, Greater),
            (0, -0.0, Equal),
            (-1, -0.5, Less),
            (0, -0.5, Greater),
            (1, 1.5, Less),
        ] {
            assert_eq!(integer_float(integer, float), Some(expected), "{integer} {float}");
        }
        assert_eq!(integer_float(0, f64::NAN), None);
    }
}
