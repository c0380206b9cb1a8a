//! What the user sees of an error: kind, exit code, advice. One file decides it for every library error.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::Write as _;

use geohub_core::expr::ExprError;
use geohub_core::{Error, text};
use geohub_fetch::FetchError;
use geohub_portals::PortalsError;
use serde_json::{Value, json};

use crate::exit::Exit;

/// An error on its way to the user.
#[derive(Debug)]
pub struct Failure {
    /// A stable word for scripts.
    pub code: &'static str,
    /// The exit code.
    pub exit: Exit,
    /// What failed, on what, where.
    pub message: String,
    /// What to type next.
    pub hint: Option<String>,
    /// The cause in the system's or server's own words.
    pub source: Option<String>,
    /// True when the reader of standard output has gone, which is no failure.
    pub closed_pipe: bool,
}

impl Failure {
    /// A failure of a kind.
    pub fn new(code: &'static str, exit: Exit, message: impl Into<String>) -> Self {
        Self { code, exit, message: message.into(), hint: None, source: None, closed_pipe: false }
    }

    /// A contradiction on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new("usage", Exit::Usage, message)
    }

    /// A panic: never the user's fault, unless the system has no memory or threads left.
    pub fn defect(panic: &(dyn Any + Send)) -> Self {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
        Self::new("internal", Exit::Failure, format!("geohub failed in a way that it should not: {words}"))
            .hint(
                "with memory and threads to spare this is a defect of geohub, and a report of it is welcome",
            )
    }

    /// The same failure with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `{"error":{...}}` for `--json`.
    pub fn json(&self) -> Value {
        json!({"error": {
            "code": self.code, "exit": self.exit as u8, "message": self.message, "hint": self.hint, "source": self.source,
        }})
    }

    /// The lines for people, cleaned for a terminal.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.message.split('\n').map(text::clean).collect();
        let mut out = lines.join("\n");
        // Writing to a string cannot fail.
        if let Some(source) = &self.source {
            let _ = write!(out, "\n  cause: {}", text::clean(source));
        }
        if let Some(hint) = &self.hint {
            let _ = write!(out, "\n  hint: {}", text::clean(hint));
        }
        out
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::Other(cause) => match cause.downcast::<FetchError>() {
                Ok(error) => return (*error).into(),
                Err(cause) => Error::Other(cause),
            },
            error => error,
        };
        let closed_pipe = error.is_broken_pipe();
        let message = error.to_string();
        let (code, exit, hint) = match &error {
            Error::Io { source, .. } => return of_io(&error, source),
            Error::NotFound { near, .. } => ("not-found", Exit::NotFound, did_you_mean(near)),
            Error::OutputExists { .. } => {
                ("output-exists", Exit::Usage, Some("--overwrite replaces it".to_owned()))
            }
            Error::Data(data) => ("bad-data", Exit::BadData, data.hint.clone()),
            Error::Request { hint, .. } => ("usage", Exit::Usage, hint.clone()),
            Error::Expression(cause) => ("expression", expression_exit(&**cause), None),
            Error::CrsMismatch(_) => ("crs-mismatch", Exit::BadData, None),
            Error::Unsupported(_) => ("unsupported", Exit::BadData, None),
            Error::Memory { .. } => (
                "memory",
                Exit::Failure,
                Some(
                    "raise --memory, read fewer rows and columns, or, of a join, put the smaller layer on the right"
                        .to_owned(),
                ),
            ),
            Error::Misfit(_) | Error::Internal(_) => ("internal", Exit::Failure, None),
            _ => ("failure", Exit::Failure, None),
        };
        Self { code, exit, message, hint, source: None, closed_pipe }
    }
}

