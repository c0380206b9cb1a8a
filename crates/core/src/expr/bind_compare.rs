//! Comparisons: which kinds go together, and how.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::DataType;

use super::ast::{CompareOp, Expr, Like, Literal};
use super::bind::{Binder, Typed};
use super::error::ExprError;
use super::eval_compare::How;
use super::eval_text::LikeTest;
use super::eval_threshold::Threshold;
use super::instant::Timestamp;
use super::kind::{Kind, Scale, Zone};
use super::node::Node;
use super::pattern;
use super::threshold::Exact;

/// `left op right`.
pub(super) fn compare(
    binder: &Binder<'_>,
    op: CompareOp,
    left: &Expr,
    right: &Expr,
) -> Result<Node, ExprError> {
    match (left, right) {
        (Expr::Literal(_), Expr::Literal(_)) => pair(op, binder.value(left)?, binder.value(right)?),
        (_, Expr::Literal(literal)) => with_literal(op, binder.value(left)?, literal),
        (Expr::Literal(literal), _) => with_literal(op.flipped(), binder.value(right)?, literal),
        _ => pair(op, binder.value(left)?, binder.value(right)?),
    }
}

/// `low <= value AND value <= high`.
pub(super) fn between(binder: &Binder<'_>, value: &Expr, low: &Expr, high: &Expr) -> Result<Node, ExprError> {
    let low = compare(binder, CompareOp::GreaterOrEqual, value, low)?;
    Ok(Node::And(vec![low, compare(binder, CompareOp::LessOrEqual, value, high)?]))
}

fn null() -> Node {
    Node::Constant(Arc::new(BooleanArray::new_null(1)))
}

fn with_literal(op: CompareOp, left: Typed<'_>, literal: &Literal) -> Result<Node, ExprError> {
    if *literal == Literal::Null || left.kind == Kind::Null {
        return Ok(null());
    }
    if let Some(exact) = exact(&left, literal)? {
        let threshold = match left.kind {
            Kind::Float => Threshold::Float(exact.among_f64().test(op)),
            Kind::UInt => Threshold::UInt(exact.among_u64().test(op)),
            _ => Threshold::Int(exact.among_i64().test(op)),
        };
        return Ok(Node::Threshold(Box::new(left.node), threshold));
    }
    let right: ArrayRef = match (&left.kind, literal) {
        (Kind::Boolean, Literal::Boolean(value)) => Arc::new(BooleanArray::from(vec![*value])),
        (Kind::Text(data_type), Literal::Text(text)) => text_array(data_type, text),
        (Kind::Json(data_type), Literal::Text(text)) if is_equality(op) => text_array(data_type, text),
        _ => return Err(literal_mismatch(&left, literal)),
    };
    let right = Box::new(Node::Constant(right));
    Ok(Node::Compare { op, left: Box::new(left.node), right, how: How::Kernel })
}

/// The literal as an exact number of the kind's own units; none if the kind is not made of numbers.
pub(super) fn exact(left: &Typed<'_>, literal: &Literal) -> Result<Option<Exact>, ExprError> {
    let scale = match (&left.kind, literal) {
        (Kind::Int | Kind::UInt | Kind::Float, Literal::Integer(value)) => {
            return Ok(Some(Exact::Integer(*value)));
        }
        (Kind::Int | Kind::UInt | Kind::Float, Literal::Float(value)) => {
            return Ok(Some(Exact::Float(*value)));
        }
        (Kind::Instant(scale), _) => *scale,
        _ => return Ok(None),
    };
    let (nanos, zone) = match literal {
        Literal::Date(date) => (date.nanos(), Zone::Day),
        Literal::Timestamp(stamp) => (stamp.nanos_since_epoch(), zone_of(*stamp)),
        Literal::Text(text) => {
            let expected = format!(
                "{}, which {} is; write one such as {}",
                left.kind.words(),
                left.expr,
                left.kind.example()
            );
            let wrong = || ExprError::Literal { text: format!("'{text}'"), expected };
            let stamp = Timestamp::parse(text).ok_or_else(wrong)?;
            (
                stamp.nanos_since_epoch(),
                if text.len() == "2024-05-01".len() { Zone::Day } else { zone_of(stamp) },
            )
        }
        _ => return Ok(None),
    };
    if !scale.zone.comparable(zone) {
        return Err(literal_mismatch(left, literal));
    }
    Ok(Some(Exact::Ticks { nanos, nanos_per_tick: scale.nanos_per_tick }))
}

fn zone_of(stamp: Timestamp) -> Zone {
    if stamp.zoned { Zone::Utc } else { Zone::Wall }
}

const fn is_equality(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::NotEqual)
}

fn text_array(data_type: &DataType, text: &str) -> ArrayRef {
    match data_type {
        DataType::LargeUtf8 => Arc::new(LargeStringArray::from(vec![text])),
        DataType::Utf8View => Arc::new(StringViewArray::from(vec![text])),
        _ => Arc::new(StringArray::from(vec![text])),
    }
}

