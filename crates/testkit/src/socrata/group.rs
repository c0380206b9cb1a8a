//! Rows and groups of rows as the evaluator sees them.

use std::collections::BTreeMap;

use super::dataset::{Dataset, Stored};
use crate::sql::ast::Expr;
use crate::sql::compare::compare;
use crate::sql::eval::Cells;
use crate::sql::{SqlError, eval};
use crate::table::{Position, Shape, Value};

/// A row, or a group of rows of which the first speaks for what they have in common.
#[derive(Clone)]
pub(super) struct View<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) rows: Vec<&'a Stored>,
    pub(super) fold_case: bool,
}

impl View<'_> {
    fn values(&self, argument: &Expr) -> Result<Vec<Value>, SqlError> {
        let mut out = Vec::new();
        for stored in &self.rows {
            let one = View { dataset: self.dataset, rows: vec![stored], fold_case: self.fold_case };
            let value = eval(argument, &one)?;
            if !value.is_null() {
                out.push(value);
            }
        }
        Ok(out)
    }
}

fn extreme(values: Vec<Value>, largest: bool, fold: bool) -> Value {
    let better = |a: &Value, b: &Value| {
        compare(a, b, fold).is_some_and(|order| if largest { order.is_gt() } else { order.is_lt() })
    };
    values
        .into_iter()
        .reduce(|best, value| if better(&value, &best) { value } else { best })
        .unwrap_or(Value::Null)
}

fn extent(values: &[Value]) -> Value {
    let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let b = values.iter().fold(empty, |b, value| match value {
        Value::Shape(shape) => {
            let r = shape.bounds();
            [b[0].min(r[0]), b[1].min(r[1]), b[2].max(r[2]), b[3].max(r[3])]
        }
        _ => b,
    });
    if b[0] > b[2] {
        return Value::Null;
    }
    let at = |x: f64, y: f64| -> Position { [x, y, f64::NAN, f64::NAN] };
    let ring = vec![at(b[0], b[1]), at(b[0], b[3]), at(b[2], b[3]), at(b[2], b[1]), at(b[0], b[1])];
    Value::Shape(std::sync::Arc::new(Shape::MultiPolygon(vec![vec![ring]])))
}

impl Cells for View<'_> {
    fn cell(&self, index: usize) -> Value {
        self.rows.first().map_or(Value::Null, |stored| self.dataset.value(stored, index))
    }

    fn aggregate(&self, name: &str, argument: &Expr) -> Result<Value, SqlError> {
        if matches!(argument, Expr::Star) {
            return match name {
                "count" => Ok(Value::Int(self.rows.len() as i64)),
                _ => Err(SqlError::NoSuchFunction(name.to_owned())),
            };
        }
        let values = self.values(argument)?;
        let sum: f64 = values.iter().filter_map(Value::number).sum();
        Ok(match name {
            "count" => Value::Int(values.len() as i64),
            "min" => extreme(values, false, self.fold_case),
            "max" => extreme(values, true, self.fold_case),
            "extent" => extent(&values),
            _ if values.is_empty() => Value::Null,
            "avg" => Value::Float(sum / values.len() as f64),
            _ => Value::Float(sum),
        })
    }

    fn fold_case(&self) -> bool {
        self.fold_case
    }
}

/// Rows put together by what they are grouped by; without keys all of them are one group, also when there are none.
pub(super) fn groups<'a>(all: View<'a>, keys: &[Expr]) -> Result<Vec<View<'a>>, SqlError> {
    if keys.is_empty() {
        return Ok(vec![all]);
    }
    let mut found: BTreeMap<Vec<(bool, String)>, Vec<&'a Stored>> = BTreeMap::new();
    for stored in &all.rows {
        let one = View { rows: vec![stored], ..all.clone_empty() };
        let values = keys.iter().map(|key| eval(key, &one)).collect::<Result<Vec<_>, _>>()?;
        let key = values.iter().map(|value| (value.is_null(), value.display())).collect();
        found.entry(key).or_default().push(stored);
    }
    Ok(found.into_values().map(|rows| View { rows, ..all.clone_empty() }).collect())
}

impl<'a> View<'a> {
    /// The same without rows.
    pub(super) fn clone_empty(&self) -> Self {
        Self { dataset: self.dataset, rows: Vec::new(), fold_case: self.fold_case }
    }

    /// Each row on its own.
    pub(super) fn singles(&self) -> Vec<View<'a>> {
        self.rows.iter().map(|stored| View { rows: vec![stored], ..self.clone_empty() }).collect()
    }
}
