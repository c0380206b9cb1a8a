//! One cell, and the type of a column.

use std::sync::Arc;

use super::Shape;

/// A column's type; each stand-in has its own word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Integers of 32 bits.
    Integer,
    /// Integers of 64 bits.
    BigInteger,
    /// Doubles.
    Double,
    /// Decimals kept as written.
    Decimal,
    /// True or false.
    Bool,
    /// Wall time without a zone, held as epoch milliseconds.
    Floating,
    /// An instant, held as epoch milliseconds.
    Fixed,
    /// The row identifier.
    Id,
    /// The legacy Socrata `location`.
    Location,
    /// A geometry.
    Shape,
    /// Nested JSON.
    Json,
}

impl Kind {
    /// Whether values of this type compare as numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::BigInteger | Self::Double | Self::Decimal)
    }

    /// Whether values of this type are times.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Floating | Self::Fixed)
    }
}

/// One value. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// A decimal as written.
    Decimal(Arc<str>),
    /// Text.
    Text(Arc<str>),
    /// Epoch milliseconds.
    Time(i64),
    /// A Socrata row id: it sorts by `rank`, never by its text.
    RowId {
        /// The hidden order.
        rank: u64,
        /// What is shown.
        text: Arc<str>,
    },
    /// A geometry.
    Shape(Arc<Shape>),
    /// Nested JSON.
    Json(Arc<serde_json::Value>),
}

impl Value {
    /// Text from anything like text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// A value for a column of a type.
    pub fn from_json(json: &serde_json::Value, kind: Kind) -> Self {
        match (json, kind) {
            (serde_json::Value::Null, _) => Self::Null,
            (serde_json::Value::Bool(yes), _) => Self::Bool(*yes),
            (serde_json::Value::Number(number), Kind::Decimal) => Self::Decimal(number.to_string().into()),
            (serde_json::Value::Number(number), Kind::Double) => {
                Self::Float(number.as_f64().unwrap_or(f64::NAN))
            }
            (serde_json::Value::Number(number), Kind::Floating | Kind::Fixed) => {
                Self::Time(number.as_i64().unwrap_or_default())
            }
            (serde_json::Value::Number(number), _) => {
                number.as_i64().map_or_else(|| Self::Float(number.as_f64().unwrap_or(f64::NAN)), Self::Int)
            }
            (serde_json::Value::String(text), _) => Self::text(text),
            (other, _) => Self::Json(Arc::new(other.clone())),
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Decimal(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// How the value reads as text.
    pub fn display(&self) -> String {
        match self {
            Self::Null | Self::Shape(_) => String::new(),
            Self::Bool(yes) => yes.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Decimal(text) | Self::Text(text) | Self::RowId { text, .. } => text.to_string(),
            Self::Time(ms) => super::format_floating(*ms),
            Self::Json(json) => json.to_string(),
        }
    }
}
