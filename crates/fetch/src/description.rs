//! What a service says of a layer.

use std::collections::BTreeMap;

use geohub_core::Layer;
use serde::{Deserialize, Serialize};

use crate::codes::{Code, CodeTable};

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
