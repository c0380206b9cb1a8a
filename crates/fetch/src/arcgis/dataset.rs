//! A layer, opened.

use std::sync::{Arc, Once, OnceLock};

use geohub_core::GeometryKind;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use url::Url;

use super::answer;
use super::ask::send;
use super::decode::EsriDecoder;
use super::edits::last_edit;
use super::item;
use super::metadata::{Metadata, crs};
use super::pbf_use::PbfUse;
use super::request::{Everything, Format, LayerQuery, Names};
use super::url::Given;
use crate::columns::Cell;
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::http::{Answer, Fault, Http, Request};
use crate::id::Id;
use crate::item::ItemFacts;
use crate::page::{Ask, Page};
use crate::provider::{Counted, Dataset, Decode, Pending};
use crate::query::Query;
use crate::selection::Selection;
use crate::settings::Settings;
use crate::strategy::Rung;

/// How much a box grows on its way to the server where both reckon in WGS 84.
const GROW_DEG: f64 = 1e-6;
/// Elsewhere server and executor may use different datum transformations: NAD83 alone differs by 2 m.
const GROW_OTHER_DATUM_DEG: f64 = 1e-4;
const STRAIGHTENING: &str =
    "true curves, where the layer has any, come as short straight lines; --true-curves keeps them";
const IDS_AT_ONCE: usize = 250;

/// A layer of a service.
pub(super) struct Layer {
    url: Url,
    pub(super) metadata: Metadata,
    given: Given,
    pbf: PbfUse,
    exact: bool,
    curves: bool,
    /// It has been said that the server draws curves as straight lines.
    straightening: Once,
    /// The spelling of a condition for all rows that the server takes, once it has taken one.
    everything: OnceLock<Everything>,
}

impl Layer {
    /// Protocol buffers have neither coordinates in full nor a known form of curves.
    pub(super) fn new(url: Url, metadata: Metadata, given: Given, settings: &Settings) -> Self {
        let curves = settings.true_curves && metadata.may_be_curved();
        let pbf = PbfUse::new(metadata.pbf && !settings.exact && !curves);
        let everything = OnceLock::new();
        Self {
            url,
            metadata,
            given,
            pbf,
            exact: settings.exact,
            curves,
            straightening: Once::new(),
            everything,
        }
    }

    /// A query and what the pasted address asks for: both conditions hold, fields asked for anew take precedence.
    fn with_given(&self, query: &Query) -> Query {
        let mut query = query.clone();
        query.fields = query.fields.or_else(|| self.given.fields.clone());
        query.server_where = match (&self.given.condition, query.server_where) {
            (Some(given), Some(own)) => Some(format!("({given}) AND ({own})")),
            (given, own) => own.or_else(|| given.clone()),
        };
        query
    }

    async fn page_as(
        &self,
        format: Format,
        http: &Http,
        selection: &Selection,
        ask: Ask<'_>,
    ) -> Result<Page> {
        let (request, names) = (self.query(selection).page(ask, format), self.id_names());
        send(http, &request, |answer| self.read_page(answer, &names)).await
    }

    fn query<'a>(&'a self, selection: &'a Selection) -> LayerQuery<'a> {
        LayerQuery {
            url: &self.url,
            oid: &self.metadata.oid,
            codings: &self.metadata.codings,
            selection,
            has_geometry: self.metadata.has_geometry() && !selection.bare,
            curves: self.curves,
            wkid: self.metadata.wkid,
            everything: self.everything.get().copied().unwrap_or_default(),
        }
    }

    /// Counts, and thereby finds the spelling of a condition for all rows that the server takes.
    async fn count_rows(&self, http: &Http, selection: &Selection) -> Result<Counted> {
        let spellings = match self.everything.get() {
            Some(known) => std::slice::from_ref(known),
            None if self.has_ids() => &Everything::ALL,
            None => &Everything::ALL[..1],
        };
        let mut refusal = None;
        for &everything in spellings {
            let query = LayerQuery { everything, ..self.query(selection) };
            let answer: Result<CountAnswer> = send(http, &query.count(), answer::json).await;
            match answer {
                Err(error) if error.is_refusal() && selection.condition.is_none() => {
                    refusal.get_or_insert(error);
                }
                answer => {
                    let rows = answer?.count;
                    self.everything.get_or_init(|| everything);
                    return Ok(Counted { rows, ..Counted::default() });
                }
            }
        }
        // Rows may come all the same.
        if let Some(error) = refusal {
            http.context.detail(format!("the server does not count: {error}"));
        }
        Ok(Counted::default())
    }

    pub(super) fn has_ids(&self) -> bool {
        !self.metadata.oid.is_empty()
    }

    /// What the object id may be called in an answer; nothing where there is none.
    fn id_names(&self) -> Vec<String> {
        let oid = &self.metadata.oid;
        if oid.is_empty() {
            return Vec::new();
        }
        let alias =
            self.metadata.fields.iter().find(|field| field.name == *oid).map(|field| field.alias.clone());
        std::iter::once(oid.clone()).chain(alias).collect()
    }

    /// Coordinates in another CRS than the one asked for would be wrong without any sign of it.
    pub(super) fn check_crs(&self, stated: Option<&Value>, answer: &Answer) -> Result<(), Fault> {
        let expected = &self.metadata.description.layer.crs;
        let found = crs(stated);
        if found.is_unknown() || expected.is_unknown() || found.id() == expected.id() {
            return Ok(());
        }
        if geohub_crs::same(&found, expected) {
            return Ok(());
        }
        let problem = format!("the layer is in {expected}, but this answer is in {found}");
        Err(Fault::Stop(FetchError::bad(&answer.url, problem)))
    }
}

