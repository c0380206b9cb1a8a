//! `location` values: `{"latitude", "longitude", "human_address"}`. SODA 2 writes the degrees as text, SODA 3 as
//! numbers (recorded twins of one row), and rows not geocoded have the address alone.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::columns::Cell;

/// An address with coordinates that may be missing.
#[derive(Deserialize)]
pub(super) struct Location<'a> {
    #[serde(default, borrow)]
    latitude: Option<Cell<'a>>,
    #[serde(default, borrow)]
    longitude: Option<Cell<'a>>,
    #[serde(default, borrow)]
    human_address: Option<Cell<'a>>,
    #[serde(default, borrow)]
    machine_address: Option<&'a RawValue>,
    /// SODA 2.0 only.
    #[serde(default, borrow)]
    needs_recoding: Option<&'a RawValue>,
}

impl Location<'_> {
    /// Latitude and longitude, where both are numbers.
    pub(super) fn degrees(&self) -> Option<(f64, f64)> {
        let number = |cell: &Option<Cell<'_>>| cell.as_ref()?.float().filter(|value| !value.is_nan());
        number(&self.latitude).zip(number(&self.longitude))
    }

    /// The address as JSON text: it is JSON within text, as a rule.
    pub(super) fn address(self) -> Option<String> {
        match self.human_address {
            Some(Cell::Text(text)) if serde_json::from_str::<&RawValue>(&text).is_ok() => {
                Some(text.into_owned())
            }
            Some(Cell::Text(text)) => Some(serde_json::Value::from(&*text).to_string()),
            Some(Cell::Nested(text)) => Some(text),
            _ => None,
        }
    }
}

/// The value in the one spelling of SODA 2, whichever API sent it. What is no location stays as it is.
pub(super) fn in_one_spelling(json: &str) -> String {
    let Some(location) = read(json) else { return json.to_owned() };
    let members = [
        ("latitude", location.latitude.as_ref().and_then(degrees)),
        ("longitude", location.longitude.as_ref().and_then(degrees)),
        ("human_address", location.human_address.as_ref().and_then(degrees)),
        ("machine_address", location.machine_address.map(|raw| raw.get().to_owned())),
        ("needs_recoding", location.needs_recoding.map(|raw| raw.get().to_owned())),
    ];
    let mut out = String::with_capacity(json.len());
    for (name, value) in members {
        if let Some(value) = value {
            let mark = if out.is_empty() { '{' } else { ',' };
            // Writing to a String does not fail.
            let _ = write!(out, "{mark}\"{name}\":{value}");
        }
    }
    if out.is_empty() { json.to_owned() } else { out + "}" }
}

/// An object; an array would be taken for one without names.
fn read(json: &str) -> Option<Location<'_>> {
    json.starts_with('{').then(|| serde_json::from_str(json).ok())?
}

/// A number as text in quotes, without the `.0` of whole ones.
fn degrees(cell: &Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Float(value) => value.to_string().into(),
        Cell::Nested(text) => return Some(text.clone()),
        other => other.text()?,
    };
    Some(serde_json::Value::from(&*text).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_apis_become_one_spelling() {
        let old = r#"{"latitude":"47.5982815480005","longitude":"-122","human_address":"{\"zip\": \"\"}"}"#;
        let new = r#"{"longitude":-122.0,"latitude":47.5982815480005,"human_address":"{\"zip\": \"\"}"}"#;
        assert_eq!(in_one_spelling(old), old);
        assert_eq!(in_one_spelling(new), old);
        let legacy = r#"{"latitude":"1.50","longitude":null,"needs_recoding":false}"#;
        assert_eq!(in_one_spelling(legacy), r#"{"latitude":"1.50","needs_recoding":false}"#);
        for other in [r#"{"type":"Point","coordinates":[1,2]}"#, "[1]", "\"x\""] {
            assert_eq!(in_one_spelling(other), other);
        }
    }
}
