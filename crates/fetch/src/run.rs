//! A download in progress.

use std::sync::Arc;

use geohub_core::Reservation;

use crate::columns::Seen;
use crate::encoding;
use crate::error::{FetchError, Result};
use crate::http::Http;
use crate::id::Id;
use crate::journal::{Journal, PageLine};
use crate::ledger::{Entry, Ledger};
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

/// What a download has and what it works with.
pub(crate) struct Run<'a> {
    pub(crate) http: &'a Http,
    pub(crate) dataset: &'a dyn Dataset,
    pub(crate) selection: &'a Selection,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
    /// The ledger's.
    pub(crate) reservation: Reservation,
    pub(crate) seen: Vec<Seen>,
    /// Rows to expect, where known.
    pub(crate) total: Option<u64>,
    pub(crate) repeated: u64,
    pub(crate) changed: u64,
    pub(crate) on_progress: OnProgress,
}

/// What a page brought.
#[derive(Debug)]
pub(crate) struct Taken {
    /// Rows in the page.
    pub(crate) rows: usize,
    /// The ids that had not come before, in page order.
    pub(crate) new: Vec<Id>,
    /// The server's hint that more rows follow.
    pub(crate) more: bool,
}

impl Taken {
    /// True when the new rows are numbered upwards from `last`, or are not numbered.
    pub(crate) fn ascends_from(&self, last: Option<&Id>) -> bool {
        let numbers: Vec<i64> = last.into_iter().chain(&self.new).filter_map(Id::number).collect();
        numbers.is_sorted_by(|a, b| a < b)
    }
}

impl Run<'_> {
    /// Asks for a page, writes it to the journal and enters its rows.
    pub(crate) async fn ask(&mut self, ask: Ask<'_>) -> Result<Taken> {
        let page = self.dataset.page(self.http, self.selection, ask).await?;
        let (new, repeated) = self.enter(&page)?;
        let taken = Taken { rows: page.rows.len(), new, more: page.more };
        if !taken.new.is_empty() {
            self.journal.append(&page.body, self.line(&page, ask.range(), repeated, &taken))?;
            for (sum, seen) in self.seen.iter_mut().zip(page.seen.into_iter().flatten()) {
                sum.merge(seen);
            }
        }
        self.report();
        Ok(taken)
    }

    /// Rows wanted and not here yet, where that is known.
    pub(crate) fn outstanding(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.ledger.len()))
    }

    fn enter(&mut self, page: &Page) -> Result<(Vec<Id>, Vec<u32>)> {
        let (mut new, mut repeated) = (Vec::with_capacity(page.rows.len()), Vec::new());
        for (at, (id, content)) in page.rows.iter().enumerate() {
            match self.ledger.enter(id, *content) {
                Entry::New => new.push(id.clone()),
                Entry::Changed if page.rows[..at].iter().any(|(before, _)| before == id) => {
                    return Err(self.ambiguous(id));
                }
                entry => {
                    repeated.push(at as u32);
                    self.repeated += 1;
                    self.changed += u64::from(entry == Entry::Changed);
                }
            }
        }
        self.reservation.grow("the list of rows received", new.len() as u64 * Ledger::ROW_BYTES)?;
        Ok((new, repeated))
    }

    /// The error of a layer whose ids do not tell its rows apart: dropping one of them would lose a row.
    pub(crate) fn ambiguous(&self, id: &Id) -> FetchError {
        let description = self.dataset.description();
        let (url, field) = (&description.url, &description.id_field);
        FetchError::Unsupported { what: format!("{url}: several rows have the {field} {id}"), hint: None }
    }

    fn line(&self, page: &Page, range: String, repeated: Vec<u32>, taken: &Taken) -> PageLine {
        let numbers = || taken.new.iter().filter_map(Id::number);
        let lowest = numbers().min().map(|id| id.to_string());
        let highest = numbers().max().map(|id| id.to_string());
        let name = |id: Option<&Id>| id.map_or_else(String::new, ToString::to_string);
        PageLine {
            seq: self.journal.next_seq(),
            range,
            rows: page.rows.len() as u32,
            first: lowest.unwrap_or_else(|| name(taken.new.first())),
            last: highest.unwrap_or_else(|| name(taken.new.last())),
            encoding: encoding::of(&page.body, self.dataset.encoding()).to_owned(),
            ascending: taken.ascends_from(None),
            repeated,
            ..PageLine::default()
        }
    }

    fn report(&self) {
        (self.on_progress)(FetchProgress {
            rows: self.ledger.len(),
            total: self.total,
            requests: self.http.counts.requests(),
            bytes: self.http.counts.bytes(),
        });
    }
}
