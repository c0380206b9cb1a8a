//! What tells, without its rows, whether a layer is still the one that was downloaded.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::codes::CodeTable;
use crate::http::Http;
use crate::ledger::Digest;
use crate::provider::{Counted, Dataset};
use crate::receipt::hex;
use crate::selection::Selection;
use crate::stamp::http_ms;

/// An edit so shortly before the stamp was read may have another behind it with the same stamp: they have whole seconds.
const SETTLED_MS: i64 = 3000;

/// The state of a layer and of what is asked of it. Two that are equal and settled are of the same rows, as far as the
/// server tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// SHA-256 of what the description and the query put into an output: columns, CRS, terms, codes, filters.
    pub described: String,
    /// Rows that the server counts.
    pub rows: Option<u64>,
    /// Stamps of the last edit by their names.
    pub stamps: BTreeMap<String, String>,
    /// The set of ids, where rows may come and go without an edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<String>,
    /// False when rows may have changed unseen since the stamps were read: they are of the last seconds, the copy that
    /// answered was behind, or the layer was edited while it was read.
    pub settled: bool,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing has changed; by which test.
    Fresh(String),
    /// Something has; what.
    Stale(String),
    /// Nothing tells; why not.
    Unknown(String),
}

impl Marks {
    /// Marks of a layer as it was described and counted.
    pub(crate) fn new(http: &Http, dataset: &dyn Dataset, selection: &Selection, counted: &Counted) -> Self {
        let mut stamps: BTreeMap<String, String> =
            dataset.stamps().into_iter().map(|(name, ms)| (name.to_owned(), ms.to_string())).collect();
        if let (Some(name), Some(stamp)) = (counted.stamp_name, &counted.stamp) {
            stamps.entry(name.to_owned()).or_insert_with(|| stamp.clone());
        }
        if let Some(etag) = counted.etag.as_ref().filter(|_| stamps.is_empty()) {
            stamps.insert("ETag".to_owned(), etag.clone());
        }
        let edited = latest_ms(dataset, counted);
        let now = http.server_ms().unwrap_or_else(local_ms);
        let settled = !counted.behind && edited.is_none_or(|edited| now - edited >= SETTLED_MS);
        Self {
            described: described(http, dataset, selection),
            rows: counted.rows,
            stamps,
            ids: None,
            settled,
        }
    }

    pub(crate) fn with_ids(self, digest: Digest) -> Self {
        Self { ids: Some(digest.to_string()), ..self }
    }

    /// What these marks, of a download, and those of now say of it.
    pub fn compare(&self, now: &Self) -> Freshness {
        if self.described != now.described {
            return Freshness::Stale("its description or what is asked of it has changed".to_owned());
        }
        for (name, then) in &self.stamps {
            match now.stamps.get(name) {
                Some(stamp) if stamp == then => {}
                Some(stamp) => return Freshness::Stale(format!("{name} was {then} and is {stamp}")),
                None => return Freshness::Stale(format!("{name} is not said any more")),
            }
        }
        if self.rows != now.rows {
            let count =
                |rows: Option<u64>| rows.map_or_else(|| "not counted".to_owned(), geohub_core::text::grouped);
            return Freshness::Stale(format!("rows: {} then, {} now", count(self.rows), count(now.rows)));
        }
        if self.ids != now.ids {
            return Freshness::Stale("other rows meet the condition".to_owned());
        }
        if !self.settled {
            return Freshness::Stale("it was being edited when it was read".to_owned());
        }
        if self.stamps.is_empty() {
            let why = "the server does not say when rows were edited, and a count sees no change of values";
            return Freshness::Unknown(why.to_owned());
        }
        Freshness::Fresh(self.stamps.keys().cloned().collect::<Vec<_>>().join(", "))
    }
}

/// The latest stamp there is.
fn latest_ms(dataset: &dyn Dataset, counted: &Counted) -> Option<i64> {
    let counted = counted.stamp.as_deref().and_then(http_ms);
    dataset.stamps().into_iter().map(|(_, ms)| ms).chain(counted).max()
}

/// The earliest stamp there is: rows edited after it may not be here. `None` where a copy is behind by who knows how much.
pub(crate) fn earliest_ms(dataset: &dyn Dataset, counted: &Counted) -> Option<i64> {
    if counted.behind && counted.copy_ms.is_none() {
        return None;
    }
    let stamp = counted.stamp.as_deref().and_then(http_ms);
    dataset.stamps().into_iter().map(|(_, ms)| ms).chain(stamp).chain(counted.copy_ms).min()
}

pub(crate) fn local_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

fn described(http: &Http, dataset: &dyn Dataset, selection: &Selection) -> String {
    let description = dataset.description();
    let layer = &description.layer;
    let mut provenance = (*layer.provenance).clone();
    http.settings.terms.fill(&mut provenance.origin, &description.url);
    let fields: Vec<String> =
        layer.schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    let codes: &BTreeMap<String, CodeTable> = &description.codes;
    let parts = serde_json::json!({
        "url": description.url, "id": description.id_field, "fields": fields, "crs": layer.crs.to_string(),
        "wkt": layer.crs.wkt(), "geometry": layer.geometry.kind.name(), "z": layer.geometry.has_z,
        "m": layer.geometry.has_m, "name": layer.name, "provenance": provenance, "codes": codes,
        "definition": dataset.definition(), "query": selection.canonical(),
    });
    hex(&Sha256::digest(parts.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> Marks {
        let stamps = BTreeMap::from([("lastEditDate".to_owned(), "5".to_owned())]);
        Marks { described: "a".to_owned(), rows: Some(3), stamps, ids: None, settled: true }
    }

    #[test]
    fn whatever_differs_is_stale_and_nothing_is_called_fresh_by_a_count_alone() {
        let fresh = Freshness::Fresh("lastEditDate".to_owned());
        assert_eq!(marks().compare(&marks()), fresh);
        let stale =
            |then: &Marks, now: &Marks| assert!(matches!(then.compare(now), Freshness::Stale(_)), "{now:?}");
        stale(&marks(), &Marks { described: "b".to_owned(), ..marks() });
        stale(&marks(), &Marks { rows: Some(4), ..marks() });
        stale(&marks(), &Marks { stamps: BTreeMap::new(), ..marks() });
        stale(&marks(), &Marks { ids: Some("1:2".to_owned()), ..marks() });
        stale(&Marks { settled: false, ..marks() }, &marks());
        let silent = Marks { stamps: BTreeMap::new(), ..marks() };
        assert!(matches!(silent.compare(&silent), Freshness::Unknown(_)));
        // A stamp that the layer did not have before says nothing against it.
        let more =
            BTreeMap::from([("lastEditDate".to_owned(), "5".to_owned()), ("x".to_owned(), "y".to_owned())]);
        assert_eq!(marks().compare(&Marks { stamps: more, ..marks() }), fresh);
    }
}
