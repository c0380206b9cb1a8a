//! Esri JSON: attributes and geometries.

use serde_json::{Map, Value as Json, json};

use super::crs;
use super::domains;
use super::layer::{Layer, Stored};
use super::params::Query;
use crate::table::{Kind, Position, Shape, Value};

/// An attribute: dates are epoch milliseconds, nested JSON is text.
pub(super) fn attribute(value: &Value) -> Json {
    match value {
        Value::Null | Value::Shape(_) => Json::Null,
        Value::Bool(yes) => json!(i64::from(*yes)),
        Value::Int(number) | Value::Time(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::Decimal(text) => text.parse::<f64>().map_or(Json::Null, |number| json!(number)),
        Value::Text(text) | Value::RowId { text, .. } => json!(&**text),
        Value::Json(json) => json!(json.to_string()),
    }
}

fn position(at: &Position, z: bool, m: bool) -> Json {
    let mut numbers = vec![json!(at[0]), json!(at[1])];
    let or_null = |number: f64| if number.is_nan() { Json::Null } else { json!(number) };
    if z {
        numbers.push(or_null(at[2]));
    }
    if m {
        numbers.push(or_null(at[3]));
    }
    Json::Array(numbers)
}

/// Twice the signed area; positive is counter-clockwise.
fn turn(ring: &[Position]) -> f64 {
    ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum()
}

/// Shells clockwise, holes counter-clockwise.
pub(super) fn rings<'a>(polygons: impl Iterator<Item = &'a Vec<Vec<Position>>>) -> Vec<Vec<Position>> {
    let wind = |(index, ring): (usize, &Vec<Position>)| {
        let mut ring = ring.clone();
        if (turn(&ring) > 0.0) == (index == 0) {
            ring.reverse();
        }
        ring
    };
    polygons.flat_map(|rings| rings.iter().enumerate().map(wind)).collect()
}

/// A geometry object, its dimensions said as the layer has them.
pub(super) fn geometry(shape: &Shape, z: bool, m: bool) -> Json {
    let list = |all: &[Position]| all.iter().map(|at| position(at, z, m)).collect::<Json>();
    let lists = |parts: &[Vec<Position>]| parts.iter().map(|part| list(part)).collect::<Json>();
    let mut out = match shape {
        Shape::Point(at) => {
            let mut point = json!({"x": at[0], "y": at[1]});
            for (wanted, name, number) in [(z, "z", at[2]), (m, "m", at[3])] {
                if wanted {
                    point[name] = if number.is_nan() { Json::Null } else { json!(number) };
                }
            }
            return point;
        }
        Shape::MultiPoint(all) => json!({"points": list(all)}),
        Shape::Line(all) => json!({"paths": [list(all)]}),
        Shape::MultiLine(parts) => json!({"paths": lists(parts)}),
        Shape::Polygon(parts) => json!({"rings": lists(&rings(std::iter::once(parts)))}),
        Shape::MultiPolygon(all) => json!({"rings": lists(&rings(all.iter()))}),
    };
    for (name, said) in [("hasZ", z), ("hasM", m)] {
        if said {
            out[name] = json!(true);
        }
    }
    out
}

/// The spatial reference object.
pub(super) fn reference(wkid: u32) -> Json {
    json!({"wkid": wkid, "latestWkid": crs::latest(wkid)})
}

/// The Esri name of a type.
pub(super) fn field_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "esriFieldTypeOID",
        Kind::Integer => "esriFieldTypeInteger",
        Kind::BigInteger => "esriFieldTypeBigInteger",
        Kind::Double | Kind::Decimal => "esriFieldTypeDouble",
        Kind::Bool => "esriFieldTypeSmallInteger",
        Kind::Floating | Kind::Fixed => "esriFieldTypeDate",
        Kind::Shape => "esriFieldTypeGeometry",
        Kind::Text | Kind::Location | Kind::Json => "esriFieldTypeString",
    }
}

/// A field's alias: its name with blanks and capitals.
pub(super) fn alias(name: &str) -> String {
    name.replace('_', " ")
}

/// A field as metadata and answers describe it.
pub(super) fn field(layer: &Layer, index: usize) -> Json {
    let (name, kind) = layer.field(index);
    let mut out = json!({"name": name, "type": field_type(kind), "alias": alias(name), "domain": null});
    match kind {
        Kind::Text | Kind::Json => out["length"] = json!(4000),
        Kind::Floating | Kind::Fixed => out["length"] = json!(8),
        _ => {}
    }
    if let Some(codes) = layer.switches.domains.get(name) {
        out["domain"] = domains::coded(name, codes, kind);
    }
    out
}

/// What answers call a field.
pub(super) fn key(layer: &Layer, index: usize) -> String {
    let name = layer.field(index).0;
    if layer.switches.upper_case_keys {
        return name.to_uppercase();
    }
    if layer.switches.alias_keys { alias(name) } else { name.to_owned() }
}

/// The attributes of a row.
pub(super) fn attributes(layer: &Layer, stored: &Stored, fields: &[usize]) -> Map<String, Json> {
    fields.iter().map(|index| (key(layer, *index), attribute(&layer.value(stored, *index)))).collect()
}

fn feature(layer: &Layer, stored: &Stored, query: &Query) -> Json {
    let mut out = json!({"attributes": attributes(layer, stored, &query.fields)});
    if query.geometry {
        let shape = Layer::shape(stored, query.out_wkid);
        out["geometry"] = shape.map_or(Json::Null, |shape| geometry(&shape, layer.has_z, layer.has_m));
    }
    out
}

/// A page. An empty one leaves `fields` out; the flag is absent when false.
pub(super) fn page(layer: &Layer, rows: &[&Stored], query: &Query, more: bool, map_server: bool) -> Json {
    let mut out = Map::new();
    if map_server {
        let aliases: Map<String, Json> =
            query.fields.iter().map(|i| (key(layer, *i), json!(alias(layer.field(*i).0)))).collect();
        out.insert(
            "displayFieldName".to_owned(),
            json!(layer.columns.first().map_or("", |column| &column.name)),
        );
        out.insert("fieldAliases".to_owned(), Json::Object(aliases));
    } else {
        out.insert("objectIdFieldName".to_owned(), json!(layer.oid_field));
        out.insert("uniqueIdField".to_owned(), json!({"name": layer.oid_field, "isSystemMaintained": true}));
        out.insert("globalIdFieldName".to_owned(), json!(""));
    }
    if let (Some(kind), true) = (layer.geometry_type, query.geometry) {
        out.insert("geometryType".to_owned(), json!(kind));
        out.insert("spatialReference".to_owned(), reference(query.out_wkid));
        for (name, said) in [("hasZ", layer.has_z), ("hasM", layer.has_m)] {
            if said {
                out.insert(name.to_owned(), json!(true));
            }
        }
    }
    if !rows.is_empty() {
        out.insert("fields".to_owned(), query.fields.iter().map(|index| field(layer, *index)).collect());
    }
    if more {
        out.insert("exceededTransferLimit".to_owned(), json!(true));
    }
    let features: Json = rows.iter().map(|stored| feature(layer, stored, query)).collect();
    out.insert("features".to_owned(), features);
    Json::Object(out)
}
