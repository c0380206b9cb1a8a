//! What a service says of a layer.

use std::collections::BTreeMap;
use std::sync::Arc;

use geohub_core::{Layer, Provenance};
use serde::{Deserialize, Serialize};

use crate::codes::{Code, CodeTable};
use crate::item::ItemFacts;
use crate::stamp::iso_ms;

/// A layer as its service describes it.
#[derive(Clone, Debug)]
pub struct Description {
    /// Schema, CRS, rows, extent, origin and terms.
    pub layer: Layer,
    /// The layer without secrets.
    pub url: String,
    /// Which provider speaks to it: `ArcGIS`, `Socrata`.
    pub provider: &'static str,
    /// The column that tells rows apart.
    pub id_field: String,
    /// The codes and ranges of columns that have them.
    pub domains: BTreeMap<String, Domain>,
    /// The codes behind columns of names.
    pub codes: BTreeMap<String, CodeTable>,
    /// When the publisher last changed the rows, as the server says it.
    pub last_edit: Option<String>,
    /// The `ETag` of the description.
    pub etag: Option<String>,
    /// What is said for people.
    pub remarks: Remarks,
}

/// What a service says of a layer for people; nothing of it decides how rows are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Of columns, where it says more than their names.
    pub columns: BTreeMap<String, ColumnRemark>,
    /// When columns, title, licence or the like were last changed, UTC.
    pub last_metadata_edit: Option<String>,
    /// How often the rows are said to be brought up to date.
    pub update_frequency: Option<String>,
    /// Most rows of an answer, as the service states it.
    pub page_limit: Option<u64>,
    /// The formats in which it gives rows, in its own words.
    pub formats: Vec<String>,
    /// The item that stands for the layer in a portal.
    pub item: Option<String>,
}

/// A column in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnRemark {
    /// Its name for people, where it is another one.
    pub alias: Option<String>,
    /// What it holds.
    pub description: Option<String>,
}

impl Description {
    /// Adds what the item says.
    pub(crate) fn add(&mut self, item: &ItemFacts) {
        let mut provenance: Provenance = (*self.layer.provenance).clone();
        item.add_to(&mut provenance);
        self.layer.provenance = Arc::new(provenance);
        // The item of a service changes with its page; the layer's own stamp is the better one.
        let edited = &mut self.remarks.last_metadata_edit;
        *edited = edited.take().or_else(|| item.modified_ms.map(iso_ms));
    }
}

/// The values a column may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Codes with their names, in the service's order.
    Codes(Vec<Code>),
    /// Lowest and highest value.
    Range(f64, f64),
}
