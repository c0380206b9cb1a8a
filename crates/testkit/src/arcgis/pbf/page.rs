//! `FeatureCollectionPBuffer` with rows, a count or ids.

use super::shape::Grid;
use super::wire::{Message, put_varint, zigzag};
use crate::arcgis::crs::latest;
use crate::arcgis::layer::{Layer, Stored};
use crate::arcgis::params::Query;
use crate::arcgis::serialise;
use crate::table::{Kind, Value};

/// The whole answer: rows are kind 1, a count 2, ids 3.
pub(super) fn collection(kind: u32, result: &Message) -> Vec<u8> {
    let (mut query_result, mut out) = (Message::default(), Message::default());
    query_result.message(kind, result);
    out.message(2, &query_result);
    out.0
}

/// `CountResult`.
pub(in crate::arcgis) fn count(rows: i64) -> Vec<u8> {
    let mut result = Message::default();
    result.nonzero(1, rows as u64);
    collection(2, &result)
}

/// `ObjectIdsResult`.
pub(in crate::arcgis) fn ids(layer: &Layer, found: &[&Stored]) -> Vec<u8> {
    let mut packed = Vec::new();
    for stored in found {
        put_varint(&mut packed, stored.oid as u64);
    }
    let mut result = Message::default();
    result.text(1, &layer.oid_field);
    result.bytes(3, &packed);
    collection(3, &result)
}

/// The number of a field's type.
fn field_type(kind: Kind) -> u64 {
    match serialise::field_type(kind) {
        "esriFieldTypeSmallInteger" => 0,
        "esriFieldTypeInteger" => 1,
        "esriFieldTypeSingle" => 2,
        "esriFieldTypeDouble" => 3,
        "esriFieldTypeDate" => 5,
        "esriFieldTypeOID" => 6,
        "esriFieldTypeGeometry" => 7,
        "esriFieldTypeBigInteger" => 13,
        _ => 4,
    }
}

fn field(layer: &Layer, index: usize) -> Message {
    let (name, kind) = layer.field(index);
    let mut out = Message::default();
    out.text(1, &serialise::key(layer, index));
    out.nonzero(2, field_type(kind));
    out.text(3, &serialise::alias(name));
    let domain = &serialise::field(layer, index)["domain"];
    if domain.is_object() {
        out.text(5, &domain.to_string());
    }
    out
}

/// A `Value`: which member is set depends on the type and the size, as on real servers. Nothing is an empty message,
/// or of newer servers one that says so.
fn value(value: &Value, kind: Kind, says_null: bool) -> Message {
    let mut out = Message::default();
    match value {
        Value::Null | Value::Shape(_) if says_null => out.varint(10, 1),
        Value::Null | Value::Shape(_) => {}
        Value::Bool(yes) => out.varint(4, zigzag(i64::from(*yes))),
        Value::Int(number) => match (kind, u32::try_from(*number)) {
            (Kind::Id, Ok(number)) => out.varint(5, u64::from(number)),
            (Kind::Id, Err(_)) => out.varint(7, *number as u64),
            (Kind::BigInteger, _) => out.varint(6, *number as u64),
            _ => out.varint(4, zigzag(*number)),
        },
        Value::Time(ms) => out.varint(8, zigzag(*ms)),
        Value::Float(number) => out.double(3, *number),
        Value::Decimal(text) => {
            if let Ok(number) = text.parse() {
                out.double(3, number);
            }
        }
        Value::Text(text) | Value::RowId { text, .. } => out.bytes(1, text.as_bytes()),
        Value::Json(json) => out.bytes(1, json.to_string().as_bytes()),
    }
    out
}

fn feature(layer: &Layer, stored: &Stored, query: &Query, grid: &Grid) -> Message {
    let mut out = Message::default();
    for index in &query.fields {
        let kind = layer.field(*index).1;
        out.message(1, &value(&layer.value(stored, *index), kind, stored.oid % 2 == 0));
    }
    if query.geometry
        && let Some(shape) = Layer::shape(stored, query.out_wkid)
    {
        out.message(2, &grid.geometry(&shape));
    }
    out
}

fn geometry_type(layer: &Layer) -> u64 {
    match layer.geometry_type {
        Some("esriGeometryMultipoint") => 1,
        Some("esriGeometryPolyline") => 2,
        Some("esriGeometryPolygon") => 3,
        _ => 0,
    }
}

/// `FeatureResult`. An answer without geometries has neither spatial reference nor transform and looks like points.
pub(in crate::arcgis) fn page(layer: &Layer, rows: &[&Stored], query: &Query, more: bool) -> Vec<u8> {
    let grid = Grid::new(layer, query.out_wkid);
    let mut out = Message::default();
    out.text(1, &layer.oid_field);
    let mut unique = Message::default();
    unique.text(1, &layer.oid_field);
    unique.varint(2, 1);
    out.message(2, &unique);
    if query.geometry {
        out.nonzero(7, geometry_type(layer));
        let mut reference = Message::default();
        reference.varint(1, u64::from(query.out_wkid));
        reference.varint(2, u64::from(latest(query.out_wkid)));
        out.message(8, &reference);
    }
    out.nonzero(9, u64::from(more));
    if query.geometry {
        out.nonzero(10, u64::from(grid.z));
        out.nonzero(11, u64::from(grid.m));
        out.message(12, &grid.transform());
    }
    for index in &query.fields {
        out.message(13, &field(layer, *index));
    }
    for stored in rows {
        out.message(15, &feature(layer, stored, query, &grid));
    }
    collection(1, &out)
}
