//! One attempt to bring only what changed.

use std::collections::HashMap;
use std::time::SystemTime;

use super::Changes;
use super::held::{Held, Tally};
use super::order::{self, Size};
use super::seal::Seal;
use crate::begin::head;
use crate::columns::Seen;
use crate::error::{FetchError, Result};
use crate::facts::Tried;
use crate::fetch::{Asked, Done, Fetched, Sealed, finished};
use crate::id::Id;
use crate::idset::IdSet;
use crate::intake::Intake;
use crate::item::{self, ItemFacts};
use crate::journal::{Folder, Head, Journal, Pages, head_of};
use crate::ledger::Digest;
use crate::marks::earliest_ms;
use crate::proof::Proof;
use crate::proven::Group;
use crate::query::Query;
use crate::reference::Reference;
use crate::run::{OnProgress, Run};
use crate::selection::Selection;
use crate::stamp::iso;
use crate::strategy::{by_ids, pull};

/// Pages of refreshes behind those of the download, before one download takes their place: each may be read for many
/// stretches.
const MOST_PAGES: u64 = 200;
/// Times that the kept pages are read at most.
const MOST_READ: u64 = 6;
/// Changes that are brought as such however small the layer is.
const MOST_CHANGED: u64 = 100;
/// A stamp has whole seconds: an edit within one cannot be told from one that was there.
const SECOND_MS: i64 = 1000;
/// The name in receipts.
const NAME: &str = "changes";

/// How an attempt ended.
pub(super) enum Outcome {
    /// The layer is up to date.
    Done(Box<Fetched>, Changes),
    /// It was edited meanwhile.
    Again,
    /// Only a download of every row is sure to be right; the words say why.
    Whole(String),
}

/// What an attempt works with.
pub(super) struct Attempt<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) reference: &'a Reference,
    pub(super) query: &'a Query,
    pub(super) on_progress: &'a OnProgress,
    pub(super) seal: Option<&'a Seal>,
}

/// The kept rows, and the journal that they are in.
struct Kept {
    journal: Journal,
    held: Held,
    /// The pages that have rows.
    pages: Vec<Size>,
    /// How the rows brought now differ.
    tally: Tally,
}

/// Why an attempt is of no use.
enum Stop {
    Whole(String),
    Error(FetchError),
}

impl From<FetchError> for Stop {
    /// What a server refuses is no fault of the layer: all of its rows may come all the same.
    fn from(error: FetchError) -> Self {
        let refused = error.is_refusal() || matches!(error, FetchError::Unsupported { .. });
        if refused {
            Self::Whole(format!("the server refuses to tell changes: {error}"))
        } else {
            Self::Error(error)
        }
    }
}

impl From<geohub_core::Error> for Stop {
    fn from(error: geohub_core::Error) -> Self {
        Self::Error(error.into())
    }
}

fn stop<T>(why: &str) -> Result<T, Stop> {
    Err(Stop::Whole(why.to_owned()))
}

