//! `+ - * / %` on whole columns.

use std::sync::Arc;

use arrow_arith::{arity, numeric};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{ArrowError, DataType};
use arrow_select::nullif::nullif;

use super::ast::ArithmeticOp;
use super::error::ExprError;
use super::node::Node;
use super::value::Value;

/// What is computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Both sides `Int64`, so is the result.
    Int,
    /// `UInt64` is among the sides: in 128 bits, the result `Int64`.
    Wide,
    /// Both sides `Float64`, so is the result.
    Float,
}

/// `left op right`.
#[derive(Debug, Clone)]
pub(super) struct Arithmetic {
    pub op: ArithmeticOp,
    pub left: Node,
    pub right: Node,
    pub numbers: Numbers,
    /// As it prints, for messages.
    pub text: String,
    pub columns: Vec<String>,
}

impl Arithmetic {
    pub(super) fn evaluate(&self, batch: &RecordBatch) -> Result<Value, ExprError> {
        let left = self.left.evaluate(batch)?;
        let mut right = self.right.evaluate(batch)?;
        if matches!(self.op, ArithmeticOp::Divide | ArithmeticOp::Remainder) {
            right.array = null_for_zero(&right.array)?;
        }
        let result = if self.numbers == Numbers::Wide {
            wide(self.op, &left, &right)
        } else {
            kernel(self.op, &left, &right)
        };
        let array = result.map_err(|error| match error {
            ArrowError::ArithmeticOverflow(_) => {
                ExprError::Overflow { expression: self.text.clone(), columns: self.columns.clone() }
            }
            other => ExprError::Kernel(other),
        })?;
        Ok(Value::like(&left, &right, array))
    }
}

fn kernel(op: ArithmeticOp, left: &Value, right: &Value) -> Result<ArrayRef, ArrowError> {
    match op {
        ArithmeticOp::Add => numeric::add(left, right),
        ArithmeticOp::Subtract => numeric::sub(left, right),
        ArithmeticOp::Multiply => numeric::mul(left, right),
        ArithmeticOp::Divide => numeric::div(left, right),
        ArithmeticOp::Remainder => numeric::rem(left, right),
    }
}

fn null_for_zero(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let is_zero = match array.data_type() {
        DataType::Float64 => {
            BooleanArray::from_unary(array.as_primitive::<Float64Type>(), |value| value == 0.0)
        }
        DataType::Int64 => BooleanArray::from_unary(array.as_primitive::<Int64Type>(), |value| value == 0),
        _ => {
            let wide = widen(array)?;
            BooleanArray::from_unary(wide.as_primitive::<Decimal128Type>(), |value| value == 0)
        }
    };
    nullif(array, &is_zero)
}

fn widen(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    arrow_cast::cast(array, &DataType::Decimal128(38, 0))
}

fn wide(op: ArithmeticOp, left: &Value, right: &Value) -> Result<ArrayRef, ArrowError> {
    let rows = if left.is_scalar { right.array.len() } else { left.array.len() };
    let (left, right) = (widen(&left.expand(rows)?)?, widen(&right.expand(rows)?)?);
    let compute = |a: i128, b: i128| {
        let result = match op {
            ArithmeticOp::Add => a.checked_add(b),
            ArithmeticOp::Subtract => a.checked_sub(b),
            ArithmeticOp::Multiply => a.checked_mul(b),
            ArithmeticOp::Divide => a.checked_div(b),
            ArithmeticOp::Remainder => a.checked_rem(b),
        };
        let narrow = result.and_then(|value| i64::try_from(value).ok());
        narrow.ok_or_else(|| ArrowError::ArithmeticOverflow(String::new()))
    };
    let (left, right) = (left.as_primitive::<Decimal128Type>(), right.as_primitive::<Decimal128Type>());
    Ok(Arc::new(arity::try_binary::<_, _, _, Int64Type>(left, right, compute)?))
}
