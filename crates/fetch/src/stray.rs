//! Rows that came and that the server does not list any more: they were deleted, or replaced under other ids, while the
//! layer was read.

use std::collections::HashSet;

use crate::error::Result;
use crate::id::Id;
use crate::page::Ask;
use crate::run::Run;

/// Rows that are asked for to see whether such rows are gone; when none of them comes, none of the others would.
const SAMPLE: usize = 1000;

/// A row in the journal.
struct Place {
    page: usize,
    position: u32,
    id: Id,
}

/// Leaves rows out that are not listed and do not come when asked for by id. Lists and counts disagree on some servers
/// for good, so a row is not dropped for not being listed. Returns how many were dropped.
pub(crate) async fn drop_gone(run: &mut Run<'_>, listed: &[Id], missing: u64) -> Result<u64> {
    if run.held() + missing <= listed.len() as u64 {
        return Ok(0);
    }
    let strays = strays(run, listed)?;
    let gone = gone(run, strays).await?;
    let mut pages: Vec<usize> = gone.iter().map(|place| place.page).collect();
    pages.dedup();
    for page in pages {
        let mut left_out = run.journal.lines()[page].repeated.clone();
        left_out.extend(gone.iter().filter(|place| place.page == page).map(|place| place.position));
        left_out.sort_unstable();
        left_out.dedup();
        run.journal.leave_out(page, left_out);
    }
    for place in &gone {
        run.intake.ids.remove(&place.id.to_string());
    }
    if !gone.is_empty() {
        let rows = geohub_core::text::plural(gone.len() as u64, "row");
        run.http
            .context
            .note(format!("leaving out {rows} that came and were deleted while the layer was read"));
    }
    Ok(gone.len() as u64)
}

/// The rows in the journal that are not listed, page by page.
fn strays(run: &Run<'_>, listed: &[Id]) -> Result<Vec<Place>> {
    let listed: HashSet<&Id> = listed.iter().collect();
    let decoder = run.dataset.decoder(run.selection);
    let mut found = Vec::new();
    for (page, line) in run.journal.lines().iter().enumerate() {
        if line.length == 0 {
            continue;
        }
        for (position, (id, _)) in decoder.rows(&run.journal.read(page)?)?.into_iter().enumerate() {
            let position = position as u32;
            if !listed.contains(&id) && line.repeated.binary_search(&position).is_err() {
                found.push(Place { page, position, id });
            }
        }
    }
    Ok(found)
}

/// Of some rows those that do not come when asked for.
async fn gone(run: &Run<'_>, mut strays: Vec<Place>) -> Result<Vec<Place>> {
    let (asker, at_once) = (run.asker(), run.dataset.ids_at_once().max(1));
    let mut there = HashSet::new();
    let ids: Vec<Id> = strays.iter().map(|place| place.id.clone()).collect();
    for (part, wanted) in ids.chunks(at_once).enumerate() {
        if there.is_empty() && part * at_once >= SAMPLE {
            break;
        }
        there.extend(asker.page(Ask::Ids(wanted)).await?.rows.into_iter().map(|(id, _)| id));
    }
    strays.retain(|place| !there.contains(&place.id));
    Ok(strays)
}
