//! `/query`: from parameters to an answer.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::errors::Refusal;
use super::layer::{Layer, Stored};
use super::params::{Mode, Query};
use super::{geojson, pbf, rows, serialise, statistics};
use crate::net::{Answer, Request, Tweaks};

/// A page cut out of the rows found, and whether there are more.
fn cut<'a>(found: &[&'a Stored], query: &Query, cap: usize, tweaks: &Tweaks) -> (Vec<&'a Stored>, bool) {
    if tweaks.empty_flagged {
        return (Vec::new(), true);
    }
    let cap = tweaks.cap_at.map_or(cap, |smaller| smaller.min(cap));
    let take = query.limit.unwrap_or(cap).min(cap);
    let from = query.offset.min(found.len());
    let to = from.saturating_add(take).min(found.len());
    let mut page: Vec<&Stored> = found[from..to].to_vec();
    page.retain(|stored| !tweaks.drop_rows.contains(&stored.oid.to_string()));
    let again: Vec<&Stored> = page.iter().take(tweaks.duplicate_rows).copied().collect();
    page.extend(again);
    (page, to < found.len())
}

fn distinct<'a>(layer: &Layer, found: Vec<&'a Stored>, fields: &[usize]) -> Vec<&'a Stored> {
    let mut seen = HashSet::new();
    let text = |stored: &Stored| Json::Object(serialise::attributes(layer, stored, fields)).to_string();
    found.into_iter().filter(|stored| seen.insert(text(stored))).collect()
}

fn count(found: usize, tweaks: &Tweaks) -> i64 {
    (found as i64 + tweaks.count_off).max(0)
}

/// Ids are not capped, not sorted, and null when there are none.
fn id_list(layer: &Layer, found: &[&Stored]) -> Json {
    let ids: Vec<i64> = found.iter().map(|stored| stored.oid).collect();
    json!({"objectIdFieldName": layer.oid_field, "objectIds": if ids.is_empty() { Json::Null } else { json!(ids) }})
}

/// The rows that a query is about.
fn found<'a>(
    layer: &'a Layer,
    stored: &'a [Stored],
    query: &Query,
    tweaks: &Tweaks,
) -> Result<Vec<&'a Stored>, Refusal> {
    let found = rows::select(layer, stored, query, tweaks)?;
    Ok(if query.distinct { distinct(layer, found, &query.fields) } else { found })
}

fn message(layer: &Layer, query: &Query, tweaks: &Tweaks) -> Result<(Vec<u8>, usize), Refusal> {
    let stored = layer.rows();
    let found = found(layer, &stored, query, tweaks)?;
    Ok(match &query.mode {
        Mode::Count => (pbf::count(count(found.len(), tweaks)), 0),
        Mode::Ids => (pbf::ids(layer, &found), 0),
        Mode::Rows => {
            let (page, more) = cut(&found, query, layer.switches.cap, tweaks);
            (pbf::page(layer, &page, query, more), page.len())
        }
        Mode::Extent { .. } | Mode::Statistics(_) => return Err(Refusal::operation()),
    })
}

fn body(
    layer: &Layer,
    query: &Query,
    tweaks: &Tweaks,
    format: &str,
    map: bool,
) -> Result<(Json, usize), Refusal> {
    let stored = layer.rows();
    let found = found(layer, &stored, query, tweaks)?;
    Ok(match &query.mode {
        Mode::Count => (json!({"count": count(found.len(), tweaks)}), 0),
        Mode::Ids => (id_list(layer, &found), 0),
        Mode::Extent { count: with_count } => {
            let mut out = json!({"extent": statistics::extent(&found, query.out_wkid)});
            if *with_count {
                out["count"] = json!(count(found.len(), tweaks));
            }
            (out, 0)
        }
        Mode::Statistics(wanted) => (statistics::answer(layer, &found, wanted), 0),
        Mode::Rows => {
            let (page, more) = cut(&found, query, layer.switches.cap, tweaks);
            let json = if format == "geojson" {
                geojson::page(layer, &page, query, more)
            } else {
                serialise::page(layer, &page, query, more, map)
            };
            (json, page.len())
        }
    })
}

/// The answer to a query of a layer; errors are JSON whatever format was asked.
pub(super) fn answer(layer: &Layer, request: &Request, format: &str, tweaks: &Tweaks, map: bool) -> Answer {
    if format == "pbf" {
        return match Query::read(request, layer).and_then(|query| message(layer, &query, tweaks)) {
            Ok((bytes, rows)) => Answer::new(200, "application/x-protobuf", bytes).with_rows(rows),
            Err(refusal) => refusal.answer(),
        };
    }
    let made = Query::read(request, layer).and_then(|query| body(layer, &query, tweaks, format, map));
    let content_type =
        if format == "geojson" { "application/geo+json" } else { "application/json;charset=UTF-8" };
    match made {
        Ok((json, rows)) => Answer::json(200, content_type, &json).with_rows(rows),
        Err(refusal) => refusal.answer(),
    }
}
