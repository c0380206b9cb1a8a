//! One value of a JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A scalar as it stands in the answer; nested values as JSON text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(Cow<'a, str>),
    Nested(String),
}

impl Cell<'_> {
    /// The value as text, unchanged for text.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Int(value) => value.to_string().into(),
            Self::UInt(value) => value.to_string().into(),
            Self::Float(value) => format!("{value:?}").into(),
            Self::Text(text) => Cow::Borrowed(&**text),
            Self::Nested(text) => Cow::Borrowed(text),
        })
    }

    /// The value as a whole number, also when it is written as a float or as text.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::UInt(value) => i64::try_from(*value).ok(),
            Self::Float(value) => whole(*value),
            Self::Text(text) => integer_text(text),
            Self::Null | Self::Bool(_) | Self::Nested(_) => None,
        }
    }

    /// The value as a double, also when it is written as text, such as `"NaN"`.
    pub(crate) fn float(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::UInt(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null | Self::Bool(_) | Self::Nested(_) => None,
        }
    }
}

impl Cell<'_> {
    /// True for `NaN`, as a number or as text: in a column of anything but floats it says that there is no value.
    pub(crate) fn is_nan(&self) -> bool {
        match self {
            Self::Float(value) => value.is_nan(),
            Self::Text(text) => text == "NaN",
            _ => false,
        }
    }
}

/// A float that is a whole number every double up to it can tell apart.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}

/// An integer as numbers are written: leading zeros make a text.
fn integer_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let padded = digits.len() > 1 && digits.starts_with('0');
    if padded { None } else { text.parse().ok() }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cell::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cell::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Cell::UInt(value), Cell::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cell::Float(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Cell::Nested(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(serde::de::value::SeqAccessDeserializer::new(seq))?;
        Ok(Cell::Nested(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        let cell = |text: &'static str| serde_json::from_str::<Cell<'_>>(text).unwrap();
        assert_eq!(cell("410106100009").integer(), Some(410_106_100_009));
        assert_eq!(cell("6.4579816E7").integer(), Some(64_579_816));
        assert_eq!(cell("\"-12\"").integer(), Some(-12));
        assert_eq!(cell("\"007\"").integer(), None);
        assert_eq!(cell("2.5").integer(), None);
        assert!(cell("\"NaN\"").float().unwrap().is_nan());
        assert_eq!(cell("{\"a\": [1, \"x\"]}"), Cell::Nested("{\"a\":[1,\"x\"]}".to_owned()));
        assert_eq!(cell("18446744073709551615").text().unwrap(), "18446744073709551615");
    }
}
