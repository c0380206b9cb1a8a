//! Describing and fetching: where the asynchronous part begins and ends.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use geohub_core::{Context, Error, Reader, RowCount};

use crate::begin::{begin, schema_hash};
use crate::choice::GeometryChoice;
use crate::codes::CodeTable;
use crate::columns::{Seen, widened};
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::facts::{Facts, Tried};
use crate::fate::{Effort, Fate, Known};
use crate::http::Http;
use crate::idset::IdSet;
use crate::item::{self, ItemFacts};
use crate::journal::{Folder, Pages};
use crate::layers::Layers;
use crate::ledger::Digest;
use crate::marks::Marks;
use crate::proof::{Proof, prove};
use crate::proven::{Group, Inner, Proven, groups};
use crate::provider::{Counted, Dataset};
use crate::query::Query;
use crate::reference::Reference;
use crate::run::{FetchProgress, OnProgress, Run};
use crate::runtime;
use crate::selection::Selection;
use crate::settings::Settings;
use crate::stamp::iso;
use crate::strategy::pull;

/// A fetched layer.
pub struct Fetched {
    /// The rows, ordered by object id where ids are numbers.
    pub reader: Box<dyn Reader>,
    /// The same layer, for reading it more than once.
    pub proven: Proven,
    /// What was compared to know that it is whole.
    pub proof: Proof,
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// Of those, repetitions.
    pub retries: u64,
    /// Bytes received, after decompression.
    pub bytes: u64,
    /// What a receipt says of it.
    pub facts: Facts,
    /// The state of the layer when the download began.
    pub marks: Marks,
    /// The layer as its service and its item describe it, whatever was asked of it.
    pub description: Description,
    /// What is known of it for the day on which it cannot be opened any more.
    pub known: Known,
}

/// Reads a layer's description and counts its rows.
pub fn describe(reference: &Reference, settings: &Settings, context: &Context) -> Result<Description> {
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        let dataset = open(reference, &http).await?;
        let everything = dataset.select(&Query::default())?;
        let counting = dataset.count(&http, &everything);
        let stating = async { Ok::<_, FetchError>(item::stated(&http, &*dataset).await) };
        let (counted, stated) = tokio::try_join!(counting, stating)?;
        let mut description = described(&http, &*dataset, stated.as_ref());
        description.layer.rows = counted.rows.map_or(RowCount::Unknown, RowCount::Exact);
        Ok(description)
    })
}

/// The layers and tables of the service that a reference names, or in which its layer is.
///
/// # Errors
/// The reference is no `ArcGIS` service; what the server says.
pub fn layers(reference: &Reference, settings: &Settings, context: &Context) -> Result<Layers> {
    let (provider, target) = reference.opener();
    if provider.name() != "ArcGIS" {
        let reason = "a dataset of this portal is one layer".to_owned();
        let hint = Some("geohub info describes it".to_owned());
        return Err(FetchError::Reference { text: reference.text(), reason, hint });
    }
    let http = Http::new(settings, context)?;
    block_on(settings, crate::arcgis::list(&target.url, &http))
}

/// Asks the server how many rows a selection has. A filter or box that the server applies only roughly makes the
/// number an upper bound; [`RowCount::Exact`] says that it is not.
pub fn count(
    reference: &Reference,
    query: &Query,
    settings: &Settings,
    context: &Context,
) -> Result<RowCount> {
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        let dataset = open(reference, &http).await?;
        let selection = dataset.select(query)?;
        let rows = dataset.count(&http, &selection).await?.rows;
        let exact = query.filter.is_none() && query.bbox.is_none();
        Ok(match rows {
            Some(rows) if exact => RowCount::Exact(query.limit.map_or(rows, |limit| rows.min(limit))),
            Some(rows) => RowCount::Estimate(rows),
            None => RowCount::Unknown,
        })
    })
}

/// Downloads a selection of a layer into a journal and proves that it is whole.
///
/// `on_progress` is called after every page, on a thread of the runtime.
pub fn fetch(
    reference: &Reference,
    query: &Query,
    settings: &Settings,
    context: &Context,
    on_progress: OnProgress,
) -> Result<Fetched> {
    let folder = Folder::open(&settings.journal, settings.keep_journal)?;
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        let dataset = open(reference, &http).await?;
        let selection = dataset.select(query)?;
        let counted = dataset.count(&http, &selection).await?;
        let asked = Asked { http: &http, dataset: &*dataset, selection: &selection, counted: &counted };
        whole(&asked, reference, query, folder, on_progress).await
    })
}

/// A layer that was opened and counted.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) http: &'a Http,
    pub(crate) dataset: &'a dyn Dataset,
    pub(crate) selection: &'a Selection,
    pub(crate) counted: &'a Counted,
}

