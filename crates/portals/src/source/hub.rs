//! Hub search: OGC API Records of a Hub site.
//!
//! `limit` is at most 100, `startindex` begins with 1 and is written small; a record's id is `ITEM` or `ITEM_LAYER`, and
//! its properties are the item's. Parameters that the server does not know filter, so none are sent.

use geohub_fetch::{Client, Dialect, Question, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::pages::{Page, Paged, Window};
use super::{PAGE_BYTES, arcgis, prune, value};
use crate::entry::Entry;

/// A Hub site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hub {
    /// Its address without a slash at the end.
    pub(super) base: String,
    /// The portal of its items, likewise.
    pub(super) sharing: String,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
    #[serde(default, rename = "numberMatched")]
    matched: Value,
}

impl Paged for Hub {
    fn page(&self, client: &Client, window: Window, start: usize, size: usize) -> Result<Page> {
        let address = format!("{}/api/search/v1/collections/all/items", self.base);
        let mut question = Question::new(&address, Dialect::Plain)?
            .with("limit", size.to_string())
            .with("startindex", start.to_string());
        if let Window::Until(until) = window {
            question = question
                .with("sortBy", "-properties.modified")
                .with("filter", format!("modified BETWEEN 0 AND {until}"));
        }
        client.ask(&question.at_most(PAGE_BYTES), |text| {
            let answer: Answer = serde_json::from_str(text)?;
            let read = |raw: &&RawValue| self.entry(&prune::value(raw.get())?);
            Ok(Page {
                lines: answer.features.len(),
                entries: answer.features.iter().filter_map(read).collect(),
                total: answer.matched.as_u64().map(|total| total as usize),
            })
        })
    }
}

impl Hub {
    /// A record as an entry.
    fn entry(&self, record: &Value) -> Option<Entry> {
        let properties = record.get("properties")?;
        let id = [record.get("id"), properties.get("id")].into_iter().flatten().find_map(Value::as_str)?;
        let mut entry = arcgis::entry(id, properties, &self.sharing)?;
        entry.bbox = value::bbox(record.pointer("/geometry/coordinates")).or(entry.bbox);
        if let Some(slug) = value::text(properties, "/slug", 200) {
            entry.addresses.push(format!("{}/datasets/{slug}", self.base));
        }
        Some(entry)
    }
}
