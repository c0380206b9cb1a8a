//! A page of rows as a provider brings it.

use bytes::Bytes;

use crate::columns::Seen;
use crate::id::Id;

/// What is asked of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask<'a> {
    /// The next rows in order of their ids.
    After {
        /// The last id received; `None` at the start.
        last: Option<&'a Id>,
        /// At most so many.
        rows: usize,
    },
    /// These rows.
    Ids(&'a [Id]),
}

impl Ask<'_> {
    /// Rows asked for.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::After { rows, .. } => *rows,
            Self::Ids(ids) => ids.len(),
        }
    }

    /// The words for the journal.
    pub(crate) fn range(&self) -> String {
        match self {
            Self::After { last: None, .. } => "from the start".to_owned(),
            Self::After { last: Some(id), .. } => format!("after {id}"),
            Self::Ids(ids) => format!("{} ids", ids.len()),
        }
    }
}

/// A page: raw bytes, and what was needed of them at once.
#[derive(Debug)]
pub(crate) struct Page {
    /// The answer's body, well-formed.
    pub(crate) body: Bytes,
    /// Per row: its id and a hash of its bytes.
    pub(crate) rows: Vec<(Id, u64)>,
    /// The server's hint that more rows follow.
    pub(crate) more: bool,
    /// What the columns hold, where the provider needs to know.
    pub(crate) seen: Option<Vec<Seen>>,
}
