//! Which layer of a service.

use serde_json::Value;
use url::Url;

use super::answer;
use super::ask::send;
use super::metadata::text;
use super::url::{layer_number, service_of, with_layer};
use crate::error::{FetchError, Result};
use crate::http::{Http, Request, visible};
use crate::layers::{LayerEntry, Layers};

/// The layer that is meant.
pub(super) struct Found {
    pub(super) url: Url,
    /// Its description, where it was read on the way.
    pub(super) described: Option<Described>,
    /// The item of its service, where that was read on the way.
    pub(super) item: Option<String>,
}

/// The address of the layer that is meant: that of a layer as it stands, of a service or group layer the one in it, or
/// the one called `wanted`, a number or a name.
pub(super) async fn layer_url(url: &Url, wanted: Option<&str>, http: &Http) -> Result<Found> {
    let number = layer_number(url);
    let described = match number {
        None => None,
        Some(_) => Some(describe(url, http).await?),
    };
    if let Some(described) = described.filter(|described| !is_group(&described.raw)) {
        if let Some(wanted) = wanted {
            let reason = "it names a layer already".to_owned();
            let hint = Some(format!("leave out --layer {wanted}, or the number at the end of the address"));
            return Err(FetchError::Reference { text: visible(url), reason, hint });
        }
        return Ok(Found { url: url.clone(), described: Some(described), item: None });
    }
    let root = service_of(url);
    let listed: Value = send(http, &Request::new(root.clone()).with("f", "json"), answer::json).await?;
    let entries = entries(&listed);
    let chosen = choose(&visible(&root), &entries, number, wanted)?;
    let item = text(&listed, "serviceItemId");
    Ok(Found { url: with_layer(url, chosen), described: None, item })
}

/// Every layer and table of a service, also of that of a layer.
pub(crate) async fn list(url: &Url, http: &Http) -> Result<Layers> {
    let mut root = service_of(url);
    root.set_query(None);
    let listed: Value = http.get(&Request::new(root.clone()).with("f", "json"), answer::json).await?;
    Ok(Layers { url: visible(&root), entries: entries(&listed), missing: None })
}

/// A layer's own description, as it came.
pub(super) struct Described {
    pub(super) raw: Value,
    pub(super) etag: Option<String>,
}

/// Asks for a layer's description.
pub(super) async fn describe(url: &Url, http: &Http) -> Result<Described> {
    let request = Request::new(url.clone()).with("f", "json");
    let read = |answer: &crate::http::Answer| {
        Ok(Described { raw: answer::json(answer)?, etag: answer.header("etag") })
    };
    send(http, &request, read).await
}

fn is_group(raw: &Value) -> bool {
    raw.get("type").and_then(Value::as_str) == Some("Group Layer")
}

/// Layers, then tables. Servers before 10.1 tell neither type nor geometry.
fn entries(listed: &Value) -> Vec<LayerEntry> {
    let read = |raw: &Value, kind: &str| {
        let text = |name: &str| raw.get(name).and_then(Value::as_str);
        let group = raw.get("subLayerIds").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty());
        let geometry = text("geometryType").map(|kind| kind.trim_start_matches("esriGeometry").to_owned());
        Some(LayerEntry {
            id: raw.get("id")?.as_u64()?,
            name: text("name").unwrap_or_default().to_owned(),
            kind: text("type").unwrap_or(if group { "Group Layer" } else { kind }).to_owned(),
            geometry,
            parent: raw.get("parentLayerId").and_then(Value::as_u64),
        })
    };
    let of = |list: &str, kind: &'static str| {
        let all = listed.get(list).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(move |raw| read(raw, kind)).collect::<Vec<_>>()
    };
    let mut all = of("layers", "Feature Layer");
    all.extend(of("tables", "Table"));
    all
}

/// True when a layer is in a group, at any depth.
fn is_in(entries: &[LayerEntry], entry: &LayerEntry, group: u64) -> bool {
    let mut parent = entry.parent;
    // A service that says its groups are in one another has no more steps than layers.
    for _ in 0..entries.len() {
        match parent {
            Some(id) if id == group => return true,
            Some(id) => parent = entries.iter().find(|entry| entry.id == id).and_then(|entry| entry.parent),
            None => return false,
        }
    }
    false
}

