//! `/api/views`.

use serde_json::{Value as Json, json};

use super::config::Asset;
use super::dataset::{Column, Dataset};
use crate::hash;
use crate::table::Value;

/// What descriptions call a column by.
fn number(field: &str) -> u64 {
    100_000_000 + hash::text(field.as_bytes()) % 400_000_000
}

/// The description of a column, cached counts as strings.
fn column(dataset: &Dataset, index: usize, column: &Column) -> Json {
    let state = dataset.state();
    let non_null = state.rows.iter().filter(|stored| !stored.cells[index].is_null()).count();
    let id = number(&column.field);
    let mut out = json!({
        "id": id,
        "name": column.name,
        "dataTypeName": column.view,
        "description": if index == 0 { "What tells the rows apart." } else { "" },
        "fieldName": column.field,
        "position": index + 1,
        "renderTypeName": column.view,
        "tableColumnId": id + 1,
        "cachedContents": {
            "non_null": non_null.to_string(),
            "null": (state.rows.len() - non_null).to_string(),
            "count": state.rows.len().to_string(),
        },
        "format": {},
    });
    let numbers = state.rows.iter().filter_map(|stored| stored.cells[index].number());
    let range = numbers.fold(None, |range: Option<(f64, f64)>, n| {
        Some(range.map_or((n, n), |(low, high)| (low.min(n), high.max(n))))
    });
    if let Some((low, high)) = range {
        out["cachedContents"]["smallest"] = json!(low.to_string());
        out["cachedContents"]["largest"] = json!(high.to_string());
    }
    if column.hidden {
        out["flags"] = json!(["hidden"]);
    }
    out
}

/// The columns alone.
pub(super) fn columns(dataset: &Dataset) -> Json {
    dataset.columns.iter().enumerate().map(|(index, c)| column(dataset, index, c)).collect()
}

/// The view of a dataset.
pub(super) fn view(dataset: &Dataset) -> Json {
    let seconds = dataset.state().modified_ms / 1000;
    let mut out = json!({
        "id": dataset.id,
        "name": dataset.name,
        "assetType": "dataset",
        "attribution": "City of Los Angeles (synthetic stand-in)",
        "averageRating": 0,
        "category": "Transportation",
        "createdAt": 1_577_463_488,
        "description": "Served by a stand-in portal for tests.",
        "displayType": "table",
        "hideFromCatalog": false,
        "hideFromDataJson": false,
        "indexUpdatedAt": seconds,
        "newBackend": true,
        "provenance": "official",
        "publicationDate": 1_577_463_500,
        "publicationStage": "published",
        "rowsUpdatedAt": seconds,
        "viewLastModified": seconds,
        "viewType": "tabular",
        "columns": columns(dataset),
        "metadata": {"availableDisplayTypes": ["table", "fatrow", "page"],
            "custom_fields": {"Refresh": {"Update Frequency": "Daily"}}},
        "owner": {"id": "test-ownr", "displayName": "Stand-in", "type": "interactive"},
        "query": {},
        "rights": ["read"],
        "tags": ["stand-in"],
        "flags": ["default", "ownerMayBeContacted"],
    });
    if let Some(field) = &dataset.identifier {
        out["rowIdentifierColumnId"] = json!(number(field));
    }
    if let Some(license) = &dataset.license {
        out["licenseId"] = json!("PUBLIC_DOMAIN");
        out["license"] = json!({"name": license});
    }
    out
}

fn filter(parent: &Dataset, id: &str, condition: &str, hidden: &[String]) -> Json {
    let mut out = view(parent);
    out["id"] = json!(id);
    out["assetType"] = json!("filter");
    out["modifyingViewUid"] = json!(parent.id);
    out["query"] = json!({"filterCondition": condition});
    if let Some(columns) = out["columns"].as_array_mut() {
        columns.retain(|column| !hidden.iter().any(|name| column["fieldName"] == json!(name)));
    }
    out
}

/// The view of anything that is no dataset.
pub(super) fn asset(asset: &Asset, parent: Option<&Dataset>) -> Json {
    match (asset, parent) {
        (Asset::Filter { id, condition, hidden, .. }, Some(parent)) => filter(parent, id, condition, hidden),
        (Asset::GeoParent { id, children }, _) => json!({
            "id": id, "name": "Uploaded shapes", "assetType": "map", "displayType": "map", "viewType": "geo",
            "newBackend": true, "columns": [], "childViews": children,
            "metadata": {"geo": {"owsUrl": "/api/geospatial/ows", "layers": children.join(","), "bboxCrs": "EPSG:4326"}},
        }),
        (Asset::Other { id, kind, url }, _) => {
            let view_type = match kind.as_str() {
                "blob" | "file" => "blobby",
                "href" | "link" | "federated_href" => "href",
                other => other,
            };
            json!({"id": id, "name": format!("A {kind}"), "assetType": kind, "viewType": view_type,
                   "displayType": kind, "columns": [], "metadata": {"accessPoints": {"url": url}}})
        }
        (Asset::Moved { id, .. }, Some(parent)) => {
            let mut out = view(parent);
            (out["id"], out["newBackend"]) = (json!(id), json!(false));
            out
        }
        (Asset::Described { view, .. }, _) => view.clone(),
        (Asset::Filter { id, .. } | Asset::Moved { id, .. } | Asset::Foreign { id, .. }, _) => {
            json!({"id": id, "assetType": "filter", "columns": []})
        }
    }
}

/// The flat description: no columns.
pub(super) fn flat(dataset: &Dataset) -> Json {
    let stamp = crate::table::format_floating(dataset.state().modified_ms);
    json!({"id": dataset.id, "name": dataset.name, "dataUpdatedAt": format!("{stamp}+0000"), "license": dataset.license,
           "webUri": format!("/d/{}", dataset.id), "hideFromCatalog": false, "provenance": "OFFICIAL"})
}

/// A cell of the positional arrays of `rows.json`.
pub(super) fn positional(value: &Value, is_location: bool) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => json!(yes),
        Value::Shape(shape) if is_location => {
            let [x, y, ..] = shape.positions().next().copied().unwrap_or([f64::NAN; 4]);
            json!([null, y.to_string(), x.to_string(), null, false])
        }
        Value::Shape(shape) => json!(shape.to_wkt()),
        other => json!(other.display()),
    }
}
