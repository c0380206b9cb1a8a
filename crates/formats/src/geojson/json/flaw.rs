//! What stops a parse.

use geohub_core::{DataError, Error};

/// Why a text could not be taken; positions are counted from the start of the text. Boxed inside: a flaw is rare,
/// and a small result is fast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw(Box<Cause>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The text breaks a rule.
    Rule { at: usize, message: String, hint: Option<&'static str> },
    /// The text ends too early; more of it might be right.
    End { at: usize },
    /// The text is right and does not fit the columns known so far.
    Misfit(String),
}

/// The result of a parse.
pub(crate) type Parsed<T> = Result<T, Flaw>;

impl Flaw {
    /// The text breaks a rule.
    #[cold]
    pub(crate) fn rule(at: usize, message: impl Into<String>) -> Self {
        Self(Box::new(Cause::Rule { at, message: message.into(), hint: None }))
    }

    /// The text breaks a rule, and why may be guessed.
    #[cold]
    pub(crate) fn hinted(at: usize, message: impl Into<String>, hint: &'static str) -> Self {
        Self(Box::new(Cause::Rule { at, message: message.into(), hint: Some(hint) }))
    }

    /// The text ends too early.
    #[cold]
    pub(crate) fn end(at: usize) -> Self {
        Self(Box::new(Cause::End { at }))
    }

    /// The text does not fit the columns known so far.
    #[cold]
    pub(crate) fn misfit(reason: impl Into<String>) -> Self {
        Self(Box::new(Cause::Misfit(reason.into())))
    }

    /// True when more text might make it right.
    pub(crate) fn is_end(&self) -> bool {
        matches!(*self.0, Cause::End { .. })
    }

    /// The error a user sees, for a text that begins at byte `base` of the input.
    pub(crate) fn into_error(self, base: u64, feature: Option<u64>) -> Error {
        let (at, message, hint) = match *self.0 {
            Cause::Misfit(reason) => return Error::Misfit(reason),
            Cause::End { at } => (at, "the JSON text ends too early".to_owned(), None),
            Cause::Rule { at, message, hint } => (at, message, hint),
        };
        let mut error = DataError::new(message).at_byte(base + at as u64);
        error.feature = feature;
        error.hint = hint.map(str::to_owned);
        error.into()
    }
}
