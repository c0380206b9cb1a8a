//! Names for the SQL that this language leaves out, and what to write in its place.

use sqlparser::ast::{BinaryOperator, DataType, Expr, UnaryOperator, Value};

use super::error::{ExprError, Position};

fn refuse(construct: impl Into<String>, hint: Option<String>, position: Option<Position>) -> ExprError {
    ExprError::Unsupported { construct: construct.into(), hint, position }
}

/// An expression that is none of ours. Neither its span nor its text is asked for: both recurse without a limit.
pub(super) fn expression(tree: &Expr) -> ExprError {
    let position = match tree {
        Expr::CompoundIdentifier(parts) => {
            parts.first().and_then(|part| Position::from_span_start(part.span.start))
        }
        _ => None,
    };
    let (construct, hint) = match tree {
        Expr::CompoundIdentifier(parts) => {
            let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
            (
                format!("the qualified name {name}"),
                Some(format!("for a column of that name write \"{name}\"")),
            )
        }
        Expr::InSubquery { .. } | Expr::Subquery(_) | Expr::Exists { .. } => ("a subquery".to_owned(), None),
        Expr::Like { .. } | Expr::ILike { .. } => {
            ("LIKE ANY".to_owned(), Some("join several LIKE with OR".to_owned()))
        }
        Expr::IsTrue(_) | Expr::IsNotTrue(_) | Expr::IsFalse(_) | Expr::IsNotFalse(_) => {
            ("IS TRUE / IS FALSE".to_owned(), Some("write = TRUE, = FALSE or IS NULL".to_owned()))
        }
        Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => {
            ("IS UNKNOWN".to_owned(), Some("write IS NULL".to_owned()))
        }
        Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => ("IS DISTINCT FROM".to_owned(), None),
        Expr::SimilarTo { .. } | Expr::RLike { .. } => {
            ("a regular expression".to_owned(), Some("write LIKE or ILIKE with % and _".to_owned()))
        }
        Expr::AnyOp { .. } | Expr::AllOp { .. } => ("ANY / ALL".to_owned(), Some("write IN (..)".to_owned())),
        Expr::Cast { .. } | Expr::Convert { .. } => ("a cast".to_owned(), None),
        Expr::Interval(_) => {
            ("INTERVAL".to_owned(), Some("write the date itself, such as DATE '2024-05-01'".to_owned()))
        }
        Expr::Collate { .. } => {
            ("COLLATE".to_owned(), Some("text is compared by its UTF-8 bytes".to_owned()))
        }
        Expr::Tuple(_) => {
            ("a list of values in brackets".to_owned(), Some("lists stand only after IN".to_owned()))
        }
        Expr::Function(function) => (format!("the function {}", function.name), None),
        Expr::UnaryOp { op, .. } if *op != UnaryOperator::Not => (format!("the operator {op}"), None),
        _ => ("this SQL".to_owned(), None),
    };
    refuse(construct, hint, position)
}

/// An operator between two values.
pub(super) fn operator(op: &BinaryOperator) -> ExprError {
    let hint = match op {
        BinaryOperator::StringConcat => Some("write the whole text in one pair of quotes"),
        BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexIMatch => {
            Some("write LIKE or ILIKE with % and _")
        }
        BinaryOperator::Xor => Some("write <> between two conditions"),
        _ => None,
    };
    refuse(format!("the operator {op}"), hint.map(str::to_owned), None)
}

/// A literal of another kind, such as hexadecimal.
pub(super) fn value(value: &Value, position: Option<Position>) -> ExprError {
    refuse(format!("the literal {value}"), None, position)
}

/// A `TYPE '..'` of another type.
pub(super) fn typed_literal(data_type: &DataType, position: Option<Position>) -> ExprError {
    refuse(
        format!("{data_type} '..'"),
        Some("typed literals are DATE '..' and TIMESTAMP '..'".to_owned()),
        position,
    )
}

/// A number out of every range.
pub(super) fn number(text: &str) -> ExprError {
    let expected = "a number in range: integers go from -9223372036854775808 to 18446744073709551615, \
                    others to 1.8e308"
        .to_owned();
    ExprError::Literal { text: text.to_owned(), expected }
}