impl Attempt<'_> {
    /// Tries; `last` takes a layer as it is that is edited all the time.
    pub(super) async fn run(&self, last: bool) -> Result<Outcome> {
        match self.changes(last).await {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Whole(why)) => Ok(Outcome::Whole(why)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    async fn changes(&self, last: bool) -> Result<Outcome, Stop> {
        let started = iso(SystemTime::now());
        let (seal, total, folder) = self.possible()?;
        let Some(since_ms) = seal.edited_ms else {
            return stop("nothing says when the kept rows were edited");
        };
        let condition = self.asked.dataset.edited_since(since_ms, true);
        if condition.is_none() && !(seal.settled && self.stamp() == Some(since_ms)) {
            return stop("the service does not say which rows were edited");
        }
        let kept = self.kept(seal, folder)?;
        if kept.held.all > kept.held.len() * 2 + 1000 || kept.pages.len() as u64 > seal.pages + MOST_PAGES {
            return stop("what is kept is in too many pieces by now");
        }
        let kept = match condition {
            Some(condition) => self.edited(kept, condition, total).await?,
            // Nothing was edited; what is here is written again.
            None => kept,
        };
        let listed = self.listed(total).await?;
        let kept = self.absent(kept, &listed, total).await?;
        let removed = (seal.rows + kept.tally.added).saturating_sub(total);
        let changes = Changes { added: kept.tally.added, changed: kept.tally.changed, removed };
        let settled = self.unchanged_meanwhile().await?;
        if !settled && !last {
            return Ok(Outcome::Again);
        }
        if changes == Changes::default() {
            self.explained(since_ms).await?;
        }
        let Asked { http, dataset, .. } = self.asked;
        let item = item::of_download(http, dataset, &http.settings.journal, false).await;
        let fetched = self.finish(kept, seal, &listed, settled, (started, item))?;
        Ok(Outcome::Done(Box::new(fetched), changes))
    }

    /// The seal and the count, where the kept pages are of this layer and query.
    fn possible(&self) -> Result<(&Seal, u64, Folder), Stop> {
        let Asked { http, dataset, selection, counted } = self.asked;
        let Some(seal) = self.seal else { return stop("nothing was kept") };
        if selection.limit.is_some() {
            return stop("the rows that a limit leaves depend on all others");
        }
        let Some(total) = counted.rows else { return stop("the server does not count") };
        let folder = Folder::open(&http.settings.journal, true)?;
        let Some(kept) = head_of(&folder) else { return stop("nothing was kept") };
        let now = Head { last_edit: kept.last_edit.clone(), ..head(http, dataset, selection, counted) };
        match now.differs_from(&kept) {
            Some(why) => Err(Stop::Whole(why)),
            None => Ok((seal, total, folder)),
        }
    }

    /// Reads what was kept. Pages that are damaged are cut off with those behind them.
    fn kept(&self, seal: &Seal, folder: Folder) -> Result<Kept, Stop> {
        let Asked { http, dataset, selection, .. } = self.asked;
        let decoder = dataset.decoder(selection);
        let mut held = Held::new(&http.context.budget)?;
        let mut pages = Vec::new();
        let journal = Journal::resume(folder, |line, body| {
            line.repeated = Vec::new();
            if line.length == 0 {
                return Ok(true);
            }
            pages.push(Size { rows: line.rows, bytes: line.length });
            held.enter_kept(pages.len() as u32 - 1, &body, line.rows, &*decoder)
        })?;
        if (pages.len() as u64) < seal.pages {
            return stop("kept pages are damaged");
        }
        Ok(Kept { journal, held, pages, tally: Tally::default() })
    }

    /// Brings the rows edited since.
    async fn edited(&self, kept: Kept, condition: String, total: u64) -> Result<Kept, Stop> {
        let condition = match &self.asked.selection.condition {
            Some(own) => format!("({own}) AND {condition}"),
            None => condition,
        };
        let selection = Selection { condition: Some(condition), ..self.asked.selection.clone() };
        let counted = self.asked.dataset.count(self.asked.http, &selection).await?;
        let Some(rows) = counted.rows else { return stop("the server does not count changes") };
        if rows > MOST_CHANGED && rows > total / 2 {
            return stop("most rows have changed");
        }
        if rows == 0 {
            return Ok(kept);
        }
        let (kept, came) = self.append(kept, &selection, rows, None).await?;
        if came != rows {
            return stop("the changed rows did not come as counted");
        }
        Ok(kept)
    }

    /// Brings the listed rows that are not here.
    async fn absent(&self, kept: Kept, listed: &[Id], total: u64) -> Result<Kept, Stop> {
        let absent: Vec<Id> = listed.iter().filter(|id| kept.held.place(id).is_none()).cloned().collect();
        let rows = absent.len() as u64;
        if rows > MOST_CHANGED && rows > total / 2 {
            return stop("most rows are new: the layer was replaced");
        }
        if rows == 0 {
            return Ok(kept);
        }
        let (kept, came) = self.append(kept, self.asked.selection, rows, Some(absent)).await?;
        if came != rows {
            return stop("new rows are listed and do not come");
        }
        Ok(kept)
    }

    /// Brings the rows of a selection, or those of it that are named, appends their pages and enters them. Gives how many
    /// came.
    async fn append(
        &self,
        mut kept: Kept,
        selection: &Selection,
        rows: u64,
        named: Option<Vec<Id>>,
    ) -> Result<(Kept, u64), Stop> {
        let Asked { http, dataset, .. } = self.asked;
        let from = kept.journal.lines().len();
        let mut run = Run {
            http,
            dataset,
            selection,
            intake: Intake::new(dataset, selection, &http.context.budget)?,
            journal: kept.journal,
            total: Some(rows),
            refused: HashMap::new(),
            tried: Vec::new(),
            resumed: 0,
            listed: None,
            on_progress: self.on_progress.clone(),
            from,
        };
        match named {
            Some(ids) => drop(by_ids(&mut run, ids).await?),
            None => drop(pull(&mut run).await?),
        }
        let came = run.held();
        kept.journal = run.journal;
        let decoder = dataset.decoder(selection);
        for page in from..kept.journal.lines().len() {
            let line = &kept.journal.lines()[page];
            if line.length > 0 {
                kept.pages.push(Size { rows: line.rows, bytes: line.length });
                let rows = decoder.rows(&kept.journal.read(page)?)?;
                kept.held.enter(kept.pages.len() as u32 - 1, &rows, &mut kept.tally)?;
            }
        }
        Ok((kept, came))
    }

    /// Every id the layer has, as many as it counts.
    async fn listed(&self, total: u64) -> Result<Vec<Id>, Stop> {
        let Asked { http, dataset, selection, .. } = self.asked;
        let mut listed = dataset.ids(http, selection).await?;
        let mut keys: Vec<u128> = listed.iter().map(crate::ledger::id_key).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() != listed.len() || listed.len() as u64 != total {
            return stop("the ids listed are not those counted");
        }
        // Texts come in the order of the server, in which pages come too.
        if listed.iter().all(|id| id.number().is_some()) {
            listed.sort_unstable_by_key(Id::number);
        }
        Ok(listed)
    }

    /// When the layer was last edited, epoch milliseconds.
    fn stamp(&self) -> Option<i64> {
        earliest_ms(self.asked.dataset, self.asked.counted)
    }

    /// Whether count and stamps are those of the start.
    async fn unchanged_meanwhile(&self) -> Result<bool, Stop> {
        let Asked { http, dataset, selection, counted } = self.asked;
        let after = dataset.count(http, selection).await?;
        let now = dataset.last_edit(http).await?;
        Ok(after == *counted && (now.is_none() || now == dataset.description().last_edit))
    }

    /// A stamp that moved without any row that was edited, came or went: rows may have been edited while nobody kept
    /// their times.
    async fn explained(&self, since_ms: i64) -> Result<(), Stop> {
        let Asked { http, dataset, selection, .. } = self.asked;
        if self.stamp() == Some(since_ms) {
            return Ok(());
        }
        let condition = dataset.edited_since(since_ms + SECOND_MS, false);
        let selection = Selection { condition, ..selection.clone() };
        match dataset.count(http, &selection).await?.rows {
            Some(rows) if rows > 0 => Ok(()),
            _ => stop("the layer was edited, and no row says so"),
        }
    }

    /// The layer out of the newest of each listed row.
    fn finish(
        &self,
        kept: Kept,
        seal: &Seal,
        listed: &[Id],
        settled: bool,
        (started, item): (String, Option<ItemFacts>),
    ) -> Result<Fetched, Stop> {
        let Asked { dataset, selection, counted, .. } = self.asked;
        let places = kept.held.places(listed, &dataset.description().url)?;
        let groups = order::groups(&places, &kept.pages, seal.pages as usize);
        let whole: u64 = kept.pages.iter().map(|page| page.bytes).sum();
        if order::cost(&groups, &kept.pages) > whole * MOST_READ {
            return stop("what is kept is in too many pieces by now");
        }
        let pages = kept.journal.seal()?;
        let seen = self.survey(&pages, &groups)?;
        let rows = listed.len() as u64;
        let proof = Proof {
            server_count_before: counted.rows,
            server_count_after: counted.rows,
            distinct_ids: rows,
            repeated_rows: 0,
            deleted_rows: 0,
            missing_ids: Vec::new(),
            complete: true,
            changed_while_reading: !settled,
        };
        let tried = vec![Tried { rung: NAME.to_owned(), outcome: "used".to_owned() }];
        let (digest, stamp) = (Digest::of(listed), counted.stamp.clone());
        let mut ids = IdSet::new(dataset.id_column());
        for id in listed {
            ids.insert(&id.to_string());
        }
        let done = Done { proof, rung: NAME, tried, resumed: 0, started, digest, ids, stamp, item };
        let sealed = Sealed { pages, groups, seen: &seen, rows };
        debug_assert_eq!(selection.limit, None, "rows of a limit depend on all others");
        Ok(finished(&self.asked, self.reference, self.query, sealed, done))
    }

    /// What the columns hold in the rows that are read, where numbers of any kind must be told apart.
    fn survey(&self, pages: &Pages, groups: &[Group]) -> Result<Vec<Seen>, Stop> {
        let Asked { dataset, selection, .. } = self.asked;
        let fields = selection.schema.fields();
        let mut seen = vec![Seen::default(); fields.len()];
        if fields.iter().any(|field| dataset.is_any_number(field.name())) {
            let decoder = dataset.decoder(selection);
            for part in groups.iter().flat_map(|group| &group.parts) {
                decoder.survey(&pages.read(part.page)?, &part.skip, &mut seen)?;
            }
        }
        Ok(seen)
    }
}
