//! The sharing API: `/sharing/rest/search` and `/sharing/rest/content/items/ID`. Errors come with status 200.

use serde_json::{Value as Json, json};

use super::Record;
use crate::net::{Answer, Request};

const DEPTH: usize = 10_000;
const MOST: usize = 100;

fn refuse(code: u16, message: &str) -> Answer {
    let body =
        json!({"error": {"code": code, "messageCode": "CONT_0001", "message": message, "details": []}});
    Answer::json(200, "application/json;charset=utf-8", &body)
}

/// One word of a query; those that are not understood match nothing.
fn holds(record: &Record, word: &str) -> bool {
    if let Some((a, b)) =
        word.strip_prefix("modified:[").and_then(|range| range.strip_suffix(']')?.split_once(" TO "))
    {
        let bound = |text: &str| text.trim_start_matches('0').parse::<i64>().unwrap_or(0);
        return (bound(a)..=bound(b)).contains(&record.modified);
    }
    let Some((name, value)) = word.split_once(':') else {
        return record.title.to_lowercase().contains(&word.to_lowercase());
    };
    let value = value.trim_matches('"');
    match name {
        "orgid" => value == "StandInCityOrg01",
        "access" => (value == "public") != record.private,
        "type" => record.kind == value,
        "id" => record.item == value,
        "title" => record.title.to_lowercase().contains(&value.to_lowercase()),
        "typekeywords" => value == format!("slug|{}", record.slug.replace("::", "|")),
        _ => false,
    }
}

fn matches(record: &Record, query: &str) -> bool {
    split(query, " AND ").iter().all(|part| {
        let inner = part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part);
        split(inner, " OR ").iter().any(|word| holds(record, word))
    })
}

/// Parts between separators that are in no quotes, brackets or parentheses.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut from, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth += 1,
            b')' | b']' if !quoted => depth -= 1,
            b' ' if !quoted && depth == 0 && at >= from && text[at..].starts_with(separator) => {
                parts.push(&text[from..at]);
                from = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

pub(super) fn search(records: &[Record], odd: &[Json], request: &Request) -> Answer {
    let query = request.param("q").unwrap_or_default();
    if query.is_empty() {
        return refuse(400, "'q', 'bbox' or 'categories' must be specified.");
    }
    let number = |name: &str, default: usize| request.param(name).map_or(Ok(default), str::parse);
    let (Ok(num), Ok(start)) = (number("num", 10), number("start", 1)) else {
        return refuse(400, "Unable to perform query.");
    };
    let num = num.min(MOST);
    if start == 0 || start + num > DEPTH + 1 {
        return refuse(400, "The maximum start + num is 10000.");
    }
    let mut found: Vec<&Record> =
        records.iter().filter(|record| record.is_on_hub() && matches(record, query)).collect();
    if request.param("sortField") == Some("modified") {
        found.sort_by_key(|record| record.modified);
        if request.param("sortOrder") == Some("desc") {
            found.reverse();
        }
    }
    let page = found.iter().skip(start - 1).take(num).map(|record| record.item_json());
    let results: Vec<Json> = odd.iter().filter(|_| start == 1 && num > 1).cloned().chain(page).collect();
    let next = if start - 1 + num < found.len() { (start + num) as i64 } else { -1 };
    let rows = results.len();
    let body = json!({"query": query, "total": found.len(), "start": start, "num": num, "nextStart": next, "results": results});
    Answer::json(200, "application/json;charset=utf-8", &body).with_rows(rows)
}

pub(super) fn item(records: &[Record], id: &str) -> Answer {
    match records.iter().find(|record| record.item == id && !id.is_empty() && !record.dead) {
        None => refuse(400, "Item does not exist or is inaccessible."),
        Some(record) if record.private => {
            refuse(403, "You do not have permissions to access this resource or perform this operation.")
        }
        Some(record) => Answer::json(200, "application/json;charset=utf-8", &record.item_json()),
    }
}
