//! Recorded answers of real servers, where a folder with them is named by `FIXTURES`; without it nothing is tested.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::{Path, PathBuf};

use common::replay::Replay;
use common::{get, read_all};
use geohub_core::{Batch, Context, Error};
use geohub_fetch::{FetchError, Query};
use serde_json::{Value, json};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|end| end == "json") {
            into.push(path);
        }
    }
}

/// The rows of a recorded page, fetched by way of a server that answers with it.
fn fetched(description: Value, page: Value, oid: &str, reference: &str) -> Result<Batch, FetchError> {
    let server = Replay::start(description, page, oid);
    let reference = reference.replace("ORIGIN", &server.url());
    let fetched = get(&reference, &Query::default())?;
    Ok(match read_all(fetched.reader) {
        Err(Error::Misfit(_)) => {
            read_all(fetched.proven.reader().complete(&Context::new(1)).unwrap()).unwrap()
        }
        result => result.unwrap(),
    })
}

/// A description for a page that was recorded without one.
fn described(page: &Value) -> (Value, String) {
    let fields = page["fields"].clone();
    let oid = fields.as_array().and_then(|all| all.iter().find(|field| field["type"] == "esriFieldTypeOID"));
    let oid = oid.map(|field| &field["name"]).or_else(|| page.get("objectIdFieldName"));
    let oid = oid.and_then(Value::as_str).unwrap_or_default().to_owned();
    let description = json!({
        "name": "recorded", "type": "Feature Layer", "objectIdField": oid, "fields": fields,
        "geometryType": page["geometryType"], "hasZ": page["hasZ"], "hasM": page["hasM"],
        "spatialReference": page["spatialReference"],
    });
    (description, oid)
}

/// True for a geometry with coordinates; rings of less than four vertices are none.
fn has_shape(geometry: &Value) -> bool {
    let parts = |name: &str| geometry[name].as_array().into_iter().flatten().filter_map(Value::as_array);
    let ring = parts("rings").any(|ring| ring.len() > 3);
    geometry["x"].is_number() || ring || parts("paths").chain(parts("points")).next().is_some()
}

fn check_esri(path: &Path, page: Value) -> bool {
    let Some(rows) = page["features"].as_array().filter(|rows| !rows.is_empty()).cloned() else {
        return false;
    };
    let (description, oid) = described(&page);
    if oid.is_empty() || rows.iter().any(|row| row["attributes"][&oid].is_null()) {
        return false;
    }
    let ids: Vec<String> = rows.iter().map(|row| row["attributes"][&oid].to_string()).collect();
    let unique = ids.iter().collect::<std::collections::HashSet<_>>().len() == ids.len();
    let batch = match fetched(description, page, &oid, "ORIGIN/a/FeatureServer/0") {
        // Rows that share an id cannot be told apart, and that is said.
        Err(FetchError::Unsupported { .. }) if !unique => return true,
        result => result.unwrap(),
    };
    assert!(unique, "{}", path.display());
    assert_eq!(batch.rows(), rows.len(), "{}", path.display());
    let shapes = batch.geometry.iter().filter(|row| !row.is_null()).count();
    assert_eq!(shapes, rows.iter().filter(|row| has_shape(&row["geometry"])).count(), "{}", path.display());
    true
}

#[test]
fn recorded_esri_pages_decode() {
    let Some(folder) = std::env::var_os("FIXTURES").map(PathBuf::from) else { return };
    let mut all = Vec::new();
    files(&folder.join("arcgis"), &mut all);
    let mut decoded = Vec::new();
    for path in &all {
        let Ok(page) = serde_json::from_str::<Value>(&std::fs::read_to_string(path).unwrap()) else {
            continue;
        };
        let esri = page["features"][0].get("attributes").is_some();
        if esri && check_esri(path, page) {
            decoded.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    eprintln!("decoded {} of {} files: {}", decoded.len(), all.len(), decoded.join(" "));
    assert!(decoded.len() >= 10, "{decoded:?}");
}
