//! What is known of a download beside its rows.

use std::collections::BTreeMap;

use geohub_core::Provenance;
use serde::{Deserialize, Serialize};

use crate::codes::CodeTable;

/// The part of a receipt that the download itself knows. No secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The reference as typed, without parameters.
    pub reference: String,
    /// `ArcGIS` or `Socrata`.
    pub provider: String,
    /// The rung of the ladder that brought the rows.
    pub strategy: String,
    /// What the server was asked for.
    pub query: String,
    /// First request, UTC.
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
    /// Service, title, owner, licence, attribution, terms.
    pub provenance: Provenance,
}