/// Brings every row.
pub(crate) async fn whole(
    asked: &Asked<'_>,
    reference: &Reference,
    query: &Query,
    folder: Folder,
    on_progress: OnProgress,
) -> Result<Fetched> {
    let Asked { http, dataset, selection, counted } = *asked;
    let begun = begin(http, dataset, selection, folder, counted, on_progress)?;
    let (mut run, before) = (begun.run, begun.before);
    run.report();
    let goes_on = run.resumed > 0;
    let bringing = async {
        let rung = pull(&mut run).await?;
        Ok::<_, FetchError>((rung, prove(&mut run, &before).await?))
    };
    let item = item::of_download(http, dataset, &http.settings.journal, goes_on);
    let ((rung, proof), item) = tokio::try_join!(bringing, async { Ok::<_, FetchError>(item.await) })?;
    let Run { journal, intake, tried, resumed, .. } = run;
    let digest = intake.ledger.digest();
    let pages = journal.seal()?;
    let groups = groups(pages.lines());
    let sealed = Sealed { pages, groups, seen: &intake.seen, rows: proof.distinct_ids };
    let done = Done {
        proof,
        rung: rung.name(),
        tried,
        resumed,
        started: begun.started,
        digest,
        ids: intake.ids.named(dataset.id_column()),
        stamp: before.stamp,
        item,
    };
    Ok(finished(asked, reference, query, sealed, done))
}

/// Pages that are all here, and how they are read.
pub(crate) struct Sealed<'a> {
    pub(crate) pages: Pages,
    pub(crate) groups: Vec<Group>,
    pub(crate) seen: &'a [Seen],
    pub(crate) rows: u64,
}

/// What is known of a download once it is proved.
pub(crate) struct Done {
    pub(crate) proof: Proof,
    pub(crate) rung: &'static str,
    pub(crate) tried: Vec<Tried>,
    pub(crate) resumed: u64,
    pub(crate) started: String,
    pub(crate) digest: Digest,
    pub(crate) ids: IdSet,
    pub(crate) stamp: Option<String>,
    /// What its item says.
    pub(crate) item: Option<ItemFacts>,
}

/// The layer as whoever asked for it gets it.
pub(crate) fn finished(
    asked: &Asked<'_>,
    reference: &Reference,
    query: &Query,
    sealed: Sealed<'_>,
    done: Done,
) -> Fetched {
    let Asked { http, dataset, selection, counted } = *asked;
    let mut marks = Marks::new(http, dataset, selection, counted);
    if selection.verbatim {
        marks = marks.with_ids(done.digest);
    }
    marks.settled &= !done.proof.changed_while_reading && done.proof.complete;
    let proven = seal(asked, sealed, query, reference, done.item.as_ref());
    let facts = Facts {
        reference: reference.text(),
        provider: dataset.description().provider.to_owned(),
        strategy: done.rung.to_owned(),
        ladder: done.tried,
        resumed_rows: done.resumed,
        query: selection.canonical(),
        started: done.started,
        ended: iso(SystemTime::now()),
        pages: proven.pages_by_encoding(),
        codes: codes_of(dataset.description(), proven.layer()),
        last_edit_before: done.stamp.or_else(|| dataset.description().last_edit.clone()),
        etag: dataset.description().etag.clone(),
        schema_hash: schema_hash(proven.layer()),
        ids: Some(done.ids).filter(|ids| !ids.field.is_empty()),
        provenance: (*proven.layer().provenance).clone(),
    };
    let counts = &http.counts;
    let (requests, retries, bytes) = (counts.requests(), counts.retries(), counts.bytes());
    let known = known(dataset);
    let mut description = described(http, dataset, done.item.as_ref());
    description.layer.rows = all_rows(selection, counted);
    let proof = done.proof;
    Fetched {
        reader: proven.reader(),
        proven,
        proof,
        requests,
        retries,
        bytes,
        facts,
        marks,
        description,
        known,
    }
}

/// The description with what the item and the portal's file say.
fn described(http: &Http, dataset: &dyn Dataset, item: Option<&ItemFacts>) -> Description {
    let mut description = dataset.description().clone();
    if let Some(item) = item {
        description.add(item);
    }
    let mut provenance = (*description.layer.provenance).clone();
    http.settings.terms.fill(&mut provenance.origin, &description.url);
    description.layer.provenance = Arc::new(provenance);
    description
}

/// The rows that were counted, where all were asked for.
fn all_rows(selection: &Selection, counted: &Counted) -> RowCount {
    let whole = selection.condition.is_none() && selection.boxes.is_empty() && selection.limit.is_none();
    counted.rows.filter(|_| whole).map_or(RowCount::Unknown, RowCount::Exact)
}

fn known(dataset: &dyn Dataset) -> Known {
    let title = dataset.description().layer.provenance.origin.title.clone();
    Known { title, item: dataset.item().map(str::to_owned) }
}

/// What tells, without its rows, whether a layer is still the one that was downloaded.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Its state now.
    pub marks: Marks,
    /// What is known of it for the day on which it cannot be opened any more.
    pub known: Known,
    /// Its address, without secrets.
    pub url: String,
    /// Requests sent.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
}

