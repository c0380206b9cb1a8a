//! SODA GeoJSON: the first geometry column is the geometry, the others are properties; nulls are written, numbers
//! stay strings, a `location` never is a geometry (`protocols/socrata.md` section 3.7).

use serde_json::{Map, Value as Json, json};

use super::json::{Style, value};
use super::query::Rows;
use super::select::Output;
use crate::table::{Kind, Value};

fn feature(row: &[Value], outputs: &[Output], geometry: Option<usize>, style: Style) -> Json {
    let shape = geometry.map_or(Json::Null, |at| value(&row[at], Kind::Shape, style));
    let pairs = outputs.iter().zip(row).enumerate().filter(|(i, _)| Some(*i) != geometry);
    let properties: Map<String, Json> =
        pairs.map(|(_, (output, cell))| (output.name.clone(), value(cell, output.kind, style))).collect();
    json!({"type": "Feature", "geometry": shape, "properties": properties})
}

/// A document with the trailing `crs`.
pub(super) fn write(rows: &Rows, outputs: &[Output], style: Style) -> String {
    let geometry = outputs.iter().position(|output| output.kind == Kind::Shape);
    let features: Vec<String> =
        rows.iter().map(|row| feature(row, outputs, geometry, style).to_string()).collect();
    let crs = json!({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}});
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}],\"crs\":{crs}}}\n", features.join("\n,"))
}
