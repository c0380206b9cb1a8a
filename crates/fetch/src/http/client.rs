//! The HTTP client of a run.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use geohub_core::Context;
use reqwest::Client;
use reqwest::redirect::Policy;
use url::{Host, Url};

use super::gate::Gate;
use super::retry::Fine;
use crate::error::{FetchError, Result};
use crate::settings::Settings;

/// What a run has sent and received so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    requests: AtomicU64,
    retries: AtomicU64,
    bytes: AtomicU64,
    busy_us: AtomicU64,
}

impl Counts {
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Time from sending requests to their last bytes, added up, in microseconds.
    pub(crate) fn busy_us(&self) -> u64 {
        self.busy_us.load(Ordering::Relaxed)
    }

    pub(super) fn took(&self, time: Duration) {
        self.busy_us.fetch_add(time.as_micros() as u64, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, again: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(u64::from(again), Ordering::Relaxed);
    }

    pub(super) fn received(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The client: one connection pool, one gate per host.
pub(crate) struct Http {
    outside: Client,
    /// For this machine's own servers no proxy is in the way.
    loopback: Client,
    pub(super) gate: Gate,
    pub(super) fine: Fine,
    /// What was said and need not be said again.
    said: Mutex<HashSet<String>>,
    pub(crate) counts: Counts,
    /// The latest time that a server gave with an answer, epoch milliseconds.
    pub(super) server_ms: AtomicI64,
    pub(crate) settings: Settings,
    pub(crate) context: Context,
}

impl Http {
    pub(crate) fn new(settings: &Settings, context: &Context) -> Result<Self> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(&settings.user_agent)
                .gzip(true)
                .redirect(Policy::none())
                .connect_timeout(settings.connect_timeout)
                .read_timeout(settings.read_timeout)
        };
        let failed = |error: reqwest::Error| FetchError::Client { cause: super::send::causes(&error) };
        Ok(Self {
            outside: builder().build().map_err(failed)?,
            loopback: builder().no_proxy().build().map_err(failed)?,
            gate: Gate::default(),
            fine: Fine::default(),
            said: Mutex::default(),
            counts: Counts::default(),
            server_ms: AtomicI64::new(0),
            settings: settings.clone(),
            context: context.clone(),
        })
    }

    /// True once for each text.
    pub(super) fn first_time(&self, text: &str) -> bool {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned())
    }

    /// What time it is by the servers' own clocks; `None` where none of them said.
    pub(crate) fn server_ms(&self) -> Option<i64> {
        Some(self.server_ms.load(Ordering::Relaxed)).filter(|ms| *ms > 0)
    }

    pub(super) fn client(&self, url: &Url) -> &Client {
        if is_loopback(url) { &self.loopback } else { &self.outside }
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
