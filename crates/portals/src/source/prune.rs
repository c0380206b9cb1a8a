//! One entry of a catalogue as JSON, whatever its size: what is more than any honest entry has is read over and not held.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Values of one entry, members and elements at any depth.
const MOST_VALUES: usize = 50_000;
/// Of a longer text nothing more is held.
const MOST_TEXT_BYTES: usize = 256 << 10;

/// The value of a JSON text, cut where it is too long; `None` for what is no JSON or nested too deep.
pub(super) fn value(text: &str) -> Option<Value> {
    let left = Cell::new(MOST_VALUES);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Pruned { left: &left }.deserialize(&mut deserializer).ok()
}

#[derive(Clone, Copy)]
struct Pruned<'a> {
    /// Values that may still be held.
    left: &'a Cell<usize>,
}

impl Pruned<'_> {
    fn takes_one(self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}

impl<'de> DeserializeSeed<'de> for Pruned<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pruned<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text[..text.floor_char_boundary(MOST_TEXT_BYTES)].to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut held = Vec::new();
        while self.takes_one() {
            match list.next_element_seed(self)? {
                Some(element) => held.push(element),
                None => return Ok(Value::Array(held)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(held))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut held = Map::new();
        while self.takes_one() {
            let Some(name) = members.next_key::<String>()? else { return Ok(Value::Object(held)) };
            held.insert(name, members.next_value_seed(self)?);
        }
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(held))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn honest_entries_stay_as_they_are_and_others_are_cut() {
        let entry = json!({"a": [1, -2, 2.5, null, true, "x\u{e9}\n"], "b": {"c": {}}, "d": []});
        assert_eq!(value(&entry.to_string()), Some(entry));
        let long = json!({"a": "é".repeat(1 << 20), "b": 7});
        let cut = value(&long.to_string()).unwrap();
        assert_eq!((cut["a"].as_str().unwrap().len(), &cut["b"]), (MOST_TEXT_BYTES, &json!(7)));
        let many = format!("{{\"a\":[{}0],\"b\":7}}", "0,".repeat(1_000_000));
        let cut = value(&many).unwrap();
        assert!(cut["a"].as_array().unwrap().len() < MOST_VALUES && cut.get("b").is_none());
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!((value(&deep), value("{\"a\":"), value("")), (None, None, None));
    }
}
