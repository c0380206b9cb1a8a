//! GeoJSON into a table, over `serde_json` alone.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Position, Row, Shape, Table, Value};
use crate::{Error, Result};

fn position(json: &Json) -> Option<Position> {
    let numbers: Vec<f64> = json.as_array()?.iter().map(Json::as_f64).collect::<Option<_>>()?;
    if numbers.len() < 2 {
        return None;
    }
    let at = |i: usize| numbers.get(i).copied().unwrap_or(f64::NAN);
    Some([at(0), at(1), at(2), at(3)])
}

fn list<T>(json: &Json, item: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    json.as_array()?.iter().map(item).collect()
}

fn line(json: &Json) -> Option<Vec<Position>> {
    list(json, position)
}

fn lines(json: &Json) -> Option<Vec<Vec<Position>>> {
    list(json, line)
}

/// A GeoJSON geometry object; `None` when it is not one of the six kinds or broken.
pub(super) fn shape(json: &Json) -> Option<Shape> {
    let coordinates = json.get("coordinates")?;
    Some(match json.get("type")?.as_str()? {
        "Point" => Shape::Point(position(coordinates)?),
        "MultiPoint" => Shape::MultiPoint(line(coordinates)?),
        "LineString" => Shape::Line(line(coordinates)?),
        "MultiLineString" => Shape::MultiLine(lines(coordinates)?),
        "Polygon" => Shape::Polygon(lines(coordinates)?),
        "MultiPolygon" => Shape::MultiPolygon(list(coordinates, lines)?),
        _ => return None,
    })
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)), Value::Int)
        }
        Json::String(text) => Value::text(text),
        Json::Array(_) | Json::Object(_) => Value::Json(Arc::new(json.clone())),
    }
}

fn names(features: &[Json]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let keys = features
        .iter()
        .filter_map(|feature| feature.get("properties")?.as_object())
        .flat_map(|map| map.keys());
    keys.filter(|key| seen.insert(key.as_str())).cloned().collect()
}

fn row(index: usize, feature: &Json, names: &[String]) -> Result<Row> {
    let shape = match feature.get("geometry") {
        None | Some(Json::Null) => None,
        Some(geometry) => Some(Arc::new(shape(geometry).ok_or_else(|| Error::GeoJson {
            feature: index,
            what: "its geometry is not one the stand-ins hold".to_owned(),
        })?)),
    };
    let properties = feature.get("properties");
    let cell = |name: &String| properties.and_then(|all| all.get(name)).map_or(Value::Null, value);
    Ok(Row { cells: names.iter().map(cell).collect(), shape })
}

/// Columns in order of first appearance, types joined over all rows.
pub(super) fn read(text: &str) -> Result<Table> {
    let json: Json =
        serde_json::from_str(text).map_err(|source| Error::Json { what: "GeoJSON".to_owned(), source })?;
    let features = json.get("features").and_then(Json::as_array).ok_or_else(|| Error::GeoJson {
        feature: 0,
        what: "the document is not a FeatureCollection".to_owned(),
    })?;
    let names = names(features);
    let mut rows = Vec::with_capacity(features.len());
    for (index, feature) in features.iter().enumerate() {
        rows.push(row(index, feature, &names)?);
    }
    Ok(super::infer_columns(names, rows))
}
