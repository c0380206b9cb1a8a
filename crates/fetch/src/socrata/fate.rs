//! What became of a dataset: asked of the portal's descriptions and its catalogue.

use serde_json::Value;

use super::answer;
use super::ask::ask;
use super::url::within;
use super::view::text;
use crate::error::{FetchError, Result};
use crate::fate::{Candidate, Fate, Known, Lot, folded};
use crate::http::{Http, Request, visible};
use crate::reference::Target;

/// Datasets of one title that are named.
const NAMED: usize = 5;

pub(super) async fn inquire(target: &Target, known: &Known, http: &Http) -> Result<Fate> {
    let id = target.dataset.clone().unwrap_or_default();
    let request = Request::new(within(&target.url, &format!("api/views/{id}.json")));
    let (lot, words) = match ask(http, request, answer::object).await {
        Ok(_) => (Lot::Private, "the portal describes it and does not give its rows".to_owned()),
        Err(FetchError::NotFound { words, .. }) => (Lot::Deleted, words),
        Err(FetchError::Credentials { words, .. } | FetchError::TokenWanted { words, .. }) => {
            (Lot::Private, words)
        }
        Err(error) => return Err(error),
    };
    let candidates = namesakes(target, &id, known, http).await?;
    let lot = if lot == Lot::Deleted && !candidates.is_empty() { Lot::Moved } else { lot };
    Ok(Fate { lot, words, candidates })
}

/// Other datasets of the portal with the same title, by its catalogue.
async fn namesakes(target: &Target, id: &str, known: &Known, http: &Http) -> Result<Vec<Candidate>> {
    let Some(title) = &known.title else { return Ok(Vec::new()) };
    let host = target.url.host_str().unwrap_or_default();
    let domain = target.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let request = Request::new(within(&target.url, "api/catalog/v1"))
        .with("domains", domain.clone())
        .with("search_context", domain)
        .with("q", title.clone())
        .with("limit", "50");
    let found = match ask(http, request, answer::object).await {
        Ok(found) => found,
        // A portal without a catalogue knows no namesakes.
        Err(FetchError::NotFound { .. } | FetchError::TokenWanted { .. } | FetchError::Server { .. }) => {
            Value::Null
        }
        Err(error) => return Err(error),
    };
    let results = found.get("results").and_then(Value::as_array).into_iter().flatten();
    let candidate = |result: &Value| {
        let (other, name) = (text(result, "/resource/id")?, text(result, "/resource/name")?);
        let same = other != id && folded(&name) == folded(title);
        same.then(|| Candidate { reference: reference(target, &other), title: name })
    };
    Ok(results.filter_map(candidate).take(NAMED).collect())
}

/// What to type for another dataset of the portal.
fn reference(target: &Target, id: &str) -> String {
    let root = &target.url;
    match (root.scheme(), root.port()) {
        ("https", None) => format!("socrata:{}/{id}", root.host_str().unwrap_or_default()),
        _ => format!("socrata:{}{id}", visible(&within(root, ""))),
    }
}
