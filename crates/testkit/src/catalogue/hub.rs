//! Hub's search: `/api/search/v1/collections/NAME/items`.

use serde_json::{Value as Json, json};

use super::Record;
use crate::net::{Answer, Request};

/// The last record that can be asked for.
const DEPTH: usize = 10_000;
const MOST: usize = 100;

fn bad(message: &str) -> Answer {
    let body = json!({"statusCode": 400, "message": message, "error": "Bad Request"});
    Answer::json(400, "application/json; charset=utf-8", &body)
}

/// Names of properties are filters of the same name; whatever else is a filter that nothing passes.
fn passes(record: &Record, name: &str, value: &str) -> Option<bool> {
    Some(match name {
        "limit" | "startindex" | "sortBy" | "token" | "f" => true,
        "q" => {
            let text =
                format!("{} {} {}", record.title, record.description, record.tags.join(" ")).to_lowercase();
            value.to_lowercase().split_whitespace().all(|word| text.contains(word))
        }
        "bbox" => {
            let numbers: Vec<f64> = value.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            let [west, south, east, north] = numbers[..] else { return None };
            record.bbox.is_some_and(|[w, s, e, n]| w <= east && e >= west && s <= north && n >= south)
        }
        "type" => record.kind == value,
        "slug" => record.slug == value,
        "id" => record.hub_id() == value,
        "filter" => filter(record, value)?,
        _ => false,
    })
}

/// `modified BETWEEN a AND b`, `type='T'`, joined by AND.
fn filter(record: &Record, text: &str) -> Option<bool> {
    if let Some(range) = text.strip_prefix("modified BETWEEN ") {
        let (from, to) = range.split_once(" AND ")?;
        return Some((from.parse().ok()?..=to.parse().ok()?).contains(&record.modified));
    }
    let (name, value) = text.split_once('=')?;
    passes(record, name.trim(), value.trim().trim_matches('\''))
}

fn feature(record: &Record) -> Json {
    let mut properties = record.item_json();
    properties["slug"] = json!(record.slug);
    properties["license"] = json!(record.licence.as_ref().map_or("none", |_| "custom"));
    properties["source"] = json!("City of Stand-in");
    properties["fieldNames"] = json!(record.fields);
    if record.kind == "Feature Service" {
        properties["recordCount"] = json!(record.title.len() * 100);
    }
    let geometry = record.bbox.map(
        |[w, s, e, n]| json!({"type": "Polygon", "coordinates": [[[w, s], [w, n], [e, n], [e, s], [w, s]]]}),
    );
    json!({"id": record.hub_id(), "type": "Feature", "geometry": geometry, "properties": properties,
           "time": null, "links": []})
}

pub(super) fn items(records: &[Record], odd: &[Json], request: &Request) -> Answer {
    let number = |name: &str, default: usize| {
        request
            .param(name)
            .map_or(Ok(default), str::parse)
            .ok()
            .filter(|number| name == "limit" || *number > 0)
    };
    let (Some(limit), Some(start)) = (number("limit", 10), number("startindex", 1)) else {
        return bad("limit and startindex must be whole numbers");
    };
    if limit > MOST {
        return bad("limit must not be greater than 100");
    }
    if start + limit > DEPTH + 1 {
        return bad("startindex + limit must not exceed 10000");
    }
    let mut found = Vec::new();
    for record in records.iter().filter(|record| record.is_on_hub()) {
        let mut all = true;
        for (name, value) in request.params() {
            match passes(record, name, value) {
                Some(held) => all &= held,
                None => return bad(&format!("{name} is invalid")),
            }
        }
        if all {
            found.push(record);
        }
    }
    if request.param("sortBy") == Some("-properties.modified") {
        found.sort_by_key(|record| std::cmp::Reverse(record.modified));
    }
    let page = found.iter().skip(start - 1).take(limit);
    let first = odd.iter().filter(|_| start == 1 && limit > 1).cloned();
    let features: Vec<Json> = first.chain(page.map(|record| feature(record))).collect();
    let mut links = vec![json!({"rel": "self", "type": "application/geo+json", "href": request.origin})];
    if start - 1 + limit < found.len() {
        let next = format!("{}{}?limit={limit}&startindex={}", request.origin, request.path, start + limit);
        links.push(json!({"rel": "next", "type": "application/geo+json", "href": next}));
    }
    let rows = features.len();
    let body = json!({"type": "FeatureCollection", "numberMatched": found.len(), "numberReturned": rows,
                      "timestamp": "2026-11-26T00:00:00.000Z", "features": features, "links": links});
    Answer::json(200, "application/geo+json; charset=utf-8", &body).with_rows(rows)
}
