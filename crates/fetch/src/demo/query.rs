//! `/query`: what an ArcGIS layer can be asked, as far as geohub asks it.

use std::collections::HashSet;

use geohub_core::Bbox;
use geohub_core::expr::Expr;
use serde_json::{Map, Value, json};

use super::layer::DemoLayer;
use super::table::{OID, Row};
use super::{Params, error};

/// Rows in an answer at most.
pub(super) const MAX_ROWS: usize = 1000;

/// The answer to a query; what is not understood is refused as a server would.
pub(super) fn answer(layer: &DemoLayer, params: &Params) -> Value {
    match selected(layer, params) {
        Ok(rows) => respond(layer, rows, params),
        Err(message) => error(400, &message),
    }
}

fn respond(layer: &DemoLayer, mut rows: Vec<&Row>, params: &Params) -> Value {
    let flag = |name: &str| params.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if flag("returncountonly") {
        return json!({"count": rows.len()});
    }
    if flag("returnidsonly") {
        let ids: Vec<i64> = rows.iter().map(|row| row.id()).collect();
        return json!({"objectIdFieldName": OID, "objectIds": ids});
    }
    let number = |name: &str| params.get(name).and_then(|value| value.parse::<usize>().ok());
    rows.drain(..number("resultoffset").unwrap_or(0).min(rows.len()));
    let most = number("resultrecordcount").unwrap_or(MAX_ROWS).min(MAX_ROWS);
    let more = rows.len() > most;
    rows.truncate(most);
    let wanted = out_fields(params);
    let with_geometry = params.get("returngeometry").is_none_or(|value| value != "false");
    let features: Vec<Value> = rows.iter().map(|row| feature(row, wanted.as_ref(), with_geometry)).collect();
    let mut answer = json!({
        "objectIdFieldName": OID, "geometryType": layer.geometry_type,
        "spatialReference": {"wkid": 4326, "latestWkid": 4326}, "features": features,
    });
    if more {
        answer["exceededTransferLimit"] = json!(true);
    }
    answer
}

fn feature(row: &Row, wanted: Option<&HashSet<String>>, with_geometry: bool) -> Value {
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.contains(&name.to_lowercase()));
    let attributes: Map<String, Value> = row
        .attributes
        .iter()
        .filter(|(name, _)| is_wanted(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if with_geometry {
        json!({"attributes": attributes, "geometry": row.geometry})
    } else {
        json!({"attributes": attributes})
    }
}

/// `None` for all.
fn out_fields(params: &Params) -> Option<HashSet<String>> {
    let text = params.get("outfields").map_or("*", String::as_str);
    (text != "*").then(|| text.split(',').map(|name| name.trim().to_lowercase()).collect())
}

/// The rows of ids, condition and rectangle, ascending by id.
fn selected<'a>(layer: &'a DemoLayer, params: &Params) -> Result<Vec<&'a Row>, String> {
    let all = layer.rows();
    let ids = params.get("objectids").map(|text| ids(text)).transpose()?;
    let envelope = params.get("geometry").map(|text| envelope(text, params)).transpose()?;
    let holds = condition(layer, params.get("where").map_or("", String::as_str))?;
    let mut rows: Vec<&Row> = all
        .rows
        .iter()
        .enumerate()
        .filter(|(at, _)| holds.as_ref().is_none_or(|holds| holds[*at]))
        .map(|(_, row)| row)
        .filter(|row| ids.as_ref().is_none_or(|ids| ids.contains(&row.id())))
        .filter(|row| envelope.as_ref().is_none_or(|envelope| envelope.intersects(&row.bbox)))
        .collect();
    rows.sort_by_key(|row| row.id());
    Ok(rows)
}

fn ids(text: &str) -> Result<HashSet<i64>, String> {
    let read =
        |part: &str| part.trim().parse().map_err(|_| format!("'objectIds' parameter is invalid: {part}"));
    text.split(',').map(read).collect()
}

/// `xmin,ymin,xmax,ymax` in longitude and latitude.
fn envelope(text: &str, params: &Params) -> Result<Bbox, String> {
    let reference = params.get("insr").map_or("4326", String::as_str);
    let sides: Vec<f64> = text.split(',').filter_map(|side| side.trim().parse().ok()).collect();
    match sides.as_slice() {
        &[west, south, east, north] if reference == "4326" => Ok(Bbox::new(west, south, east, north)),
        _ => Err("'geometry' parameter is invalid".to_owned()),
    }
}

/// For each row whether the condition holds; `None` where it does for all.
fn condition(layer: &DemoLayer, text: &str) -> Result<Option<Vec<bool>>, String> {
    if matches!(text.trim(), "" | "1=1" | "1 = 1") {
        return Ok(None);
    }
    let columns = layer.rows().columns.as_ref().ok_or("the layer takes no conditions")?;
    let refused = |problem: geohub_core::expr::ExprError| format!("'where' clause is invalid: {problem}");
    let bound = Expr::parse(text).and_then(|expr| expr.bind(columns.schema_ref())).map_err(refused)?;
    let holds = bound.evaluate(columns).map_err(refused)?;
    Ok(Some(holds.iter().map(|holds| holds == Some(true)).collect()))
}
