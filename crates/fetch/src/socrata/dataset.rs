//! A dataset, opened.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_schema::{DataType, Schema, SchemaRef};
use geohub_core::expr::SoQl;
use geohub_core::{Error, schema};
use serde_json::Value;
use url::Url;

use super::answer::{self, Signs};
use super::ask::{ask, has_token};
use super::columns::SodaColumn;
use super::decode::SodaDecoder;
use super::given::Given;
use super::key::Key;
use super::page::{read_count, read_ids, read_page};
use super::request::{Api, Question, Rows, in_boxes};
use super::resolve::Place;
use super::size::page_rows;
use super::source::Source;
use super::url::within;
use super::view::{View, last_edit};
use crate::columns::Seen;
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::http::{Answer, Fault, Http, Request};
use crate::id::Id;
use crate::ledger::content;
use crate::page::{Ask, Page};
use crate::provider::{Counted, Dataset, Decode, Pending};
use crate::query::Query;
use crate::selection::Selection;
use crate::stamp::iso_ms;
use crate::strategy::Rung;

const GROW_DEG: f64 = 1e-6;
/// Copies that answer in place of the source are behind it by seconds, as a rule, and say so.
const MARGIN_MS: i64 = 10 * 60_000;
/// A GET has room for so many; long URLs are refused.
const IDS_IN_URL: usize = 40;
const IDS_IN_BODY: usize = 1000;

/// A dataset of a portal.
pub(super) struct SodaDataset {
    root: Url,
    id: String,
    view: Arc<View>,
    /// What the pasted address asks for.
    given: Given,
    /// SODA 2.1 is refused, and SODA 3.0 answers.
    newer: AtomicBool,
    /// `:id` is refused, and the publisher's identifier tells rows apart.
    own_key: AtomicBool,
    signs: Signs,
}

impl SodaDataset {
    pub(super) fn open(place: &Place<'_>, raw: &Value, etag: Option<String>) -> Result<Self> {
        let Place { root, id, http, given } = place;
        let view = View::read(raw, &place.page(), etag, http.settings.geometry.as_ref())?;
        if let Some(words) = &view.chosen {
            http.context.note(format!("{id}: {words}"));
        }
        Ok(Self {
            root: (*root).clone(),
            id: (*id).to_owned(),
            view: Arc::new(view),
            given: (*given).clone(),
            newer: AtomicBool::new(false),
            own_key: AtomicBool::new(false),
            signs: Signs::default(),
        })
    }

    fn api(&self) -> Api {
        if self.newer.load(Ordering::Relaxed) { Api::Soda3 } else { Api::Soda2 }
    }

    fn key(&self) -> Key {
        match self.view.identifier.filter(|_| self.own_key.load(Ordering::Relaxed)) {
            Some(at) => Key::column(&self.view.columns[at]),
            None => Key::system(),
        }
    }

