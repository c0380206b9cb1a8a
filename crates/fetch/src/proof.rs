//! The proof that a download is whole.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::error::{FetchError, Incomplete, Result};
use crate::id::Id;
use crate::provider::Counted;
use crate::run::Run;
use crate::strategy::by_ids;

/// An id in a list and in a set.
const LISTED_BYTES: u64 = 48;

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
    /// Ids that the server lists and does not give.
    pub missing_ids: Vec<String>,
    /// Every id the server has is here.
    pub complete: bool,
    /// The layer was edited while it was read.
    pub changed_while_reading: bool,
}

/// Compares what came with what the server counts and, when they differ or the layer was edited, with the ids it
/// lists; asks once more for what is missing.
pub(crate) async fn prove(run: &mut Run<'_>, before: &Counted) -> Result<Proof> {
    let mut after = run.dataset.count(run.http, run.selection).await?;
    let mut changed = after != *before || run.changed > 0;
    let mut missing = Vec::new();
    if changed || expected(run, &after) != Some(run.ledger.len()) {
        let listed = run.dataset.ids(run.http, run.selection).await?;
        // Held until they are compared: the ids and, of each, where it was seen.
        let bytes = listed.len() as u64 * LISTED_BYTES;
        let _reservation = run.http.context.budget.reserve("the server's list of ids", bytes)?;
        if let Some(id) = listed_twice(&listed) {
            return Err(run.ambiguous(id));
        }
        missing = fill(run, &listed).await?;
        after = run.dataset.count(run.http, run.selection).await?;
        changed |= after != *before;
        judge(run, &listed, &missing, &after);
    }
    let proof = Proof {
        server_count_before: before.rows,
        server_count_after: after.rows,
        distinct_ids: run.ledger.len(),
        repeated_rows: run.repeated,
        complete: missing.is_empty(),
        missing_ids: missing.iter().map(ToString::to_string).collect(),
        changed_while_reading: changed,
    };
    if changed {
        run.http
            .context
            .warn("the layer was edited while it was read; repeat the command for one state of it");
    }
    if proof.complete {
        return Ok(proof);
    }
    Err(FetchError::Incomplete(Box::new(Incomplete {
        url: run.dataset.description().url.clone(),
        server_count: proof.server_count_after,
        distinct_ids: proof.distinct_ids,
        missing_ids: proof.missing_ids,
    })))
}

/// An id that stands for several rows.
fn listed_twice(listed: &[Id]) -> Option<&Id> {
    let mut seen = HashSet::with_capacity(listed.len());
    listed.iter().find(|id| !seen.insert(*id))
}

/// Rows that must be here.
fn expected(run: &Run<'_>, counted: &Counted) -> Option<u64> {
    let rows = counted.rows?;
    Some(run.selection.limit.map_or(rows, |limit| rows.min(limit)))
}

/// Asks for the rows that are listed and not here; returns what stays missing.
async fn fill(run: &mut Run<'_>, listed: &[Id]) -> Result<Vec<Id>> {
    let wanted =
        run.selection.limit.map_or(usize::MAX, |limit| limit.saturating_sub(run.ledger.len()) as usize);
    let absent = listed.iter().filter(|id| !run.ledger.contains(id));
    let absent: Vec<Id> = absent.take(wanted).cloned().collect();
    if absent.is_empty() {
        return Ok(absent);
    }
    run.http.context.note(format!("asking again for {} rows that did not come", absent.len()));
    by_ids(run, absent).await
}

/// Says what is odd about a layer of which every listed row is here.
fn judge(run: &Run<'_>, listed: &[Id], missing: &[Id], after: &Counted) {
    if !missing.is_empty() || run.selection.limit.is_some() {
        return;
    }
    let held = run.ledger.len();
    if let Some(count) = after.rows
        && count != held
    {
        run.http.context.warn(format!(
            "the server counts {count} rows and lists {} ids; all of those are here, {held} rows in all",
            listed.len()
        ));
    }
}
