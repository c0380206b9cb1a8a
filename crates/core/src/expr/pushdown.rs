//! Which parts of an expression a server may be asked to apply.
//!
//! A server's own rules must never lose a row that ours would keep: we apply the whole expression again to what comes
//! back, so a part may go down if the server's answer is surely no smaller than ours.

use arrow_schema::{DataType, Field, Schema};

use super::ast::{ColumnName, CompareOp, Expr, Literal};
use super::columns::find;
use super::kind::Kind;

/// Integers up to here are the same in every server's number type.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Expr {
    /// The operands of the outermost AND, or the expression itself.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(operands) => operands,
            single => std::slice::from_ref(single),
        }
    }

    /// Whether a server may apply this conjunct for us.
    ///
    /// Safe are, joined by AND and OR: comparisons, IN and BETWEEN of an integer or `Float64` column with number
    /// literals; `=` and IN of a text column with plain text; IS \[NOT\] NULL of a column. Not safe, because servers
    /// differ: `<>` and order of text (collations), empty text (null for some), text beyond ASCII, LIKE, NOT, boolean,
    /// date, JSON and `Float32` columns, equality of doubles with fractions, arithmetic, and unknown columns.
    pub fn is_server_safe(&self, schema: &Schema) -> bool {
        match self {
            Self::And(operands) | Self::Or(operands) => {
                operands.iter().all(|operand| operand.is_server_safe(schema))
            }
            Self::IsNull { value, .. } => column(value, schema).is_some(),
            Self::Compare(op, left, right) => match (column(left, schema), column(right, schema)) {
                (Some(field), None) => safe_comparison(field, *op, right),
                (None, Some(field)) => safe_comparison(field, op.flipped(), left),
                _ => false,
            },
            Self::Between { value, low, high, negated: false } => {
                column(value, schema).is_some_and(|field| {
                    safe_comparison(field, CompareOp::GreaterOrEqual, low)
                        && safe_comparison(field, CompareOp::LessOrEqual, high)
                })
            }
            Self::In { value, list, negated } => column(value, schema).is_some_and(|field| {
                let op = if *negated { CompareOp::NotEqual } else { CompareOp::Equal };
                list.iter().all(|item| safe_comparison(field, op, item))
            }),
            _ => false,
        }
    }
}

fn column<'a>(expr: &Expr, schema: &'a Schema) -> Option<&'a Field> {
    let Expr::Column(name) = expr else { return None };
    find(name, schema).ok().map(|index| schema.field(index))
}

fn safe_comparison(field: &Field, op: CompareOp, literal: &Expr) -> bool {
    let Expr::Literal(literal) = literal else { return false };
    match (Kind::of(field).0, literal) {
        (Kind::Int | Kind::UInt, Literal::Integer(_)) => true,
        (Kind::Int | Kind::UInt, Literal::Float(value)) => !is_equality(op) || is_whole(*value),
        (Kind::Float, Literal::Integer(value)) if *field.data_type() == DataType::Float64 => {
            is_whole(*value as f64)
        }
        (Kind::Float, Literal::Float(value)) if *field.data_type() == DataType::Float64 => {
            !is_equality(op) || is_whole(*value)
        }
        (Kind::Text(_), Literal::Text(text)) => {
            op == CompareOp::Equal
                && !text.trim().is_empty()
                && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        }
        _ => false,
    }
}

const fn is_equality(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::NotEqual)
}

fn is_whole(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() <= MAX_SAFE_INTEGER
}

impl ColumnName {
    /// A name that is matched exactly.
    pub fn exact(name: impl Into<String>) -> Self {
        Self { name: name.into(), quoted: true }
    }
}
