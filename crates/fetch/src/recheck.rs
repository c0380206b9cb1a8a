//! Whether a layer still is what a receipt says of it, without its rows.

use geohub_core::{Bbox, Context};
use serde::Deserialize;

use crate::error::{FetchError, Result};
use crate::fetch::{block_on, open};
use crate::http::Http;
use crate::id::Id;
use crate::idset::{Apart, IdSet, key};
use crate::provider::Dataset;
use crate::query::Query;
use crate::receipt::Claim;
use crate::reference::Reference;
use crate::selection::Selection;
use crate::settings::Settings;

/// An id and its text, listed.
const LISTED_BYTES: u64 = 64;

/// A layer as its receipt has it and as its service has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recheck {
    /// The layer that was asked, without secrets.
    pub url: String,
    /// Rows that the server counted at the end of the download.
    pub rows_then: Option<u64>,
    /// Rows that it counts now.
    pub rows_now: Option<u64>,
    /// The stamp of the last edit that the receipt has.
    pub stamp_then: Option<String>,
    /// The stamp now.
    pub stamp_now: Option<String>,
    /// What the lists of ids say.
    pub ids: Ids,
}

/// What the lists of ids say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ids {
    /// The same ids.
    Same,
    /// Some differ.
    Differ {
        /// Ids that are new at the source.
        added: Vec<String>,
        /// Ids that are gone there; `None` for one whose text is not in the receipt.
        removed: Vec<Option<String>>,
    },
    /// Too many differ for the receipt to say which.
    TooMany {
        /// Every id at the source.
        listed: Vec<String>,
    },
    /// They were not compared, and why.
    NotCompared(String),
}

impl Recheck {
    /// True when anything that can be compared is another than it was.
    pub fn has_moved_on(&self) -> bool {
        let differ = |then: &Option<u64>, now: &Option<u64>| then.is_some() && now.is_some() && then != now;
        let edited =
            self.stamp_then.is_some() && self.stamp_now.is_some() && self.stamp_then != self.stamp_now;
        let ids = matches!(self.ids, Ids::Differ { .. } | Ids::TooMany { .. });
        differ(&self.rows_then, &self.rows_now) || edited || ids
    }
}

/// Counts a receipt's selection at its source and lists the ids there. No row is downloaded.
///
/// # Errors
/// [`FetchError::NotFound`] when the layer is gone, [`FetchError::Unsupported`] for the receipt of no download, and
/// whatever comes between the server and us.
pub fn recheck(claim: &Claim, settings: &Settings, context: &Context) -> Result<Recheck> {
    let reference = reference_of(claim)?;
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        let dataset = open(&reference, &http).await?;
        let selection = selection_of(&*dataset, claim)?;
        let counted = dataset.count(&http, &selection).await?;
        let ids = compare(&*dataset, &http, &selection, claim).await?;
        Ok(Recheck {
            url: dataset.description().url.clone(),
            rows_then: claim.proof.as_ref().and_then(|proof| proof.server_count_after),
            rows_now: counted.rows,
            stamp_then: claim.last_edit_before.clone(),
            stamp_now: counted.stamp.or_else(|| dataset.description().last_edit.clone()),
            ids,
        })
    })
}

/// The layer itself rather than what led to it: a service with several layers was asked for one of them.
fn reference_of(claim: &Claim) -> Result<Reference> {
    let layer = claim.provenance.origin.service_url.as_deref().and_then(|url| Reference::parse(url).ok());
    match (layer, &claim.reference) {
        (Some(layer), _) => Ok(layer),
        (None, Some(reference)) => Reference::parse(reference),
        (None, None) => Err(FetchError::Unsupported {
            what: "the receipt names no layer of a service".to_owned(),
            hint: None,
        }),
    }
}

/// What [`Selection::canonical`] says of conditions.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Canonical {
    r#where: Option<String>,
    bbox: Vec<String>,
    limit: Option<u64>,
}

fn selection_of(dataset: &dyn Dataset, claim: &Claim) -> Result<Selection> {
    let mut selection = dataset.select(&Query::default())?;
    let Some(text) = &claim.query else { return Ok(selection) };
    let unreadable = || FetchError::Unsupported {
        what: format!("the query of the receipt cannot be read: {text}"),
        hint: None,
    };
    let canonical: Canonical = serde_json::from_str(text).map_err(|_| unreadable())?;
    let boxes: Result<Vec<Bbox>, _> = canonical.bbox.iter().map(|text| text.parse()).collect();
    selection.boxes = boxes.map_err(|_| unreadable())?;
    selection.condition = canonical.r#where;
    selection.limit = canonical.limit;
    Ok(selection)
}

async fn compare(dataset: &dyn Dataset, http: &Http, selection: &Selection, claim: &Claim) -> Result<Ids> {
    let Some(before) = &claim.ids else {
        return Ok(Ids::NotCompared("the receipt has none".to_owned()));
    };
    if selection.limit.is_some() {
        return Ok(Ids::NotCompared("the download was limited to some rows".to_owned()));
    }
    let listed = match dataset.ids(http, selection).await {
        Ok(listed) => listed,
        Err(error) if error.is_refusal() || matches!(error, FetchError::Unsupported { .. }) => {
            return Ok(Ids::NotCompared(error.to_string()));
        }
        Err(error) => return Err(error),
    };
    if dataset.id_column() != before.field {
        let (now, then) = (dataset.id_column(), &before.field);
        return Ok(Ids::NotCompared(format!("rows are told apart by {now} now, and by {then} then")));
    }
    let _reservation =
        http.context.budget.reserve("the server's list of ids", listed.len() as u64 * LISTED_BYTES)?;
    Ok(judge(before, &listed))
}

fn judge(before: &IdSet, listed: &[Id]) -> Ids {
    let mut now = IdSet::new(before.field.as_str());
    for id in listed {
        now.insert(&id.to_string());
    }
    if before.is_same(&now) {
        return Ids::Same;
    }
    match before.apart(&now) {
        // Sets of one sketch and two digests: one of them was written by somebody else.
        Some(apart) if apart != Apart::default() => named(before, listed, &apart),
        _ => Ids::TooMany { listed: listed.iter().map(ToString::to_string).collect() },
    }
}

fn named(before: &IdSet, listed: &[Id], apart: &Apart) -> Ids {
    let new = |id: &&Id| apart.only_second.contains(&key(&id.to_string()));
    let added = listed.iter().filter(new).map(ToString::to_string).collect();
    let mut removed: Vec<Option<String>> = apart.only_first.iter().map(|key| before.name(*key)).collect();
    removed.sort_unstable_by_key(|id| id.as_deref().and_then(|id| id.parse::<i64>().ok()));
    Ids::Differ { added, removed }
}