/// The one layer with rows that is meant.
fn choose(url: &str, entries: &[LayerEntry], within: Option<u64>, wanted: Option<&str>) -> Result<u64> {
    let scope: Vec<&LayerEntry> =
        entries.iter().filter(|entry| within.is_none_or(|group| is_in(entries, entry, group))).collect();
    let named = match wanted {
        None => scope.clone(),
        Some(wanted) => named(&scope, wanted),
    };
    // A group stands for what is in it.
    let mut leaves: Vec<&LayerEntry> = Vec::new();
    for entry in named {
        let inner = scope.iter().filter(|inner| entry.is_group() && is_in(entries, inner, entry.id));
        leaves.extend(std::iter::once(&entry).chain(inner).filter(|leaf| !leaf.is_group()));
    }
    leaves.sort_by_key(|entry| entry.id);
    leaves.dedup();
    let with_rows: Vec<&LayerEntry> = leaves.iter().copied().filter(|entry| entry.has_rows()).collect();
    match (&with_rows[..], &leaves[..]) {
        ([only], _) => Ok(only.id),
        // Named, and of another kind: its own description says why it cannot be read.
        ([], [only]) if wanted.is_some() => Ok(only.id),
        (several, _) => {
            let listed = if several.is_empty() { scope } else { several.to_vec() };
            let entries = listed.into_iter().cloned().collect();
            let missing = wanted.filter(|_| several.is_empty()).map(str::to_owned);
            Err(FetchError::Layers(Box::new(Layers { url: url.to_owned(), entries, missing })))
        }
    }
}

/// The layers of a number or name; of names, those of the same case before others.
fn named<'a>(scope: &[&'a LayerEntry], wanted: &str) -> Vec<&'a LayerEntry> {
    let by = |test: &dyn Fn(&LayerEntry) -> bool| -> Vec<&'a LayerEntry> {
        scope.iter().copied().filter(|entry| test(entry)).collect()
    };
    let number: Option<u64> = wanted.trim().parse().ok();
    let mut found = by(&|entry| Some(entry.id) == number);
    if found.is_empty() {
        found = by(&|entry| entry.name == wanted);
    }
    if found.is_empty() {
        found = by(&|entry| entry.name.to_lowercase() == wanted.trim().to_lowercase());
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service() -> Vec<LayerEntry> {
        entries(&json!({
            "layers": [
                {"id": 0, "name": "Streets", "parentLayerId": -1, "subLayerIds": [1, 2], "type": "Group Layer"},
                {"id": 1, "name": "Lines", "parentLayerId": 0, "type": "Feature Layer", "geometryType": "esriGeometryPolyline"},
                {"id": 2, "name": "Inner", "parentLayerId": 0, "subLayerIds": [3]},
                {"id": 3, "name": "Lamps", "parentLayerId": 2, "geometryType": "esriGeometryPoint"},
                {"id": 4, "name": "Relief", "parentLayerId": -1, "type": "Raster Layer"},
            ],
            "tables": [{"id": 7, "name": "Owners", "type": "Table"}],
        }))
    }

    fn chosen(within: Option<u64>, wanted: Option<&str>) -> Result<u64, Vec<u64>> {
        choose("u", &service(), within, wanted).map_err(|error| match error {
            FetchError::Layers(layers) => layers.entries.iter().map(|entry| entry.id).collect(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn one_layer_is_used_and_several_are_listed() {
        assert_eq!(chosen(None, None), Err(vec![1, 3, 7]));
        assert_eq!(chosen(None, Some("owners")), Ok(7));
        assert_eq!(chosen(None, Some("3")), Ok(3));
        assert_eq!(chosen(None, Some("Streets")), Err(vec![1, 3]));
        assert_eq!(chosen(None, Some("Inner")), Ok(3));
        assert_eq!(chosen(Some(2), None), Ok(3));
        assert_eq!(chosen(Some(0), Some("lines")), Ok(1));
        assert_eq!(chosen(None, Some("relief")), Ok(4));
        assert_eq!(chosen(Some(2), Some("Owners")), Err(vec![3]));
        assert_eq!(chosen(None, Some("nothing")), Err(vec![0, 1, 2, 3, 4, 7]));
    }
}
