//! DCAT-US 1.1 feeds: a whole catalogue in one answer.

use geohub_fetch::{Client, Dialect, Question, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::value::{self, DESCRIPTION, TITLE};
use super::{FEED_BYTES, Read, prune};
use crate::address::{Address, address_of};
use crate::entry::{Entry, Kind};

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dcat {
    /// Its address.
    pub(super) url: String,
}

#[derive(Deserialize)]
struct Feed<'a> {
    #[serde(borrow)]
    dataset: Vec<&'a RawValue>,
}

impl Dcat {
    pub(super) fn read(&self, client: &Client) -> Result<Read> {
        client.ask(&Question::new(&self.url, Dialect::Plain)?.at_most(FEED_BYTES), read)
    }
}

fn read(text: &str) -> Result<Read, serde_json::Error> {
    let feed: Feed = serde_json::from_str(text)?;
    let mut whole = Read { total: Some(feed.dataset.len()), ..Read::default() };
    for raw in &feed.dataset {
        if whole.is_full() {
            break;
        }
        match prune::value(raw.get()).as_ref().and_then(entry) {
            Some(entry) => whole.push(entry),
            None => whole.unreadable += 1,
        }
    }
    Ok(whole)
}

/// A dataset of the feed. What its distributions lead to tells what it is.
fn entry(raw: &Value) -> Option<Entry> {
    let id = value::first(raw, &["/identifier", "/landingPage", "/@id"], 400)?;
    let mut addresses: Vec<String> = ["/identifier", "/landingPage"]
        .iter()
        .filter_map(|pointer| Some(raw.pointer(pointer)?.as_str()?.to_owned()))
        .collect();
    let distributions = raw.get("distribution").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for distribution in distributions {
        let links = ["/accessURL", "/downloadURL"]
            .iter()
            .filter_map(|pointer| distribution.pointer(pointer)?.as_str());
        addresses.extend(links.map(str::to_owned));
    }
    addresses.retain(|address| address_of(address).is_some());
    let mut seen = std::collections::HashSet::new();
    addresses.retain(|address| seen.insert(address_of(address)));
    let mut entry = Entry {
        id,
        title: value::text(raw, "/title", TITLE)?,
        description: value::text(raw, "/description", DESCRIPTION).unwrap_or_default(),
        kind: kind(&addresses, distributions),
        owner: value::text(raw, "/publisher/name", TITLE),
        licence: value::text(raw, "/license", 160),
        updated: value::moment(raw, "/modified"),
        bbox: spatial(raw),
        private: value::text(raw, "/accessLevel", 40).is_some_and(|level| level != "public"),
        addresses,
        ..Entry::default()
    };
    value::words(raw, "/keyword", &mut entry.tags);
    value::words(raw, "/theme", &mut entry.tags);
    Some(entry)
}

fn kind(addresses: &[String], distributions: &[Value]) -> Kind {
    let found: Vec<Address> = addresses.iter().filter_map(|address| address_of(address)).collect();
    let any = |test: &dyn Fn(&Address) -> bool| found.iter().any(test);
    if any(&|address| matches!(address, Address::Layer(..))) {
        Kind::Layer
    } else if any(&|address| matches!(address, Address::Service(_))) {
        Kind::Service
    } else if any(&|address| matches!(address, Address::Dataset(_))) {
        Kind::Table
    } else if distributions.iter().any(|one| one.get("downloadURL").is_some_and(Value::is_string)) {
        Kind::File
    } else {
        Kind::Link
    }
}

/// `"west,south,east,north"`.
fn spatial(raw: &Value) -> Option<[f64; 4]> {
    let text = raw.get("spatial")?.as_str()?;
    let numbers: Vec<f64> = text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().ok()?;
    value::sound_box(numbers.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_is_told_by_where_it_leads() {
        let feed = serde_json::json!({"dataset": [
            {"identifier": "https://www.arcgis.com/home/item.html?id=23f48820904b46c38f0d4f2d75c69d23&sublayer=2",
             "title": "<b>Lines</b>", "modified": "2025-06-16T13:30:03.000Z", "spatial": "-120.4223,33.3900,-114.3629,38.2581",
             "keyword": ["a", 5], "license": "<p>free</p>", "accessLevel": "public",
             "distribution": [{"accessURL": "https://h/arcgis/rest/services/A/FeatureServer/2"}, {"accessURL": 7}]},
            {"identifier": "https://data.example.org/api/views/abcd-1234", "title": "Rows", "spatial": ""},
            {"identifier": "x", "title": "Report", "distribution": [{"downloadURL": "https://h/r.pdf"}]},
            {"title": "no identifier"}, 5, {"identifier": "y", "title": ["odd"], "spatial": 4},
        ]});
        let whole = read(&feed.to_string()).unwrap();
        let kinds: Vec<Kind> = whole.entries.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::Layer, Kind::Table, Kind::File]);
        assert_eq!((whole.unreadable, whole.total), (3, Some(6)));
        let first = &whole.entries[0];
        assert_eq!((first.title.as_str(), first.licence.as_deref()), ("Lines", Some("free")));
        assert_eq!(first.bbox, Some([-120.4223, 33.39, -114.3629, 38.2581]));
        assert_eq!(first.addresses.len(), 2);
        assert!(read(r#"{"dataset": {}}"#).is_err() && read("{}").is_err());
    }
}