#[derive(Deserialize)]
struct CountAnswer {
    #[serde(default)]
    count: Option<u64>,
}

#[derive(Deserialize)]
struct IdsAnswer<'a> {
    /// Null for no ids.
    #[serde(borrow, rename = "objectIds")]
    ids: Option<Vec<Cell<'a>>>,
    /// Sent instead by servers that ignore the question.
    features: Option<IgnoredAny>,
}

fn read_ids(answer: &Answer) -> Result<Vec<Id>, Fault> {
    let text = answer::text(answer)?;
    let parsed: IdsAnswer<'_> = serde_json::from_str(&text).map_err(|error| answer.broken(&error))?;
    if parsed.features.is_some() {
        let what =
            format!("{}: the server does not list ids, so nothing tells which rows are missing", answer.url);
        return Err(Fault::Stop(FetchError::Unsupported { what, hint: None }));
    }
    let number = |cell: &Cell<'_>| cell.integer().map(Id::Number);
    let ids: Option<Vec<Id>> = parsed.ids.unwrap_or_default().iter().map(number).collect();
    ids.ok_or_else(|| Fault::Stop(FetchError::bad(&answer.url, "object ids that are no numbers")))
}

impl Dataset for Layer {
    fn description(&self) -> &Description {
        &self.metadata.description
    }

    fn select(&self, query: &Query) -> Result<Selection> {
        let layer = &self.metadata.description.layer;
        let wgs84 = matches!(layer.crs.code(), Some("4326" | "3857" | "CRS84"));
        let grow = if wgs84 { GROW_DEG } else { GROW_OTHER_DATUM_DEG };
        let local: Vec<String> = self.metadata.codings.iter().map(|coding| coding.column.clone()).collect();
        let query = &self.with_given(query);
        let mut selection = Selection::new(query, &layer.schema, &local, &Names, grow)?;
        if !self.metadata.has_geometry() {
            selection.boxes.clear();
        }
        selection.manner.extend(self.exact.then_some("exact coordinates"));
        selection.manner.extend(self.curves.then_some("true curves"));
        Ok(selection)
    }

    fn count<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Counted> {
        Box::pin(self.count_rows(http, selection))
    }

    fn page<'a>(&'a self, http: &'a Http, selection: &'a Selection, ask: Ask<'a>) -> Pending<'a, Page> {
        Box::pin(async move {
            if self.metadata.has_curves && !self.curves {
                self.straightening.call_once(|| http.context.note(STRAIGHTENING));
            }
            if !self.pbf.is_wanted() {
                return self.page_as(Format::Json, http, selection, ask).await;
            }
            match self.page_as(Format::Pbf, http, selection, ask).await {
                Err(error) if PbfUse::may_be_at_fault(&error, ask) => {
                    let page = self.page_as(Format::Json, http, selection, ask).await?;
                    self.pbf.failed(http, &error);
                    Ok(page)
                }
                result => result.inspect(|_| self.pbf.worked()),
            }
        })
    }

    fn ids<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Vec<Id>> {
        Box::pin(async move {
            if !self.has_ids() {
                let what = format!("{}: the rows have no ids", self.metadata.description.url);
                return Err(FetchError::Unsupported { what, hint: None });
            }
            send(http, &self.query(selection).ids(), read_ids).await
        })
    }

    fn page_rows(&self) -> usize {
        self.metadata.page_rows
    }

    fn ids_at_once(&self) -> usize {
        IDS_AT_ONCE
    }

    fn rungs(&self) -> &'static [Rung] {
        if !self.has_ids() {
            return &[Rung::Boxes];
        }
        &[Rung::Keyset, Rung::Offset, Rung::IdRanges, Rung::IdList, Rung::IdHalves, Rung::Boxes]
    }

    fn last_edit<'a>(&'a self, http: &'a Http) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            if self.metadata.description.last_edit.is_none() {
                return Ok(None);
            }
            let request = Request::new(self.url.clone()).with("f", "json");
            let raw: Value = send(http, &request, answer::json).await?;
            Ok(last_edit(&raw))
        })
    }

    fn stamps(&self) -> Vec<(&'static str, i64)> {
        self.metadata.edits.stamp.into_iter().collect()
    }

    fn item(&self) -> Option<&str> {
        self.metadata.edits.item.as_deref()
    }

    fn stated<'a>(&'a self, http: &'a Http) -> Pending<'a, Option<ItemFacts>> {
        Box::pin(async move {
            let Some(item) = self.item() else { return Ok(None) };
            item::ask(&self.url, item, http).await.map(Some)
        })
    }

    fn definition(&self) -> String {
        self.metadata.edits.definition.clone()
    }

    fn edited_since(&self, ms: i64, margin: bool) -> Option<String> {
        self.metadata.edits.since(ms, margin)
    }

    fn decoder(&self, selection: &Selection) -> Arc<dyn Decode> {
        Arc::new(EsriDecoder::new(&self.metadata, self.id_names(), Arc::clone(&selection.schema)))
    }

    fn row_kind(&self) -> GeometryKind {
        match self.metadata.description.layer.geometry.kind {
            GeometryKind::LineString | GeometryKind::Polygon => GeometryKind::Mixed,
            kind => kind,
        }
    }

    fn encoding(&self) -> &'static str {
        "esri-json"
    }
}
