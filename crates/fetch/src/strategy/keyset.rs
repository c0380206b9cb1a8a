//! Pages in order of the id, each starting after the last id received: no offsets, so nothing shifts. Numeric ids are
//! asked for in several stretches side by side.

use std::collections::VecDeque;

use super::drive::{Way, drive};
use super::pager::Pager;
use super::reach::reach;
use super::span::{Span, left};
use super::{End, Rung, covered, refused_rows};
use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::journal::Covers;
use crate::page::{Ask, Page};
use crate::run::{Origin, Run};

/// Empty pages that claim more rows; the server filters by its spatial index after paging.
const EMPTY_PAGES: u32 = 3;
/// Patience with connections and answers that break at one place, on ever smaller pages.
const BREAKS: u32 = 12;

pub(super) async fn pull(run: &mut Run<'_>) -> Result<End> {
    let queue = left(covered(run, Rung::Keyset)).into_iter().map(|span| Job { span, ..Job::default() });
    let mut keyset = Keyset {
        queue: queue.collect(),
        pager: Pager::new(run),
        counted: true,
        pages: 0,
        refused_rows: 0,
        unfit: None,
    };
    drive(run, &mut keyset).await?;
    Ok(End::of(keyset.unfit))
}

struct Keyset {
    queue: VecDeque<Job>,
    pager: Pager,
    /// The server takes a number of rows.
    counted: bool,
    /// Pages received.
    pages: u64,
    refused_rows: u32,
    unfit: Option<String>,
}

/// A stretch with what happened at its start.
#[derive(Default)]
pub(super) struct Job {
    span: Span,
    rows: Option<usize>,
    empty: u32,
    breaks: u32,
    /// The page size before the trouble here began.
    before: Option<Pager>,
}

impl Job {
    fn ask(&self) -> Ask<'_> {
        Ask::After { last: self.span.after.as_ref(), upto: self.span.upto, rows: self.rows }
    }

    fn origin(&self, upto: Option<Id>) -> Origin {
        let covers = Covers::Ids { after: self.span.after.clone(), upto };
        Origin { rung: Rung::Keyset.name(), range: self.ask().range(), covers }
    }

    /// The stretch behind an id.
    fn behind(self, last: Id, step: Option<f64>) -> Self {
        Self { span: Span { after: Some(last), upto: self.span.upto, step }, ..Self::default() }
    }
}

impl Way for Keyset {
    type Job = Job;

    fn next(&mut self, run: &Run<'_>, open: usize) -> Option<Job> {
        if self.unfit.is_some() || run.wanted() == 0 || (run.selection.limit.is_some() && open > 0) {
            return None;
        }
        let free = run.width() - open;
        // The first page tells how rows lie among the ids, and a limit means the lowest of them.
        if self.queue.len() < free && run.selection.limit.is_none() {
            self.split(free, run.outstanding());
        }
        let mut job = self.queue.pop_front()?;
        let wanted = usize::try_from(run.wanted()).unwrap_or(usize::MAX);
        job.rows = self.counted.then(|| self.pager.rows().min(wanted));
        Some(job)
    }

    fn ask(job: &Job) -> Ask<'_> {
        job.ask()
    }

    async fn answered(&mut self, run: &mut Run<'_>, job: Job, answer: Result<Page>) -> Result<()> {
        match answer {
            Ok(page) => self.take(run, job, page),
            Err(error) => self.failed(run, job, error).await,
        }
    }
}

impl Keyset {
    /// Cuts the widest stretch so that every connection has one.
    fn split(&mut self, free: usize, outstanding: Option<u64>) {
        let width = |job: &Job| match (job.span.after.as_ref().and_then(Id::number), job.span.upto) {
            (Some(after), Some(upto)) => upto.saturating_sub(after),
            _ => i64::MAX,
        };
        let others = self.queue.len().saturating_sub(1);
        let Some(widest) = (0..self.queue.len()).max_by_key(|&at| width(&self.queue[at])) else { return };
        let parts = self.queue[widest].span.parts(free - others, self.pager.expected(), outstanding);
        if parts.len() < 2 {
            return;
        }
        self.queue.remove(widest);
        for span in parts.into_iter().rev() {
            self.queue.push_front(Job { span, ..Job::default() });
        }
    }

