//! Rows by where they lie: everything at once where that fits into an answer, else boxes, quartered until one does. The
//! last resort, for layers without ids or servers that heed none. Rows without a geometry lie in no box; when there are
//! any, fewer rows come than the server counts.

use super::drive::{Way, drive};
use super::{End, Rung, covered};
use crate::error::{FetchError, Result};
use crate::journal::Covers;
use crate::page::{Ask, Page};
use crate::run::{Origin, Run};

const BREAKS: u32 = 12;
/// A box quartered so often is smaller than any distance between places that a layer can tell apart.
const DEEPEST: u32 = 32;
/// A stated extent may be a little old.
const GROWTH: f64 = 0.1;

/// `min_x, min_y, max_x, max_y`.
type Corners = [f64; 4];

pub(super) async fn pull(run: &mut Run<'_>) -> Result<End> {
    let done = covered(run, Rung::Boxes).filter_map(|covers| match covers {
        Covers::Box(corners) => Some(*corners),
        _ => None,
    });
    let done = done.collect();
    let job = Job { lonlat: true, ..Job::default() };
    let mut boxes = Boxes { stack: vec![job], done, largest: 0, flags: false, unfit: None };
    drive(run, &mut boxes).await?;
    Ok(End::of(boxes.unfit))
}

struct Boxes {
    stack: Vec<Job>,
    /// Boxes that an earlier run had whole.
    done: Vec<Corners>,
    /// The most rows that came at once.
    largest: usize,
    /// The server says when it cuts.
    flags: bool,
    unfit: Option<String>,
}

/// A box; without one everything.
#[derive(Clone, Debug, Default)]
struct Job {
    corners: Option<Corners>,
    /// In longitude and latitude, else in the layer's own coordinates.
    lonlat: bool,
    depth: u32,
    breaks: u32,
}

impl Way for Boxes {
    type Job = Job;

    /// One after the other, so that rows come in the same order every time.
    fn next(&mut self, run: &Run<'_>, open: usize) -> Option<Job> {
        if open > 0 || self.unfit.is_some() || run.wanted() == 0 {
            return None;
        }
        loop {
            let job = self.stack.pop()?;
            let Some(corners) = job.corners else { return Some(job) };
            if self.done.contains(&corners) {
                continue;
            }
            if !self.done.iter().any(|done| holds(&corners, done)) {
                return Some(job);
            }
            self.quarter(&job, corners);
        }
    }

    fn ask(job: &Job) -> Ask<'_> {
        match job.corners {
            None => Ask::Between { after: None, upto: None },
            Some(corners) => Ask::Within { corners, lonlat: job.lonlat },
        }
    }

    async fn answered(&mut self, run: &mut Run<'_>, job: Job, answer: Result<Page>) -> Result<()> {
        match answer {
            Ok(page) => self.take(run, &job, page),
            Err(error) => self.failed(run, job, error),
        }
    }
}

impl Boxes {
    fn take(&mut self, run: &mut Run<'_>, job: &Job, page: Page) -> Result<()> {
        let received = page.rows.len();
        self.flags |= page.more;
        let Some(corners) = job.corners else {
            self.largest = received;
            if !page.more && run.total.is_none_or(|total| total == received as u64) && received > 0 {
                return keep(run, job, page, Covers::Nothing);
            }
            self.begin(run);
            return Ok(());
        };
        let whole = !page.more && (self.flags || received < self.largest || received == 0);
        self.largest = self.largest.max(received);
        if whole {
            return keep(run, job, page, Covers::Box(corners));
        }
        if job.depth == DEEPEST {
            let words =
                format!("more rows lie at {}, {} than the server gives at once", corners[0], corners[1]);
            run.http.context.warn(words);
            return keep(run, job, page, Covers::Nothing);
        }
        // Rows of a cut answer are not kept: the quarters bring them again, with all others.
        self.quarter(job, corners);
        Ok(())
    }

    /// From everything to the box that holds it: the one asked for, the layer's extent, or the world.
    fn begin(&mut self, run: &Run<'_>) {
        let layer = &run.dataset.description().layer;
        let asked = run.selection.boxes.iter().copied().reduce(|all, bbox| all.union(&bbox));
        let root = |bbox: geohub_core::Bbox| [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y];
        let (corners, lonlat) = match (asked, layer.extent) {
            (Some(asked), _) => (root(asked), true),
            (None, Some(extent)) => (grown(root(extent)), false),
            (None, None) => ([-180.0, -90.0, 180.0, 90.0], true),
        };
        self.stack.push(Job { corners: Some(corners), lonlat, ..Job::default() });
    }

    /// The south-west quarter comes first.
    fn quarter(&mut self, job: &Job, [west, south, east, north]: Corners) {
        let (x, y) = (west + (east - west) / 2.0, south + (north - south) / 2.0);
        let quarters = [[x, y, east, north], [west, y, x, north], [x, south, east, y], [west, south, x, y]];
        for corners in quarters {
            let (corners, depth) = (Some(corners), job.depth + 1);
            self.stack.push(Job { corners, depth, breaks: job.breaks, lonlat: job.lonlat });
        }
    }

    fn failed(&mut self, run: &Run<'_>, mut job: Job, error: FetchError) -> Result<()> {
        if error.is_refusal() {
            self.unfit = Some(error.to_string());
            return Ok(());
        }
        job.breaks += error.strain(BREAKS);
        if !error.may_be_too_heavy() || job.breaks >= BREAKS || job.depth == DEEPEST {
            return Err(error);
        }
        match job.corners {
            None => self.begin(run),
            Some(corners) => self.quarter(&job, corners),
        }
        Ok(())
    }
}

fn keep(run: &mut Run<'_>, job: &Job, page: Page, covers: Covers) -> Result<()> {
    let origin = Origin { rung: Rung::Boxes.name(), range: Boxes::ask(job).range(), covers };
    run.take(page, origin).map(|_| ())
}

fn grown([west, south, east, north]: Corners) -> Corners {
    let (x, y) = ((east - west).abs() * GROWTH, (north - south).abs() * GROWTH);
    let pad = x.max(y).max(1e-6);
    [west - pad, south - pad, east + pad, north + pad]
}

fn holds(outer: &Corners, inner: &Corners) -> bool {
    outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
}
