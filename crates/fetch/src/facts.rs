//! What is known of a download beside its rows.

use std::collections::BTreeMap;

use geohub_core::Provenance;
use serde::{Deserialize, Serialize};

use crate::codes::CodeTable;
use crate::idset::IdSet;

/// The part of a receipt that the download itself knows. No secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The reference as typed, without parameters.
    pub reference: String,
    /// `ArcGIS` or `Socrata`.
    pub provider: String,
    /// The rung of the ladder that brought the rows.
    pub strategy: String,
    /// The rungs that were tried, the last one being that.
    #[serde(default)]
    pub ladder: Vec<Tried>,
    /// Rows that an earlier, interrupted run of the same command had brought; requests are those of the last run.
    #[serde(default)]
    pub resumed_rows: u64,
    /// What the server was asked for.
    pub query: String,
    /// First request, of the first run, UTC.
    pub started: String,
    /// Last answer, UTC.
    pub ended: String,
    /// Pages by the encoding in which they came.
    #[serde(default)]
    pub pages: BTreeMap<String, u64>,
    /// The codes of columns of coded values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, CodeTable>,
    /// The publisher's last edit, as the server said it at the start.
    pub last_edit_before: Option<String>,
    /// The `ETag` of the layer's description.
    pub etag: Option<String>,
    /// SHA-256 of the columns' names and types.
    pub schema_hash: String,
    /// Which rows came, by their ids; nothing where rows have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<IdSet>,
    /// Service, title, owner, licence, attribution, terms.
    pub provenance: Provenance,
}

/// A rung of the ladder and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// `keyset`, `offset`, `id-ranges`, `id-list`, `id-halves`, `boxes`.
    pub rung: String,
    /// `used`, or why it does not work here.
    pub outcome: String,
}
