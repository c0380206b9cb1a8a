//! What is wrong with an answer in `f=pbf`.

use std::fmt;

pub(in crate::arcgis) type Result<T, E = Flaw> = std::result::Result<T, E>;

/// Why a page cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::arcgis) enum Flaw {
    /// It is cut short or garbled: asking again may help.
    Broken(&'static str),
    /// It is whole, and uses what is written down nowhere: only another encoding helps.
    Unknown(&'static str),
}

impl Flaw {
    pub(super) const CUT: Self = Self::Broken("the answer is cut short");
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(words) | Self::Unknown(words) => f.write_str(words),
        }
    }
}
