//! Whole files: `/api/views/ID/rows.csv|json` and `/api/geospatial/ID` (`protocols/socrata.md` section 5).

use serde_json::{Value as Json, json};

use super::dataset::Dataset;
use super::errors::Refusal;
use super::json::Style;
use super::params::ready;
use super::query::run;
use super::{Switches, csv, geojson, metadata};
use crate::net::{Answer, Request, Tweaks};
use crate::table::Kind;

const PLAIN: Style = Style { numbers: false, needs_recoding: false };

fn select_all(dataset: &Dataset, request: &Request) -> String {
    let shown = dataset.columns.iter().filter(|column| !column.hidden);
    let fields: Vec<String> = shown.map(|column| format!("`{}`", column.field)).collect();
    let limit = request.param("max_rows").and_then(|rows| rows.parse().ok()).unwrap_or(i32::MAX as usize);
    format!("select {} limit {limit}", fields.join(", "))
}

/// Eight leading system cells, then the columns by position.
fn rows_json(dataset: &Dataset) -> Json {
    let state = dataset.state();
    let data: Vec<Json> = state
        .rows
        .iter()
        .enumerate()
        .map(|(n, stored)| {
            let (created, updated) = (stored.created_ms / 1000, stored.updated_ms / 1000);
            let system = json!([n + 1, stored.id.display(), n + 1, created, null, updated, null, "{ }"]);
            let mut row = system.as_array().cloned().unwrap_or_default();
            let cells = dataset.columns.iter().zip(&stored.cells);
            row.extend(cells.map(|(column, cell)| metadata::positional(cell, column.kind == Kind::Location)));
            Json::Array(row)
        })
        .collect();
    drop(state);
    json!({"meta": {"view": metadata::view(dataset)}, "data": data})
}

/// `rows.csv` with display names, `rows.json` with positional arrays.
pub(super) fn rows(
    dataset: &Dataset,
    format: &str,
    request: &Request,
    switches: &Switches,
    tweaks: &Tweaks,
) -> Result<Answer, Refusal> {
    if format == "json" {
        let body = rows_json(dataset);
        let count = dataset.state().rows.len();
        return Ok(Answer::json(200, "application/json; charset=utf-8", &body).with_rows(count));
    }
    if format != "csv" {
        return Err(Refusal::format(format));
    }
    let ready = ready(&select_all(dataset, request), dataset, switches)?;
    let found = run(&ready, dataset, &dataset.state(), switches, tweaks)?;
    let header: Vec<&str> =
        dataset.columns.iter().filter(|column| !column.hidden).map(|column| column.name.as_str()).collect();
    let text = csv::write(&found, &ready.outputs, &header);
    Ok(Answer::new(200, "text/csv; charset=utf-8", text).with_rows(found.len()))
}

fn stringly(json: &mut Json) {
    for feature in json["features"].as_array_mut().into_iter().flatten() {
        for (_, value) in feature["properties"].as_object_mut().into_iter().flatten() {
            if value.is_boolean() {
                *value = json!(value.to_string());
            }
        }
    }
}

/// The GeoJSON exporter: properties are strings; with more than one geometry column the body is cut after the 200.
pub(super) fn geospatial(
    dataset: &Dataset,
    request: &Request,
    switches: &Switches,
    tweaks: &Tweaks,
) -> Result<Answer, Refusal> {
    let format = request.param("format").unwrap_or("GeoJSON");
    if !format.eq_ignore_ascii_case("geojson") || request.param("method") != Some("export") {
        return Err(Refusal::format(format));
    }
    let ready = ready(&select_all(dataset, request), dataset, switches)?;
    let found = run(&ready, dataset, &dataset.state(), switches, tweaks)?;
    let text = geojson::write(&found, &ready.outputs, PLAIN);
    let shapes = dataset.columns.iter().filter(|column| column.kind == Kind::Shape).count();
    if shapes > 1 {
        let half = text.len() / 2;
        return Ok(Answer::new(200, "application/vnd.geo+json", text.into_bytes()[..half].to_vec()));
    }
    let mut json: Json = serde_json::from_str(&text).unwrap_or(Json::Null);
    stringly(&mut json);
    Ok(Answer::json(200, "application/vnd.geo+json", &json).with_rows(found.len()))
}
