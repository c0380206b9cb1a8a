//! The start of a download: from nothing, or from what an earlier run left.

use std::collections::HashMap;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::http::Http;
use crate::intake::Intake;
use crate::journal::{Folder, Head, Journal, head_of};
use crate::provider::{Counted, Dataset};
use crate::run::{OnProgress, Run};
use crate::selection::Selection;
use crate::stamp::iso;

/// A download that may begin, and what the layer was when it was begun first.
pub(crate) struct Begun<'a> {
    pub(crate) run: Run<'a>,
    /// The count and stamp of the first run.
    pub(crate) before: Counted,
    /// When the first run began, UTC.
    pub(crate) started: String,
}

/// Opens the journal in the folder. What an earlier run left there is used if it is of the same query and layer; else
/// that is said, and it goes.
pub(crate) fn begin<'a>(
    http: &'a Http,
    dataset: &'a dyn Dataset,
    selection: &'a Selection,
    folder: Folder,
    counted: &Counted,
    on_progress: OnProgress,
) -> Result<Begun<'a>> {
    let head = head(http, dataset, selection, counted);
    let mut intake = Intake::new(dataset, selection, &http.context.budget)?;
    let (journal, head) = match usable(http, &folder, &head) {
        Some(old) => {
            let decoder = dataset.decoder(selection);
            (Journal::resume(folder, |line, body| intake.enter_kept(line, &body, &*decoder))?, old)
        }
        None => (Journal::create(folder, &head)?, head),
    };
    let resumed = intake.ledger.len();
    if resumed > 0 {
        let rows = geohub_core::text::plural(resumed, "row");
        http.context.note(format!("resuming: {rows} already here"));
    }
    let run = Run {
        http,
        dataset,
        selection,
        journal,
        intake,
        total: counted.rows.map(|rows| selection.limit.map_or(rows, |limit| rows.min(limit))),
        refused: HashMap::new(),
        tried: Vec::new(),
        resumed,
        listed: None,
        on_progress,
        from: 0,
    };
    let before = Counted { rows: head.rows, ..counted.clone() };
    Ok(Begun { run, before, started: head.started })
}

/// The head of what is in the folder, if this download can go on from there.
fn usable(http: &Http, folder: &Folder, head: &Head) -> Option<Head> {
    let old = head_of(folder)?;
    if http.settings.fresh {
        return None;
    }
    match head.differs_from(&old) {
        None => Some(old),
        Some(why) => {
            http.context.note(format!("starting over: {why}"));
            None
        }
    }
}

pub(crate) fn head(http: &Http, dataset: &dyn Dataset, selection: &Selection, counted: &Counted) -> Head {
    let description = dataset.description();
    let layer = &description.layer;
    let exact = if http.settings.exact { " exact" } else { "" };
    Head {
        version: Head::VERSION,
        reference: description.url.clone(),
        query: selection.canonical(),
        schema_hash: schema_hash(layer),
        shape: format!("{} {}{exact}", description.id_field, layer.crs),
        last_edit: counted.stamp.clone().or_else(|| description.last_edit.clone()),
        rows: counted.rows,
        started: iso(SystemTime::now()),
    }
}

/// SHA-256 of names and types, in hexadecimal.
pub(crate) fn schema_hash(layer: &geohub_core::Layer) -> String {
    let mut hash = Sha256::new();
    for field in layer.schema.fields() {
        hash.update(format!("{}\u{0}{}\u{0}", field.name(), field.data_type()));
    }
    crate::receipt::hex(&hash.finalize())
}
