//! The portal's search and its items.

use serde_json::{Value, json};

use super::Params;
use super::describe::CREDIT;
use super::layer::{DemoLayer, LAYERS};

const LICENCE: &str = "https://creativecommons.org/publicdomain/zero/1.0/";
/// 2026-11-22, when the sample city was made, in milliseconds since 1970.
pub(super) const MADE: i64 = 1_795_305_600_000;

/// A page of OGC API Records. `q` may be any text; nothing of it is left out, as everything fits on a page.
pub(super) fn items(params: &Params) -> Value {
    let words: Vec<String> =
        params.get("q").map_or("", String::as_str).split_whitespace().map(str::to_lowercase).collect();
    let hits: Vec<Value> = LAYERS.iter().filter(|layer| matches(layer, &words)).map(record).collect();
    let start = params.get("startindex").and_then(|text| text.parse().ok()).unwrap_or(1_usize).max(1);
    let limit = params.get("limit").and_then(|text| text.parse().ok()).unwrap_or(10_usize).min(100);
    let page: Vec<Value> = hits.iter().skip(start - 1).take(limit).cloned().collect();
    json!({
        "type": "FeatureCollection", "numberMatched": hits.len(), "numberReturned": page.len(),
        "features": page, "links": [],
    })
}

fn matches(layer: &DemoLayer, words: &[String]) -> bool {
    let text = format!("{} {} {}", layer.title, layer.description, layer.tags.join(" ")).to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

fn record(layer: &DemoLayer) -> Value {
    let extent = layer.rows().extent();
    let (west, south, east, north) = (extent.min_x, extent.min_y, extent.max_x, extent.max_y);
    let mut properties = facts(layer);
    properties["license"] = json!(LICENCE);
    properties["source"] = json!(CREDIT);
    properties["recordCount"] = json!(layer.rows().rows.len());
    json!({
        "type": "Feature", "id": layer.item, "properties": properties,
        "geometry": {"type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]},
    })
}

/// An item, as the portal's sharing API has it.
pub(super) fn item(id: &str) -> Option<Value> {
    let layer = LAYERS.iter().find(|layer| layer.item == id)?;
    let mut facts = facts(layer);
    facts["licenseInfo"] = json!(LICENCE);
    Some(facts)
}

fn facts(layer: &DemoLayer) -> Value {
    let extent = layer.rows().extent();
    json!({
        "id": layer.item, "title": layer.title, "type": "Feature Service", "access": "public",
        "typeKeywords": ["Hosted Service", "Singlelayer"], "owner": "geohub", "tags": layer.tags,
        "snippet": layer.description, "description": layer.description, "accessInformation": CREDIT,
        "extent": [[extent.min_x, extent.min_y], [extent.max_x, extent.max_y]],
        "url": layer.service(), "created": MADE, "modified": MADE,
    })
}
