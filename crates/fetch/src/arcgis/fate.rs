//! What became of a layer: asked of its service, of the folder the service was in, and of the portal's item.

use serde_json::Value;
use url::Url;

use super::answer;
use super::ask::send;
use super::item;
use super::url::{catalog_of, layer_number, service_of, with_layer};
use crate::error::{FetchError, Result};
use crate::fate::{Candidate, Effort, Fate, Known, Lot, folded};
use crate::http::{Http, Request, visible};
use crate::reference::Target;

/// Services of one folder that are looked into for a layer of the same title.
const LOOKED_INTO: usize = 12;
const NAMED: usize = 5;

pub(super) async fn inquire(target: &Target, known: &Known, effort: Effort, http: &Http) -> Result<Fate> {
    let mut url = target.url.clone();
    url.set_query(None);
    let root = service_of(&url);
    if effort == Effort::Brief {
        let mut fate = absent(&url, &root, None, known, effort, http).await?;
        fate.end(&url);
        return Ok(fate);
    }
    let mut fate = match json(&url, http).await {
        // Its description is there: its rows are what is not given.
        Ok(_) => refused("its description is given, its rows are not".to_owned()),
        Err(FetchError::Credentials { words, .. } | FetchError::TokenWanted { words, .. }) => refused(words),
        Err(FetchError::NotFound { words, .. }) => {
            absent(&url, &root, Some(words), known, effort, http).await?
        }
        Err(error) => return Err(error),
    };
    if let Some(item) = &known.item {
        ask_item(&url, item, &mut fate, http).await?;
    }
    fate.end(&url);
    Ok(fate)
}

impl Fate {
    /// What is somewhere else has moved; few candidates are named, and never the layer itself.
    fn end(&mut self, url: &Url) {
        let own = visible(url);
        self.candidates.retain(|candidate| candidate.reference != own);
        if self.lot == Lot::Deleted && !self.candidates.is_empty() {
            self.lot = Lot::Moved;
        }
        self.candidates.truncate(NAMED);
    }
}

fn refused(words: String) -> Fate {
    Fate { lot: Lot::Private, words, candidates: Vec::new() }
}

async fn json(url: &Url, http: &Http) -> Result<Value> {
    send(http, &Request::new(url.clone()).with("f", "json"), answer::json).await
}