/// Describes and counts a layer and brings no row: two requests, and a list of ids where rows come and go without edits.
pub fn look(reference: &Reference, query: &Query, settings: &Settings, context: &Context) -> Result<Looked> {
    let http = Http::new(settings, context)?;
    block_on(settings, async {
        let dataset = open(reference, &http).await?;
        let selection = dataset.select(query)?;
        let counted = dataset.count(&http, &selection).await?;
        let mut marks = Marks::new(&http, &*dataset, &selection, &counted);
        if selection.verbatim && selection.limit.is_none() {
            marks = marks.with_ids(Digest::of(&dataset.ids(&http, &selection).await?));
        }
        let (requests, bytes) = (http.counts.requests(), http.counts.bytes());
        let url = dataset.description().url.clone();
        Ok(Looked { marks, known: known(&*dataset), url, requests, bytes })
    })
}

/// Asks what became of a layer that cannot be opened any more.
pub fn inquire(
    reference: &Reference,
    known: &Known,
    effort: Effort,
    settings: &Settings,
    context: &Context,
) -> Result<Fate> {
    let http = Http::new(settings, context)?;
    let (provider, target) = reference.opener();
    block_on(settings, provider.inquire(target, known, effort, &http))
}

/// A callback that tells nobody.
pub fn no_progress() -> OnProgress {
    Arc::new(|_: FetchProgress| {})
}

pub(crate) async fn open(reference: &Reference, http: &Http) -> Result<Box<dyn Dataset>> {
    let (provider, target) = reference.opener();
    if let Some(dropped) = &target.dropped {
        http.context.warn(format!("the {dropped} of the reference is not used; say it with options"));
    }
    if let (Some(layer), "Socrata") = (&http.settings.layer, provider.name()) {
        let reason = format!("a dataset is one layer, and --layer {layer} chooses among those of a service");
        return Err(FetchError::Reference { text: reference.text(), reason, hint: None });
    }
    let dataset = provider.open(target, http).await?;
    match (&http.settings.geometry, dataset.description().provider) {
        (Some(choice), "ArcGIS") => Err(one_geometry(choice)),
        _ => Ok(dataset),
    }
}

fn one_geometry(choice: &GeometryChoice) -> FetchError {
    let message =
        format!("`{choice}` chooses among the columns of a Socrata dataset; this is an ArcGIS layer");
    let hint = Some("leave --geometry out: a layer has one geometry".to_owned());
    Error::Request { message, hint }.into()
}

fn seal(
    asked: &Asked<'_>,
    sealed: Sealed<'_>,
    query: &Query,
    reference: &Reference,
    item: Option<&ItemFacts>,
) -> Proven {
    let Asked { http, dataset, selection, .. } = *asked;
    let Sealed { pages, groups, seen, rows } = sealed;
    let description = dataset.description();
    let any_number = |column: &str| dataset.is_any_number(column);
    let numbers = selection.schema.fields().iter().any(|field| any_number(field.name()));
    let mut layer = description.layer.clone();
    layer.schema = Arc::clone(&selection.schema);
    if numbers {
        layer.schema = Arc::new(widened(&selection.schema, seen, any_number));
    }
    layer.rows = RowCount::Exact(rows);
    layer.geometry.kind = dataset.row_kind();
    let mut provenance = (*layer.provenance).clone();
    if let Some(item) = item {
        item.add_to(&mut provenance);
    }
    http.settings.terms.fill(&mut provenance.origin, &description.url);
    provenance.origin.reference = Some(reference.text());
    provenance.origin.retrieved = Some(iso(SystemTime::now()));
    let narrowed = query.filter.is_some() || query.bbox.is_some() || !selection.all_fields;
    if narrowed || query.limit.is_some() || selection.condition.is_some() {
        provenance.origin.query = Some(selection.canonical());
        layer.extent = None;
    }
    layer.provenance = Arc::new(provenance);
    let decoder = dataset.decoder(selection).with_schema(Arc::clone(&layer.schema));
    Proven::new(Inner {
        target: description.url.clone(),
        groups,
        layer,
        pages,
        decoder,
        filtered: selection.filtered,
        boxed: !selection.boxes.is_empty(),
    })
}

/// The code tables of columns that a download has.
fn codes_of(description: &Description, layer: &geohub_core::Layer) -> BTreeMap<String, CodeTable> {
    let here = |name: &str| layer.schema.field_with_name(name).is_ok();
    let tables = description.codes.iter().filter(|(field, table)| here(field) || here(&table.names));
    tables.map(|(field, table)| (field.clone(), table.clone())).collect()
}

pub(crate) fn block_on<T>(settings: &Settings, work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = runtime::start("geohub-fetch")?;
    let result = runtime.block_on(async {
        match settings.deadline {
            None => work.await,
            Some(deadline) => match tokio::time::timeout_at(deadline.into(), work).await {
                Ok(result) => result,
                Err(_) => Err(FetchError::Deadline("the server had not answered everything".to_owned())),
            },
        }
    });
    // A name that is being looked up would be waited for.
    runtime.shutdown_background();
    result
}
