//! What can go wrong in a pipeline, named by situation.

use std::fmt;
use std::io;
use std::path::Path;

/// The result of every stage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the core and of the stages that implement its traits.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An operating system call failed on a named file or stream.
    #[error("cannot {action} {target}: {source}")]
    Io {
        /// What was tried: `read`, `create`, `write`, `rename`.
        action: &'static str,
        /// The file or stream.
        target: String,
        /// The system's own words.
        source: io::Error,
    },
    /// The input does not exist.
    #[error("{target}: no such file")]
    NotFound {
        /// The file.
        target: String,
        /// Names close to it that do exist.
        near: Vec<String>,
    },
    /// The output exists and was not to be replaced.
    #[error("{target} exists already")]
    OutputExists {
        /// The file.
        target: String,
    },
    /// The input breaks the rules of its format.
    #[error(transparent)]
    Data(#[from] Box<DataError>),
    /// An operator refuses one row of its batch; the executor makes it [`Error::Data`] with the row's number.
    #[error(transparent)]
    Row(Box<DataError>),
    /// A row does not fit the schema inferred so far; the executor restarts the run once with the whole schema.
    #[error("the layer's schema is wider than its first rows showed: {0}")]
    Misfit(String),
    /// The data is right, and this program cannot do that with it.
    #[error("{0}")]
    Unsupported(String),
    /// A request that contradicts itself or the layer, such as an unknown column.
    #[error("{message}")]
    Request {
        /// What is wrong.
        message: String,
        /// What to type instead, where known.
        hint: Option<String>,
    },
    /// Two layers, or a layer and a request, are in CRSs that do not go together.
    #[error("{0}")]
    CrsMismatch(String),
    /// An expression failed to parse, bind or evaluate.
    #[error(transparent)]
    Expression(Box<dyn std::error::Error + Send + Sync>),
    /// The memory limit would be passed.
    #[error("{what} needs about {needed_mb} MB, over the limit of {limit_mb} MB")]
    Memory {
        /// The part that asked.
        what: String,
        /// Its estimate.
        needed_mb: u64,
        /// The budget.
        limit_mb: u64,
    },
    /// A worker panicked: a bug of ours, reported instead of a crash.
    #[error("internal error, please report it: {0}")]
    Internal(String),
    /// Another crate's error, passed through a stage unchanged.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A refusal for want of memory, with what all `expected` rows would take, going by those `seen` so far.
    #[must_use]
    pub fn foreseen(self, seen: u64, expected: Option<u64>) -> Self {
        match (self, expected) {
            (Self::Memory { what, needed_mb, limit_mb }, Some(expected)) if seen > 0 => {
                let all = needed_mb as f64 * expected as f64 / seen as f64;
                Self::Memory { what, needed_mb: (all as u64).max(needed_mb), limit_mb }
            }
            (error, _) => error,
        }
    }

    /// An [`Error::Io`] about a path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let target = path.display().to_string();
        move |source| Self::Io { action, target, source }
    }

    /// An [`Error::Io`] about a named stream.
    pub fn io_named(action: &'static str, target: &str) -> impl FnOnce(io::Error) -> Self {
        let target = target.to_owned();
        move |source| Self::Io { action, target, source }
    }

    /// An [`Error::Request`] without a hint.
    pub fn request(message: impl Into<String>) -> Self {
        Self::Request { message: message.into(), hint: None }
    }

    /// The same error; one about data that names no file yet names this one.
    #[must_use]
    pub fn in_target(mut self, target: &str) -> Self {
        if let Self::Data(data) = &mut self
            && data.target.is_empty()
        {
            target.clone_into(&mut data.target);
        }
        self
    }

    /// True when the reader of our output has gone, which is success for a pipeline.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<DataError> for Error {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}

impl From<arrow_schema::ArrowError> for Error {
    /// Arrow only fails on arrays we built wrongly: everything from outside is checked before.
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// What is wrong with an input, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataError {
    /// File or URL; filled in by the executor when the stage does not know it.
    pub target: String,
    /// Position from the start of the (decompressed) input.
    pub byte: Option<u64>,
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Feature or row, counted from 1.
    pub feature: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do, where known.
    pub hint: Option<String>,
}

impl DataError {
    /// An error without a place yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// The same error at a byte of the input.
    #[must_use]
    pub fn at_byte(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }

    /// The same error at a line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same error at a feature, counted from 1.
    #[must_use]
    pub fn at_feature(mut self, feature: u64) -> Self {
        self.feature = Some(feature);
        self
    }

    /// The same error in a file.
    #[must_use]
    pub fn in_target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    /// The same error with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.target.is_empty() {
            write!(f, "{}: ", self.target)?;
        }
        let places = [("feature", self.feature), ("line", self.line), ("byte", self.byte)];
        let mut first = true;
        for (word, place) in places {
            if let Some(at) = place {
                write!(f, "{}{word} {at}", if first { "" } else { ", " })?;
                first = false;
            }
        }
        write!(f, "{}{}", if first { "" } else { ": " }, self.message)
    }
}

impl std::error::Error for DataError {}
