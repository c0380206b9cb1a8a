//! How far a page of rows in order of their ids reaches.

use std::collections::HashSet;

use crate::id::Id;
use crate::page::Page;
use crate::run::Run;

/// The last id of a page; `None` of an empty one.
///
/// # Errors
/// The words say why the page cannot be one of rows in order of their ids, from behind `after`.
pub(super) fn reach(page: &Page, after: Option<&Id>, run: &Run<'_>) -> Result<Option<Id>, String> {
    let Some((first, _)) = page.rows.first() else { return Ok(None) };
    let last = match first {
        Id::Number(_) => of_numbers(page, after, run)?,
        Id::Text(_) => of_texts(page, run),
    };
    last.map(Some).ok_or_else(|| "a page holds nothing but rows that had come before".to_owned())
}

/// Numbers must ascend from `after`; rows that are repeated at the edges of pages are passed over.
fn of_numbers(page: &Page, after: Option<&Id>, run: &Run<'_>) -> Result<Option<Id>, String> {
    let start = after.and_then(Id::number);
    let mut ascending: Vec<i64> = Vec::with_capacity(page.rows.len());
    for (id, _) in &page.rows {
        let Some(number) = id.number() else { return Err("ids of several kinds".to_owned()) };
        if ascending.last().copied().or(start).is_none_or(|last| number > last) {
            ascending.push(number);
            continue;
        }
        let edge = start.is_some_and(|start| number <= start) && run.holds(id);
        if !edge && ascending.binary_search(&number).is_err() {
            return Err("the server does not sort by id".to_owned());
        }
    }
    Ok(ascending.last().copied().map(Id::Number))
}

/// The order of texts is the server's business: what counts is that something new came.
fn of_texts(page: &Page, run: &Run<'_>) -> Option<Id> {
    let mut seen = HashSet::new();
    let new = page.rows.iter().map(|(id, _)| id).filter(|id| seen.insert(*id) && !run.holds(id));
    new.last().cloned()
}
