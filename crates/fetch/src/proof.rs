//! The proof that a download is whole.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::error::{FetchError, Incomplete, Result};
use crate::id::Id;
use crate::provider::Counted;
use crate::run::Run;
use crate::strategy::by_ids;
use crate::stray;

/// An id in a list and in a set.
const LISTED_BYTES: u64 = 48;
/// Comparisons before a layer that is edited all the time is taken as it is.
const ROUNDS: u32 = 3;

/// What was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What the server counted at the start; `None` when it does not count.
    pub server_count_before: Option<u64>,
    /// What it counted at the end.
    pub server_count_after: Option<u64>,
    /// Distinct ids received: the rows of the layer.
    pub distinct_ids: u64,
    /// Rows that came more than once and were dropped.
    pub repeated_rows: u64,
    /// Rows that came and that the server does not have any more; they were dropped.
    #[serde(default)]
    pub deleted_rows: u64,
    /// Ids that the server lists and does not give.
    pub missing_ids: Vec<String>,
    /// Every id the server has is here.
    pub complete: bool,
    /// The layer was edited while it was read.
    pub changed_while_reading: bool,
}

/// What the comparison found.
#[derive(Debug, Default)]
struct Found {
    after: Counted,
    changed: bool,
    missing: Vec<Id>,
    gone: u64,
    /// Rows may be missing and nothing tells which.
    unknown: bool,
}

/// Compares what came with what the server counts and, when they differ or the layer was edited, with the ids it
/// lists; asks once more for what is missing and drops what is no longer there.
pub(crate) async fn prove(run: &mut Run<'_>, before: &Counted) -> Result<Proof> {
    let mut found = Found { after: run.dataset.count(run.http, run.selection).await?, ..Found::default() };
    found.changed = found.after != *before || run.intake.changed > 0 || edited(run).await?;
    if found.changed || !is_all(run, &found.after) {
        compare(run, before, &mut found).await?;
    }
    let proof = Proof {
        server_count_before: before.rows,
        server_count_after: found.after.rows,
        distinct_ids: run.held() - found.gone,
        repeated_rows: run.intake.repeated,
        deleted_rows: found.gone,
        complete: found.missing.is_empty() && !found.unknown,
        missing_ids: found.missing.iter().map(ToString::to_string).collect(),
        changed_while_reading: found.changed,
    };
    if proof.complete {
        if proof.changed_while_reading {
            let what = "the layer was edited while it was read; repeat the command for one state of it";
            run.http.context.warn(what);
        }
        return Ok(proof);
    }
    fall_short(run, proof)
}

/// Whether the layer's description tells of an edit since the start.
async fn edited(run: &Run<'_>) -> Result<bool> {
    let before = &run.dataset.description().last_edit;
    let now = run.dataset.last_edit(run.http).await?;
    Ok(now.is_some() && now != *before)
}

/// Compares with the ids that the server lists.
async fn compare(run: &mut Run<'_>, before: &Counted, found: &mut Found) -> Result<()> {
    for _ in 0..ROUNDS {
        let listed = match run.dataset.ids(run.http, run.selection).await {
            Ok(listed) => listed,
            Err(error) if error.is_refusal() || matches!(error, FetchError::Unsupported { .. }) => {
                found.unknown = unlisted(run, found, &error);
                found.missing = run.refused.keys().filter(|id| !run.holds(id)).cloned().collect();
                found.missing.sort_unstable_by_key(Id::number);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // Held until they are compared: the ids and, of each, where it was seen.
        let bytes = listed.len() as u64 * LISTED_BYTES;
        let _reservation = run.http.context.budget.reserve("the server's list of ids", bytes)?;
        if let Some(id) = listed_twice(&listed) {
            return Err(run.intake.ambiguous(id));
        }
        found.missing = fill(run, &listed).await?;
        found.gone = stray::drop_gone(run, &listed, found.missing.len() as u64).await?;
        let counted = run.dataset.count(run.http, run.selection).await?;
        let same = counted == found.after;
        found.changed |= counted != *before || found.gone > 0;
        found.after = counted;
        if same || run.selection.limit.is_some() {
            judge(run, &listed, found);
            break;
        }
    }
    Ok(())
}

/// What can be said of a server that lists no ids; true when rows may be missing.
fn unlisted(run: &Run<'_>, found: &Found, error: &FetchError) -> bool {
    let context = &run.http.context;
    match found.after.rows {
        None => {
            context.warn(
                "the server neither counts rows nor lists ids: that all are here is known only from pages that were \
                 not full",
            );
            false
        }
        Some(_) if is_all(run, &found.after) => false,
        Some(_) => {
            context.warn(error.to_string());
            true
        }
    }
}

/// The end of a download that is not whole: an error, or a warning where the user wants the rest.
fn fall_short(run: &Run<'_>, proof: Proof) -> Result<Proof> {
    let mut incomplete = Incomplete {
        url: run.dataset.description().url.clone(),
        server_count: proof.server_count_after,
        distinct_ids: proof.distinct_ids,
        missing_ids: proof.missing_ids.clone(),
        changed: proof.changed_while_reading,
        list: None,
    };
    if run.http.settings.allow_partial {
        run.http.context.warn(format!("{incomplete}; written all the same, as --allow-partial asks"));
        return Ok(proof);
    }
    if run.http.settings.keep_journal {
        incomplete.list = Some(run.journal.write_missing(&proof)?);
    }
    Err(FetchError::Incomplete(Box::new(incomplete)))
}

/// An id that stands for several rows.
fn listed_twice(listed: &[Id]) -> Option<&Id> {
    let mut seen = HashSet::with_capacity(listed.len());
    listed.iter().find(|id| !seen.insert(*id))
}

/// Whether as many rows are here as the server counts, or as are wanted.
fn is_all(run: &Run<'_>, counted: &Counted) -> bool {
    match (counted.rows, run.selection.limit) {
        (Some(rows), Some(limit)) if limit <= rows => run.held() >= limit,
        (Some(rows), _) => run.held() == rows,
        (None, _) => false,
    }
}

/// Asks for the rows that are listed and not here; returns what stays missing.
async fn fill(run: &mut Run<'_>, listed: &[Id]) -> Result<Vec<Id>> {
    let wanted = usize::try_from(run.wanted()).unwrap_or(usize::MAX);
    let absent = listed.iter().filter(|id| !run.holds(id));
    let absent: Vec<Id> = absent.take(wanted).cloned().collect();
    if absent.is_empty() {
        return Ok(absent);
    }
    let rows = geohub_core::text::plural(absent.len() as u64, "row");
    run.http.context.note(format!("asking again for {rows} that did not come"));
    by_ids(run, absent).await
}

/// Says what is odd about a layer of which every listed row is here.
fn judge(run: &Run<'_>, listed: &[Id], found: &Found) {
    if !found.missing.is_empty() || run.selection.limit.is_some() {
        return;
    }
    let held = run.held() - found.gone;
    if let Some(count) = found.after.rows
        && count != held
    {
        run.http.context.warn(format!(
            "the server counts {count} rows and lists {} ids; all of those are here, {held} rows in all",
            listed.len()
        ));
    }
}
