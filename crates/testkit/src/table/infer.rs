//! The type of a column from all its values.

use super::{Kind, Value, parse_timestamp};

fn is_full_timestamp(text: &str) -> bool {
    text.len() >= 19 && parse_timestamp(text).is_some()
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => Kind::Bool,
        Value::Int(number) if i32::try_from(*number).is_ok() => Kind::Integer,
        Value::Int(_) => Kind::BigInteger,
        Value::Float(_) => Kind::Double,
        Value::Decimal(_) => Kind::Decimal,
        Value::Text(text) if is_full_timestamp(text) => {
            if text.ends_with('Z') {
                Kind::Fixed
            } else {
                Kind::Floating
            }
        }
        Value::Text(_) | Value::RowId { .. } => Kind::Text,
        Value::Time(_) => Kind::Floating,
        Value::Shape(_) => Kind::Shape,
        Value::Json(_) => Kind::Json,
    })
}

fn join(one: Kind, other: Kind) -> Kind {
    use Kind::{BigInteger, Double, Fixed, Floating, Integer, Text};
    match (one, other) {
        (a, b) if a == b => a,
        (Integer, BigInteger) | (BigInteger, Integer) => BigInteger,
        (Integer | BigInteger, Double) | (Double, Integer | BigInteger) => Double,
        (Fixed | Floating | Text, Fixed | Floating | Text) => Text,
        _ => Kind::Json,
    }
}

/// The narrowest type that holds every value; text where there is none.
pub(super) fn column<'a>(values: impl Iterator<Item = &'a Value>) -> Kind {
    values.filter_map(kind_of).reduce(join).unwrap_or(Kind::Text)
}

/// The value as its column's type has it.
pub(super) fn settle(value: Value, kind: Kind) -> Value {
    match (kind, value) {
        (Kind::Floating | Kind::Fixed, Value::Text(text)) => {
            parse_timestamp(&text).map_or(Value::Text(text), |(ms, _)| Value::Time(ms))
        }
        (Kind::Double, Value::Int(number)) => Value::Float(number as f64),
        (Kind::Json, Value::Text(text)) => Value::Json(std::sync::Arc::new(serde_json::Value::from(&*text))),
        (_, value) => value,
    }
}
