//! Answers to questions about rows.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer;
use super::decode::row_id;
use super::view::View;
use crate::columns::Cell;
use crate::error::FetchError;
use crate::http::{Answer, Fault};
use crate::id::Id;
use crate::ledger::content;
use crate::page::Page;
use crate::provider::Counted;
use crate::stamp::http_ms;

#[derive(Deserialize)]
struct CountRow<'a> {
    #[serde(borrow)]
    n: Cell<'a>,
}

/// A count, and when the rows were last changed at their source.
pub(super) fn read_count(answer: &Answer) -> Result<Counted, Fault> {
    let text = answer::rows(answer)?;
    let rows: Vec<CountRow<'_>> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
    let rows = rows.first().and_then(|row| row.n.integer()).and_then(|count| u64::try_from(count).ok());
    Ok(Counted { rows, ..stamp(answer) })
}

/// The stamps of SODA 2.1: that of the source, else that of the answer, else what only tells a change. In SODA 3.0 an
/// answer's own date says nothing of its rows.
fn stamp(answer: &Answer) -> Counted {
    let newer = answer.url.contains("/api/v3/");
    let truth =
        answer.header("x-soda2-truth-last-modified").map(|stamp| ("X-SODA2-Truth-Last-Modified", stamp));
    let own = || answer.header("last-modified").filter(|_| !newer).map(|stamp| ("Last-Modified", stamp));
    let behind = answer.header("x-soda2-data-out-of-date").unwrap_or_default();
    let behind = !["", "false", "[]"].contains(&behind.trim());
    let copy_ms = answer.header("x-soda2-secondary-last-modified").and_then(|stamp| http_ms(&stamp));
    let (stamp_name, stamp) = truth.or_else(own).unzip();
    let etag = answer.header("etag").filter(|_| stamp.is_none() && !newer);
    Counted { rows: None, stamp, stamp_name, behind, copy_ms, etag }
}

/// A list of ids.
pub(super) fn read_ids(answer: &Answer, view: &View) -> Result<Vec<Id>, Fault> {
    let text = answer::rows(answer)?;
    let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
    rows.into_iter().map(|row| id(answer, row, view)).collect()
}

/// A page of rows, its columns not looked at.
pub(super) fn read_page(answer: &Answer, view: &View) -> Result<Page, Fault> {
    let text = answer::rows(answer)?;
    let found: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
    let entry = |row: &RawValue| Ok((id(answer, row, view)?, content(row.get())));
    let rows = found.into_iter().map(entry).collect::<Result<Vec<_>, Fault>>()?;
    Ok(Page { body: answer.body.slice_ref(text.as_bytes()), rows, more: false, seen: None })
}

fn id(answer: &Answer, row: &RawValue, view: &View) -> Result<Id, Fault> {
    let id = row_id(row, view).map_err(|error| answer.broken(&error))?;
    id.map(Id::Text).ok_or_else(|| Fault::Stop(FetchError::bad(&answer.url, "a row without its :id")))
}
