//! `outStatistics` and `returnExtentOnly`.

use serde_json::{Map, Value as Json, json};

use super::crs;
use super::layer::{Layer, Stored};
use super::params::Statistic;
use super::serialise::{attribute, reference};
use crate::sql::compare::compare;
use crate::table::Value;

fn extreme(values: &[Value], largest: bool) -> Value {
    let better = |a: &Value, b: &Value| {
        compare(a, b, false).is_some_and(|ordering| if largest { ordering.is_gt() } else { ordering.is_lt() })
    };
    values
        .iter()
        .cloned()
        .reduce(|best, value| if better(&value, &best) { value } else { best })
        .unwrap_or(Value::Null)
}

fn one(layer: &Layer, rows: &[&Stored], statistic: &Statistic) -> Json {
    let is_id = statistic.field == layer.columns.len();
    let values: Vec<Value> = rows
        .iter()
        .map(|stored| layer.value(stored, statistic.field))
        .filter(|value| !value.is_null())
        .collect();
    let sum: f64 = values.iter().filter_map(Value::number).sum();
    match (statistic.kind.as_str(), layer.switches.wrong_id_range) {
        ("min", Some((low, _))) if is_id => json!(low),
        ("max", Some((_, high))) if is_id => json!(high),
        ("min", _) => attribute(&extreme(&values, false)),
        ("max", _) => attribute(&extreme(&values, true)),
        ("count", _) => json!(values.len()),
        ("avg", _) if values.is_empty() => Json::Null,
        ("avg", _) => json!(sum / values.len() as f64),
        _ => json!(sum),
    }
}

/// One feature with the statistics as attributes.
pub(super) fn answer(layer: &Layer, rows: &[&Stored], wanted: &[Statistic]) -> Json {
    let name = |statistic: &Statistic| {
        if layer.switches.statistics_upper_case {
            statistic.name.to_uppercase()
        } else {
            statistic.name.clone()
        }
    };
    let fields: Vec<Json> = wanted
        .iter()
        .map(|statistic| json!({"name": name(statistic), "type": "esriFieldTypeDouble", "alias": name(statistic)}))
        .collect();
    let attributes: Map<String, Json> =
        wanted.iter().map(|statistic| (name(statistic), one(layer, rows, statistic))).collect();
    json!({"displayFieldName": "", "fields": fields, "features": [{"attributes": attributes}]})
}

/// The box of the rows; of none of them `"NaN"` as text.
pub(super) fn extent(rows: &[&Stored], wkid: u32) -> Json {
    let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let b = rows.iter().fold(empty, |b, stored| {
        let r = stored.bounds;
        [b[0].min(r[0]), b[1].min(r[1]), b[2].max(r[2]), b[3].max(r[3])]
    });
    if b[0] > b[2] {
        let none = "NaN";
        return json!({"xmin": none, "ymin": none, "xmax": none, "ymax": none, "spatialReference": reference(wkid)});
    }
    let (min_x, min_y) = crs::forward(wkid, b[0], b[1]);
    let (max_x, max_y) = crs::forward(wkid, b[2], b[3]);
    json!({"xmin": min_x, "ymin": min_y, "xmax": max_x, "ymax": max_y, "spatialReference": reference(wkid)})
}
