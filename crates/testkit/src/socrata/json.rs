//! SODA JSON: null keys left out, numbers as strings.

use serde_json::{Map, Value as Json, json};

use super::query::Rows;
use super::select::Output;
use crate::table::{Kind, Shape, Value, format_floating};

/// How a `location` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// Latitude and longitude as JSON numbers (SODA 3.0).
    pub(super) numbers: bool,
    /// With `needs_recoding` (SODA 2.0).
    pub(super) needs_recoding: bool,
}

fn location(shape: &Shape, style: Style) -> Json {
    let [x, y, ..] = shape.positions().next().copied().unwrap_or([f64::NAN; 4]);
    let number = |number: f64| if style.numbers { json!(number) } else { json!(number.to_string()) };
    let address = r#"{"address": "", "city": "", "state": "", "zip": ""}"#;
    let mut out = json!({"latitude": number(y), "longitude": number(x), "human_address": address});
    if style.needs_recoding {
        out["needs_recoding"] = json!(false);
    }
    out
}

/// A value as JSON.
pub(super) fn value(value: &Value, kind: Kind, style: Style) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => json!(yes),
        Value::Shape(shape) if kind == Kind::Location => location(shape, style),
        Value::Shape(shape) => shape.to_geojson(),
        Value::Time(ms) if kind == Kind::Fixed => json!(format!("{}Z", format_floating(*ms))),
        Value::Json(json) => (**json).clone(),
        other => json!(other.display()),
    }
}

fn object(row: &[Value], outputs: &[Output], style: Style) -> String {
    let pairs = outputs.iter().zip(row).filter(|(_, value)| !value.is_null());
    let map: Map<String, Json> =
        pairs.map(|(output, cell)| (output.name.clone(), value(cell, output.kind, style))).collect();
    Json::Object(map).to_string()
}

/// SODA 2: `[{..}\n,{..}]\n`.
pub(super) fn soda2(rows: &Rows, outputs: &[Output], style: Style) -> String {
    let objects: Vec<String> = rows.iter().map(|row| object(row, outputs, style)).collect();
    format!("[{}]\n", objects.join("\n,"))
}

/// SODA 3: `[\n{..},\n{..}\n]\n`.
pub(super) fn soda3(rows: &Rows, outputs: &[Output], style: Style) -> String {
    if rows.is_empty() {
        return "[\n]\n".to_owned();
    }
    let objects: Vec<String> = rows.iter().map(|row| object(row, outputs, style)).collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}
