//! The discovery API and `data.json` (`protocols/socrata.md` section 2).

use serde_json::{Value as Json, json};

use super::config::Asset;
use super::dataset::Dataset;
use crate::net::{Answer, Request};

const KNOWN: [&str; 27] = [
    "domains",
    "search_context",
    "ids",
    "q",
    "min_should_match",
    "names",
    "only",
    "categories",
    "tags",
    "attribution",
    "license",
    "column_names",
    "parent_ids",
    "derived_from",
    "derived",
    "provenance",
    "for_user",
    "shared_to",
    "audience",
    "published",
    "approval_status",
    "explicitly_hidden",
    "data_json_hidden",
    "visibility",
    "show_visibility",
    "order",
    "app_token",
];
const PAGING: [&str; 3] = ["limit", "offset", "scroll_id"];

/// The deepest row paging reaches, and the largest count that is said.
const DEPTH: usize = 10_000;

fn entry(dataset: &Dataset, domain: &str) -> Json {
    let column = |pick: fn(&super::dataset::Column) -> &str| {
        dataset.columns.iter().map(|column| json!(pick(column))).collect::<Json>()
    };
    json!({
        "resource": {
            "name": dataset.name, "id": dataset.id, "type": "dataset", "parent_fxf": [], "description": "",
            "provenance": "official", "lens_view_type": "tabular", "lens_display_type": "table",
            "columns_name": column(|c| &c.name), "columns_field_name": column(|c| &c.field),
            "columns_datatype": column(|c| c.soda),
        },
        "classification": {"categories": [], "tags": [], "domain_category": "Transportation", "domain_tags": []},
        "metadata": {"domain": domain, "license": dataset.license},
        "permalink": format!("http://{domain}/d/{}", dataset.id),
        "link": format!("http://{domain}/Transportation/stand-in/{}", dataset.id),
    })
}

fn asset_entry(asset: &Asset, domain: &str) -> Json {
    let (kind, parents, url) = match asset {
        Asset::Filter { parent, .. } => ("filter", vec![parent.as_str()], None),
        Asset::GeoParent { .. } => ("map", Vec::new(), None),
        Asset::Moved { .. } => ("dataset", Vec::new(), None),
        Asset::Foreign { permalink, .. } => ("dataset", Vec::new(), Some(permalink.as_str())),
        Asset::Described { view, parents, .. } => (
            view["assetType"].as_str().unwrap_or("dataset"),
            parents.iter().map(String::as_str).collect(),
            None,
        ),
        Asset::Other { kind, url, .. } => (kind.as_str(), Vec::new(), url.as_deref()),
    };
    let permalink = url.map_or_else(|| format!("http://{domain}/d/{}", asset.id()), str::to_owned);
    json!({"resource": {"id": asset.id(), "name": format!("A {kind}"), "type": kind, "parent_fxf": parents},
           "classification": {}, "metadata": {"domain": domain}, "permalink": permalink, "link": permalink})
}

fn bad(message: &str) -> Answer {
    Answer::json(400, "application/json;charset=utf-8", &json!({"error": message}))
}

fn number(request: &Request, name: &str, default: usize) -> Option<usize> {
    request.param(name).map_or(Some(default), |value| value.parse().ok())
}

fn wanted(entry: &Json, request: &Request) -> bool {
    let text =
        |pointer: &str| entry.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_lowercase();
    let any = |name: &str, found: &str| {
        let given: Vec<&str> = request
            .params()
            .filter(|(n, _)| n.trim_end_matches("[]") == name)
            .flat_map(|(_, v)| v.split(','))
            .collect();
        given.is_empty()
            || given
                .iter()
                .any(|value| value.to_lowercase().trim_end_matches('s') == found.trim_end_matches('s'))
    };
    let title = text("/resource/name");
    let words = request.param("q").unwrap_or_default().to_lowercase();
    any("ids", &text("/resource/id"))
        && any("only", &text("/resource/type"))
        && any("names", &title)
        && any("domains", &text("/metadata/domain"))
        && words.split_whitespace().all(|word| title.contains(word))
}

/// `/api/catalog/v1`: any unknown parameter is a custom filter that nothing meets.
pub(super) fn search(datasets: &[&Dataset], assets: &[Asset], request: &Request, domain: &str) -> Answer {
    let all = datasets.iter().map(|d| entry(d, domain)).chain(assets.iter().map(|a| asset_entry(a, domain)));
    page(all, &[], request)
}

/// A page of entries; those of `odd` come before the first, whatever is asked.
pub(crate) fn page(all: impl Iterator<Item = Json>, odd: &[Json], request: &Request) -> Answer {
    let (Some(limit), Some(offset)) = (number(request, "limit", 100), number(request, "offset", 0)) else {
        return bad("limit and offset must be whole numbers");
    };
    if offset.saturating_add(limit) > DEPTH {
        return bad("offset + limit must not exceed 10000; use scroll_id");
    }
    let scroll = request.param("scroll_id");
    if scroll.is_some() && request.param("order").is_some() {
        return bad("scroll_id and order cannot be combined");
    }
    let known = |name: &str| KNOWN.contains(&name.trim_end_matches("[]")) || PAGING.contains(&name);
    let filtered = request.params().all(|(name, _)| known(name));
    let found: Vec<Json> = all.filter(|entry| filtered && wanted(entry, request)).collect();
    let total = found.len().min(DEPTH);
    let after = scroll
        .filter(|id| !id.is_empty())
        .and_then(|id| found.iter().position(|e| e["resource"]["id"] == json!(id)));
    let from = after.map_or(offset, |at| at + 1);
    let first = odd.iter().filter(|_| from == 0 && limit > 1).cloned();
    let page: Vec<Json> = first.chain(found.into_iter().skip(from).take(limit)).collect();
    let body = json!({"results": page, "resultSetSize": total, "timings": {"serviceMillis": 1, "searchMillis": [1]}, "warnings": []});
    Answer::json(200, "application/json;charset=utf-8", &body)
}

/// `/data.json` (DCAT-US 1.1).
pub(super) fn dcat(datasets: &[Dataset], origin: &str) -> Json {
    let one = |dataset: &Dataset| {
        let file = |ext: &str, kind: &str| {
            json!({"@type": "dcat:Distribution", "mediaType": kind,
                   "downloadURL": format!("{origin}/api/views/{}/rows.{ext}?accessType=DOWNLOAD", dataset.id)})
        };
        json!({"@type": "dcat:Dataset", "identifier": format!("{origin}/api/views/{}", dataset.id), "title": dataset.name,
               "landingPage": format!("{origin}/d/{}", dataset.id), "accessLevel": "public",
               "modified": crate::table::format_floating(dataset.state().modified_ms)[..10],
               "distribution": [file("csv", "text/csv"), file("json", "application/json")]})
    };
    json!({"@type": "dcat:Catalog", "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
           "dataset": datasets.iter().map(one).collect::<Vec<_>>()})
}
