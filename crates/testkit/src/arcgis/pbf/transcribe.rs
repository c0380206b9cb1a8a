//! Pages of Esri JSON written again as protocol buffers.

use serde_json::Value as Json;

use super::page::collection;
use super::shape::Grid;
use super::wire::{Message, zigzag};
use crate::table::Position;

const TYPES: [&str; 17] = [
    "SmallInteger",
    "Integer",
    "Single",
    "Double",
    "String",
    "Date",
    "OID",
    "Geometry",
    "Blob",
    "Raster",
    "GUID",
    "GlobalID",
    "XML",
    "BigInteger",
    "DateOnly",
    "TimeOnly",
    "TimestampOffset",
];

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn is_true(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool) == Some(true)
}

fn field(json: &Json) -> Message {
    let kind = text(json, "type").trim_start_matches("esriFieldType");
    let mut out = Message::default();
    out.text(1, text(json, "name"));
    out.nonzero(2, TYPES.iter().position(|known| *known == kind).unwrap_or(4) as u64);
    out.text(3, text(json, "alias"));
    out
}

/// The member depends on the value first: real servers send text in fields of numbers, too.
fn value(json: Option<&Json>, kind: &str) -> Message {
    let mut out = Message::default();
    match json {
        None | Some(Json::Null) => {}
        Some(Json::Bool(yes)) => out.varint(9, u64::from(*yes)),
        Some(Json::Number(number)) => match (number.as_i64(), kind) {
            (Some(number), "Single") => out.float(2, number as f32),
            (Some(number), "Double") => out.double(3, number as f64),
            (Some(number), "OID") if number >= 0 => out.varint(5, number as u64),
            (Some(number), "BigInteger") => out.varint(6, number as u64),
            (Some(number), "Date") => out.varint(8, zigzag(number)),
            (Some(number), _) => out.varint(4, zigzag(number)),
            (None, "Single") => out.float(2, number.as_f64().unwrap_or_default() as f32),
            (None, _) => out.double(3, number.as_f64().unwrap_or_default()),
        },
        Some(Json::String(text)) => out.bytes(1, text.as_bytes()),
        Some(nested) => out.bytes(1, nested.to_string().as_bytes()),
    }
    out
}

fn position(json: &Json, z: bool, m: bool) -> Position {
    let number = |at: usize| json.get(at).and_then(Json::as_f64).unwrap_or(f64::NAN);
    let (third, fourth) = if z { (number(2), number(3)) } else { (f64::NAN, number(2)) };
    [number(0), number(1), third, if m { fourth } else { f64::NAN }]
}

fn point(json: &Json, grid: &Grid) -> Option<Message> {
    if let (Some(x), Some(y)) = (json.get("x")?.as_f64(), json.get("y").and_then(Json::as_f64)) {
        let number = |name: &str| json.get(name).and_then(Json::as_f64).unwrap_or(f64::NAN);
        return Some(grid.parts(&[vec![[x, y, number("z"), number("m")]]], true));
    }
    None
}

fn shape(json: &Json, grid: &Grid) -> Option<Message> {
    let vertices = |part: &Json| -> Vec<Position> {
        part.as_array().into_iter().flatten().map(|at| position(at, grid.z, grid.m)).collect()
    };
    for name in ["rings", "paths"] {
        if let Some(parts) = json.get(name).and_then(Json::as_array) {
            return Some(grid.parts(&parts.iter().map(vertices).collect::<Vec<_>>(), false));
        }
    }
    match json.get("points") {
        Some(points) => Some(grid.parts(&[vertices(points)], false)),
        None => point(json, grid),
    }
}

/// A page with the fields of `layer` where it lists none itself. `None` for what protocol buffers have no form for:
/// true curves.
pub fn transcribe(page: &Json, layer: &Json) -> Option<Vec<u8>> {
    let of = |name: &str| page.get(name).or_else(|| layer.get(name));
    let wkid = page.pointer("/spatialReference/wkid").and_then(Json::as_u64).unwrap_or_default();
    let grid = Grid::of(
        wkid as u32,
        is_true(page, "hasZ") || is_true(layer, "hasZ"),
        is_true(page, "hasM") || is_true(layer, "hasM"),
    );
    let fields: Vec<&Json> = of("fields")?.as_array()?.iter().collect();
    let mut out = Message::default();
    let kinds =
        ["esriGeometryPoint", "esriGeometryMultipoint", "esriGeometryPolyline", "esriGeometryPolygon"];
    let kind = of("geometryType").and_then(Json::as_str).unwrap_or_default();
    out.nonzero(7, kinds.iter().position(|known| *known == kind).unwrap_or(0) as u64);
    let mut reference = Message::default();
    reference.nonzero(1, wkid);
    let latest = page.pointer("/spatialReference/latestWkid").and_then(Json::as_u64);
    reference.nonzero(2, latest.unwrap_or_default());
    out.message(8, &reference);
    out.nonzero(9, u64::from(is_true(page, "exceededTransferLimit")));
    out.nonzero(10, u64::from(grid.z));
    out.nonzero(11, u64::from(grid.m));
    out.message(12, &grid.transform());
    for json in &fields {
        out.message(13, &field(json));
    }
    for row in page.get("features")?.as_array()? {
        let mut feature = Message::default();
        for json in &fields {
            let kind = text(json, "type").trim_start_matches("esriFieldType");
            feature.message(1, &value(attribute(row, json), kind));
        }
        if let Some(json) = row.get("geometry").filter(|json| json.is_object()) {
            if json.get("curveRings").or(json.get("curvePaths")).is_some() {
                return None;
            }
            if let Some(shape) = shape(json, &grid) {
                feature.message(2, &shape);
            }
        }
        out.message(15, &feature);
    }
    Some(collection(1, &out))
}

/// Under the field's name in any case, or its alias.
fn attribute<'a>(row: &'a Json, field: &Json) -> Option<&'a Json> {
    let names = [text(field, "name"), text(field, "alias")];
    let attributes = row.get("attributes")?.as_object()?;
    let named = |key: &str| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    attributes.iter().find(|(key, _)| named(key)).map(|(_, value)| value)
}