    /// Asks by SODA 2.1 and `:id`. From the first refusal on it is SODA 3.0, where there is a token for it, and the
    /// publisher's identifier, where there is one.
    async fn rows<T>(
        &self,
        http: &Http,
        selection: &Selection,
        question: Question<'_>,
        read: impl Fn(&Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T> {
        loop {
            let (api, key) = (self.api(), self.key());
            let rows = Rows { root: &self.root, id: &self.id, view: &self.view, key: &key, selection };
            let looking = |answer: &Answer| {
                let value = read(answer)?;
                self.signs.look(answer, &http.context);
                Ok(value)
            };
            let request = rows.request(api, question);
            match ask(http, request.clone(), looking).await {
                Err(error) if api == Api::Soda2 && refuses_api(&error) && has_token(http, &request).await => {
                    self.newer.store(true, Ordering::Relaxed);
                    let words =
                        format!("SODA 2.1 is refused ({error}); asking by SODA 3.0 with the app token");
                    http.context.note(words);
                }
                Err(error) if key.field == ":id" && refuses_id(&error) => {
                    let Some(at) = self.view.identifier else { return Err(error) };
                    self.own_key.store(true, Ordering::Relaxed);
                    let name = &self.view.columns[at].field;
                    http.context.note(format!("the portal refuses :id; rows are told apart by {name}"));
                }
                answer => return answer,
            }
        }
    }

    /// SODA 3.0 does not say when the rows were changed; the description does.
    async fn stamp(&self, http: &Http) -> Result<Option<String>> {
        let request = Request::new(within(&self.root, &format!("api/views/{}.json", self.id)));
        ask(http, request, |answer| Ok(last_edit(&answer::object(answer)?))).await
    }

    /// What the columns hold, where numbers of any kind must be told apart.
    fn survey(&self, body: &[u8], schema: &SchemaRef) -> Result<Option<Vec<Seen>>> {
        if !schema.fields().iter().any(|field| self.is_any_number(field.name())) {
            return Ok(None);
        }
        let mut seen = vec![Seen::default(); schema.fields().len()];
        SodaDecoder::new(&self.view, Arc::clone(schema)).survey(body, &[], &mut seen)?;
        Ok(Some(seen))
    }

    /// The columns that may be asked for: `:id` only by name.
    fn schema(&self, query: &Query) -> SchemaRef {
        let declared = &self.view.description.layer.schema;
        if !query.fields.iter().flatten().any(|name| name == ":id") {
            return Arc::clone(declared);
        }
        let fields = declared.fields().iter().map(|field| (**field).clone());
        let id = schema::field(":id", DataType::Utf8);
        Arc::new(Schema::new(std::iter::once(id).chain(fields).collect::<Vec<_>>()))
    }
}

/// A portal that answers for the dataset's description and not for its rows.
fn refuses_api(error: &FetchError) -> bool {
    match error {
        FetchError::Credentials { .. } | FetchError::TokenWanted { .. } | FetchError::NotFound { .. } => true,
        FetchError::Server { code, .. } => matches!(code, 405 | 406 | 421 | 426 | 501),
        _ => false,
    }
}

/// `query.soql.no-such-column` and its like.
fn refuses_id(error: &FetchError) -> bool {
    matches!(error, FetchError::Server { code: 400, words, .. } if words.contains(":id"))
}

impl Dataset for SodaDataset {
    fn description(&self) -> &Description {
        &self.view.description
    }

    fn select(&self, query: &Query) -> Result<Selection> {
        let (view, mut query) = (&self.view, self.given.added_to(query));
        if let (Source::Column(at), Some(fields)) = (view.source, &mut query.fields) {
            // It comes in any case, and it is no attribute.
            fields.retain(|name| !name.eq_ignore_ascii_case(&view.columns[at].field));
        }
        let alone =
            view.columns.iter().filter(|column| !column.compares()).map(|column| column.field.clone());
        let local: Vec<String> = alone.chain(view.address.clone()).collect();
        let mut selection = Selection::new(&query, &self.schema(&query), &local, &SoQl, GROW_DEG)?;
        let boxes = in_boxes(view, &selection.boxes);
        if boxes.is_none() {
            selection.boxes.clear();
        }
        let parts: Vec<String> = selection.condition.take().into_iter().chain(boxes).collect();
        selection.condition = (!parts.is_empty()).then(|| parts.join(" AND "));
        selection.geometry = Some(view.source.name(&view.columns));
        Ok(selection)
    }

    fn count<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Counted> {
        Box::pin(async move {
            let mut counted = self.rows(http, selection, Question::Count, read_count).await?;
            if counted.stamp.is_none() && self.api() == Api::Soda3 {
                counted.stamp = self.stamp(http).await?;
                counted.stamp_name = Some("rowsUpdatedAt");
            }
            Ok(counted)
        })
    }

    fn page<'a>(&'a self, http: &'a Http, selection: &'a Selection, ask: Ask<'a>) -> Pending<'a, Page> {
        Box::pin(async move {
            if matches!(ask, Ask::Between { .. } | Ask::Within { .. }) {
                return Err(Error::Internal(format!("Socrata was asked for rows {}", ask.range())).into());
            }
            let read = |answer: &Answer| {
                let mut page = read_page(answer, &self.view)?;
                page.seen = self.survey(&page.body, &selection.schema)?;
                Ok(page)
            };
            self.rows(http, selection, Question::Page(ask), read).await
        })
    }

    /// Ids by pages of their own, for the server may cap these too.
    fn ids<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Vec<Id>> {
        Box::pin(async move {
            let (mut ids, mut known): (Vec<Id>, HashSet<u64>) = Default::default();
            let read = |answer: &Answer| read_ids(answer, &self.view);
            loop {
                let mut more = self.rows(http, selection, Question::Ids(ids.last()), read).await?;
                // A server that goes in circles ends here, and the proof says what is missing.
                more.retain(|id| known.insert(content(&id.to_string())));
                if more.is_empty() {
                    return Ok(ids);
                }
                ids.extend(more);
            }
        })
    }

    fn id_column(&self) -> String {
        self.key().field
    }

    fn page_rows(&self) -> usize {
        page_rows(&self.view)
    }

    fn ids_at_once(&self) -> usize {
        if self.api() == Api::Soda3 { IDS_IN_BODY } else { IDS_IN_URL }
    }

    fn rungs(&self) -> &'static [Rung] {
        &[Rung::Keyset, Rung::Offset, Rung::IdList]
    }

    fn stamps(&self) -> Vec<(&'static str, i64)> {
        self.view.updated_ms.map(|ms| ("rowsUpdatedAt", ms)).into_iter().collect()
    }

    fn definition(&self) -> String {
        self.view.definition.clone()
    }

    /// By `:updated_at`, which the portal itself keeps: whatever writes a row moves it.
    fn edited_since(&self, ms: i64, margin: bool) -> Option<String> {
        let ms = if margin { ms.saturating_sub(MARGIN_MS) } else { ms };
        Some(format!(":updated_at >= '{}'", iso_ms(ms).replace('Z', ".000Z")))
    }

    fn decoder(&self, selection: &Selection) -> Arc<dyn Decode> {
        Arc::new(SodaDecoder::new(&self.view, Arc::clone(&selection.schema)))
    }

    fn encoding(&self) -> &'static str {
        "soda-json"
    }

    fn is_any_number(&self, column: &str) -> bool {
        let found = self.view.columns.iter().find(|found| found.field == column);
        found.is_some_and(SodaColumn::is_any_number)
    }
}