/// Arithmetic that overflows is the data's doing; everything else is in the text of the expression.
fn expression_exit(cause: &(dyn StdError + 'static)) -> Exit {
    match cause.downcast_ref::<ExprError>() {
        Some(ExprError::Overflow { .. }) => Exit::BadData,
        _ => Exit::Usage,
    }
}

impl From<ExprError> for Failure {
    fn from(error: ExprError) -> Self {
        Error::from(error).into()
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let hint = error.hint();
        let (code, exit) = match error {
            FetchError::Core(error) => return error.into(),
            FetchError::Reference { .. } => ("reference", Exit::Usage),
            FetchError::NotYet { .. } => ("reference-not-yet", Exit::Usage),
            FetchError::NotFound { .. } => ("not-found", Exit::NotFound),
            FetchError::Layers(_) => ("layers", Exit::NotFound),
            FetchError::Credentials { .. } | FetchError::TokenWanted { .. } | FetchError::Login { .. } => {
                ("credentials", Exit::Credentials)
            }
            FetchError::TokenStore { .. } => ("token-store", Exit::Failure),
            FetchError::Throttled { .. } => ("throttled", Exit::Network),
            FetchError::Network { .. } | FetchError::Deadline(_) => ("network", Exit::Network),
            FetchError::Server { code, .. } if code >= 500 => ("server", Exit::Network),
            FetchError::Server { .. } | FetchError::Locked { .. } => ("server", Exit::Failure),
            FetchError::Incomplete(_) => ("incomplete", Exit::Incomplete),
            FetchError::BadAnswer { .. } | FetchError::Unsupported { .. } => ("bad-answer", Exit::BadData),
            _ => ("failure", Exit::Failure),
        };
        Self { hint, ..Self::new(code, exit, error.to_string()) }
    }
}

impl From<PortalsError> for Failure {
    fn from(error: PortalsError) -> Self {
        let message = error.to_string();
        let (code, exit, hint) = match error {
            PortalsError::Fetch(error) => return error.into(),
            PortalsError::Core(error) => return error.into(),
            PortalsError::File { .. } => ("portal-file", Exit::Usage, None),
            PortalsError::Exists { .. } => {
                ("output-exists", Exit::Usage, Some("--overwrite replaces it".to_owned()))
            }
            PortalsError::NoPortal { near, .. } => (
                "no-portal",
                Exit::NotFound,
                did_you_mean(&near).or_else(|| Some("geohub portal list shows them".to_owned())),
            ),
            PortalsError::NoAlias { portal, near, .. } => (
                "no-alias",
                Exit::NotFound,
                did_you_mean(&near)
                    .or_else(|| Some(format!("geohub portal show {portal} lists its aliases"))),
            ),
            PortalsError::NoDataset { hint, .. } => ("no-dataset", Exit::BadData, Some(hint)),
            PortalsError::Ambiguous { choices, .. } => {
                let first =
                    choices.first().map(|(reference, _)| format!("type one of them, such as {reference}"));
                ("ambiguous", Exit::NotFound, first)
            }
            PortalsError::PlaceText { .. } => (
                "usage",
                Exit::Usage,
                Some(
                    "write KIND:NAME, such as \"neighborhood:Silver Lake\"; --place ? lists the kinds"
                        .to_owned(),
                ),
            ),
            PortalsError::NoPlaceKind { near, .. } => ("no-place", Exit::NotFound, did_you_mean(&near)),
            PortalsError::NoPlace { name, kind, portal, names, .. } => {
                let all = || Some(format!("--place {portal}/{kind}:? lists the names"));
                ("no-place", Exit::NotFound, name.and_then(|_| did_you_mean(&names).or_else(all)))
            }
            PortalsError::AmbiguousPlace { choices, .. } => {
                let first = choices
                    .first()
                    .map(|(reference, _)| format!("say which, such as --place \"{reference}\""));
                ("ambiguous", Exit::NotFound, first)
            }
            PortalsError::NothingKept { .. } => (
                "offline",
                Exit::Network,
                Some("the same command once without --offline reads and keeps them".to_owned()),
            ),
            PortalsError::AllDown { name, cause } => {
                let failure: Self = (*cause).into();
                let message = format!("no catalogue answered; {name}: {}", failure.message);
                return Self { message, ..failure };
            }
            _ => ("failure", Exit::Failure, None),
        };
        Self { hint, ..Self::new(code, exit, message) }
    }
}

fn of_io(error: &Error, source: &std::io::Error) -> Failure {
    let (code, exit) = match source.kind() {
        std::io::ErrorKind::NotFound => ("not-found", Exit::NotFound),
        std::io::ErrorKind::StorageFull => ("disk-full", Exit::Failure),
        std::io::ErrorKind::InvalidData
        | std::io::ErrorKind::UnexpectedEof
        | std::io::ErrorKind::InvalidInput => ("bad-data", Exit::BadData),
        _ => ("io", Exit::Failure),
    };
    Failure { closed_pipe: error.is_broken_pipe(), ..Failure::new(code, exit, error.to_string()) }
}

/// `did you mean a, b?`
pub fn did_you_mean(near: &[String]) -> Option<String> {
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}
