//! Stretches of ids in no order, halved until one fits into an answer: for servers that neither sort nor list ids. An
//! answer is whole when the server says so, or when it has fewer rows than others had.

use super::drive::{Way, drive};
use super::span::left;
use super::{End, Rung, covered, refused_rows};
use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::journal::Covers;
use crate::page::{Ask, Page};
use crate::run::{Origin, Run};

const BREAKS: u32 = 12;
/// Answers without rows of one stretch that claim there are some.
const EMPTY_PAGES: u32 = 3;

pub(super) async fn pull(run: &mut Run<'_>) -> Result<End> {
    let spans = left(covered(run, Rung::IdHalves)).into_iter();
    let number = |id: Option<Id>| id.and_then(|id| id.number());
    let mut stack: Vec<Job> =
        spans.map(|span| Job { after: number(span.after), upto: span.upto, ..Job::default() }).collect();
    stack.reverse();
    let mut halves = Halves { stack, largest: 0, flags: false, pages: 0, refused_rows: 0, unfit: None };
    drive(run, &mut halves).await?;
    Ok(End::of(halves.unfit))
}

struct Halves {
    /// The lowest stretch lies on top.
    stack: Vec<Job>,
    /// The most rows that came at once.
    largest: usize,
    /// The server says when it cuts.
    flags: bool,
    pages: u64,
    refused_rows: u32,
    unfit: Option<String>,
}

/// Ids above `after` up to `upto`.
#[derive(Clone, Debug, Default)]
struct Job {
    after: Option<i64>,
    upto: Option<i64>,
    empty: u32,
    breaks: u32,
}

impl Way for Halves {
    type Job = Job;

    fn next(&mut self, run: &Run<'_>, open: usize) -> Option<Job> {
        // The first answer tells where ids lie.
        let wait = self.unfit.is_some() || run.wanted() == 0 || (self.largest == 0 && open > 0);
        if wait { None } else { self.stack.pop() }
    }

    fn ask(job: &Job) -> Ask<'_> {
        Ask::Between { after: job.after, upto: job.upto }
    }

    async fn answered(&mut self, run: &mut Run<'_>, job: Job, answer: Result<Page>) -> Result<()> {
        match answer {
            Ok(page) => self.take(run, job, page),
            Err(error) => self.failed(run, job, error),
        }
    }
}

impl Halves {
    fn take(&mut self, run: &mut Run<'_>, mut job: Job, page: Page) -> Result<()> {
        let received = page.rows.len();
        let numbers: Option<Vec<i64>> = page.rows.iter().map(|(id, _)| id.number()).collect();
        let Some(mut numbers) = numbers else {
            self.unfit = Some("ids are no numbers".to_owned());
            return Ok(());
        };
        if numbers.iter().any(|id| !job.holds(*id)) {
            self.unfit = Some("the server does not heed conditions on the id".to_owned());
            return Ok(());
        }
        self.flags |= page.more;
        self.pages += 1;
        self.refused_rows = 0;
        let counted = run.total == Some(received as u64) && job.after.is_none() && job.upto.is_none();
        let whole = !page.more && (counted || self.flags || received < self.largest || received == 0);
        self.largest = self.largest.max(received);
        if whole || job.is_one() {
            return keep(run, &job, page);
        }
        numbers.sort_unstable();
        // Rows of a cut answer are not kept: their halves bring them again, with all others.
        match numbers.get(numbers.len() / 2).map(|middle| *middle - 1).or(job.middle()) {
            Some(middle) if received > 0 || job.empty < EMPTY_PAGES => {
                self.split(&job, middle);
            }
            _ if job.empty < EMPTY_PAGES => {
                job.empty += 1;
                self.stack.push(job);
            }
            _ => return keep(run, &job, page),
        }
        Ok(())
    }

    /// Both sides of an id; one of them may be none.
    fn split(&mut self, job: &Job, middle: i64) {
        let middle = middle.max(job.after.map_or(i64::MIN, |after| after + 1));
        let middle = middle.min(job.upto.map_or(i64::MAX, |upto| upto - 1));
        self.stack.push(Job { after: Some(middle), upto: job.upto, ..Job::default() });
        self.stack.push(Job { after: job.after, upto: Some(middle), ..Job::default() });
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
        match (job.middle(), job.upto) {
            (Some(middle), _) => {
                self.split(&job, middle);
                Ok(())
            }
            (None, Some(id)) if job.is_one() => {
                self.refused_rows += 1;
                if self.refused_rows > refused_rows(&error, self.pages) {
                    return Err(error);
                }
                run.refuse(Id::Number(id), &error);
                Ok(())
            }
            _ => Err(error),
        }
    }
}

fn keep(run: &mut Run<'_>, job: &Job, page: Page) -> Result<()> {
    let covers = Covers::Ids { after: job.after.map(Id::Number), upto: job.upto.map(Id::Number) };
    let origin = Origin { rung: Rung::IdHalves.name(), range: Halves::ask(job).range(), covers };
    run.take(page, origin).map(|_| ())
}

impl Job {
    fn holds(&self, id: i64) -> bool {
        self.after.is_none_or(|after| id > after) && self.upto.is_none_or(|upto| id <= upto)
    }

    /// It holds one id only.
    fn is_one(&self) -> bool {
        self.after.zip(self.upto).is_some_and(|(after, upto)| upto - after <= 1)
    }

    /// The id in the middle, where both ends are known.
    fn middle(&self) -> Option<i64> {
        let (after, upto) = self.after.zip(self.upto)?;
        (upto - after > 1).then(|| after + (upto - after) / 2)
    }
}
