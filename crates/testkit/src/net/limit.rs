//! Rate limits and latency.

use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

/// How a 429 says when to come back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Not at all: the default, because neither portal documents a header.
    #[default]
    Absent,
    /// In seconds.
    Seconds(u64),
    /// As an HTTP date so many seconds ahead.
    HttpDate(u64),
}

impl RetryAfter {
    /// The header's value.
    pub fn header(self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::HttpDate(seconds) => {
                Some(httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds)))
            }
        }
    }
}

/// A token bucket for the whole server (every client is this machine).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// So many requests at once.
    pub burst: f64,
    /// So many more each second.
    pub refill: f64,
    /// What the 429 says.
    #[serde(default)]
    pub retry_after: RetryAfter,
}

/// The bucket's state.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: RateLimit,
    level: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self { limit, level: limit.burst, at: Instant::now() }
    }

    /// Takes one request's worth, or says what to tell the client.
    pub(super) fn take(&mut self) -> Result<(), RetryAfter> {
        let now = Instant::now();
        let gained = now.duration_since(self.at).as_secs_f64() * self.limit.refill;
        self.level = (self.level + gained).min(self.limit.burst);
        self.at = now;
        if self.level < 1.0 {
            return Err(self.limit.retry_after);
        }
        self.level -= 1.0;
        Ok(())
    }
}

/// How long an answer takes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Latency {
    /// Each request.
    pub request_ms: f64,
    /// Each row sent, on top.
    pub row_ms: f64,
}

impl Latency {
    /// For an answer with so many rows.
    pub(super) fn of(&self, rows: usize) -> Duration {
        Duration::from_secs_f64(((self.request_ms + self.row_ms * rows as f64) / 1000.0).max(0.0))
    }
}
