//! What stops a parse.

use geohub_core::{DataError, Error};

/// Why a text could not be taken; positions are counted from the start of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The text breaks a rule.
    Rule { at: usize, message: String, hint: Option<&'static str> },
    /// The text ends too early; more of it might be right.
    End { at: usize },
    /// The text is right and does not fit the columns known so far.
    Misfit(String),
}

/// The result of a parse. Boxed: a flaw is rare, and a small result is fast.
pub(crate) type Parsed<T> = Result<T, Box<Flaw>>;

impl Flaw {
    pub(crate) fn rule(at: usize, message: impl Into<String>) -> Box<Self> {
        Box::new(Self::Rule { at, message: message.into(), hint: None })
    }

    pub(crate) fn hinted(at: usize, message: impl Into<String>, hint: &'static str) -> Box<Self> {
        Box::new(Self::Rule { at, message: message.into(), hint: Some(hint) })
    }

    /// The error a user sees, for a text that begins at byte `base` of the input.
    pub(crate) fn into_error(self, base: u64, feature: Option<u64>) -> Error {
        let (at, message, hint) = match self {
            Self::Misfit(reason) => return Error::Misfit(reason),
            Self::End { at } => (at, "the JSON text ends too early".to_owned(), None),
            Self::Rule { at, message, hint } => (at, message, hint),
        };
        let mut error = DataError::new(message).at_byte(base + at as u64);
        error.feature = feature;
        error.hint = hint.map(str::to_owned);
        error.into()
    }
}
