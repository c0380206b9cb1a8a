//! Catalogues that answer in pages of a hundred and not beyond the ten thousandth.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use geohub_fetch::{Client, Result};

use super::{MOST_TEXT_BYTES, Read};
use crate::entry::Entry;

/// Entries in a page, the most that either API gives.
pub(super) const PAGE: usize = 100;
/// The last entry that can be asked for.
const DEPTH: usize = 10_000;
/// Later than any change: 2200-01-01.
pub(super) const LATEST: i64 = 7_258_118_400_000;
/// Pages asked for side by side; the client keeps each host's own limit.
const ABREAST: usize = 4;

/// What is asked for: all, or, newest first, those not changed after a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    All,
    Until(i64),
}

/// A page as it came.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// Lines in it, readable or not.
    pub(super) lines: usize,
    /// Lines in all pages.
    pub(super) total: Option<usize>,
}

/// A catalogue in pages.
pub(super) trait Paged: Sync {
    /// The page that begins with the entry `start`, from 1, at most `size` of them.
    fn page(&self, client: &Client, window: Window, start: usize, size: usize) -> Result<Page>;
}

/// How many entries there are.
pub(super) fn count(paged: &dyn Paged, client: &Client) -> Result<Option<usize>> {
    Ok(paged.page(client, Window::All, 1, 1)?.total)
}

/// Reads every page. Where there are more entries than can be asked for, they are asked for by when they were changed.
pub(super) fn read(paged: &dyn Paged, client: &Client) -> Result<Read> {
    let first = paged.page(client, Window::All, 1, PAGE)?;
    let mut whole = Whole { total: first.total, ..Whole::default() };
    if first.total.is_none_or(|total| total <= DEPTH) {
        whole.window(paged, client, Window::All, Some(first))?;
        return Ok(whole.end());
    }
    let mut until = LATEST;
    while !whole.read.is_full() {
        let before = whole.read.entries.len();
        let (lines, oldest) = whole.window(paged, client, Window::Until(until), None)?;
        // A catalogue that says the same of every window would never end.
        let grew = whole.read.entries.len() > before;
        match oldest.filter(|_| lines >= DEPTH && grew) {
            // The same moment again brings no more than it did: step over it.
            Some(oldest) => until = if oldest < until { oldest } else { oldest - 1 },
            None => break,
        }
    }
    Ok(whole.end())
}

#[derive(Debug, Default)]
struct Whole {
    read: Read,
    seen: HashSet<String>,
    total: Option<usize>,
}

impl Whole {
    fn end(mut self) -> Read {
        self.read.total = self.total;
        self.read
    }

    /// Takes a page's entries in; the time of the oldest among them.
    fn take(&mut self, page: Page) -> Option<i64> {
        self.read.unreadable += page.lines - page.entries.len().min(page.lines);
        let oldest = page.entries.iter().filter_map(|entry| entry.updated).min();
        for entry in page.entries {
            // Pages shift while they are read: a line may come twice.
            if self.seen.insert(entry.id.clone()) {
                self.read.push(entry);
            }
        }
        oldest
    }

    /// Reads the pages of a window: lines, and the time of the oldest entry.
    fn window(
        &mut self,
        paged: &dyn Paged,
        client: &Client,
        window: Window,
        first: Option<Page>,
    ) -> Result<(usize, Option<i64>)> {
        let first = match first {
            Some(page) => page,
            None => paged.page(client, window, 1, PAGE)?,
        };
        let (total, mut lines) = (first.total, first.lines);
        let head = first.entries.first().map(|entry| entry.id.clone());
        let mut oldest = self.take(first);
        let mut add = |whole: &mut Self, page: Page| {
            lines += page.lines;
            oldest = oldest.into_iter().chain(whole.take(page)).min();
        };
        match total {
            Some(total) => {
                let starts: Vec<usize> = (1 + PAGE..=total.min(DEPTH)).step_by(PAGE).collect();
                for page in abreast(paged, client, window, &starts, head.as_deref())? {
                    add(self, page);
                }
            }
            // It does not count: a page without lines, or with none that is new, is the end.
            None => {
                for start in (1 + PAGE..DEPTH).step_by(PAGE) {
                    let page = paged.page(client, window, start, PAGE)?;
                    let (done, before) = (page.lines == 0, self.read.entries.len());
                    add(self, page);
                    if done || self.read.entries.len() == before {
                        break;
                    }
                }
            }
        }
        Ok((lines, oldest))
    }
}

/// Several pages, asked for side by side, in the order of `starts`. One that begins with `head`, as the first page does,
/// is that of a server which does not turn pages: no more are asked for.
fn abreast(
    paged: &dyn Paged,
    client: &Client,
    window: Window,
    starts: &[usize],
    head: Option<&str>,
) -> Result<Vec<Page>> {
    let next = Mutex::new(starts.iter().enumerate());
    let pages = Mutex::new(Vec::with_capacity(starts.len()));
    let failed = Mutex::new(None);
    let text = AtomicUsize::new(0);
    // Nobody asks for more.
    let stop = || next.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
    std::thread::scope(|scope| {
        for _ in 0..ABREAST.min(starts.len()) {
            scope.spawn(|| {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, start)) = taken else { return };
                    match paged.page(client, window, *start, PAGE) {
                        Ok(page) => {
                            let bytes: usize = page.entries.iter().map(Entry::text_bytes).sum();
                            let held = text.fetch_add(bytes, Ordering::Relaxed) + bytes;
                            let same = page.entries.first().is_some_and(|entry| Some(&*entry.id) == head);
                            pages.lock().unwrap_or_else(PoisonError::into_inner).push((at, page));
                            if same || held > MOST_TEXT_BYTES {
                                stop();
                            }
                        }
                        Err(error) => {
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                            stop();
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut pages = pages.into_inner().unwrap_or_else(PoisonError::into_inner);
    pages.sort_by_key(|(at, _)| *at);
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}
