//! Rate limits and latency.

use std::collections::HashMap;
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

/// A token bucket for each client: one for all that show no token (every client is this machine), one for each token.
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

/// The buckets' state, by the client's token.
#[derive(Debug)]
pub(super) struct Buckets {
    limit: RateLimit,
    levels: HashMap<String, (f64, Instant)>,
}

impl Buckets {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self { limit, levels: HashMap::new() }
    }

    /// Takes one request's worth, or says what to tell the client.
    pub(super) fn take(&mut self, client: &str) -> Result<(), RetryAfter> {
        let (now, limit) = (Instant::now(), self.limit);
        let (level, at) = self.levels.entry(client.to_owned()).or_insert((limit.burst, now));
        *level = (*level + now.duration_since(*at).as_secs_f64() * limit.refill).min(limit.burst);
        *at = now;
        if *level < 1.0 {
            return Err(limit.retry_after);
        }
        *level -= 1.0;
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
