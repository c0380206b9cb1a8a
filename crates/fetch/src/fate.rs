//! What became of a layer that cannot be opened any more.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is known of a layer from when it could be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Its title.
    pub title: Option<String>,
    /// Its item in an `ArcGIS` portal.
    pub item: Option<String>,
}

/// How much is asked to know what became of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Two requests at most: beside an error that was not asked to be explained.
    Brief,
    /// Services of the folder and the item in the portal too.
    Thorough,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lot {
    /// It is in another place.
    Moved,
    /// It is there, and not for everybody.
    Private,
    /// It is not there.
    Deleted,
    /// It is not there, or not for everybody: the portal answers both alike.
    DeletedOrPrivate,
}

impl fmt::Display for Lot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Moved => "moved",
            Self::Private => "made private",
            Self::Deleted => "deleted",
            Self::DeletedOrPrivate => "deleted or made private",
        })
    }
}

/// A layer that may be the one that is missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What to type for it.
    pub reference: String,
    /// Its title.
    pub title: String,
}

/// What became of a layer, in what words, and where it may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Moved, private or deleted.
    pub lot: Lot,
    /// How that is known.
    pub words: String,
    /// Layers of the same title, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Titles compare without case, punctuation, and the underscores of service names.
pub(crate) fn folded(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
