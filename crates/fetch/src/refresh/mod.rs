//! Bringing a downloaded layer up to date: of a journal that was kept, only what changed since.
//!
//! Rows edited since the last time are asked for by the service's own stamps of rows, and appended; then every id is
//! listed. Of each listed id the newest row counts, rows that are not listed are gone, listed ids that are not here are
//! asked for. Whatever does not add up is a reason to bring the whole layer.

mod attempt;
mod held;
mod order;
mod seal;

use geohub_core::Context;

use crate::error::Result;
use crate::fetch::{Asked, Fetched, block_on, open, whole};
use crate::http::Http;
use crate::journal::Folder;
use crate::marks::earliest_ms;
use crate::query::Query;
use crate::reference::Reference;
use crate::run::OnProgress;
use crate::settings::Settings;
use attempt::Attempt;
use seal::Seal;

/// Times that a layer is asked for its changes again because it was edited meanwhile.
const ROUNDS: u32 = 2;

/// Rows that differ from those that were here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows that were not here.
    pub added: u64,
    /// Rows with other values.
    pub changed: u64,
    /// Rows that are gone.
    pub removed: u64,
}

/// How a layer was brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// Every row was brought; why.
    Whole(String),
    /// Only what had changed.
    Changes(Changes),
}

/// A layer brought up to date.
pub struct Refreshed {
    /// The layer, as a download of it gives it.
    pub fetched: Fetched,
    /// What was brought.
    pub how: How,
}

/// Brings a layer up to date from the journal that an earlier call left in `settings.journal`, and leaves it there for
/// the next one. The rows and their order are those of a [`fetch`](crate::fetch()) now. With `settings.fresh` every row
/// is brought.
pub fn refresh(
    reference: &Reference,
    query: &Query,
    settings: &Settings,
    context: &Context,
    on_progress: &OnProgress,
) -> Result<Refreshed> {
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        for round in 0.. {
            let dataset = open(reference, &http).await?;
            let selection = dataset.select(query)?;
            let counted = dataset.count(&http, &selection).await?;
            let asked = Asked { http: &http, dataset: &*dataset, selection: &selection, counted: &counted };
            let edited_ms = earliest_ms(&*dataset, &counted);
            let seal = Seal::read(&settings.journal).filter(|_| !settings.fresh);
            let attempt = Attempt { asked, reference, query, on_progress, seal: seal.as_ref() };
            let why = match attempt.run(round >= ROUNDS).await? {
                attempt::Outcome::Done(fetched, changes) => {
                    let pages = seal.map_or(0, |seal| seal.pages);
                    Seal::of(&fetched, edited_ms, pages).write(&settings.journal)?;
                    return Ok(Refreshed { fetched: *fetched, how: How::Changes(changes) });
                }
                attempt::Outcome::Again => continue,
                attempt::Outcome::Whole(why) => why,
            };
            let fetched = all(&asked, reference, query, seal.is_some(), on_progress).await?;
            if fetched.proof.complete {
                let pages = fetched.proven.pages() as u64;
                Seal::of(&fetched, edited_ms, pages).write(&settings.journal)?;
            }
            return Ok(Refreshed { fetched, how: How::Whole(why) });
        }
        unreachable!("rounds end with an outcome")
    })
}

/// Brings every row: anew where a finished journal lies there, else from where an interrupted download was.
async fn all(
    asked: &Asked<'_>,
    reference: &Reference,
    query: &Query,
    finished: bool,
    on_progress: &OnProgress,
) -> Result<Fetched> {
    let settings = &asked.http.settings;
    Seal::remove(&settings.journal)?;
    let folder = Folder::open(&settings.journal, true)?;
    if finished || settings.fresh {
        folder.clear()?;
    }
    whole(asked, reference, query, folder, OnProgress::clone(on_progress)).await
}
