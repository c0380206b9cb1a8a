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
        /// The highest id wanted; `None` is to the end.
        upto: Option<i64>,
        /// At most so many; `None` leaves it to the server.
        rows: Option<usize>,
    },
    /// The rows at a position in order of their ids.
    At {
        /// Counted from 0.
        from: u64,
        /// At most so many.
        rows: usize,
    },
    /// Rows by their numeric ids, in any order: those above `after` up to `upto`.
    Between {
        /// `None` is from the start.
        after: Option<i64>,
        /// `None` is to the end.
        upto: Option<i64>,
    },
    /// These rows.
    Ids(&'a [Id]),
    /// Rows that meet a box, in any order.
    Within {
        /// `min_x, min_y, max_x, max_y`.
        corners: [f64; 4],
        /// In longitude and latitude, else in the layer's own coordinates.
        lonlat: bool,
    },
}

impl Ask<'_> {
    /// The words for the journal.
    pub(crate) fn range(&self) -> String {
        let name = |id: Option<String>| id.unwrap_or_else(|| "the start".to_owned());
        match self {
            Self::After { last: None, .. } => "from the start".to_owned(),
            Self::After { last: Some(id), .. } => format!("after {id}"),
            Self::At { from, rows } => format!("{rows} from {from}"),
            Self::Between { after, upto } => {
                let to = upto.map_or_else(|| "the end".to_owned(), |id| id.to_string());
                format!("between {} and {to}", name(after.map(|id| id.to_string())))
            }
            Self::Ids(ids) => format!("{} ids", ids.len()),
            Self::Within { corners, .. } => format!("within {corners:?}"),
        }
    }

    /// True for what can be asked for in smaller parts, so that patience with a failing server is better spent there.
    pub(crate) fn is_divisible(&self) -> bool {
        match self {
            Self::After { rows, .. } => rows.is_none_or(|rows| rows > 1),
            Self::At { rows, .. } => *rows > 1,
            Self::Ids(ids) => ids.len() > 1,
            Self::Between { .. } | Self::Within { .. } => true,
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
