//! Recorded answers of real servers, where a folder with them is named by `FIXTURES`; without it nothing is tested.

#![expect(clippy::print_stderr, reason = "checks/fixtures_covered.py reads it")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::replay::Replay;
use common::{get, read_all};
use geohub_core::{Batch, Context, Error};
use geohub_fetch::{FetchError, Query};
use geohub_testkit::net::{Answer, Edit, Kind, Options, Portal, Request, Server, Tweaks};
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

/// What `checks/fixtures_covered.py` looks for.
fn covered(folder: &Path, path: &Path) {
    eprintln!("covered: {}", path.strip_prefix(folder).unwrap().display());
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

/// A page; one whose rows have no ids is given some.
fn with_ids(mut page: Value) -> Value {
    let oid = described(&page).1;
    let rows = page["features"].as_array_mut().unwrap();
    if !oid.is_empty() && rows.iter().all(|row| !row["attributes"][&oid].is_null()) {
        return page;
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row["attributes"]["ROW_ID"] = json!(at + 1);
    }
    page["objectIdFieldName"] = json!("ROW_ID");
    page["fields"].as_array_mut().unwrap().insert(0, json!({"name": "ROW_ID", "type": "esriFieldTypeOID"}));
    page
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
        let statistics = path.to_string_lossy().to_lowercase().contains("stat");
        let esri = page["features"][0].get("attributes").is_some() && !statistics;
        let page = if esri { with_ids(page) } else { page };
        if esri && check_esri(path, page) {
            covered(&folder, path);
            decoded.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    eprintln!("decoded {} of {} files: {}", decoded.len(), all.len(), decoded.join(" "));
    assert!(decoded.len() >= 10, "{decoded:?}");
}

/// The rows of a recording: of one answer, of several one after the other, or of a body alone.
fn soda_rows(recorded: &Value) -> Option<Vec<Value>> {
    let body = |exchange: &Value| -> Option<Vec<Value>> {
        serde_json::from_str(exchange["response"]["body"].as_str()?).ok()
    };
    match recorded {
        Value::Array(exchanges) if exchanges.iter().all(|one| one.get("response").is_some()) => {
            Some(exchanges.iter().map(body).collect::<Option<Vec<_>>>()?.concat())
        }
        Value::Array(rows) => Some(rows.clone()),
        exchange => body(exchange),
    }
}

/// The description that goes with a page: the name begins alike.
fn soda_view(folder: &Path, page: &Path) -> Option<(PathBuf, Value)> {
    let name = page.file_name()?.to_string_lossy().into_owned();
    let parts: Vec<&str> = name.split('-').collect();
    let (home, start) = if name.starts_with("koop") {
        ("v20-legacy", format!("{}-{}-view", parts[0], parts[1]))
    } else {
        ("views", parts.get(..3)?.join("-"))
    };
    let entries = std::fs::read_dir(folder.join("socrata").join(home)).unwrap().flatten();
    let path = entries.map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|found| found.to_string_lossy().starts_with(&start)) && path != page
    })?;
    let view: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let body = view["response"]["body"].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
    Some((path, body.unwrap_or(view)))
}

#[test]
fn recorded_soda_pages_decode() {
    let Some(folder) = std::env::var_os("FIXTURES").map(PathBuf::from) else { return };
    let mut all = Vec::new();
    for home in ["v20-legacy", "v21", "v3"] {
        files(&folder.join("socrata").join(home), &mut all);
    }
    let mut decoded = 0;
    for path in &all {
        let recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let (Some((view_path, view)), Some(mut rows)) = (soda_view(&folder, path), soda_rows(&recorded))
        else {
            continue;
        };
        let name = path.display().to_string();
        if ["group", "count", "geojson"].iter().any(|word| name.contains(word)) {
            continue;
        }
        for (at, row) in rows.iter_mut().enumerate() {
            row[":id"] = json!(format!("row-{at:06}x"));
        }
        let count = rows.len();
        let batch = fetched(view, Value::Array(rows), ":id", "socrata:ORIGIN/abcd-1234").unwrap();
        assert_eq!(batch.rows(), count, "{name}");
        covered(&folder, path);
        covered(&folder, &view_path);
        decoded += 1;
    }
    eprintln!("decoded {decoded} of {} files", all.len());
    assert!(decoded >= 12, "{decoded}");
}

/// A portal that answers every question for rows, and every other one, with one body.
struct Refusing {
    view: (u16, Value),
    rows: (u16, Value),
}

impl Portal for Refusing {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let (status, body) = if request.path.starts_with("/resource/") { &self.rows } else { &self.view };
        Answer::json(*status, "application/json", body)
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::html(429, "Too many")
    }
}

#[test]
fn recorded_soda_refusals_are_told() {
    let Some(folder) = std::env::var_os("FIXTURES").map(|home| PathBuf::from(home).join("socrata")) else {
        return;
    };
    let read = |name: &str| -> Value {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        let body = json["response"]["body"].as_str().map(|text| serde_json::from_str(text).unwrap());
        body.unwrap_or(json)
    };
    let (_, view) = soda_view(folder.parent().unwrap(), &folder.join("v21/nyc-uczf-rk3c-x")).unwrap();
    let of = |view: (u16, Value), rows: (u16, Value)| {
        let server = Server::start(Arc::new(Refusing { view, rows }), Options::default()).unwrap();
        get(&format!("socrata:{}/abcd-1234", server.url()), &Query::default()).err().unwrap()
    };
    let missing = [
        "v20-legacy/koop-missing-views.json",
        "v20-legacy/koop-missing-first.json",
        "views/error-404-view-not_found.json",
    ];
    for name in missing {
        let error = of((404, read(name)), (404, read(name)));
        assert!(matches!(error, FetchError::NotFound { .. }), "{name}: {error}");
        covered(&folder.join(".."), &folder.join("..").join("socrata").join(name));
    }
    for name in ["v20-legacy/koop-missing-count.json", "v21/error-404-resource-dataset.missing.json"] {
        let error = of((200, view.clone()), (404, read(name)));
        assert!(matches!(error, FetchError::NotFound { .. }), "{name}: {error}");
        covered(&folder.join(".."), &folder.join("..").join("socrata").join(name));
    }
    let name = "v21/error-400-query.compiler.malformed.body.json";
    let error = of((200, view), (400, read(name)));
    assert!(error.to_string().contains("Could not parse SoQL query"), "{error}");
    covered(&folder.join(".."), &folder.join("..").join("socrata").join(name));
}
