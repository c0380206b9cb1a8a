//! `SoQL` requests.

use geohub_core::expr::{SoQl, SqlDialect};
use geohub_core::{Bbox, Error};
use url::Url;

use super::columns::SodaColumn;
use super::url::within;
use super::view::View;
use crate::error::Result;
use crate::http::Request;
use crate::id::Id;
use crate::page::Ask;
use crate::selection::Selection;

/// Ids listed at once.
const LISTED: usize = 50_000;

/// The rows of one dataset.
pub(super) struct Rows<'a> {
    pub(super) root: &'a Url,
    pub(super) id: &'a str,
    pub(super) view: &'a View,
    pub(super) selection: &'a Selection,
}

impl Rows<'_> {
    pub(super) fn count(&self) -> Request {
        self.request("count(*) as n", self.selection.condition.clone())
    }

    /// The ids behind another.
    pub(super) fn ids(&self, last: Option<&Id>) -> Request {
        let request = self.request(":id", both(self.selection.condition.clone(), last.map(after)));
        request.with("$order", ":id").with("$limit", LISTED.to_string())
    }

    pub(super) fn page(&self, ask: Ask<'_>) -> Result<Request> {
        let own = || self.selection.condition.clone();
        let (condition, from, rows) = match ask {
            Ask::After { last, rows, .. } => (both(own(), last.map(after)), 0, rows.unwrap_or(LISTED)),
            Ask::At { from, rows } => (own(), from, rows),
            Ask::Ids(ids) => {
                let list: Vec<String> = ids.iter().map(|id| SoQl.text(&id.to_string())).collect();
                (Some(format!(":id in ({})", list.join(","))), 0, ids.len())
            }
            // Ids are texts in an order of the server's.
            Ask::Between { .. } => {
                return Err(Error::Internal(format!("Socrata is not asked for rows {}", ask.range())).into());
            }
        };
        let request = self.request(&self.columns(), condition).with("$order", ":id");
        let request = request.divisible_if(ask.is_divisible());
        let offset = (from > 0).then(|| from.to_string());
        Ok(request.with("$limit", rows.to_string()).with_some("$offset", offset))
    }

    /// Every column by name, so that all pages have one schema; system columns after the others.
    fn columns(&self) -> String {
        let geometry = self.view.geometry_column();
        let wanted = |column: &&SodaColumn| {
            Some(*column) == geometry || self.selection.schema.index_of(&column.field).is_ok()
        };
        let names = self.view.columns.iter().filter(wanted).map(|column| SoQl.identifier(&column.field));
        names.chain(std::iter::once(":id".to_owned())).collect::<Vec<_>>().join(",")
    }

    fn request(&self, select: &str, condition: Option<String>) -> Request {
        Request::new(within(self.root, &format!("resource/{}.json", self.id)))
            .with("$select", select)
            .with_some("$where", condition)
    }
}

fn after(id: &Id) -> String {
    format!(":id > {}", SoQl.text(&id.to_string()))
}

fn both(condition: Option<String>, more: Option<String>) -> Option<String> {
    match (condition, more) {
        (Some(condition), Some(more)) => Some(format!("({condition}) AND {more}")),
        (condition, more) => condition.or(more),
    }
}

/// The condition that a row meets one of the boxes. Points take the box's corners latitude first.
pub(super) fn in_boxes(column: &SodaColumn, boxes: &[Bbox]) -> Option<String> {
    let name = SoQl.identifier(&column.field);
    let one = |b: &Bbox| match column.kind.as_str() {
        "point" | "location" => {
            format!("within_box({name}, {}, {}, {}, {})", b.max_y, b.min_x, b.min_y, b.max_x)
        }
        _ => format!(
            "intersects({name}, 'POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))')",
            w = b.min_x,
            s = b.min_y,
            e = b.max_x,
            n = b.max_y
        ),
    };
    let parts: Vec<String> = boxes.iter().map(one).collect();
    (!parts.is_empty()).then(|| format!("({})", parts.join(" OR ")))
}
