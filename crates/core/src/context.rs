//! What every run shares: threads, limits, progress, notes.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Budget, Error, Progress, Result};

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteLevel {
    /// Shown unless quiet: the result is right but may surprise.
    Warning,
    /// Shown unless quiet: what was decided.
    Note,
    /// Shown with `-v`.
    Detail,
}

/// Receives notes; the command line prints them on standard error.
pub type Reporter = Arc<dyn Fn(NoteLevel, &str) + Send + Sync>;

/// Settings and services of a run. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// Worker threads.
    pub jobs: usize,
    /// Bytes a sequential reader takes at once.
    pub block_bytes: usize,
    /// Largest feature that is read at all.
    pub max_feature_bytes: usize,
    /// Memory for collectors; the window takes at most a third of it.
    pub budget: Budget,
    /// Counters for a progress display.
    pub progress: Arc<Progress>,
    reporter: Reporter,
    pool: Arc<OnceLock<rayon::ThreadPool>>,
}

impl Context {
    /// A context with the given number of workers and silent notes.
    pub fn new(jobs: usize) -> Self {
        Self {
            jobs: jobs.max(1),
            block_bytes: 8 << 20,
            max_feature_bytes: 256 << 20,
            budget: Budget::of_machine(),
            progress: Arc::default(),
            reporter: Arc::new(|_, _| {}),
            pool: Arc::default(),
        }
    }

    /// The same context with notes going to `reporter`.
    #[must_use]
    pub fn with_reporter(mut self, reporter: Reporter) -> Self {
        self.reporter = reporter;
        self
    }

    /// Bytes of chunks that may be in flight: `min(2 x threads x 24 MB, a third of the budget)`.
    pub fn window_bytes(&self) -> usize {
        (2 * self.jobs * (24 << 20)).min((self.budget.limit_bytes() / 3) as usize)
    }

    /// The worker threads, started on first use.
    pub fn pool(&self) -> Result<&rayon::ThreadPool> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs)
            .thread_name(|worker| format!("geohub-worker-{worker}"))
            .build()
            .map_err(|error| Error::io_named("start", "the worker threads")(std::io::Error::other(error)))?;
        Ok(self.pool.get_or_init(|| pool))
    }

    /// Reports a note.
    pub fn report(&self, level: NoteLevel, message: impl AsRef<str>) {
        (self.reporter)(level, message.as_ref());
    }

    /// Reports something that may surprise.
    pub fn warn(&self, message: impl AsRef<str>) {
        (self.reporter)(NoteLevel::Warning, message.as_ref());
    }

    /// Reports a decision.
    pub fn note(&self, message: impl AsRef<str>) {
        (self.reporter)(NoteLevel::Note, message.as_ref());
    }

    /// Reports something only `-v` shows.
    pub fn detail(&self, message: impl AsRef<str>) {
        (self.reporter)(NoteLevel::Detail, message.as_ref());
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("jobs", &self.jobs)
            .field("block_bytes", &self.block_bytes)
            .finish_non_exhaustive()
    }
}
