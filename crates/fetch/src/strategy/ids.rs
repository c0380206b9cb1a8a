//! Rows by lists of their ids: for servers that do not page, and for what is missing.

use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::page::Ask;
use crate::run::Run;

/// Asks for the rows among `ids` that are not here; returns those that do not come.
pub(crate) async fn by_ids(run: &mut Run<'_>, mut ids: Vec<Id>) -> Result<Vec<Id>> {
    // Neighbours lie together on the server, and the pages of the journal then hardly overlap.
    if ids.iter().all(|id| id.number().is_some()) {
        ids.sort_unstable_by_key(Id::number);
    }
    ids.retain(|id| !run.ledger.contains(id));
    let mut missing = Vec::new();
    for part in ids.chunks(run.dataset.ids_at_once().max(1)) {
        missing.extend(part_by_ids(run, part).await?);
    }
    Ok(missing)
}

/// Asks for less whenever an answer is short or fails, as long as something comes.
async fn part_by_ids(run: &mut Run<'_>, part: &[Id]) -> Result<Vec<Id>> {
    let mut wanted = part.to_vec();
    let mut at_once = wanted.len();
    let mut missing = Vec::new();
    while !wanted.is_empty() {
        let ask: Vec<Id> = wanted.iter().take(at_once).cloned().collect();
        match run.ask(Ask::Ids(&ask)).await {
            Ok(taken) if taken.new.is_empty() => {
                wanted.drain(..ask.len());
                missing.extend(ask);
            }
            Ok(_) => wanted.retain(|id| !run.ledger.contains(id)),
            Err(error) if refused(&error) && ask.len() > 1 => at_once = ask.len().div_ceil(2),
            Err(error) if refused(&error) => {
                run.http.context.warn(format!("the row with id {} cannot be had: {error}", ask[0]));
                missing.push(wanted.remove(0));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

fn refused(error: &FetchError) -> bool {
    matches!(error, FetchError::Server { .. } | FetchError::BadAnswer { .. } | FetchError::PostRefused { .. })
}
