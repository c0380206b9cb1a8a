//! Rows by ids that are known: between the ends of a sorted part of them, or by the list itself. For servers that do
//! not sort, and for what is missing.

use std::collections::VecDeque;

use super::drive::{Way, drive};
use super::{End, MISSING, Rung, refused_rows};
use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::journal::Covers;
use crate::page::{Ask, Page};
use crate::run::{Origin, Run};

/// Patience with connections and answers that break, on ever smaller parts of one list.
const BREAKS: u32 = 12;
/// Answers in a row that were cut and held nothing new, before the rest is taken to be missing.
const FRUITLESS: u32 = 50;

/// Asks for the rows among `ids` that are not here; returns those that do not come.
pub(crate) async fn by_ids(run: &mut Run<'_>, ids: Vec<Id>) -> Result<Vec<Id>> {
    let mut lists = ByIds::new(run, ids, MISSING, false);
    drive(run, &mut lists).await?;
    lists.missing.retain(|id| !run.holds(id));
    // Parts are answered in any order; texts stay as they came.
    lists.missing.sort_by_key(Id::number);
    Ok(lists.missing)
}

pub(super) async fn pull_ranges(run: &mut Run<'_>) -> Result<End> {
    let ids = match listed(run).await? {
        Ok(ids) => ids,
        Err(why) => return Ok(End::Unfit(why)),
    };
    if ids.iter().any(|id| id.number().is_none()) {
        return Ok(End::Unfit("ids are no numbers".to_owned()));
    }
    let mut ranges = ByIds::new(run, ids, Rung::IdRanges.name(), true);
    drive(run, &mut ranges).await?;
    Ok(End::of(ranges.unfit))
}

pub(super) async fn pull_lists(run: &mut Run<'_>) -> Result<End> {
    let ids = match listed(run).await? {
        Ok(ids) => ids,
        Err(why) => return Ok(End::Unfit(why)),
    };
    let mut lists = ByIds::new(run, ids, Rung::IdList.name(), false);
    drive(run, &mut lists).await?;
    Ok(End::of(lists.unfit))
}

/// Every id, or why there is no list of them.
async fn listed(run: &mut Run<'_>) -> Result<Result<Vec<Id>, String>> {
    match run.listed().await {
        Ok(ids) => Ok(Ok(ids.to_vec())),
        Err(FetchError::Unsupported { what, .. }) => Ok(Err(what)),
        Err(error) if error.is_refusal() => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}

struct ByIds {
    queue: VecDeque<Job>,
    rung: &'static str,
    /// Ask between the first and the last id of a part; else for the list.
    between: bool,
    /// Ids that did not come, though nothing failed or nothing but they did.
    missing: Vec<Id>,
    answers: u64,
    refused_rows: u32,
    /// Answers in a row that were full of nothing wanted.
    fruitless: u32,
    unfit: Option<String>,
}

/// A part of the ids, none of them here.
struct Job {
    ids: Vec<Id>,
    between: bool,
    breaks: u32,
}

impl ByIds {
    fn new(run: &Run<'_>, mut ids: Vec<Id>, rung: &'static str, between: bool) -> Self {
        // Neighbours lie together on the server, and the pages of the journal then hardly overlap.
        if ids.iter().all(|id| id.number().is_some()) {
            ids.sort_unstable_by_key(Id::number);
        }
        ids.retain(|id| !run.holds(id));
        ids.truncate(usize::try_from(run.wanted()).unwrap_or(usize::MAX));
        let size = if between {
            run.http.settings.page_rows.unwrap_or_else(|| run.dataset.page_rows())
        } else {
            run.dataset.ids_at_once()
        };
        let part = |ids: &[Id]| Job { ids: ids.to_vec(), between, breaks: 0 };
        let queue = ids.chunks(size.max(1)).map(part).collect();
        Self {
            queue,
            rung,
            between,
            missing: Vec::new(),
            answers: 0,
            refused_rows: 0,
            fruitless: 0,
            unfit: None,
        }
    }

    fn take(&mut self, run: &mut Run<'_>, mut job: Job, page: Page) -> Result<()> {
        let origin = Origin { rung: self.rung, range: Self::ask(&job).range(), covers: Covers::Nothing };
        let (received, more) = (page.rows.len(), page.more);
        self.answers += 1;
        self.refused_rows = 0;
        run.take(page, origin)?;
        let asked = job.ids.len();
        job.ids.retain(|id| !run.holds(id));
        if job.ids.len() == asked {
            if self.between && self.answers == 1 {
                self.unfit = Some("conditions on the id bring other rows".to_owned());
            }
            self.fruitless += 1;
            if more && asked > 1 && self.fruitless <= FRUITLESS {
                // What came instead of these filled the answer; a shorter list leaves room.
                self.halve(job);
                return Ok(());
            }
            self.missing.append(&mut job.ids);
        } else {
            self.fruitless = 0;
        }
        // The server gives no more at once: parts of that size, from here on.
        let size = received.clamp(1, asked);
        for ids in job.ids.chunks(size).rev() {
            self.queue.push_front(Job { ids: ids.to_vec(), ..job });
        }
        Ok(())
    }

    fn halve(&mut self, mut job: Job) {
        let rest = job.ids.split_off(job.ids.len().div_ceil(2));
        self.queue.push_front(Job { ids: rest, ..job });
        self.queue.push_front(job);
    }

    fn failed(&mut self, run: &mut Run<'_>, mut job: Job, error: FetchError) -> Result<()> {
        job.breaks += error.strain(BREAKS);
        let refusal = error.is_refusal();
        if job.breaks >= BREAKS || !(refusal || error.may_be_too_heavy()) {
            return Err(error);
        }
        if refusal && self.rung != MISSING && self.answers == 0 && (job.between || job.ids.len() == 1) {
            self.unfit = Some(error.to_string());
            return Ok(());
        }
        if job.ids.len() > 1 {
            self.halve(job);
            return Ok(());
        }
        self.refused_rows += 1;
        if self.refused_rows > refused_rows(&error, self.answers + u64::from(self.rung == MISSING)) {
            return Err(error);
        }
        if let Some(id) = job.ids.pop() {
            run.refuse(id.clone(), &error);
            self.missing.push(id);
        }
        Ok(())
    }
}

impl Way for ByIds {
    type Job = Job;

    fn next(&mut self, run: &Run<'_>, _open: usize) -> Option<Job> {
        if self.unfit.is_some() || run.wanted() == 0 { None } else { self.queue.pop_front() }
    }

    fn ask(job: &Job) -> Ask<'_> {
        let edge = |id: Option<&Id>| id.and_then(Id::number);
        match (job.between, edge(job.ids.first()), edge(job.ids.last())) {
            (true, Some(first), upto) => Ask::Between { after: first.checked_sub(1), upto },
            _ => Ask::Ids(&job.ids),
        }
    }

    async fn answered(&mut self, run: &mut Run<'_>, job: Job, answer: Result<Page>) -> Result<()> {
        match answer {
            Ok(page) => self.take(run, job, page),
            Err(error) => self.failed(run, job, error),
        }
    }
}
