//! Running an expression on one row, with SQL's three-valued logic.

use std::cmp::Ordering;

use super::ast::{Expr, Op};
use super::compare::{compare, like};
use super::{SqlError, functions};
use crate::table::Value;

/// The cells of one row, and how text compares there.
pub trait Cells {
    /// A cell.
    fn cell(&self, index: usize) -> Value;
    /// The value of an aggregate over the row's group, when rows are groups.
    fn aggregate(&self, name: &str, argument: &Expr) -> Result<Value, SqlError> {
        let _ = argument;
        Err(SqlError::NoSuchFunction(name.to_owned()))
    }
    /// Whether text compares without case.
    fn fold_case(&self) -> bool {
        false
    }
}

type Answer = Result<Value, SqlError>;

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Null => None,
        other => other.number().map(|number| number != 0.0),
    }
}

fn logical(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

fn ordered(op: Op, ordering: Ordering) -> bool {
    match op {
        Op::Equal => ordering.is_eq(),
        Op::NotEqual => ordering.is_ne(),
        Op::Less => ordering.is_lt(),
        Op::LessEqual => ordering.is_le(),
        Op::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

fn arithmetic(op: Op, a: &Value, b: &Value) -> Value {
    if op == Op::Concat {
        return Value::text(a.display() + &b.display());
    }
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        let exact = match op {
            Op::Add => a.checked_add(*b),
            Op::Subtract => a.checked_sub(*b),
            Op::Multiply => a.checked_mul(*b),
            Op::Remainder => a.checked_rem(*b),
            _ => None,
        };
        if let Some(exact) = exact {
            return Value::Int(exact);
        }
    }
    let (Some(a), Some(b)) = (a.number(), b.number()) else { return Value::Null };
    match op {
        Op::Add => Value::Float(a + b),
        Op::Subtract => Value::Float(a - b),
        Op::Multiply => Value::Float(a * b),
        Op::Divide if b != 0.0 => Value::Float(a / b),
        Op::Remainder if b != 0.0 => Value::Float(a % b),
        _ => Value::Null,
    }
}

fn binary(op: Op, a: &Value, b: &Value, fold: bool) -> Value {
    if a.is_null() || b.is_null() {
        return Value::Null;
    }
    if op.compares() {
        return logical(compare(a, b, fold).map(|ordering| ordered(op, ordering)));
    }
    arithmetic(op, a, b)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn contained(value: &Value, list: &[Expr], row: &dyn Cells) -> Answer {
    let mut found = Some(false);
    for item in list {
        let equal = truth(&binary(Op::Equal, value, &eval(item, row)?, row.fold_case()));
        found = and(found.map(|yes| !yes), equal.map(|yes| !yes)).map(|no| !no);
    }
    Ok(logical(found))
}

fn call(name: &str, arguments: &[Expr], row: &dyn Cells) -> Answer {
    if functions::is_aggregate(name) {
        return row.aggregate(name, arguments.first().unwrap_or(&Expr::Star));
    }
    let values = arguments.iter().map(|argument| eval(argument, row)).collect::<Result<Vec<_>, _>>()?;
    functions::call(name, &values)
}

/// The value of a bound expression on a row.
pub fn eval(expr: &Expr, row: &dyn Cells) -> Answer {
    Ok(match expr {
        Expr::Literal(value) => value.clone(),
        Expr::Column { index, .. } => row.cell(*index),
        Expr::Star => Value::Null,
        Expr::Binary(op, a, b) => binary(*op, &eval(a, row)?, &eval(b, row)?, row.fold_case()),
        Expr::And(a, b) => logical(and(truth(&eval(a, row)?), truth(&eval(b, row)?))),
        Expr::Or(a, b) => {
            let (a, b) = (truth(&eval(a, row)?), truth(&eval(b, row)?));
            logical(and(a.map(|yes| !yes), b.map(|yes| !yes)).map(|no| !no))
        }
        Expr::Not(a) => logical(truth(&eval(a, row)?).map(|yes| !yes)),
        Expr::Negate(a) => arithmetic(Op::Subtract, &Value::Int(0), &eval(a, row)?),
        Expr::In(a, list) => contained(&eval(a, row)?, list, row)?,
        Expr::Between(a, low, high) => {
            let (value, fold) = (eval(a, row)?, row.fold_case());
            let above = truth(&binary(Op::GreaterEqual, &value, &eval(low, row)?, fold));
            logical(and(above, truth(&binary(Op::LessEqual, &value, &eval(high, row)?, fold))))
        }
        Expr::Like(a, pattern) => match (eval(a, row)?, eval(pattern, row)?) {
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (text, pattern) if row.fold_case() => {
                Value::Bool(like(&text.display().to_lowercase(), &pattern.display().to_lowercase()))
            }
            (text, pattern) => Value::Bool(like(&text.display(), &pattern.display())),
        },
        Expr::IsNull(a) => Value::Bool(eval(a, row)?.is_null()),
        Expr::Call(name, arguments) => call(name, arguments, row)?,
    })
}

/// Whether a condition is true on a row: null is not.
pub fn holds(expr: &Expr, row: &dyn Cells) -> Result<bool, SqlError> {
    Ok(truth(&eval(expr, row)?) == Some(true))
}
