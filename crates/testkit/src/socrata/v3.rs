//! SODA 3.0: `/api/v3/views/ID/query.json|csv|geojson`, by POST with a JSON body or GET (section 4).

use serde_json::Value as Json;

use super::config::Asset;
use super::dataset::Dataset;
use super::errors::Refusal;
use super::json::{self, Style};
use super::params::{Ready, ready};
use super::query::run;
use super::{Switches, csv, geojson, headers};
use crate::net::{Answer, Request, Tweaks};
use crate::sql::ast::Expr;

const KEYS: [&str; 9] = [
    "query",
    "page",
    "parameters",
    "timeout",
    "includeSystem",
    "includeSynthetic",
    "orderingSpecifier",
    "serializationOptions",
    "clientContext",
];

/// What a request asks for.
struct Asked {
    query: String,
    page: Option<(usize, usize)>,
    synthetic: bool,
}

fn page(json: &Json) -> Result<Option<(usize, usize)>, Refusal> {
    let Some(page) = json.get("page") else { return Ok(None) };
    let at = |name: &str| page.get(name).and_then(Json::as_u64).filter(|n| *n > 0).map(|n| n as usize);
    match (at("pageNumber"), at("pageSize")) {
        (Some(number), Some(size)) => Ok(Some((number, size))),
        _ => Err(Refusal::invalid("page needs pageNumber and pageSize, both from 1")),
    }
}

fn from_body(request: &Request) -> Result<Asked, Refusal> {
    let json: Json =
        serde_json::from_str(&request.body).map_err(|_| Refusal::invalid("The body is not JSON"))?;
    let map = json.as_object().ok_or_else(|| Refusal::invalid("The body is not an object"))?;
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(Refusal::unrecognized(key));
    }
    let query = json.get("query").and_then(Json::as_str).unwrap_or("SELECT *").to_owned();
    let synthetic = json.get("includeSynthetic").and_then(Json::as_bool).unwrap_or(true);
    Ok(Asked { query, page: page(&json)?, synthetic })
}

fn from_query(request: &Request) -> Result<Asked, Refusal> {
    let known = ["query", "pageNumber", "pageSize", "app_token", "includeSystem", "includeSynthetic"];
    if let Some((name, _)) = request.params().find(|(name, _)| !known.contains(name)) {
        return Err(Refusal::unrecognized(name));
    }
    let number =
        |name: &str| request.param(name).and_then(|value| value.parse().ok()).filter(|n: &usize| *n > 0);
    let page = number("pageNumber").zip(number("pageSize"));
    let query = request.param("query").unwrap_or("SELECT *").to_owned();
    Ok(Asked { query, page, synthetic: request.param("includeSynthetic") != Some("false") })
}

/// A page has a total order: the declared one, then the hidden one.
fn paged(ready: &mut Ready, dataset: &Dataset, page: Option<(usize, usize)>) {
    let Some((number, size)) = page else {
        ready.statement.limit = ready.statement.limit.or(Some(usize::MAX));
        return;
    };
    if !ready.grouped {
        let id = Expr::Column { name: ":id".to_owned(), index: dataset.columns.len() };
        ready.statement.order.push((id, false));
    }
    ready.statement.limit = Some(size);
    ready.statement.offset = (number - 1).saturating_mul(size);
}

fn body(ready: &Ready, found: &super::query::Rows, format: &str) -> Result<(String, &'static str), Refusal> {
    let style = Style { numbers: true, needs_recoding: false };
    let names: Vec<&str> = ready.outputs.iter().map(|output| output.name.as_str()).collect();
    Ok(match format {
        "json" => (json::soda3(found, &ready.outputs, style), "application/json; charset=utf-8"),
        "csv" => (csv::write(found, &ready.outputs, &names), "text/csv; charset=utf-8"),
        "geojson" => {
            (geojson::write(found, &ready.outputs, style), "application/vnd.geo+json; charset=utf-8")
        }
        other => return Err(Refusal::format(other)),
    })
}

/// The answer to `query.FORMAT` or `export.FORMAT`.
pub(super) fn answer(
    (dataset, view): (&Dataset, Option<&Asset>),
    format: &str,
    request: &Request,
    switches: &Switches,
    tweaks: &Tweaks,
) -> Result<Answer, Refusal> {
    let has_credentials = request.header("x-app-token").is_some()
        || request.param("app_token").is_some()
        || request.header("authorization").is_some_and(|value| value.starts_with("Basic "));
    if switches.v3_needs_token && !has_credentials {
        return Err(Refusal::login());
    }
    let asked = if request.method == "POST" { from_body(request)? } else { from_query(request)? };
    let mut ready = ready(&asked.query, dataset, switches)?;
    if let Some(view) = view {
        view.narrow(&mut ready, dataset)?;
    }
    if !asked.synthetic {
        ready.outputs.retain(|output| !output.name.starts_with(":@"));
    }
    paged(&mut ready, dataset, asked.page);
    let found = run(&ready, dataset, &dataset.state(), switches, tweaks)?;
    let (text, content_type) = body(&ready, &found, format)?;
    let tag = format!("W/\"{:016x}\"", crate::hash::text(text.as_bytes()));
    let answer = Answer::new(200, content_type, text).with_rows(found.len());
    let warning = "X-SODA2-Fields, X-SODA2-Types, and X-SODA2-Legacy-Types are deprecated";
    Ok(headers::common(answer, tweaks)
        .with("ETag", tag)
        .with("x-soda2-data-out-of-date", "[]")
        .with("x-soda2-secondary", "stand-in")
        .with("X-SODA2-Warning", warning))
}
