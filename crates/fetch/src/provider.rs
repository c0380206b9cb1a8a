//! What a provider is, and the list of them.
//!
//! A provider is a folder of its own plus one line in [`PROVIDERS`].

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::{GeometryKind, Result as CoreResult, Sink};

use crate::columns::Seen;
use crate::description::Description;
use crate::error::Result;
use crate::fate::{Effort, Fate, Known};
use crate::http::Http;
use crate::id::Id;
use crate::item::ItemFacts;
use crate::page::{Ask, Page};
use crate::query::Query;
use crate::reference::Target;
use crate::selection::Selection;
use crate::strategy::Rung;
use crate::{arcgis, socrata};

/// Every provider, in the order in which a reference is tried.
pub(crate) const PROVIDERS: &[&dyn Provider] = &[&arcgis::ArcGis, &socrata::Socrata];

/// A result to be awaited.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A kind of portal.
pub(crate) trait Provider: Sync {
    /// Its name for people and receipts.
    fn name(&self) -> &'static str;

    /// The layer a text refers to; `None` when the text is not of this kind.
    fn parse(&self, text: &str) -> Option<Result<Target>>;

    /// What became of a layer that does not open any more.
    fn inquire<'a>(
        &'a self,
        target: &'a Target,
        known: &'a Known,
        effort: Effort,
        http: &'a Http,
    ) -> Pending<'a, Fate>;

    /// Reads the layer's description.
    fn open<'a>(&self, target: &'a Target, http: &'a Http) -> Pending<'a, Box<dyn Dataset>>;
}

/// How many rows a server counts, and the stamp of its data then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) rows: Option<u64>,
    pub(crate) stamp: Option<String>,
    /// What the server calls the stamp.
    pub(crate) stamp_name: Option<&'static str>,
    /// The copy that answers is behind the stamp.
    pub(crate) behind: bool,
    /// When that copy was last changed, epoch milliseconds.
    pub(crate) copy_ms: Option<i64>,
    /// The `ETag` of the count, where it goes with the rows and there is no stamp.
    pub(crate) etag: Option<String>,
}

/// One layer of a portal, opened.
pub(crate) trait Dataset: Send + Sync {
    fn description(&self) -> &Description;

    /// What of a query goes to the server.
    fn select(&self, query: &Query) -> Result<Selection>;

    /// How many rows the server counts.
    fn count<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Counted>;

    /// Some rows.
    fn page<'a>(&'a self, http: &'a Http, selection: &'a Selection, ask: Ask<'a>) -> Pending<'a, Page>;

    /// Every id of the selection.
    fn ids<'a>(&'a self, http: &'a Http, selection: &'a Selection) -> Pending<'a, Vec<Id>>;

    /// The column of the ids as they were asked for; empty where rows have none.
    fn id_column(&self) -> String {
        self.description().id_field.clone()
    }

    /// Rows to ask for at once.
    fn page_rows(&self) -> usize;

    /// Ids to ask for at once.
    fn ids_at_once(&self) -> usize;

    /// The rungs of the ladder that make sense here, best first.
    fn rungs(&self) -> &'static [Rung];

    /// The stamp of the layer's last edit as it is now, where the count does not bring one.
    fn last_edit<'a>(&'a self, _http: &'a Http) -> Pending<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }

    /// When the rows were last changed, as the description has it: the stamps it trusts by their names there, in epoch
    /// milliseconds.
    fn stamps(&self) -> Vec<(&'static str, i64)> {
        Vec::new()
    }

    /// The item that stands for its service in a portal.
    fn item(&self) -> Option<&str> {
        None
    }

    /// What the item says; `None` where none stands for the layer.
    fn stated<'a>(&'a self, _http: &'a Http) -> Pending<'a, Option<ItemFacts>> {
        Box::pin(async { Ok(None) })
    }

    /// What of the description decides which rows there are, such as the filter of a view, in one spelling.
    fn definition(&self) -> String {
        String::new()
    }

    /// The condition for rows inserted or changed at or after an instant, in epoch milliseconds, by the service's own
    /// stamps of rows; with a margin for clocks and copies that are a little behind. `None` where it keeps none.
    fn edited_since(&self, _ms: i64, _margin: bool) -> Option<String> {
        None
    }

    /// The decoder of its pages.
    fn decoder(&self, selection: &Selection) -> Arc<dyn Decode>;

    /// The name of the encoding of pages that are text, for the journal.
    fn encoding(&self) -> &'static str;

    /// The type that rows come in; mixed where one declared type stands for single and multiple geometries.
    fn row_kind(&self) -> GeometryKind {
        self.description().layer.geometry.kind
    }

    /// True for a column that the service declares as a number without saying of which kind.
    fn is_any_number(&self, _column: &str) -> bool {
        false
    }
}

/// Reads pages from the journal.
pub(crate) trait Decode: Send + Sync {
    /// The attribute columns that come out.
    fn schema(&self) -> &SchemaRef;

    /// The same decoder for other columns or other types.
    fn with_schema(&self, schema: SchemaRef) -> Arc<dyn Decode>;

    /// A page's rows as [`Page`] has them: ids, and hashes of their bytes.
    fn rows(&self, body: &[u8]) -> CoreResult<Vec<(Id, u64)>>;

    /// Adds what a page's columns hold, one entry per column of the schema, without the rows at the positions in
    /// `skip`, which ascend.
    fn survey(&self, body: &[u8], skip: &[u32], seen: &mut [Seen]) -> CoreResult<()>;

    /// Pushes a page's rows without those at the positions in `skip`, which ascend.
    fn decode(&self, body: &[u8], skip: &[u32], out: &mut dyn Sink) -> CoreResult<()>;
}
