//! Whether and how a layer can be downloaded, tried on the live service with a few small requests.

use std::future::Future;

use crate::begin::begin;
use crate::error::{FetchError, Result};
use crate::facts::Tried;
use crate::fetch::{block_on, no_progress, open};
use crate::http::Http;
use crate::id::Id;
use crate::journal::Folder;
use crate::page::{Ask, Page};
use crate::provider::{Counted, Dataset};
use crate::query::Query;
use crate::reference::Reference;
use crate::selection::Selection;
use crate::settings::Settings;
use crate::strategy::{Rung, pull};
use geohub_core::Context;

/// Rows of a page when only the manner of asking is tried.
const SAMPLE_ROWS: usize = 10;
/// Two pages and a part of a third.
const SAMPLE_LIMIT: u64 = 25;
/// Most rows of ids alone that are asked for at once: some servers state a million.
const MOST_ASKED: u64 = 10_000;
/// Description, and the counts before and after.
const BESIDE_PAGES: u64 = 3;
/// The item, and the server's word where its portal is.
const FOR_ITEM: u64 = 2;

/// How a service does, and what a download of the layer will do.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The layer, without secrets.
    pub url: String,
    /// `ArcGIS` or `Socrata`.
    pub provider: &'static str,
    /// What was tried, in order.
    pub trials: Vec<Trial>,
    /// Rows that the server counts.
    pub rows: Option<u64>,
    /// Most rows of an answer as the service states it.
    pub page_limit: Option<u64>,
    /// Most rows of an answer as it turned out; `None` where every answer had as many as were asked for.
    pub page_cap: Option<u64>,
    /// The way a download will go, and why those before it do not do.
    pub ladder: Vec<Tried>,
    /// The encoding in which pages came.
    pub encoding: String,
    /// Rows that a download asks for at once, to begin with.
    pub page_rows: u64,
    /// Requests that it will take, about.
    pub requests: Option<u64>,
    /// Requests at once.
    pub connections: usize,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// `description`, `count`, `largest page`, `any page`, `order`, `positions`, `rows`.
    pub what: &'static str,
    /// What a request took on average, from sending it to the last byte; pauses out of politeness are not counted.
    pub ms: u64,
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// False for what the service cannot do, or says wrongly.
    pub well: bool,
    /// What came of it.
    pub words: String,
}

/// Tries a layer's service.
///
/// # Errors
/// Those of a download: a service that does not answer, or that gives no rows in any way.
pub fn health(reference: &Reference, settings: &Settings, context: &Context) -> Result<Health> {
    let folder = Folder::open(&settings.journal, false)?;
    let settings = Settings { page_rows: Some(SAMPLE_ROWS), keep_journal: false, ..settings.clone() };
    let http = Http::new(&settings, context)?;
    block_on(&settings, async {
        let mut trials = Trials { http: &http, done: Vec::new() };
        let dataset =
            trials.needed("description", open(reference, &http), |dataset| fields(&**dataset)).await?;
        let dataset = &*dataset;
        let all = dataset.select(&Query::default())?;
        let counting = dataset.count(&http, &all);
        let counted = trials.needed("count", counting, words_of_count).await?;
        let page_cap = if dataset.rungs() == [Rung::Boxes] {
            None
        } else {
            let ids = Selection { bare: true, ..dataset.select(&ids_only())? };
            trials.pages(dataset, &ids, &counted).await?
        };
        let Climbed { ladder, encoding, idle } = trials.rows(dataset, &all, &counted, folder).await?;
        let page_rows = (dataset.page_rows() as u64).min(page_cap.unwrap_or(u64::MAX)).max(1);
        let description = dataset.description();
        let host = url::Url::parse(&description.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        Ok(Health {
            url: description.url.clone(),
            provider: description.provider,
            trials: trials.done,
            rows: counted.rows,
            page_limit: description.remarks.page_limit,
            page_cap,
            ladder,
            encoding,
            page_rows,
            requests: counted.rows.map(|rows| rows.div_ceil(page_rows) + idle + beside(dataset)),
            connections: settings.connections(&host.unwrap_or_default()),
        })
    })
}

/// Requests of a download that bring no rows, whichever way it goes.
fn beside(dataset: &dyn Dataset) -> u64 {
    // A layer that states its last edit there is described once more at the end.
    let described = dataset.description();
    let stamp = u64::from(described.provider == "ArcGIS" && described.last_edit.is_some());
    BESIDE_PAGES + stamp + if dataset.item().is_some() { FOR_ITEM } else { 0 }
}

fn ids_only() -> Query {
    Query { fields: Some(Vec::new()), ..Query::default() }
}

fn fields(dataset: &dyn Dataset) -> (bool, String) {
    let description = dataset.description();
    let fields = geohub_core::text::plural(description.layer.schema.fields().len() as u64, "column");
    (true, format!("{fields}, {}", description.layer.geometry.kind))
}

fn words_of_count(counted: &Counted) -> (bool, String) {
    match counted.rows {
        Some(rows) => (true, geohub_core::text::plural(rows, "row")),
        None => (false, "the server does not count".to_owned()),
    }
}

/// What the ladder came to.
struct Climbed {
    ladder: Vec<Tried>,
    encoding: String,
    /// Requests that brought no rows: refusals, lists of ids.
    idle: u64,
}

/// Trials, and what they are made with.
struct Trials<'a> {
    http: &'a Http,
    done: Vec<Trial>,
}

