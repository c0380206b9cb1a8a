//! A download in progress.

use std::collections::HashMap;
use std::sync::Arc;

use crate::encoding;
use crate::error::{FetchError, Result};
use crate::facts::Tried;
use crate::http::Http;
use crate::id::Id;
use crate::intake::Intake;
use crate::journal::{Covers, Journal, PageLine};
use crate::page::{Ask, Page};
use crate::provider::Dataset;
use crate::selection::Selection;

/// How far a download is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FetchProgress {
    /// Distinct rows received.
    pub rows: u64,
    /// Rows expected, where the server counts them.
    pub total: Option<u64>,
    /// Requests sent.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
}

/// Told after every page.
pub type OnProgress = Arc<dyn Fn(FetchProgress) + Send + Sync>;

/// What a page is asked for with. Pages may be asked for side by side; they are entered one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    http: &'a Http,
    dataset: &'a dyn Dataset,
    selection: &'a Selection,
}

impl Asker<'_> {
    pub(crate) async fn page(self, ask: Ask<'_>) -> Result<Page> {
        self.dataset.page(self.http, self.selection, ask).await
    }
}

/// What a download has and what it works with.
pub(crate) struct Run<'a> {
    pub(crate) http: &'a Http,
    pub(crate) dataset: &'a dyn Dataset,
    pub(crate) selection: &'a Selection,
    pub(crate) journal: Journal,
    pub(crate) intake: Intake<'a>,
    /// Rows to expect, where known.
    pub(crate) total: Option<u64>,
    /// Rows that the server fails at, and its words.
    pub(crate) refused: HashMap<Id, String>,
    /// The rungs of the ladder that were tried.
    pub(crate) tried: Vec<Tried>,
    /// Rows that an earlier run had brought.
    pub(crate) resumed: u64,
    /// Every id of the selection, once somebody asked for them.
    pub(crate) listed: Option<Vec<Id>>,
    pub(crate) on_progress: OnProgress,
    /// The first line of the journal that is this download's; those before are of earlier ones, of which it is a part.
    pub(crate) from: usize,
}

/// How a page came about.
pub(crate) struct Origin {
    pub(crate) rung: &'static str,
    /// What was asked for, in words.
    pub(crate) range: String,
    /// What is whole with it.
    pub(crate) covers: Covers,
}

/// What a page brought.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The ids that had not come before, in page order.
    pub(crate) new: Vec<Id>,
}

impl<'a> Run<'a> {
    pub(crate) fn asker(&self) -> Asker<'a> {
        Asker { http: self.http, dataset: self.dataset, selection: self.selection }
    }

    /// Writes a page to the journal and enters its rows.
    pub(crate) fn take(&mut self, page: Page, origin: Origin) -> Result<Taken> {
        let (new, repeated) = self.intake.enter(&page.rows)?;
        let known = page.rows.len() == repeated.len();
        if !known {
            let line = self.line(&page, origin, repeated, &new);
            self.journal.append(&page.body, line)?;
            self.intake.survey(page.seen);
        } else if origin.covers != Covers::Nothing {
            self.mark(origin)?;
        }
        self.report();
        Ok(Taken { new })
    }

    /// Notes in the journal that something is whole, without a page.
    pub(crate) fn mark(&mut self, origin: Origin) -> Result<()> {
        let Origin { rung, range, covers } = origin;
        let line = PageLine {
            seq: self.journal.next_seq(),
            rung: rung.to_owned(),
            range,
            covers,
            ascending: true,
            ..PageLine::default()
        };
        self.journal.append(&[], line)
    }

    /// Distinct rows here.
    pub(crate) fn held(&self) -> u64 {
        self.intake.ledger.len()
    }

    pub(crate) fn holds(&self, id: &Id) -> bool {
        self.intake.ledger.contains(id)
    }

    /// Rows wanted and not here yet, where that is known.
    pub(crate) fn outstanding(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.held()))
    }

    /// Rows that may still come before the limit is reached.
    pub(crate) fn wanted(&self) -> u64 {
        self.selection.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.held()))
    }

    /// Requests that may run side by side.
    pub(crate) fn width(&self) -> usize {
        self.http.settings.connections(&self.host())
    }

    fn host(&self) -> String {
        let url = url::Url::parse(&self.dataset.description().url).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Every id of the selection as the server lists them, asked for once.
    pub(crate) async fn listed(&mut self) -> Result<&[Id]> {
        if self.listed.is_none() {
            self.listed = Some(self.dataset.ids(self.http, self.selection).await?);
        }
        Ok(self.listed.as_deref().unwrap_or_default())
    }

    /// Gives up on a row and says so.
    pub(crate) fn refuse(&mut self, id: Id, error: &FetchError) {
        self.http.context.warn(format!("the row with id {id} cannot be had: {error}"));
        self.refused.insert(id, error.to_string());
    }

    fn line(&self, page: &Page, origin: Origin, repeated: Vec<u32>, new: &[Id]) -> PageLine {
        let numbers: Vec<i64> = new.iter().filter_map(Id::number).collect();
        let name = |id: Option<&Id>| id.map_or_else(String::new, ToString::to_string);
        let edge = |number: Option<&i64>, id: Option<&Id>| number.map_or_else(|| name(id), i64::to_string);
        PageLine {
            seq: self.journal.next_seq(),
            rung: origin.rung.to_owned(),
            range: origin.range,
            covers: origin.covers,
            rows: page.rows.len() as u32,
            first: edge(numbers.iter().min(), new.first()),
            last: edge(numbers.iter().max(), new.last()),
            encoding: encoding::of(&page.body, self.dataset.encoding()).to_owned(),
            ascending: numbers.is_sorted_by(|a, b| a < b),
            repeated,
            ..PageLine::default()
        }
    }

    pub(crate) fn report(&self) {
        (self.on_progress)(FetchProgress {
            rows: self.held(),
            total: self.total,
            requests: self.http.counts.requests(),
            bytes: self.http.counts.bytes(),
        });
    }
}
