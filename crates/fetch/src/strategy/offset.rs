//! Pages in order of the id, by position: for servers that sort, but take no condition on the id.

use std::collections::VecDeque;

use super::drive::{Way, drive};
use super::pager::Pager;
use super::reach::reach;
use super::{End, Rung, covered};
use crate::error::{FetchError, Result};
use crate::journal::Covers;
use crate::page::{Ask, Page};
use crate::run::{Origin, Run};

/// Empty pages that claim more rows, one after the other.
const EMPTY_PAGES: u32 = 3;
const BREAKS: u32 = 12;

pub(super) async fn pull(run: &mut Run<'_>) -> Result<End> {
    let mut whole: Vec<(u64, u64)> = covered(run, Rung::Offset).filter_map(rows).collect();
    whole.sort_unstable();
    let (mut queue, mut reached) = (VecDeque::new(), 0);
    for (from, upto) in whole {
        if from > reached {
            queue.push_back(Job { from: reached, upto: Some(from), ..Job::default() });
        }
        reached = upto.max(reached);
    }
    queue.push_back(Job { from: reached, ..Job::default() });
    let mut offset = Offset { queue, pager: Pager::new(run), probed: reached > 0, unfit: None };
    drive(run, &mut offset).await?;
    Ok(End::of(offset.unfit))
}

fn rows(covers: &Covers) -> Option<(u64, u64)> {
    match covers {
        Covers::Rows { from, upto } => Some((*from, *upto)),
        _ => None,
    }
}

struct Offset {
    queue: VecDeque<Job>,
    pager: Pager,
    /// A page from further down brought other rows than the first one.
    probed: bool,
    unfit: Option<String>,
}

/// The rows at some positions; without end those to the last.
#[derive(Default)]
struct Job {
    from: u64,
    upto: Option<u64>,
    rows: usize,
    empty: u32,
    breaks: u32,
}

impl Way for Offset {
    type Job = Job;

    fn next(&mut self, run: &Run<'_>, open: usize) -> Option<Job> {
        let alone = !self.probed || run.selection.limit.is_some();
        if self.unfit.is_some() || run.wanted() == 0 || (alone && open > 0) {
            return None;
        }
        let mut job = self.queue.pop_front()?;
        let wanted = usize::try_from(run.wanted()).unwrap_or(usize::MAX);
        let left = job.upto.map_or(usize::MAX, |upto| (upto - job.from) as usize);
        job.rows = self.pager.expected().min(wanted).min(left).max(1);
        // What lies behind this page can be asked for at once, as far as the server's count goes.
        let end = job.from + job.rows as u64;
        let more = run.total.is_some_and(|total| end < total);
        if !alone && more && job.upto.is_none() {
            self.queue.push_back(Job { from: end, ..Job::default() });
            job.upto = Some(end);
        }
        Some(job)
    }

    fn ask(job: &Job) -> Ask<'_> {
        Ask::At { from: job.from, rows: job.rows }
    }

    async fn answered(&mut self, run: &mut Run<'_>, job: Job, answer: Result<Page>) -> Result<()> {
        match answer {
            Ok(page) => self.take(run, job, page),
            Err(error) => self.failed(run, job, error),
        }
    }
}

impl Offset {
    fn take(&mut self, run: &mut Run<'_>, mut job: Job, page: Page) -> Result<()> {
        let (received, more, bytes) = (page.rows.len(), page.more, page.body.len());
        // Of texts only what is new can be told, and the first page may have come by another way.
        let known = job.from == 0 && page.rows.iter().all(|(id, _)| id.number().is_none());
        if let Err(why) = reach(&page, None, run)
            && !known
        {
            self.unfit = Some(why);
            return Ok(());
        }
        self.pager.came(Some(job.rows), received, more, bytes);
        let upto = job.from + received as u64;
        let covers = Covers::Rows { from: job.from, upto };
        let origin = Origin { rung: Rung::Offset.name(), range: Self::ask(&job).range(), covers };
        let new = run.take(page, origin)?.new.len();
        if received > 0 && new == 0 && job.from > 0 {
            self.unfit = Some("the server does not heed the position asked for".to_owned());
            return Ok(());
        }
        self.probed |= job.from > 0 && new > 0;
        let ends = match job.upto {
            Some(end) => upto >= end,
            None => self.pager.is_end(Some(job.rows), received, more),
        };
        job.empty = if received == 0 { job.empty + 1 } else { 0 };
        if !ends && (received > 0 || (more && job.empty < EMPTY_PAGES)) {
            self.queue.push_front(Job { from: upto, ..job });
        }
        Ok(())
    }

    fn failed(&mut self, run: &mut Run<'_>, mut job: Job, error: FetchError) -> Result<()> {
        if error.is_refusal() {
            self.unfit = Some(error.to_string());
            return Ok(());
        }
        job.breaks += error.strain(BREAKS);
        if !error.may_be_too_heavy() || job.breaks >= BREAKS {
            return Err(error);
        }
        if job.rows > 1 {
            self.pager.shrink(job.rows);
            let rows = self.pager.rows();
            run.http.context.detail(format!("asking for {rows} rows at once from here on: {error}"));
            self.queue.push_front(job);
            return Ok(());
        }
        // The proof names the row by its id.
        run.http.context.detail(format!("the row at position {} cannot be had: {error}", job.from));
        if job.upto.is_none_or(|upto| job.from + 1 < upto) {
            self.queue.push_front(Job { from: job.from + 1, breaks: 0, ..job });
        }
        Ok(())
    }
}
