//! All catalogues at once: each from the cache while it is fresh, else asked, else as it was.

use std::time::{SystemTime, UNIX_EPOCH};

use geohub_fetch::{Client, FetchError};

use crate::cache::{Cache, Kept};
use crate::entry::Entry;
use crate::error::Result;
use crate::source::{Read, Source};

/// How long a catalogue is taken as it was read.
const FRESH_MS: i64 = 3_600_000;

/// How to come by catalogues.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// Ask even where the cache is fresh.
    pub refresh: bool,
    /// Ask nobody.
    pub offline: bool,
}

/// How a catalogue came.
#[derive(Debug)]
pub enum State {
    /// Just now.
    Asked,
    /// From the cache, of this moment in milliseconds since 1970.
    Kept(i64),
    /// From the cache, of this moment, for it did not answer.
    Stale(i64, FetchError),
    /// Not at all.
    Down(FetchError),
    /// Not at all: it was never read, and nobody may be asked.
    Unread,
}

/// A catalogue and how it came.
#[derive(Debug)]
pub struct Gathered {
    /// The catalogue.
    pub source: Source,
    /// What it has.
    pub entries: Vec<Entry>,
    /// How it came.
    pub state: State,
    /// Lines that made no sense.
    pub unreadable: usize,
    /// Lines it says it has and did not give.
    pub missing: usize,
}

/// Brings every catalogue, side by side. One that does not answer is no error.
///
/// # Errors
/// The cache cannot be written.
pub fn gather(sources: Vec<Source>, client: &Client, cache: &Cache, how: How) -> Result<Vec<Gathered>> {
    let one = |source: Source| one(source, client, cache, how);
    std::thread::scope(|scope| {
        let running: Vec<_> = sources.into_iter().map(|source| scope.spawn(|| one(source))).collect();
        running
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| {
                    Err(geohub_core::Error::Internal("a thread that read a catalogue panicked".to_owned())
                        .into())
                })
            })
            .collect()
    })
}

fn one(source: Source, client: &Client, cache: &Cache, how: How) -> Result<Gathered> {
    let now = now_ms();
    let fresh = |read: i64| (0..FRESH_MS).contains(&(now - read));
    if source.host == geohub_fetch::DEMO_HOST {
        // It is inside the program, and newer programs have another one.
        return Ok(match source.read(client) {
            Ok(read) => {
                let Read { mut entries, unreadable, total, .. } = read;
                entries.iter_mut().for_each(Entry::find_keys);
                kept_as(source, Kept { read: now, entries, unreadable, total }, |_| State::Asked)
            }
            Err(error) => nothing(source, State::Down(error)),
        });
    }
    if how.offline {
        return Ok(match cache.get(&source) {
            Some(kept) => kept_as(source, kept, State::Kept),
            None => nothing(source, State::Unread),
        });
    }
    if !how.refresh
        && cache.date(&source).is_some_and(fresh)
        && let Some(kept) = cache.get(&source)
    {
        return Ok(kept_as(source, kept, State::Kept));
    }
    match source.read(client) {
        Ok(read) => {
            let kept = cache.put(&source, read, now)?;
            Ok(kept_as(source, kept, |_| State::Asked))
        }
        Err(error) => Ok(match cache.get(&source) {
            Some(kept) => kept_as(source, kept, |read| State::Stale(read, error)),
            None => nothing(source, State::Down(error)),
        }),
    }
}

fn kept_as(source: Source, kept: Kept, state: impl FnOnce(i64) -> State) -> Gathered {
    let Kept { read, entries, unreadable, total } = kept;
    let missing = total.unwrap_or(0).saturating_sub(entries.len() + unreadable);
    Gathered { source, entries, state: state(read), unreadable, missing }
}

fn nothing(source: Source, state: State) -> Gathered {
    Gathered { source, entries: Vec::new(), state, unreadable: 0, missing: 0 }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
