//! Pages in order of the id, each starting after the last id received: no offsets, so nothing shifts.

use super::End;
use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::page::Ask;
use crate::run::{Run, Taken};

/// Empty pages that claim more rows; the server filters by its spatial index after paging.
const EMPTY_PAGES: u32 = 3;

pub(super) async fn pull(run: &mut Run<'_>) -> Result<End> {
    let mut last: Option<Id> = None;
    let mut rows = run.http.settings.page_rows.unwrap_or_else(|| run.dataset.page_rows()).max(1);
    let mut empty = 0;
    loop {
        let wanted = match run.selection.limit {
            Some(limit) => rows.min(limit.saturating_sub(run.ledger.len()) as usize),
            None => rows,
        };
        if wanted == 0 {
            return Ok(End::Done);
        }
        let taken = match run.ask(Ask::After { last: last.as_ref(), rows: wanted }).await {
            Ok(taken) => taken,
            Err(error) if error.may_be_too_heavy() && wanted > 1 => {
                rows = wanted / 2;
                run.http.context.note(format!("asking for {rows} rows at once from here on: {error}"));
                continue;
            }
            Err(error) => return Err(named(error, last.as_ref())),
        };
        if taken.rows == 0 {
            empty += 1;
            if taken.more && empty < EMPTY_PAGES && run.outstanding() != Some(0) {
                continue;
            }
            return Ok(End::Done);
        }
        if let Some(why) = unordered(&taken, last.as_ref()) {
            return Ok(End::Unfit(why));
        }
        let short = taken.rows < wanted;
        last = taken.new.into_iter().next_back();
        // Neither a short page nor a missing flag alone is the end: servers cap pages below what they say.
        if short && !taken.more && run.outstanding() == Some(0) {
            return Ok(End::Done);
        }
    }
}

/// Why the pages do not follow one another in order of the id.
fn unordered(taken: &Taken, last: Option<&Id>) -> Option<String> {
    if taken.new.is_empty() {
        return Some("a page holds nothing but rows that had come before".to_owned());
    }
    (!taken.ascends_from(last)).then(|| "the server does not sort by id".to_owned())
}

/// The error of a single row that cannot be had, with the id before it.
fn named(error: FetchError, last: Option<&Id>) -> FetchError {
    match (error, last) {
        (FetchError::Server { url, code, words }, Some(last)) => {
            FetchError::Server { url, code, words: format!("{words} (at the row after id {last})") }
        }
        (error, _) => error,
    }
}
