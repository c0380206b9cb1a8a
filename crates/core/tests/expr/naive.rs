//! The same language once more, row by row, value by value.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use geohub_core::expr::{ArithmeticOp, CompareOp, Expr, Like, Literal};

#[derive(Debug)]
pub struct Overflow;

type Result<T> = std::result::Result<T, Overflow>;

#[derive(Debug, Clone)]
enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
}

pub fn condition(expr: &Expr, batch: &RecordBatch, row: usize) -> Result<Option<bool>> {
    Ok(match value(expr, batch, row)? {
        Value::Bool(result) => Some(result),
        _ => None,
    })
}

fn value(expr: &Expr, batch: &RecordBatch, row: usize) -> Result<Value> {
    let of = |expr: &Expr| value(expr, batch, row);
    let truth = |expr: &Expr| condition(expr, batch, row);
    Ok(match expr {
        Expr::Column(column) => cell(batch, &column.name, row),
        Expr::Literal(Literal::Null | Literal::Date(_) | Literal::Timestamp(_)) => Value::Null,
        Expr::Literal(Literal::Boolean(value)) => Value::Bool(*value),
        Expr::Literal(Literal::Integer(value)) => Value::Int(*value),
        Expr::Literal(Literal::Float(value)) => Value::Float(*value),
        Expr::Literal(Literal::Text(text)) => Value::Text(text.clone()),
        Expr::Negate(inner) => arithmetic(ArithmeticOp::Subtract, &Value::Int(0), &of(inner)?)?,
        Expr::Arithmetic(op, left, right) => arithmetic(*op, &of(left)?, &of(right)?)?,
        Expr::Compare(op, left, right) => boolean(compare(*op, &of(left)?, &of(right)?)),
        Expr::Not(inner) => boolean(truth(inner)?.map(|value| !value)),
        Expr::And(operands) => {
            boolean(not_any(operands.iter().map(|operand| Ok(truth(operand)?.map(|value| !value))))?)
        }
        Expr::Or(operands) => boolean(not_any(operands.iter().map(truth))?.map(|value| !value)),
        Expr::In { value, list, negated } => {
            let needle = of(value)?;
            let found = not_any(list.iter().map(|item| Ok(compare(CompareOp::Equal, &needle, &of(item)?))))?;
            boolean(found.map(|not_found| not_found == *negated))
        }
        Expr::Between { value, low, high, negated } => {
            let value = of(value)?;
            let ordered = [CompareOp::GreaterOrEqual, CompareOp::LessOrEqual].iter().zip([low, high]);
            let tests = ordered.map(|(op, side)| Ok(compare(*op, &value, &of(side)?).map(|holds| !holds)));
            boolean(not_any(tests)?.map(|inside| inside != *negated))
        }
        Expr::Like(like) => boolean(matches(like, &of(&like.value)?)),
        Expr::IsNull { value, negated } => Value::Bool(matches!(of(value)?, Value::Null) != *negated),
    })
}

/// True if all are false, false if one is true, else null.
fn not_any(items: impl Iterator<Item = Result<Option<bool>>>) -> Result<Option<bool>> {
    let items = items.collect::<Result<Vec<_>>>()?;
    if items.contains(&Some(true)) {
        return Ok(Some(false));
    }
    Ok(if items.contains(&None) { None } else { Some(true) })
}

fn boolean(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

fn cell(batch: &RecordBatch, name: &str, row: usize) -> Value {
    let array = batch.column_by_name(name).expect("a known column");
    if array.is_null(row) {
        return Value::Null;
    }
    match name {
        "int" => Value::Int(array.as_primitive::<Int64Type>().value(row).into()),
        "uint" => Value::Int(array.as_primitive::<UInt64Type>().value(row).into()),
        "float" => Value::Float(array.as_primitive::<Float64Type>().value(row)),
        "flag" => Value::Bool(array.as_boolean().value(row)),
        "name" => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        _ => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys()[row];
            Value::Text(dictionary.values().as_string::<i32>().value(key).to_owned())
        }
    }
}

fn arithmetic(op: ArithmeticOp, left: &Value, right: &Value) -> Result<Value> {
    if let (Value::Int(a), Value::Int(b)) = (left, right)
        && op != ArithmeticOp::Divide
    {
        let result = match op {
            ArithmeticOp::Add => a + b,
            ArithmeticOp::Subtract => a - b,
            ArithmeticOp::Multiply => a * b,
            _ if *b == 0 => return Ok(Value::Null),
            _ => a % b,
        };
        return i64::try_from(result).map(|value| Value::Int(value.into())).map_err(|_| Overflow);
    }
    let (Some(a), Some(b)) = (float(left), float(right)) else { return Ok(Value::Null) };
    Ok(Value::Float(match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        _ if b == 0.0 => return Ok(Value::Null),
        ArithmeticOp::Divide => a / b,
        ArithmeticOp::Remainder => a % b,
    }))
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn compare(op: CompareOp, left: &Value, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Null, _) | (_, Value::Null) => return None,
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => mixed(*a, *b),
        (Value::Float(a), Value::Int(b)) => mixed(*b, *a).map(Ordering::reverse),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        other => panic!("{other:?}"),
    };
    Some(match op {
        CompareOp::Equal => order == Some(Ordering::Equal),
        CompareOp::NotEqual => order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    })
}

/// The nearest double decides unless it is the other side; then the integer and the double are both whole numbers.
fn mixed(integer: i128, float: f64) -> Option<Ordering> {
    let rounded = integer as f64;
    if rounded == float { Some(integer.cmp(&(float as i128))) } else { rounded.partial_cmp(&float) }
}

fn matches(like: &Like, value: &Value) -> Option<bool> {
    let (Value::Text(text), Some(pattern)) = (value, &like.pattern) else { return None };
    let fold = |c: char| if like.ignore_case { c.to_ascii_lowercase() } else { c };
    let text: Vec<char> = text.chars().map(fold).collect();
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            c if Some(c) == like.escape => Part::One(fold(chars.next().expect("checked"))),
            '%' => Part::Run,
            '_' => Part::Any,
            c => Part::One(fold(c)),
        });
    }
    Some(run(&parts, &text) != like.negated)
}

enum Part {
    Run,
    Any,
    One(char),
}

fn run(parts: &[Part], text: &[char]) -> bool {
    match (parts.split_first(), text.split_first()) {
        (None, first) => first.is_none(),
        (Some((Part::Run, rest)), _) => (0..=text.len()).any(|skip| run(rest, &text[skip..])),
        (Some((Part::Any, rest)), Some((_, tail))) => run(rest, tail),
        (Some((Part::One(c), rest)), Some((first, tail))) => c == first && run(rest, tail),
        (Some(_), None) => false,
    }
}
