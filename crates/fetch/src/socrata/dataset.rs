//! A dataset, opened.

use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use geohub_core::expr::SoQl;
use geohub_core::{GeometryKind, schema};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use super::answer;
use super::columns::SodaColumn;
use super::decode::{SodaDecoder, row_id};
use super::request::{Rows, in_boxes};
use super::url::within;
use super::view::View;
use crate::columns::{Cell, Seen};
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::http::{Answer, Fault, Http, visible};
use crate::id::Id;
use crate::ledger::content;
use crate::page::{Ask, Page};
use crate::provider::{Counted, Dataset, Decode, Pending};
use crate::query::Query;
use crate::reference::Target;
use crate::selection::Selection;
use crate::strategy::Rung;

const GROW_DEG: f64 = 1e-6;
/// Bytes matter more than rows: shapes other than points are large.
const PAGE_POINTS: usize = 10_000;
const PAGE_SHAPES: usize = 2000;
/// There is only GET, and long URLs are refused.
const IDS_AT_ONCE: usize = 40;

/// A dataset of a portal.
pub(super) struct SodaDataset {
    root: Url,
    id: String,
    view: View,
}

#[derive(Deserialize)]
struct CountRow<'a> {
    #[serde(borrow)]
    n: Cell<'a>,
}

impl SodaDataset {
    pub(super) fn open(
        target: &Target,
        id: &str,
        raw: &Value,
        etag: Option<String>,
    ) -> Result<Box<dyn Dataset>> {
        let url = visible(&within(&target.url, &format!("d/{id}")));
        let view = View::read(raw, &url, etag)?;
        Ok(Box::new(Self { root: target.url.clone(), id: id.to_owned(), view }))
    }

    fn rows<'a>(&'a self, selection: &'a Selection) -> Rows<'a> {
        Rows { root: &self.root, id: &self.id, view: &self.view, selection }
    }

    fn read_page(&self, answer: &Answer, selection: &Selection) -> Result<Page, Fault> {
        let text = answer::text(answer)?;
        let found: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            let id = row_id(row).map_err(|error| answer.broken(&error))?;
            let id = id.ok_or_else(|| Fault::Stop(FetchError::bad(&answer.url, "a row without its :id")))?;
            rows.push((Id::Text(id), content(row.get())));
        }
        let body = answer.body.slice_ref(text.as_bytes());
        let seen = self.survey(&body, selection)?;
        Ok(Page { body, rows, more: false, seen })
    }

    /// What the columns hold, where numbers of any kind must be told apart.
    fn survey(&self, body: &[u8], selection: &Selection) -> Result<Option<Vec<Seen>>> {
        if !selection.schema.fields().iter().any(|field| self.is_any_number(field.name())) {
            return Ok(None);
        }
        let mut seen = vec![Seen::default(); selection.schema.fields().len()];
        SodaDecoder::new(&self.view, Arc::clone(&selection.schema)).survey(body, &mut seen)?;
        Ok(Some(seen))
    }
}

fn read_count(answer: &Answer) -> Result<Counted, Fault> {
    let text = answer::text(answer)?;
    let rows: Vec<CountRow<'_>> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
    let rows = rows.first().and_then(|row| row.n.integer()).and_then(|count| u64::try_from(count).ok());
    Ok(Counted { rows, stamp: answer.header("x-soda2-truth-last-modified") })
}

fn read_ids(answer: &Answer) -> Result<Vec<Id>, Fault> {
    let text = answer::text(answer)?;
    let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| answer.broken(&error))?;
    let id = |row: &RawValue| {
        let id = row_id(row).map_err(|error| answer.broken(&error))?;
        id.map(Id::Text).ok_or_else(|| Fault::Stop(FetchError::bad(&answer.url, "a row without its :id")))
    };
    rows.into_iter().map(id).collect()
}

impl Dataset for SodaDataset {
    fn description(&self) -> &Description {
        &self.view.description
    }

    fn select(&self, query: &Query) -> Result<Selection> {
        let declared = &self.view.description.layer.schema;
        let asked = query.fields.iter().flatten().any(|name| name == ":id");
        let schema = if asked {
            let fields = declared.fields().iter().map(|field| (**field).clone());
            let id = schema::field(":id", DataType::Utf8);
            Arc::new(Schema::new(std::iter::once(id).chain(fields).collect::<Vec<_>>()))
        } else {
            Arc::clone(declared)
        };
        let geometry = self.view.geometry_column();
        let local: Vec<String> =
            geometry.and_then(SodaColumn::address).iter().map(|field| field.name().clone()).collect();
        let mut selection = Selection::new(query, &schema, &local, &SoQl, GROW_DEG)?;
        match geometry {
            Some(column) => {
                let parts = selection.condition.take().into_iter().chain(in_boxes(column, &selection.boxes));
                let parts: Vec<String> = parts.collect();
                selection.condition = (!parts.is_empty()).then(|| parts.join(" AND "));
            }
            None => selection.boxes.clear(),
        }
        Ok(selection)
    }

    fn count<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Counted> {
        Box::pin(async move { http.get(&self.rows(selection).count(), read_count).await })
    }

    fn page<'a>(&'a self, http: &'a Http, selection: &'a Selection, ask: Ask<'a>) -> Pending<'a, Page> {
        Box::pin(async move {
            let request = self.rows(selection).page(ask)?;
            http.get(&request, |answer| self.read_page(answer, selection)).await
        })
    }

    /// Ids by pages of their own, for the server may cap these too.
    fn ids<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Vec<Id>> {
        Box::pin(async move {
            let mut ids: Vec<Id> = Vec::new();
            loop {
                let request = self.rows(selection).ids(ids.last());
                let more = http.get(&request, read_ids).await?;
                if more.is_empty() || more.last() == ids.last() {
                    return Ok(ids);
                }
                ids.extend(more);
            }
        })
    }

    fn page_rows(&self) -> usize {
        match self.view.description.layer.geometry.kind {
            GeometryKind::Point | GeometryKind::None => PAGE_POINTS,
            _ => PAGE_SHAPES,
        }
    }

    fn ids_at_once(&self) -> usize {
        IDS_AT_ONCE
    }

    fn rungs(&self) -> &'static [Rung] {
        &[Rung::Keyset, Rung::IdList]
    }

    fn decoder(&self, selection: &Selection) -> Arc<dyn Decode> {
        Arc::new(SodaDecoder::new(&self.view, Arc::clone(&selection.schema)))
    }

    fn encoding(&self) -> &'static str {
        "soda-json"
    }

    fn is_any_number(&self, column: &str) -> bool {
        self.view.columns.iter().any(|found| found.field == column && found.is_any_number())
    }
}