/// The answer, or nothing where the server does not have it or does not give it.
pub(super) async fn json_if_any(request: &Request, http: &Http) -> Result<Option<Value>> {
    match send(http, request, answer::json).await {
        Ok(value) => Ok(Some(value)),
        Err(
            FetchError::NotFound { .. }
            | FetchError::Credentials { .. }
            | FetchError::TokenWanted { .. }
            | FetchError::Server { .. },
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A layer that is not there: its service may be, with the layer under another number.
async fn absent(
    url: &Url,
    root: &Url,
    words: Option<String>,
    known: &Known,
    effort: Effort,
    http: &Http,
) -> Result<Fate> {
    let said =
        |what: &str| words.as_ref().map_or_else(|| what.to_owned(), |words| format!("{what}: {words}"));
    match json(root, http).await {
        Ok(service) => {
            let candidates = layers_of(root, &service, known);
            let words = said("its service is there, the layer is not");
            return Ok(Fate { lot: Lot::Deleted, words, candidates });
        }
        Err(FetchError::Credentials { words, .. } | FetchError::TokenWanted { words, .. }) => {
            return Ok(refused(words));
        }
        Err(FetchError::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let candidates = of_folder(url, root, known, effort, http).await?;
    Ok(Fate { lot: Lot::Deleted, words: said("its service is not there"), candidates })
}

/// The layers of a service that have the title.
fn layers_of(root: &Url, service: &Value, known: &Known) -> Vec<Candidate> {
    let Some(title) = &known.title else { return Vec::new() };
    let lists = ["layers", "tables"].iter().filter_map(|list| service.get(list)?.as_array()).flatten();
    let candidate = |layer: &Value| {
        let name = layer.get("name")?.as_str()?;
        let number = layer.get("id")?.as_u64()?;
        let reference = || visible(&with_layer(root, number));
        (folded(name) == folded(title)).then(|| Candidate { reference: reference(), title: name.to_owned() })
    };
    lists.filter_map(candidate).collect()
}

/// Layers of the title in other services of the folder: first those whose names are like the service's or the title. In
/// brief only these services, which are not looked into.
async fn of_folder(
    url: &Url,
    root: &Url,
    known: &Known,
    effort: Effort,
    http: &Http,
) -> Result<Vec<Candidate>> {
    let Some((services, own)) = catalog_of(root) else { return Ok(Vec::new()) };
    let folder = own.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let mut catalog = services.clone();
    if let Some(folder) = &folder {
        catalog.set_path(&format!("{}/{folder}", services.path()));
    }
    let listed = json_if_any(&Request::new(catalog).with("f", "json"), http).await?.unwrap_or_default();
    let wanted: Vec<String> = [Some(own.rsplit('/').next().unwrap_or(&own).to_owned()), known.title.clone()]
        .into_iter()
        .flatten()
        .map(|name| folded(&name))
        .collect();
    let mut found: Vec<(bool, Url)> = Vec::new();
    for service in listed.get("services").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| service.get(name).and_then(Value::as_str);
        let (Some(name), Some(kind @ ("FeatureServer" | "MapServer"))) = (text("name"), text("type")) else {
            continue;
        };
        let mut place = services.clone();
        place.set_path(&format!("{}/{name}/{kind}", services.path()));
        let short = folded(name.rsplit('/').next().unwrap_or(name));
        found.push((!wanted.iter().any(|wanted| short.contains(wanted) || wanted.contains(&short)), place));
    }
    // A feature service has the rows themselves; it comes before its map.
    found.sort_by_key(|(unlike, place)| (*unlike, place.path().ends_with("MapServer")));
    if effort == Effort::Brief {
        let like = found.into_iter().filter(|(unlike, _)| !unlike).map(|(_, place)| service(&place));
        return Ok(like.collect());
    }
    let mut candidates = Vec::new();
    for (_, place) in found.into_iter().take(LOOKED_INTO) {
        if let Some(service) = json_if_any(&Request::new(place.clone()).with("f", "json"), http).await? {
            candidates.extend(layers_of(&place, &service, known));
        }
    }
    candidates.retain(|candidate| candidate.reference != visible(url));
    Ok(candidates)
}

/// A service whose layers are not known.
fn service(place: &Url) -> Candidate {
    let name = place.path().rsplit('/').nth(1).unwrap_or_default().to_owned();
    Candidate { reference: visible(place), title: name }
}

/// What the portal says of the layer's item: a new address, or that it is gone.
async fn ask_item(url: &Url, id: &str, fate: &mut Fate, http: &Http) -> Result<()> {
    let Some(place) = item::place(url, id, http, |request| request).await? else { return Ok(()) };
    match json(&place, http).await {
        Ok(found) => moved(url, &found, fate),
        Err(FetchError::Credentials { words, .. } | FetchError::TokenWanted { words, .. }) => {
            fate.lot = Lot::Private;
            fate.words = format!("{}; its item: {words}", fate.words);
        }
        // `Item does not exist or is inaccessible`: the portal does not tell which.
        Err(FetchError::NotFound { words, .. } | FetchError::Server { words, .. }) => {
            if fate.lot == Lot::Deleted && fate.candidates.is_empty() {
                let either = words.contains("inaccessible");
                fate.lot = if either { Lot::DeletedOrPrivate } else { Lot::Deleted };
            }
            fate.words = format!("{}; its item: {words}", fate.words);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// An item that is there: with another address, the layer has moved.
fn moved(url: &Url, item: &Value, fate: &mut Fate) {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let Some(place) = text("url").and_then(|text| Url::parse(text).ok()) else { return };
    let title = text("title").unwrap_or_default().to_owned();
    let place = match (layer_number(&place), layer_number(url)) {
        (None, Some(number)) => with_layer(&place, number),
        _ => place,
    };
    if visible(&service_of(&place)) == visible(&service_of(url)) {
        return;
    }
    fate.lot = Lot::Moved;
    fate.words = format!("{}; its item has another address", fate.words);
    fate.candidates.insert(0, Candidate { reference: visible(&place), title });
}
