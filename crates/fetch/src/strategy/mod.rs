//! Ways to bring all rows. One file each; the ladder goes down a rung when a server refuses the one above.

mod ids;
mod keyset;

use crate::error::{FetchError, Result};
use crate::run::Run;

pub(crate) use ids::by_ids;

/// How a strategy ended.
#[derive(Debug)]
pub(super) enum End {
    /// The server has no more rows for it.
    Done,
    /// It does not work on this server; the words say why.
    Unfit(String),
}

/// Brings all rows. What a rung leaves out, the proof asks for by id.
///
/// Returns the name of the rung that was reached, for the receipt.
pub(crate) async fn pull(run: &mut Run<'_>) -> Result<&'static str> {
    let why = match keyset::pull(run).await {
        Ok(End::Done) => return Ok("keyset"),
        Ok(End::Unfit(why)) => why,
        // A server that refuses the order or the page size may still answer lists of ids.
        Err(FetchError::Server { code: 400, words, .. }) => words,
        Err(error) => return Err(error),
    };
    run.http.context.note(format!("asking by lists of ids, for paging by id does not work here: {why}"));
    let ids = run.dataset.ids(run.http, run.selection).await?;
    by_ids(run, ids).await?;
    Ok("id-list")
}
