//! One host of a run: its pace in this process, and what it shares with others.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use url::Url;

use super::clock::{Clock, Remaining, now};
use super::pace::Pace;
use super::shared::{Shared, Watch};
use super::slot::Slot;
use super::why::Why;
use crate::error::FetchError;
use crate::settings::Settings;

/// How often a slot that others hold is asked for.
const ASKED_EVERY: Duration = Duration::from_millis(10);
/// How long a process that had a slot leaves it to those that wait.
const LEFT_TO_OTHERS: Duration = Duration::from_millis(30);

/// The state of one host.
#[derive(Debug)]
pub(super) struct Host {
    pace: Mutex<Pace>,
    freed: Notify,
    /// Requests ask for their places in turn.
    turn: tokio::sync::Mutex<()>,
    limit: usize,
    longest_pause: Duration,
    shared: Option<Arc<Shared>>,
    /// Why the limit is kept by this process alone.
    alone: OnceLock<String>,
    /// Other processes have all slots.
    outdone: AtomicBool,
    /// Starts and pauses as far as this process knows.
    clock: Mutex<Clock>,
    /// The end of the last pause that was told.
    told: Mutex<Option<Instant>>,
    /// Something between here and there refuses POST.
    pub(super) refuses_post: AtomicBool,
}

/// A place within the limit, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _slot: Option<Slot>,
    _open: Open,
}

#[derive(Debug)]
struct Open(Arc<Host>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.pace().close();
        self.0.freed.notify_one();
    }
}

impl Host {
    pub(super) fn new(name: &str, url: &Url, settings: &Settings) -> Self {
        let host = url.host_str().unwrap_or_default();
        let limit = settings.connections(host);
        let longest_pause = settings.longest_wait;
        let shared = settings.hosts.as_ref().map(|root| Arc::new(Shared::new(root, name, longest_pause)));
        Self {
            pace: Mutex::new(Pace::new(limit, settings.spacing(host))),
            freed: Notify::new(),
            turn: tokio::sync::Mutex::new(()),
            limit,
            longest_pause,
            shared,
            alone: OnceLock::new(),
            outdone: AtomicBool::new(false),
            clock: Mutex::default(),
            told: Mutex::default(),
            refuses_post: AtomicBool::new(false),
        }
    }

    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why other processes are not heeded, if they should be.
    pub(super) fn alone(&self) -> Option<&str> {
        self.alone.get().map(String::as_str)
    }

    /// True while other processes have all slots.
    pub(super) fn outdone(&self) -> bool {
        self.outdone.load(Ordering::Relaxed)
    }

    /// Waits for a place within the limit.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        let _turn = self.turn.lock().await;
        while !self.pace().open() {
            self.freed.notified().await;
        }
        let open = Open(Arc::clone(self));
        Place { _slot: self.slot().await, _open: open }
    }

    /// Waits for a slot of those that all processes share.
    async fn slot(&self) -> Option<Slot> {
        let limit = self.limit;
        if self.with_shared(Shared::others_wait).await? {
            tokio::time::sleep(LEFT_TO_OTHERS).await;
        }
        let (mut watch, mut mark) = (Watch::new(), None);
        loop {
            let mut seen = std::mem::take(&mut watch);
            let tried =
                self.with_shared(move |shared| Ok((shared.try_slot(limit, &mut seen)?, seen))).await?;
            self.outdone.store(tried.0.is_none(), Ordering::Relaxed);
            if let Some(file) = tried.0 {
                return Some(Slot::new(file));
            }
            watch = tried.1;
            if mark.is_none() {
                mark = self.with_shared(Shared::mark_waiting).await?;
            }
            tokio::time::sleep(ASKED_EVERY).await;
        }
    }

    /// A good answer. True when the server says that its limit is nearly used up.
    pub(super) fn went_well(&self, used: Option<f64>) -> bool {
        let nearly = self.pace().went_well(used);
        // There may be room for one more now.
        self.freed.notify_one();
        nearly
    }

    /// An answer that failed, in a way that may pass.
    pub(super) fn troubled(&self, error: &FetchError) {
        match error {
            FetchError::Throttled { .. } => self.pace().refused(),
            FetchError::Network { .. } | FetchError::Server { .. } => self.pace().struggled(),
            _ => {}
        }
    }

    /// Takes the time of the next start, or says how long to wait for it.
    pub(super) async fn start(&self) -> Option<Remaining> {
        if let Some(pause) = self.clock().pause(now(), self.longest_pause) {
            return Some(pause);
        }
        let spacing = self.pace().spacing();
        match self.with_shared(move |shared| shared.start(spacing)).await {
            Some(left) => left,
            None => self.clock().start(now(), spacing, self.longest_pause),
        }
    }

    /// What is left of a pause.
    pub(super) async fn pause(&self) -> Option<Remaining> {
        let here = self.clock().pause(now(), self.longest_pause);
        let there = self.with_shared(Shared::pause).await.flatten();
        here.into_iter().chain(there).max_by_key(|left| left.time)
    }

    /// Lets no request start for so long, whichever process would send it.
    pub(super) async fn hold(&self, wait: Duration, why: Why) {
        self.clock().hold(now(), wait, why, self.longest_pause);
        // Without the folder it stays in this process, which was said.
        let _ = self.with_shared(move |shared| shared.hold(wait, why)).await;
    }

    /// True once for each pause.
    pub(super) fn tell(&self, until: Instant) -> bool {
        const SAME: Duration = Duration::from_millis(500);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let new = told.is_none_or(|told| until > told + SAME);
        if new {
            *told = Some(until);
        }
        new
    }

    /// Works with the shared folder on a thread that may block; `None` when there is none or it does not work.
    async fn with_shared<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> io::Result<T> + Send + 'static,
    ) -> Option<T> {
        let shared = Arc::clone(self.shared.as_ref().filter(|_| self.alone.get().is_none())?);
        let folder = shared.folder().display().to_string();
        let problem = match spawn_blocking(move || work(&shared)).await {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        // Whoever comes first says why.
        let _ = self.alone.set(format!("{folder}: {problem}"));
        None
    }

    pub(super) fn posts(&self) -> bool {
        !self.refuses_post.load(Ordering::Relaxed)
    }
}
