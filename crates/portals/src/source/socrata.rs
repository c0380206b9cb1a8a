//! Socrata's catalogue.
//!
//! Its parameters have no `$`, and any that it does not know counts as a filter that nothing passes. `offset + limit`
//! beyond 10,000 is refused, so it is scrolled: an empty `scroll_id` first, then the last id of the page before.
//! `search_context` shows what the portal shows, also what it has from others. `resultSetSize` says 10,000 at most.

use std::collections::HashSet;

use geohub_fetch::{Client, Dialect, Question, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::value::{self, DESCRIPTION, TITLE};
use super::{PAGE_BYTES, Read, prune};
use crate::entry::{Entry, Kind};
use crate::portal::Host;

/// Entries in a page.
const PAGE: usize = 1000;
/// `resultSetSize` says no more than this.
const MOST_COUNTED: usize = 10_000;

/// A portal's part of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Socrata {
    /// The address of the host that has the catalogue.
    pub(super) base: String,
    /// The portal.
    pub(super) host: Host,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
    #[serde(default, rename = "resultSetSize")]
    size: Value,
}

/// A page: entries, the last id, lines, lines in all.
type Page = (Vec<Entry>, Option<String>, usize, Option<usize>);

impl Socrata {
    fn question(&self, limit: usize) -> Result<Question> {
        let name = self.host.name();
        let domain = name.split(['/', ':']).next().unwrap_or_default().to_owned();
        let question = Question::new(&format!("{}/api/catalog/v1", self.base), Dialect::Socrata)?;
        let question = question.at_most(PAGE_BYTES);
        Ok(question.with("search_context", domain).with("limit", limit.to_string()))
    }

    pub(super) fn count(&self, client: &Client) -> Result<Option<usize>> {
        Ok(self.page(client, &self.question(1)?)?.3)
    }

    pub(super) fn read(&self, client: &Client) -> Result<Read> {
        let mut whole = Read::default();
        let (mut seen, mut scroll) = (HashSet::new(), String::new());
        loop {
            let question = self.question(PAGE)?.with("scroll_id", scroll.clone());
            let (entries, last, lines, total) = self.page(client, &question)?;
            whole.total = whole.total.or(total.filter(|total| *total < MOST_COUNTED));
            whole.unreadable += lines - entries.len();
            let before = whole.entries.len();
            for entry in entries {
                if seen.insert(entry.id.clone()) {
                    whole.push(entry);
                }
            }
            let grew = whole.entries.len() > before;
            match last {
                // A catalogue that begins again would never end.
                Some(last) if lines > 0 && grew && last != scroll && !whole.is_full() => scroll = last,
                _ => return Ok(whole),
            }
        }
    }

    fn page(&self, client: &Client, question: &Question) -> Result<Page> {
        client.ask(question, |text| {
            let answer: Answer = serde_json::from_str(text)?;
            let (mut entries, mut last) = (Vec::new(), None);
            for raw in answer.results.iter().filter_map(|raw| prune::value(raw.get())) {
                last = raw.pointer("/resource/id").and_then(Value::as_str).map(str::to_owned).or(last);
                entries.extend(self.entry(&raw));
            }
            let size = answer.size.as_u64().map(|size| size as usize);
            Ok((entries, last, answer.results.len(), size))
        })
    }

    fn entry(&self, raw: &Value) -> Option<Entry> {
        let id = value::text(raw, "/resource/id", 40)?;
        let type_name = value::text(raw, "/resource/type", 40);
        let mut entry = Entry {
            title: value::text(raw, "/resource/name", TITLE)?,
            description: value::text(raw, "/resource/description", DESCRIPTION).unwrap_or_default(),
            kind: kind(raw, type_name.as_deref().unwrap_or_default()),
            owner: value::first(
                raw,
                &["/resource/attribution", "/owner/display_name", "/metadata/domain"],
                TITLE,
            ),
            licence: value::text(raw, "/metadata/license", 160),
            updated: value::moment(raw, "/resource/data_updated_at")
                .or_else(|| value::moment(raw, "/resource/updatedAt")),
            authoritative: value::text(raw, "/resource/provenance", 20).as_deref() == Some("official"),
            private: value::text(raw, "/metadata/audience", 20).is_some_and(|text| text != "public"),
            federated: matches!(type_name.as_deref(), Some("federated_href" | "href" | "link")),
            type_name,
            ..Entry::default()
        };
        for list in [
            "/classification/domain_tags",
            "/classification/tags",
            "/classification/categories",
            "/classification/domain_category",
        ] {
            value::words(raw, list, &mut entry.tags);
        }
        value::words(raw, "/resource/columns_name", &mut entry.fields);
        value::words(raw, "/resource/columns_field_name", &mut entry.fields);
        let own = self.own(raw, &id);
        let links = ["/permalink", "/link", "/resource/attribution_link"];
        let links = links.iter().take(if entry.federated { 3 } else { 2 });
        let links = links.filter_map(|pointer| raw.pointer(pointer)?.as_str()).map(str::to_owned);
        entry.addresses = std::iter::once(own).chain(links).collect();
        entry.id = id;
        Some(entry)
    }

    /// The dataset's page on the portal that owns it.
    fn own(&self, raw: &Value, id: &str) -> String {
        let owner = value::text(raw, "/metadata/domain", 200).filter(|owner| !self.host.is(owner));
        let named = owner.filter(|owner| !self.host.name().starts_with(&format!("{owner}:")));
        named
            .map_or_else(|| format!("{}/d/{id}", self.host.base()), |owner| format!("https://{owner}/d/{id}"))
    }
}

fn kind(raw: &Value, type_name: &str) -> Kind {
    let has_geometry = || {
        let types = raw.pointer("/resource/columns_datatype").and_then(Value::as_array);
        let shapes = ["point", "line", "polygon", "location"];
        types.into_iter().flatten().filter_map(Value::as_str).any(|name| {
            let name = name.to_ascii_lowercase();
            shapes.iter().any(|shape| name.contains(shape))
        })
    };
    match type_name {
        "dataset" if has_geometry() => Kind::Layer,
        "dataset" => Kind::Table,
        "filter" | "chart" | "map" | "visualization" | "calendar" | "datalens" => Kind::View,
        "file" => Kind::File,
        "href" | "link" | "federated_href" => Kind::Link,
        "story" | "measure" => Kind::Document,
        "form" | "api" => Kind::App,
        _ => Kind::Other,
    }
}
