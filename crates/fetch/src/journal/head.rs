//! What a journal is of; another query or layer makes another journal.

use serde::{Deserialize, Serialize};

/// The content of `head.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Head {
    /// Version of the journal's layout.
    pub(crate) version: u32,
    /// The layer, without secrets.
    pub(crate) reference: String,
    /// The query in one fixed spelling.
    pub(crate) query: String,
    /// SHA-256 of the schema.
    pub(crate) schema_hash: String,
    /// The column that tells rows apart, the CRS of the coordinates, and whether they come in full.
    pub(crate) shape: String,
    /// When the publisher last changed the rows, where the server says so.
    pub(crate) last_edit: Option<String>,
    /// What the server counted when the journal was begun.
    pub(crate) rows: Option<u64>,
    /// When that was, UTC.
    pub(crate) started: String,
}

impl Head {
    pub(crate) const VERSION: u32 = 3;

    /// Why pages under another head are of no use for this one; the words follow "starting over:".
    pub(crate) fn differs_from(&self, before: &Self) -> Option<String> {
        if before.version != self.version {
            return Some("what is here was left by another version of geohub".to_owned());
        }
        if before.reference != self.reference {
            return Some(format!("what is here is of another layer, {}", before.reference));
        }
        if before.query != self.query {
            return Some("the query is another one than that of what is here".to_owned());
        }
        if (&before.schema_hash, &before.shape) != (&self.schema_hash, &self.shape) {
            return Some(
                "the layer's columns, id, CRS or exactness are not those of what is here".to_owned(),
            );
        }
        if before.last_edit != self.last_edit {
            let said = |stamp: &Option<String>| stamp.clone().unwrap_or_else(|| "not said".to_owned());
            let (then, now) = (said(&before.last_edit), said(&self.last_edit));
            return Some(format!("the layer was edited since (last edit {then} then, {now} now)"));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named() {
        let head = Head { version: Head::VERSION, query: "a".to_owned(), ..Head::default() };
        assert_eq!(head.differs_from(&Head { rows: Some(7), started: "x".to_owned(), ..head.clone() }), None);
        let said = |before: Head| head.differs_from(&before).unwrap();
        assert!(said(Head { version: 1, ..head.clone() }).contains("version"));
        assert!(said(Head { query: "b".to_owned(), ..head.clone() }).contains("query"));
        assert!(said(Head { shape: "b".to_owned(), ..head.clone() }).contains("columns"));
        assert!(said(Head { last_edit: Some("1990".to_owned()), ..head.clone() }).contains("1990 then"));
    }
}