impl Trials<'_> {
    async fn timed<T>(&self, work: impl Future<Output = T>) -> (T, u64, u64) {
        let counts = &self.http.counts;
        let (sent, busy) = (counts.requests(), counts.busy_us());
        let done = work.await;
        let requests = counts.requests() - sent;
        (done, (counts.busy_us() - busy) / requests.max(1) / 1000, requests)
    }

    /// Something without which no download can be.
    async fn needed<T>(
        &mut self,
        what: &'static str,
        work: impl Future<Output = Result<T>>,
        words: impl Fn(&T) -> (bool, String),
    ) -> Result<T> {
        let (done, ms, requests) = self.timed(work).await;
        let done = done?;
        let (well, words) = words(&done);
        self.done.push(Trial { what, ms, requests, well, words });
        Ok(done)
    }

    /// Something that a download can do without: what the server refuses is told.
    async fn page(
        &mut self,
        what: &'static str,
        work: impl Future<Output = Result<Page>>,
        words: impl Fn(&Page) -> (bool, String),
    ) -> Result<Option<Page>> {
        let (done, ms, requests) = self.timed(work).await;
        let (page, well, words) = match done {
            Ok(page) => {
                let (well, words) = words(&page);
                (Some(page), well, words)
            }
            Err(error) if may_go_on(&error) => (None, false, error.to_string()),
            Err(error) => return Err(error),
        };
        self.done.push(Trial { what, ms, requests, well, words });
        Ok(page)
    }

    /// The largest page, order and positions; of ids alone. Gives the most rows of a page, where that is less than was
    /// asked for.
    async fn pages(
        &mut self,
        dataset: &dyn Dataset,
        ids: &Selection,
        counted: &Counted,
    ) -> Result<Option<u64>> {
        let page = |ask| dataset.page(self.http, ids, ask);
        let stated = dataset.description().remarks.page_limit;
        let asked = stated.unwrap_or(dataset.page_rows() as u64).clamp(1, MOST_ASKED);
        let after =
            |rows: Option<u64>| Ask::After { last: None, upto: None, rows: rows.map(|rows| rows as usize) };
        let expected = asked.min(counted.rows.unwrap_or(asked));
        let judge = |page: &Page| largest_page(page.rows.len() as u64, asked, expected, stated);
        let mut largest = self.page("largest page", page(after(Some(asked))), judge).await?;
        let mut sample = Some(SAMPLE_ROWS as u64);
        if largest.is_none() {
            // Some servers sort and know no pages: they give as many rows as they like.
            let any = |page: &Page| {
                let rows = geohub_core::text::plural(page.rows.len() as u64, "row");
                (true, format!("{rows} came, without a number asked for"))
            };
            largest = self.page("any page", page(after(None)), any).await?;
            sample = None;
        }
        let second = page(Ask::At { from: SAMPLE_ROWS as u64, rows: SAMPLE_ROWS });
        let first = self.page("order", page(after(sample)), in_order).await?;
        let before: Vec<Id> = first.iter().flat_map(|page| &page.rows).map(|(id, _)| id.clone()).collect();
        self.page("positions", second, |page| heeds(page, &before)).await?;
        let came = largest.map(|page| page.rows.len() as u64);
        let expected = if sample.is_some() { expected } else { counted.rows.unwrap_or(0) };
        Ok(came.filter(|came| *came < expected && *came > 0))
    }

    /// Some rows, by the very ladder of a download.
    async fn rows(
        &mut self,
        dataset: &dyn Dataset,
        all: &Selection,
        counted: &Counted,
        folder: Folder,
    ) -> Result<Climbed> {
        if dataset.rungs() == [Rung::Boxes] {
            // Without ids no few rows can be asked for.
            let words = "rows have no ids; all are asked for at once, or by boxes".to_owned();
            let tried = Tried { rung: Rung::Boxes.name().to_owned(), outcome: words };
            return Ok(Climbed { ladder: vec![tried], encoding: dataset.encoding().to_owned(), idle: 0 });
        }
        let some = Selection { limit: Some(SAMPLE_LIMIT), ..all.clone() };
        let mut run = begin(self.http, dataset, &some, folder, counted, no_progress())?.run;
        let (pulled, ms, requests) = self.timed(pull(&mut run)).await;
        let rung = pulled?.name();
        let words = format!("{} by {rung}", geohub_core::text::plural(run.held(), "row"));
        let encoding = run.journal.lines().last().map(|line| line.encoding.clone());
        let pages = run.journal.lines().iter().filter(|line| line.length > 0).count() as u64;
        let ladder = std::mem::take(&mut run.tried);
        self.done.push(Trial { what: "rows", ms, requests, well: ladder.len() == 1, words });
        let encoding = encoding.unwrap_or_else(|| dataset.encoding().to_owned());
        Ok(Climbed { ladder, encoding, idle: requests.saturating_sub(pages) })
    }
}

