//! Rows of a file beside those of the portal, compared as sets of texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::rows::{State, geometry, properties};
use crate::scene::Portal;

/// How often each row is there.
pub type Rows = BTreeMap<String, usize>;

/// Protocol buffers have coordinates in billionths of a degree.
fn rounded(at: &Value) -> Value {
    let number = |value: &Value| json!((value.as_f64().unwrap() * 1e9).round() / 1e9);
    at.as_array().unwrap().iter().map(number).collect()
}

/// A ring from its lowest vertex on, in one direction: where a ring begins is nobody's promise.
fn ring(ring: &Value) -> Value {
    let mut open: Vec<Value> = ring.as_array().unwrap().iter().map(rounded).collect();
    open.pop();
    let key = |at: &Value| (at[0].as_f64().unwrap().to_bits(), at[1].as_f64().unwrap().to_bits());
    let least = (0..open.len()).min_by_key(|at| key(&open[*at])).unwrap_or(0);
    open.rotate_left(least);
    if open.len() > 2 && key(&open[1]) > key(&open[open.len() - 1]) {
        open[1..].reverse();
    }
    json!(open)
}

/// Where pages come on a grid, a coordinate is what it is on a coarser one.
fn snapped(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(snapped).collect(),
        number => json!((number.as_f64().unwrap() * 1e8).round() / 1e8),
    }
}

fn canonical(geometry: &Value, portal: Portal) -> Value {
    let snap = |part: &Value| if portal == Portal::ArcGis { snapped(part) } else { part.clone() };
    let polygon =
        |rings: &Value| -> Value { rings.as_array().unwrap().iter().map(|part| ring(&snap(part))).collect() };
    match geometry["type"].as_str() {
        Some("Polygon") => json!([polygon(&geometry["coordinates"])]),
        Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().iter().map(polygon).collect(),
        None => Value::Null,
        Some(other) => panic!("a {other} among polygons"),
    }
}

fn text(id: Option<i64>, properties: &Value, geometry: &Value, portal: Portal) -> String {
    let number = |value: &Value| value.as_f64().map_or_else(|| value.clone(), |number| json!(number));
    let cells: BTreeMap<&String, Value> =
        properties.as_object().unwrap().iter().map(|(name, value)| (name, number(value))).collect();
    json!([id, cells, canonical(geometry, portal)]).to_string()
}

fn counted(rows: impl Iterator<Item = String>) -> Rows {
    let mut all = Rows::new();
    for row in rows {
        *all.entry(row).or_default() += 1;
    }
    all
}

/// The rows of a state.
pub fn expected(state: &State, portal: Portal) -> Rows {
    counted(state.0.iter().map(|(id, row)| text(*id, &properties(*row), &geometry(*row), portal)))
}

/// The rows of a GeoJSON file.
pub fn written(file: &str, portal: Portal) -> Rows {
    let json: Value = serde_json::from_str(file).unwrap();
    let row = |feature: &Value| {
        let mut cells = feature["properties"].clone();
        let id = match portal {
            Portal::ArcGis | Portal::ArcGisJson => {
                cells.as_object_mut().unwrap().remove("OBJECTID").unwrap().as_i64()
            }
            Portal::Socrata => None,
        };
        text(id, &cells, &feature["geometry"], portal)
    };
    counted(json["features"].as_array().unwrap().iter().map(row))
}

/// True when a file holds every row that was there all the time, each as often as it was, and nothing that never was.
pub fn lies_between(found: &Rows, before: &Rows, after: &Rows) -> bool {
    let times = |rows: &Rows, row: &String| rows.get(row).copied().unwrap_or_default();
    let mut all: Vec<&String> = found.keys().chain(before.keys()).chain(after.keys()).collect();
    all.dedup();
    all.iter().all(|row| {
        let (found, before, after) = (times(found, row), times(before, row), times(after, row));
        (before.min(after)..=before.max(after)).contains(&found)
    })
}
