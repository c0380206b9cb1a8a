//! What a progress display shows while work is done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::RowCount;

/// How far the work is. It goes in steps, such as reading an input and then laying out the output; each begins at zero.
///
/// Whoever works writes, a display reads at any time.
#[derive(Debug, Default)]
pub struct Progress {
    step: Mutex<Option<Step>>,
    rows: AtomicU64,
    bytes: AtomicU64,
    /// Bytes of the whole input; 0 where not known.
    total_bytes: AtomicU64,
}

#[derive(Debug)]
struct Step {
    what: String,
    detail: String,
    rows: RowCount,
    begun: Instant,
    /// Until when nothing is done, and why.
    waiting: Option<(Instant, String)>,
}

/// One look at a [`Progress`].
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What is done, such as `reading parcels.fgb`.
    pub what: String,
    /// More to be said of it; may be empty.
    pub detail: String,
    /// Rows done.
    pub rows: u64,
    /// Rows of the whole step, where known exactly.
    pub total_rows: Option<u64>,
    /// The part that is done, 0 to 1, where it can be told.
    pub share: Option<f64>,
    /// Time since the step began.
    pub elapsed: Duration,
    /// How long nothing will be done, and why.
    pub waiting: Option<(Duration, String)>,
}

impl Progress {
    /// Begins a step; `rows` is what it will come to. A run that restarts begins its step again.
    pub fn begin(&self, what: impl Into<String>, rows: RowCount) {
        let mut step = self.step();
        for counter in [&self.rows, &self.bytes, &self.total_bytes] {
            counter.store(0, Ordering::Relaxed);
        }
        let (what, begun) = (what.into(), Instant::now());
        *step = Some(Step { what, detail: String::new(), rows, begun, waiting: None });
    }

    /// Says more of the step under way, and how many rows of how many are done.
    pub fn set(&self, rows: u64, total: RowCount, detail: impl Into<String>) {
        self.rows.store(rows, Ordering::Relaxed);
        if let Some(step) = &mut *self.step() {
            (step.rows, step.detail) = (total, detail.into());
        }
    }

    /// Nothing will be done for so long. Of several waits the one that ends last is shown.
    pub fn wait(&self, time: Duration, why: impl Into<String>) {
        let until = Instant::now() + time;
        if let Some(step) = &mut *self.step()
            && step.waiting.as_ref().is_none_or(|(other, _)| *other < until)
        {
            step.waiting = Some((until, why.into()));
        }
    }

    /// Counts rows.
    pub fn add_rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// The input is done with up to a byte; of so many, where known.
    pub fn reach(&self, byte: u64, total: Option<u64>) {
        self.bytes.store(byte, Ordering::Relaxed);
        self.total_bytes.store(total.unwrap_or(0), Ordering::Relaxed);
    }

    /// How far the step under way is; `None` before the first.
    pub fn now(&self) -> Option<Snapshot> {
        let step = self.step();
        let step = step.as_ref()?;
        let rows = self.rows.load(Ordering::Relaxed);
        Some(Snapshot {
            what: step.what.clone(),
            detail: step.detail.clone(),
            rows,
            total_rows: if let RowCount::Exact(total) = step.rows { Some(total) } else { None },
            share: self.share(rows, step.rows),
            elapsed: step.begun.elapsed(),
            waiting: step.waiting.as_ref().and_then(|(until, why)| {
                let left = until.saturating_duration_since(Instant::now());
                (!left.is_zero()).then(|| (left, why.clone()))
            }),
        })
    }

    /// Exact rows say most, then bytes, then a guess at the rows.
    fn share(&self, rows: u64, of: RowCount) -> Option<f64> {
        let bytes = self.total_bytes.load(Ordering::Relaxed);
        let (done, total) = match of {
            RowCount::Exact(total) => (rows, total),
            _ if bytes > 0 => (self.bytes.load(Ordering::Relaxed), bytes),
            RowCount::Estimate(total) => (rows, total),
            RowCount::Unknown => return None,
        };
        (total > 0).then(|| (done as f64 / total as f64).min(1.0))
    }

    fn step(&self) -> MutexGuard<'_, Option<Step>> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_rows_come_before_bytes_and_bytes_before_a_guess() {
        let progress = Progress::default();
        assert_eq!(progress.now(), None);
        let shares = [RowCount::Exact(200), RowCount::Estimate(400), RowCount::Unknown].map(|rows| {
            progress.begin("reading", rows);
            progress.add_rows(100);
            let before = progress.now().unwrap().share;
            progress.reach(75, Some(100));
            (before, progress.now().unwrap().share)
        });
        assert_eq!(shares, [(Some(0.5), Some(0.5)), (Some(0.25), Some(0.75)), (None, Some(0.75))]);
    }

    #[test]
    fn a_step_that_begins_again_begins_at_zero() {
        let progress = Progress::default();
        progress.begin("reading", RowCount::Unknown);
        progress.add_rows(7);
        progress.reach(50, Some(100));
        progress.begin("reading", RowCount::Unknown);
        let now = progress.now().unwrap();
        assert_eq!((now.rows, now.share, now.total_rows), (0, None, None));
        progress.set(3, RowCount::Exact(4), "1 request");
        let now = progress.now().unwrap();
        assert_eq!((now.rows, now.share, now.total_rows), (3, Some(0.75), Some(4)));
        assert_eq!(now.detail, "1 request");
    }

    #[test]
    fn a_wait_is_shown_until_it_is_over() {
        let progress = Progress::default();
        progress.begin("fetching", RowCount::Unknown);
        progress.wait(Duration::from_secs(100), "asked by server");
        progress.wait(Duration::from_secs(1), "busy");
        let (left, why) = progress.now().unwrap().waiting.unwrap();
        assert!(left.as_secs_f64() > 99.0 && why == "asked by server");
        progress.begin("fetching", RowCount::Unknown);
        progress.wait(Duration::from_millis(5), "busy");
        std::thread::sleep(Duration::from_millis(10));
        assert_eq!(progress.now().unwrap().waiting, None);
    }
}