/// What the ladder has an answer to.
fn may_go_on(error: &FetchError) -> bool {
    error.is_refusal() || error.may_be_too_heavy() || matches!(error, FetchError::Unsupported { .. })
}

fn largest_page(came: u64, asked: u64, expected: u64, stated: Option<u64>) -> (bool, String) {
    let count = geohub_core::text::grouped;
    let came_of = format!("{} of {} asked for came", count(came), count(asked));
    match stated {
        _ if came >= expected => (true, came_of),
        Some(stated) => {
            (false, format!("{came_of}: the server gives less at once than the {} it states", count(stated)))
        }
        None => (true, format!("{came_of}: the server gives no more at once")),
    }
}

fn in_order(page: &Page) -> (bool, String) {
    let numbers: Option<Vec<i64>> = page.rows.iter().map(|(id, _)| id.number()).collect();
    match numbers {
        Some(numbers) if numbers.is_sorted_by(|a, b| a < b) => {
            (true, "rows come in order of their ids".to_owned())
        }
        Some(_) => (false, "the server does not sort by id".to_owned()),
        None => (true, "rows come; the order of ids that are texts is the server's own".to_owned()),
    }
}

fn heeds(page: &Page, before: &[Id]) -> (bool, String) {
    let again = page.rows.iter().any(|(id, _)| before.contains(id));
    if again {
        (false, "the server does not heed the position asked for".to_owned())
    } else {
        (true, "pages by position work".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[i64]) -> Page {
        let rows = ids.iter().map(|id| (Id::Number(*id), 0)).collect();
        Page { body: bytes::Bytes::new(), rows, more: false, seen: None }
    }

    #[test]
    fn answers_are_judged() {
        assert!(in_order(&page(&[1, 5, 9])).0 && !in_order(&page(&[1, 9, 5])).0 && in_order(&page(&[])).0);
        let before = [Id::Number(1), Id::Number(5)];
        assert!(heeds(&page(&[9]), &before).0 && !heeds(&page(&[5, 9]), &before).0);
        let (well, words) = largest_page(1000, 2000, 2000, Some(2000));
        assert!(!well && words.contains("less at once than the 2,000 it states"), "{words}");
        assert!(largest_page(300, 2000, 300, Some(2000)).0 && largest_page(500, 1000, 1000, None).0);
    }
}
