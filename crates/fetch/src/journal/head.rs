//! What a journal is of; another query or layer makes another journal.

use serde::{Deserialize, Serialize};

/// The content of `head.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Version of the journal's layout.
    pub(crate) version: u32,
    /// The layer, without secrets.
    pub(crate) reference: String,
    /// The query in one fixed spelling.
    pub(crate) query: String,
    /// SHA-256 of the schema.
    pub(crate) schema_hash: String,
    /// When the publisher last changed the rows, where the server says so.
    pub(crate) last_edit: Option<String>,
}

impl Head {
    pub(crate) const VERSION: u32 = 1;
}
