//! Ways to bring all rows. One file each; the ladder goes down a rung when a server refuses the one above, or turns out
//! not to do what it was asked.

mod boxes;
mod drive;
mod halves;
mod ids;
mod keyset;
mod offset;
mod pager;
mod reach;
mod span;

use crate::error::{FetchError, Result};
use crate::facts::Tried;
use crate::journal::Covers;
use crate::run::Run;

pub(crate) use ids::by_ids;

/// A way to bring all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    /// Pages in order of the id, each starting after the last id received; side by side over stretches of ids.
    Keyset,
    /// Pages in order of the id by position.
    Offset,
    /// Stretches between ids that the server lists.
    IdRanges,
    /// Lists of ids.
    IdList,
    /// Stretches of ids, halved until they fit into an answer; for servers that neither sort nor list.
    IdHalves,
    /// Boxes, quartered until they fit into an answer; the last resort.
    Boxes,
}

impl Rung {
    /// Its name in journals and receipts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Keyset => "keyset",
            Self::Offset => "offset",
            Self::IdRanges => "id-ranges",
            Self::IdList => "id-list",
            Self::IdHalves => "id-halves",
            Self::Boxes => "boxes",
        }
    }

    async fn pull(self, run: &mut Run<'_>) -> Result<End> {
        match self {
            Self::Keyset => keyset::pull(run).await,
            Self::Offset => offset::pull(run).await,
            Self::IdRanges => ids::pull_ranges(run).await,
            Self::IdList => ids::pull_lists(run).await,
            Self::IdHalves => halves::pull(run).await,
            Self::Boxes => boxes::pull(run).await,
        }
    }
}

/// The name of what is asked for again in the end.
pub(crate) const MISSING: &str = "missing";

/// How a rung ended.
#[derive(Debug)]
pub(super) enum End {
    /// The server has no more rows for it.
    Done,
    /// It does not work on this server; the words say why.
    Unfit(String),
}

impl End {
    fn of(unfit: Option<String>) -> Self {
        unfit.map_or(Self::Done, Self::Unfit)
    }
}

/// Brings all rows. What a rung leaves out, the proof asks for by id.
///
/// Returns the rung that was reached, for the receipt.
pub(crate) async fn pull(run: &mut Run<'_>) -> Result<Rung> {
    let rungs = run.dataset.rungs();
    for &rung in &rungs[first(run, rungs)..] {
        let outcome = match rung.pull(run).await? {
            End::Done => "used".to_owned(),
            End::Unfit(why) => why,
        };
        run.http.context.detail(format!("asking by {}: {outcome}", rung.name()));
        let used = outcome == "used";
        run.tried.push(Tried { rung: rung.name().to_owned(), outcome });
        if used {
            return Ok(rung);
        }
    }
    let url = &run.dataset.description().url;
    let tried: Vec<String> = run.tried.iter().map(|one| format!("{}: {}", one.rung, one.outcome)).collect();
    let what = format!("{url}: no way to ask for all rows works on this server ({})", tried.join("; "));
    Err(FetchError::Unsupported { what, hint: None })
}

/// The rung that an interrupted run had come to; those above did not work then.
fn first(run: &Run<'_>, rungs: &[Rung]) -> usize {
    let last = run.journal.lines()[run.from..].iter().rev().find(|line| line.rung != MISSING);
    last.and_then(|line| rungs.iter().position(|rung| rung.name() == line.rung)).unwrap_or(0)
}

/// What is whole by the pages of a rung.
fn covered<'r>(run: &'r Run<'_>, rung: Rung) -> impl Iterator<Item = &'r Covers> {
    run.journal.lines()[run.from..]
        .iter()
        .filter(move |line| line.rung == rung.name())
        .map(|line| &line.covers)
}

/// Rows in a row that may fail alone before the server is to blame, not they.
fn refused_rows(error: &FetchError, pages: u64) -> u32 {
    match error {
        FetchError::Server { .. } => {
            if pages > 0 {
                20
            } else {
                2
            }
        }
        FetchError::Network { .. } => 1,
        _ => {
            if pages > 0 {
                2
            } else {
                0
            }
        }
    }
}
