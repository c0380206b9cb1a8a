//! What tells the rows of a layer apart.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A row's id as the server gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Id {
    /// An object id. Ordered.
    Number(i64),
    /// An opaque text whose order is the server's business.
    Text(String),
}

impl Id {
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(id) => Some(*id),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}
