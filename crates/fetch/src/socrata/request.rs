//! `SoQL` requests: the clauses once, then as SODA 2.1 parameters or as a SODA 3.0 body.

use geohub_core::Bbox;
use geohub_core::expr::{SoQl, SqlDialect};
use serde_json::json;
use url::Url;

use super::columns::SodaColumn;
use super::key::Key;
use super::source::Source;
use super::url::within;
use super::view::View;
use crate::http::Request;
use crate::id::Id;
use crate::page::Ask;
use crate::selection::Selection;

/// Ids listed at once.
const LISTED: usize = 50_000;
/// Column names in a GET, in characters. Portals take URLs of some 8,000 and the documentation warns of 2,000 all in
/// all; percent signs, ids and the filter need their share.
const NAMED_CHARS: usize = 1500;

/// The API a dataset is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// `/resource/ID.json`, by GET.
    Soda2,
    /// `/api/v3/views/ID/query.json`, by POST.
    Soda3,
}

/// What is asked of the rows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    Count,
    /// The ids behind another.
    Ids(Option<&'a Id>),
    Page(Ask<'a>),
}

/// The rows of one dataset.
pub(super) struct Rows<'a> {
    pub(super) root: &'a Url,
    pub(super) id: &'a str,
    pub(super) view: &'a View,
    pub(super) key: &'a Key,
    pub(super) selection: &'a Selection,
}

/// A query in parts. With a number of rows it is a page, in order of the key.
struct Clauses {
    select: String,
    condition: Option<String>,
    from: u64,
    rows: Option<usize>,
}

impl Rows<'_> {
    pub(super) fn request(&self, api: Api, question: Question<'_>) -> Request {
        let clauses = self.clauses(api, question);
        let divisible = matches!(question, Question::Page(ask) if ask.is_divisible());
        let request = match api {
            Api::Soda2 => self.soda2(clauses),
            Api::Soda3 => self.soda3(&clauses),
        };
        request.divisible_if(divisible)
    }

    fn clauses(&self, api: Api, question: Question<'_>) -> Clauses {
        let own = || self.selection.condition.clone();
        let after = |last: Option<&Id>| both(own(), last.map(|last| self.key.after(last)));
        let page = |condition, from, rows| (self.columns(api), condition, from, Some(rows));
        let (select, condition, from, rows) = match question {
            Question::Count => ("count(*) as n".to_owned(), own(), 0, None),
            Question::Ids(last) => (self.key.name.clone(), after(last), 0, Some(LISTED)),
            Question::Page(Ask::After { last, rows, .. }) => page(after(last), 0, rows.unwrap_or(LISTED)),
            Question::Page(Ask::At { from, rows }) => page(own(), from, rows),
            Question::Page(Ask::Ids(ids)) => page(Some(self.key.among(ids)), 0, ids.len()),
            // Never asked: ids are texts, whose order is the server's business.
            Question::Page(Ask::Between { .. } | Ask::Within { .. }) => page(own(), 0, LISTED),
        };
        Clauses { select, condition, from, rows }
    }

    /// Every column by name, so that all pages have one schema; system columns after the others. Too many names for
    /// a URL become a star, in the one place where old and new parsers both take it; what it brings too much is not
    /// read.
    fn columns(&self, api: Api) -> String {
        let needed = if self.selection.bare { Vec::new() } else { self.view.source.columns() };
        let wanted = |(at, column): &(usize, &SodaColumn)| {
            needed.contains(at)
                || column.field == self.key.field
                || self.selection.schema.index_of(&column.field).is_ok()
        };
        let names = self.view.columns.iter().enumerate().filter(wanted);
        let names: Vec<String> = names.map(|(_, column)| SoQl.identifier(&column.field)).collect();
        let chars: usize = names.iter().map(|name| name.len() + 3).sum();
        let star = api == Api::Soda2 && chars > NAMED_CHARS && names.len() == self.view.columns.len();
        let names = if star { vec!["*".to_owned()] } else { names };
        let system = (self.key.field == ":id").then(|| ":id".to_owned());
        names.into_iter().chain(system).collect::<Vec<_>>().join(",")
    }

    fn soda2(&self, clauses: Clauses) -> Request {
        let request = Request::new(within(self.root, &format!("resource/{}.json", self.id)))
            .with("$select", clauses.select)
            .with_some("$where", clauses.condition);
        let offset = (clauses.from > 0).then(|| clauses.from.to_string());
        match clauses.rows {
            Some(rows) => request
                .with("$order", &*self.key.name)
                .with("$limit", rows.to_string())
                .with_some("$offset", offset),
            None => request,
        }
    }

    /// The first page wherever the ids carry the place: deep pages are slow. Both flags are said, because recorded
    /// answers differ from the documented defaults.
    fn soda3(&self, clauses: &Clauses) -> Request {
        let mut query = format!("SELECT {}", clauses.select);
        if let Some(condition) = &clauses.condition {
            query = format!("{query} WHERE {condition}");
        }
        let mut body = json!({"query": query, "includeSystem": true, "includeSynthetic": false});
        if let Some(rows) = clauses.rows {
            let ordered = format!("{query} ORDER BY {}", self.key.name);
            if clauses.from > 0 {
                body["query"] = format!("{ordered} LIMIT {rows} OFFSET {}", clauses.from).into();
            } else {
                body["query"] = ordered.into();
                body["page"] = json!({"pageNumber": 1, "pageSize": rows});
            }
        }
        Request::new(within(self.root, &format!("api/v3/views/{}/query.json", self.id))).with_json(&body)
    }
}

fn both(condition: Option<String>, more: Option<String>) -> Option<String> {
    match (condition, more) {
        (Some(condition), Some(more)) => Some(format!("({condition}) AND {more}")),
        (condition, more) => condition.or(more),
    }
}

/// The condition that a row meets one of the boxes; none where the portal cannot tell.
pub(super) fn in_boxes(view: &View, boxes: &[Bbox]) -> Option<String> {
    let parts: Option<Vec<String>> = boxes.iter().map(|bbox| in_box(view, bbox)).collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| format!("({})", parts.join(" OR ")))
}

fn in_box(view: &View, bbox: &Bbox) -> Option<String> {
    let name = |at: usize| SoQl.identifier(&view.columns[at].field);
    let (west, east) = (bbox.min_x.max(-180.0), bbox.max_x.min(180.0));
    let (south, north) = (bbox.min_y, bbox.max_y);
    Some(match view.source {
        Source::Nothing => return None,
        // The corners are latitude first, north-west before south-east.
        Source::Column(at) if matches!(view.columns[at].kind.as_str(), "point" | "location") => {
            format!("within_box({}, {north}, {west}, {south}, {east})", name(at))
        }
        Source::Column(at) => {
            let [start, back] = [format!("{west} {south}"), format!("{west} {north}")];
            format!(
                "intersects({}, 'POLYGON(({start}, {east} {south}, {east} {north}, {back}, {start}))')",
                name(at)
            )
        }
        Source::Pair { latitude, longitude } => {
            if !view.columns[latitude].is_number() || !view.columns[longitude].is_number() {
                return None;
            }
            let (lat, lon) = (name(latitude), name(longitude));
            format!("({lat} between {south} and {north} AND {lon} between {west} and {east})")
        }
    })
}