    fn take(&mut self, run: &mut Run<'_>, mut job: Job, page: Page) -> Result<()> {
        let (received, more, bytes) = (page.rows.len(), page.more, page.body.len());
        self.pages += 1;
        self.refused_rows = 0;
        let last = match reach(&page, job.span.after.as_ref(), run) {
            Ok(last) => last,
            Err(why) => {
                self.unfit = Some(why);
                let origin = Origin { covers: Covers::Nothing, ..job.origin(None) };
                return run.take(page, origin).map(|_| ());
            }
        };
        self.pager.came(job.rows, received, more, bytes);
        let Some(last) = last else {
            job.empty += 1;
            if more && job.empty < EMPTY_PAGES && run.outstanding() != Some(0) {
                self.queue.push_front(job);
                return Ok(());
            }
            // What a page hides that is empty and claims more, the proof asks for by id.
            return if more { Ok(()) } else { run.mark(job.origin(job.span.upto.map(Id::Number))) };
        };
        let step = step(&page);
        let passed = job.span.upto.zip(last.number()).is_some_and(|(upto, last)| last >= upto);
        // Texts are one stretch, so the count tells of what is behind a page that only looks like the last.
        let left = run.outstanding().is_some_and(|left| left > received as u64);
        let ends =
            passed || (self.pager.is_end(job.rows, received, more) && !(last.number().is_none() && left));
        let upto = if ends { job.span.upto.map(Id::Number) } else { Some(last.clone()) };
        let origin = job.origin(upto);
        run.take(page, origin)?;
        let short = job.rows.is_none_or(|rows| received < rows);
        if !ends && short && !more && run.outstanding() == Some(0) {
            return run.mark(job.behind(last, step).origin(None));
        }
        if !ends {
            self.queue.push_front(job.behind(last, step));
        }
        Ok(())
    }

    async fn failed(&mut self, run: &mut Run<'_>, mut job: Job, error: FetchError) -> Result<()> {
        if error.is_refusal() {
            if self.pages == 0 && self.counted {
                // Some servers sort and know no pages: they give as many rows as they like.
                self.counted = false;
                self.queue.push_front(job);
            } else {
                self.unfit = Some(error.to_string());
            }
            return Ok(());
        }
        job.breaks += error.strain(BREAKS);
        if !error.may_be_too_heavy() || job.breaks >= BREAKS {
            return Err(error);
        }
        match job.rows {
            None => self.unfit = Some(error.to_string()),
            Some(1) => return self.pass_over(run, job, error).await,
            Some(rows) => {
                job.before.get_or_insert_with(|| self.pager.clone());
                self.pager.shrink(rows);
                let rows = self.pager.rows();
                run.http.context.detail(format!("asking for {rows} rows at once from here on: {error}"));
                self.queue.push_front(job);
            }
        }
        Ok(())
    }

    /// Goes on behind a single row that cannot be had.
    async fn pass_over(&mut self, run: &mut Run<'_>, job: Job, error: FetchError) -> Result<()> {
        self.refused_rows += 1;
        if self.refused_rows > refused_rows(&error, self.pages) {
            return Err(error);
        }
        let Ok(Some(id)) = next_id(run, job.span.after.as_ref()).await else {
            return Err(named(error, job.span.after.as_ref()));
        };
        // The row was to blame, not the size of the pages.
        if let Some(before) = &job.before {
            self.pager = before.clone();
        }
        run.refuse(id.clone(), &error);
        run.mark(job.origin(Some(id.clone())))?;
        if job.span.upto.zip(id.number()).is_none_or(|(upto, id)| id < upto) {
            self.queue.push_front(job.behind(id, None));
        }
        Ok(())
    }
}

/// Ids from one row of a page to the next.
fn step(page: &Page) -> Option<f64> {
    let first = page.rows.first()?.0.number()?;
    let last = page.rows.iter().filter_map(|(id, _)| id.number()).max()?;
    let steps = page.rows.len().checked_sub(1).filter(|steps| *steps > 0)?;
    Some(((last as f64 - first as f64) / steps as f64).max(1.0))
}

/// The id of the row behind another, as the server lists them.
async fn next_id(run: &mut Run<'_>, after: Option<&Id>) -> Result<Option<Id>> {
    let listed = run.listed().await?;
    if listed.iter().all(|id| id.number().is_some()) {
        let start = after.and_then(Id::number).unwrap_or(i64::MIN);
        let behind = listed.iter().filter_map(Id::number).filter(|id| *id > start || after.is_none());
        return Ok(behind.min().map(Id::Number));
    }
    let at = match after {
        None => 0,
        Some(after) => match listed.iter().position(|id| id == after) {
            Some(at) => at + 1,
            None => return Ok(None),
        },
    };
    Ok(listed.get(at).cloned())
}

/// The error of a single row that cannot be had, with the id before it.
fn named(error: FetchError, last: Option<&Id>) -> FetchError {
    match (error, last) {
        (FetchError::Server { url, code, words }, Some(last)) => {
            FetchError::Server { url, code, words: format!("{words} (at the row after id {last})") }
        }
        (error, _) => error,
    }
}
