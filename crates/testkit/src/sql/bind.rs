//! Names to columns, and the type rules.

use super::ast::{Expr, Op};
use super::{SqlError, functions};
use crate::table::{Kind, Value, parse_timestamp};

/// What the columns are called and what they hold.
pub trait Scope {
    /// The position and type of a column.
    fn column(&self, name: &str) -> Option<(usize, Kind)>;
    /// A text literal as a row id, where the server has such a type; `None` is a type mismatch.
    fn row_id(&self, text: &str) -> Option<Value>;
    /// Whether aggregates may occur.
    fn allows_aggregates(&self) -> bool;
}

/// The type an expression has, as far as it is known.
pub fn kind(expr: &Expr, scope: &dyn Scope) -> Option<Kind> {
    match expr {
        Expr::Column { name, .. } => scope.column(name).map(|(_, kind)| kind),
        Expr::Literal(Value::Text(_)) => Some(Kind::Text),
        Expr::Literal(Value::Int(_) | Value::Float(_)) | Expr::Negate(_) => Some(Kind::Double),
        Expr::Literal(Value::Bool(_)) => Some(Kind::Bool),
        Expr::Literal(Value::Time(_)) => Some(Kind::Floating),
        Expr::Call(name, _) if matches!(name.as_str(), "upper" | "lower") => Some(Kind::Text),
        Expr::Call(name, _) if matches!(name.as_str(), "count" | "sum" | "avg" | "distance_in_meters") => {
            Some(Kind::Double)
        }
        Expr::Call(name, arguments) if matches!(name.as_str(), "min" | "max") => {
            kind(arguments.first()?, scope)
        }
        Expr::Binary(op, ..) if !op.compares() => {
            Some(if *op == Op::Concat { Kind::Text } else { Kind::Double })
        }
        _ => None,
    }
}

fn literal_fits(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Text | Kind::Json => true,
        Kind::Floating => parse_timestamp(text).is_some_and(|(_, zulu)| !zulu),
        Kind::Fixed => parse_timestamp(text).is_some(),
        kind if kind.is_number() => text.parse::<f64>().is_ok(),
        _ => false,
    }
}

fn comparable(a: Kind, b: Kind) -> bool {
    a == b
        || (a.is_number() && b.is_number())
        || (a.is_time() && b.is_time())
        || (matches!(a, Kind::Text | Kind::Json) && matches!(b, Kind::Text | Kind::Json))
}

/// Ties a pair of sides together: row ids are looked up, literals must fit the other side's type.
fn check_pair(a: &mut Expr, b: &mut Expr, scope: &dyn Scope) -> Result<(), SqlError> {
    let (left, right) = (kind(a, scope), kind(b, scope));
    let mismatch = |what: String| Err(SqlError::TypeMismatch(what));
    for (column, other, side) in [(left, right, &mut *b), (right, left, &mut *a)] {
        let (Some(column), Some(_)) = (column, other) else { continue };
        let Expr::Literal(Value::Text(text)) = side else { continue };
        if column == Kind::Id {
            match scope.row_id(text) {
                Some(id) => *side = Expr::Literal(id),
                None => return mismatch(format!("'{text}' is not a row id")),
            }
        } else if !literal_fits(column, text) {
            return mismatch(format!("'{text}' does not compare with {column:?}"));
        }
        return Ok(());
    }
    match (left, right) {
        (Some(left), Some(right)) if !comparable(left, right) => {
            mismatch(format!("{left:?} does not compare with {right:?}"))
        }
        _ => Ok(()),
    }
}

fn check_call(name: &str, count: usize, scope: &dyn Scope) -> Result<(), SqlError> {
    let known = functions::arity(name) == Some(count)
        && (scope.allows_aggregates() || !functions::is_aggregate(name));
    if known { Ok(()) } else { Err(SqlError::NoSuchFunction(name.to_owned())) }
}

/// Resolves every name; refuses unknown columns and functions, and comparisons across types.
pub fn bind(expr: &mut Expr, scope: &dyn Scope) -> Result<(), SqlError> {
    if let Expr::Column { name, index } = expr {
        *index = scope.column(name).ok_or_else(|| SqlError::NoSuchColumn(name.clone()))?.0;
    }
    for child in expr.children_mut() {
        bind(child, scope)?;
    }
    match expr {
        Expr::Binary(op, a, b) if op.compares() => check_pair(a, b, scope),
        Expr::In(a, list) => list.iter_mut().try_for_each(|item| check_pair(a, item, scope)),
        Expr::Between(a, low, high) => check_pair(a, low, scope).and_then(|()| check_pair(a, high, scope)),
        Expr::Call(name, arguments) => check_call(name, arguments.len(), scope),
        _ => Ok(()),
    }
}
