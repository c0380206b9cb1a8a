//! Reading JSON of which nothing is sure: what has another type than it should counts as absent.

use serde_json::Value;

use crate::clean::plain;
use crate::date::{ms_of, sound};

pub(super) const TITLE: usize = 300;
pub(super) const DESCRIPTION: usize = 1000;
const WORD: usize = 80;
const MOST_WORDS: usize = 250;

/// Plain text that is not blank.
pub(super) fn text(raw: &Value, pointer: &str, most: usize) -> Option<String> {
    let text = plain(raw.pointer(pointer)?.as_str()?, most);
    (!text.is_empty()).then_some(text)
}

/// The first of several that is there.
pub(super) fn first(raw: &Value, pointers: &[&str], most: usize) -> Option<String> {
    pointers.iter().find_map(|pointer| text(raw, pointer, most))
}

/// Adds the short texts of a list, or a single one.
pub(super) fn words(raw: &Value, pointer: &str, out: &mut Vec<String>) {
    let found = raw.pointer(pointer).unwrap_or(&Value::Null);
    let listed = found.as_array().map_or(std::slice::from_ref(found), Vec::as_slice);
    for word in listed.iter().filter_map(Value::as_str) {
        let word = plain(word, WORD);
        if !word.is_empty() && out.len() < MOST_WORDS && !out.contains(&word) {
            out.push(word);
        }
    }
}

/// A whole number, also one that comes as text.
pub(super) fn count(raw: &Value, pointer: &str) -> Option<u64> {
    let found = raw.pointer(pointer)?;
    found.as_u64().or_else(|| found.as_str()?.trim().parse().ok())
}

/// A moment in milliseconds since 1970, from a number or a date.
pub(super) fn moment(raw: &Value, pointer: &str) -> Option<i64> {
    let found = raw.pointer(pointer)?;
    let number = found.as_i64().or_else(|| found.as_f64().map(|number| number as i64));
    number.and_then(sound).or_else(|| ms_of(found.as_str()?))
}

/// The box around every pair of numbers within a value, however deep; `None` unless all are degrees.
pub(super) fn bbox(found: Option<&Value>) -> Option<[f64; 4]> {
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    grow(found?, &mut bounds);
    sound_box(bounds)
}

fn grow(value: &Value, bounds: &mut [f64; 4]) {
    let Some(list) = value.as_array() else { return };
    if let [Some(x), Some(y), ..] = list.iter().map(Value::as_f64).collect::<Vec<_>>()[..] {
        *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        return;
    }
    list.iter().for_each(|inner| grow(inner, bounds));
}

/// A box of degrees that is none of the boxes which stand for nothing.
pub(super) fn sound_box([west, south, east, north]: [f64; 4]) -> Option<[f64; 4]> {
    let ordered = west <= east && south <= north;
    let degrees = west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    let all_zero = west == 0.0 && south == 0.0 && east == 0.0 && north == 0.0;
    (ordered && degrees && !all_zero).then_some([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_types_count_as_absent() {
        let raw =
            json!({"a": 5, "b": ["x", 7, null, "x", " <b>y</b> "], "c": {"d": " "}, "n": "12", "t": 1e15});
        assert_eq!(text(&raw, "/a", 9), None);
        assert_eq!(text(&raw, "/c/d", 9), None);
        assert_eq!(first(&raw, &["/a", "/zz", "/b/0"], 9).as_deref(), Some("x"));
        let mut found = Vec::new();
        words(&raw, "/b", &mut found);
        words(&raw, "/c", &mut found);
        assert_eq!(found, ["x", "y"]);
        assert_eq!((count(&raw, "/n"), count(&raw, "/b"), moment(&raw, "/t")), (Some(12), None, None));
    }

    #[test]
    fn boxes_come_in_every_shape() {
        let polygon = json!([[[-118.5, 34.0], [-118.0, 34.0], [-118.0, 34.5], [-118.5, 34.0]]]);
        assert_eq!(bbox(Some(&polygon)), Some([-118.5, 34.0, -118.0, 34.5]));
        for odd in [
            json!([]),
            json!(null),
            json!([["a", "b"]]),
            json!([[0, 0], [0, 0]]),
            json!([[-1e7, 4e6], [1, 2]]),
        ] {
            assert_eq!(bbox(Some(&odd)), None, "{odd}");
        }
    }
}