/// Two values of which neither is a literal, or both are.
fn pair(op: CompareOp, left: Typed<'_>, right: Typed<'_>) -> Result<Node, ExprError> {
    use Kind::{Float, Instant, Int, Json, Null, Text, UInt};
    let (how, swap) = match (&left.kind, &right.kind) {
        (Null, _) | (_, Null) => return Ok(null()),
        (Int, Int) | (UInt, UInt) | (Kind::Boolean, Kind::Boolean) => (How::Kernel, false),
        (Float, Float) => (How::Float, false),
        (Int, UInt) => (How::IntUInt, false),
        (UInt, Int) => (How::IntUInt, true),
        (Int, Float) => (How::IntFloat, false),
        (Float, Int) => (How::IntFloat, true),
        (UInt, Float) => (How::UIntFloat, false),
        (Float, UInt) => (How::UIntFloat, true),
        (Text(a), Text(b)) => (if a == b { How::Kernel } else { How::LargeText }, false),
        (Json(a), Json(b) | Text(b)) | (Text(a), Json(b)) if is_equality(op) => {
            (if a == b { How::Kernel } else { How::LargeText }, false)
        }
        (Instant(a), Instant(b)) if a.zone.comparable(b.zone) => {
            (How::Ticks(a.nanos_per_tick, b.nanos_per_tick), false)
        }
        _ => return Err(pair_mismatch(&left, &right)),
    };
    let (left, right) = (Box::new(left.node), Box::new(right.node));
    if swap {
        return Ok(Node::Compare { op: op.flipped(), left: right, right: left, how });
    }
    Ok(Node::Compare { op, left, right, how })
}

fn pair_mismatch(left: &Typed<'_>, right: &Typed<'_>) -> ExprError {
    let what = format!("{} is {} and {} is {}", left.expr, left.kind.words(), right.expr, right.kind.words());
    let hint = match (&left.kind, &right.kind) {
        (Kind::Json(_), _) | (_, Kind::Json(_)) => "JSON can only be tested with =, <>, IN, LIKE and IS NULL",
        (Kind::Instant(_), Kind::Instant(_)) => "times with a zone cannot be compared with times without one",
        _ => "only values of one kind can be compared",
    };
    ExprError::Type { what, hint: hint.to_owned() }
}

/// The message for a column and a literal that do not go together, with the literal as it should be written.
pub(super) fn literal_mismatch(left: &Typed<'_>, literal: &Literal) -> ExprError {
    let shown = Expr::Literal(literal.clone()).to_string();
    let what = format!("{} is {} and {shown} is {}", left.expr, left.kind.words(), literal_words(literal));
    let hint = match (&left.kind, literal) {
        (Kind::Int | Kind::UInt | Kind::Float, Literal::Text(text)) if text.trim().parse::<f64>().is_ok() => {
            format!("write {} without quotes", text.trim())
        }
        (Kind::Text(_), Literal::Integer(_) | Literal::Float(_) | Literal::Boolean(_)) => {
            format!("write '{shown}' in quotes")
        }
        (Kind::Text(_), Literal::Date(_) | Literal::Timestamp(_)) => {
            format!("write {} to compare as text", shown.trim_start_matches(|c: char| c != '\''))
        }
        (Kind::Boolean, _) => format!("write {} or NOT {}", left.expr, left.expr),
        (Kind::Instant(Scale { zone: Zone::Wall, .. }), _) => {
            format!("write a time without an offset, such as {}", left.kind.example())
        }
        (Kind::Json(_), _) => {
            "JSON is compared as text, and only with =, <>, IN, LIKE and IS NULL".to_owned()
        }
        (Kind::Other(_), _) => "a column of this type can only be tested with IS NULL".to_owned(),
        _ => format!("write {} such as {}", left.kind.words(), left.kind.example()),
    };
    ExprError::Type { what, hint }
}

fn literal_words(literal: &Literal) -> &'static str {
    match literal {
        Literal::Null => "null",
        Literal::Boolean(_) => "a boolean",
        Literal::Integer(_) | Literal::Float(_) => "a number",
        Literal::Text(_) => "text",
        Literal::Date(_) => "a date",
        Literal::Timestamp(stamp) if stamp.zoned => "a timestamp with a time zone",
        Literal::Timestamp(_) => "a timestamp without a time zone",
    }
}

/// `value [NOT] [I]LIKE pattern`.
pub(super) fn like(binder: &Binder<'_>, like: &Like) -> Result<Node, ExprError> {
    let value = binder.value(&like.value)?;
    let data_type = match (&value.kind, &like.pattern) {
        (Kind::Null, _) => return Ok(null()),
        (Kind::Text(data_type) | Kind::Json(data_type), _) => data_type,
        (kind, _) => {
            let what = format!("{} is {}, and LIKE needs text", value.expr, kind.words());
            return Err(ExprError::Type {
                what,
                hint: format!("write a comparison such as {} = {}", value.expr, kind.example()),
            });
        }
    };
    let Some(text) = &like.pattern else { return Ok(null()) };
    let pattern = text_array(data_type, &pattern::with_backslashes(text, like.escape));
    let test = LikeTest { pattern, ignore_case: like.ignore_case, negated: like.negated };
    Ok(Node::Like(Box::new(value.node), test))
}
