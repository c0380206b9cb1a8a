//! An expression bound to a schema, and its evaluation.

use std::sync::Arc;

use arrow_arith::boolean;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{ArrowError, DataType};

use super::ast::CompareOp;
use super::error::ExprError;
use super::eval_arithmetic::Arithmetic;
use super::eval_compare::{self, How};
use super::eval_member::Member;
use super::eval_text::LikeTest;
use super::eval_threshold::Threshold;
use super::value::Value;

/// A step of evaluation; every type was checked when it was made.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Column(Column),
    /// Of length 1.
    Constant(ArrayRef),
    Cast(Box<Node>, DataType),
    Arithmetic(Box<Arithmetic>),
    Compare {
        op: CompareOp,
        left: Box<Node>,
        right: Box<Node>,
        how: How,
    },
    Threshold(Box<Node>, Threshold),
    Member(Box<Node>, Member),
    Like(Box<Node>, LikeTest),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>, bool),
}

/// A column and how its arrays are prepared.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub index: usize,
    pub name: String,
    pub data_type: DataType,
    pub casts: Vec<DataType>,
}

impl Node {
    pub(super) fn evaluate(&self, batch: &RecordBatch) -> Result<Value, ExprError> {
        Ok(match self {
            Self::Column(column) => Value::rows(column.array(batch)?),
            Self::Constant(array) => Value { array: array.clone(), is_scalar: true },
            Self::Cast(inner, to) => inner.evaluate(batch)?.cast(to)?,
            Self::Arithmetic(arithmetic) => arithmetic.evaluate(batch)?,
            Self::Compare { op, left, right, how } => {
                eval_compare::compare(*op, &left.evaluate(batch)?, &right.evaluate(batch)?, *how)?
            }
            Self::Threshold(inner, threshold) => {
                boolean_of(&inner.evaluate(batch)?, |value| threshold.test(value))?
            }
            Self::Member(inner, member) => boolean_of(&inner.evaluate(batch)?, |value| member.test(value))?,
            Self::Like(inner, like) => boolean_of(&inner.evaluate(batch)?, |value| like.test(value))?,
            Self::And(nodes) => fold(nodes, batch, boolean::and_kleene)?,
            Self::Or(nodes) => fold(nodes, batch, boolean::or_kleene)?,
            Self::Not(inner) => {
                let rows = batch.num_rows();
                Value::rows(Arc::new(boolean::not(&inner.evaluate(batch)?.booleans(rows)?)?))
            }
            Self::IsNull(inner, negated) => {
                let kernel = if *negated { boolean::is_not_null } else { boolean::is_null };
                boolean_of(&inner.evaluate(batch)?, |value| kernel(&value.array))?
            }
        })
    }
}

fn boolean_of(
    value: &Value,
    test: impl Fn(&Value) -> Result<BooleanArray, ArrowError>,
) -> Result<Value, ExprError> {
    Ok(Value { array: Arc::new(test(value)?), is_scalar: value.is_scalar })
}

type Kleene = fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, ArrowError>;

/// Every operand is evaluated on every row: whether an overflow is met must not depend on where batches begin.
fn fold(nodes: &[Node], batch: &RecordBatch, join: Kleene) -> Result<Value, ExprError> {
    let rows = batch.num_rows();
    let mut result: Option<BooleanArray> = None;
    for node in nodes {
        let next = node.evaluate(batch)?.booleans(rows)?;
        result = Some(match result {
            Some(so_far) => join(&so_far, &next)?,
            None => next,
        });
    }
    let result = result.unwrap_or_else(|| BooleanArray::new_null(rows));
    Ok(Value::rows(Arc::new(result)))
}

impl Column {
    fn array(&self, batch: &RecordBatch) -> Result<ArrayRef, ExprError> {
        let column = batch.columns().get(self.index);
        let array = column.filter(|array| *array.data_type() == self.data_type).ok_or_else(|| {
            let found = column.map(|array| Box::new(array.data_type().clone()));
            ExprError::BatchMismatch {
                column: self.name.clone(),
                bound: Box::new(self.data_type.clone()),
                found,
            }
        })?;
        let mut array = array.clone();
        for to in &self.casts {
            array = arrow_cast::cast(&array, to)?;
        }
        Ok(array)
    }
}
