use std::fmt;

use arrow_schema::{ArrowError, DataType};
use sqlparser::tokenizer::Location;

/// What the language of `--where` offers; the tail of every "not supported" message.
pub const SUPPORTED: &str = "supported are comparisons (= <> < <= > >=), AND, OR, NOT, IN (..), BETWEEN, LIKE, ILIKE, IS [NOT] NULL, \
     + - * / %, numbers, 'text', TRUE, FALSE, NULL, DATE '..' and TIMESTAMP '..'";

/// A place in the text of an expression; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column, in characters.
    pub column: u64,
}

impl Position {
    /// Nothing for the empty spans of `sqlparser`, which have line 0.
    pub(super) fn from_span_start(start: Location) -> Option<Self> {
        (start.line > 0).then_some(Self { line: start.line, column: start.column })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why an expression cannot be read, bound to a schema or evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExprError {
    /// The text is empty or only blanks and comments.
    #[error("the expression is empty")]
    Empty,
    /// The text is not an expression.
    #[error("{message}{}", at(*.position))]
    Syntax {
        /// What was expected and what was found.
        message: String,
        /// Where, if known.
        position: Option<Position>,
    },
    /// The text is SQL, but more than this language.
    #[error("{construct} is not supported in an expression{}; {}", at(*.position), hint.as_deref().unwrap_or(SUPPORTED))]
    Unsupported {
        /// The construct in words, such as "the function `upper()`".
        construct: String,
        /// What to write in its place, if there is something.
        hint: Option<String>,
        /// Where, if known.
        position: Option<Position>,
    },
    /// Brackets or operators nested beyond the limit.
    #[error("the expression is nested more than {limit} levels deep")]
    TooDeep {
        /// The limit in levels.
        limit: usize,
    },
    /// Longer than the limit.
    #[error("the expression has more than {limit} {unit}")]
    TooLong {
        /// The limit.
        limit: usize,
        /// What is counted: "bytes", "operators".
        unit: &'static str,
    },
    /// A literal that has no value.
    #[error("{text} is not {expected}")]
    Literal {
        /// The literal as it was written.
        text: String,
        /// What it should have been, with an example.
        expected: String,
    },
    /// No such column.
    #[error("there is no column {name:?}{}", nearest_names(.nearest))]
    UnknownColumn {
        /// The name that was asked for.
        name: String,
        /// The nearest valid names, best first.
        nearest: Vec<String>,
    },
    /// A bare name that differs only in case from more than one column.
    #[error("the column {name:?} is ambiguous: write one of {}", quoted(.candidates))]
    AmbiguousColumn {
        /// The name that was asked for.
        name: String,
        /// The columns it may mean.
        candidates: Vec<String>,
    },
    /// Two sides that cannot be compared, or an operand of the wrong type.
    #[error("{what}: {hint}")]
    Type {
        /// The operand and its type, or both sides and theirs.
        what: String,
        /// What to write.
        hint: String,
    },
    /// The whole expression, or an operand of AND, OR, NOT, is not a condition.
    #[error("{operand} is {found}, not a condition; write a comparison such as {operand} = {example}")]
    NotACondition {
        /// The operand, as it prints.
        operand: String,
        /// Its type in words.
        found: String,
        /// A literal of that type.
        example: &'static str,
    },
    /// Integer arithmetic left the range of 64 bits.
    #[error("integer overflow in {expression}{}", columns_of(.columns))]
    Overflow {
        /// The arithmetic, as it prints.
        expression: String,
        /// The columns in it.
        columns: Vec<String>,
    },
    /// A batch does not have the schema the expression was bound to.
    #[error("column {column:?} was bound as {bound}, but the batch has {}", found.as_ref().map_or_else(|| "no such column".to_owned(), ToString::to_string))]
    BatchMismatch {
        /// The column.
        column: String,
        /// Its type in the schema given to `bind`.
        bound: Box<DataType>,
        /// Its type in the batch.
        found: Option<Box<DataType>>,
    },
    /// A kernel failed; this is a defect of this program.
    #[error("cannot evaluate the expression: {0}")]
    Kernel(#[from] ArrowError),
}

impl From<ExprError> for crate::Error {
    fn from(error: ExprError) -> Self {
        Self::Expression(Box::new(error))
    }
}

fn at(position: Option<Position>) -> String {
    position.map_or_else(String::new, |position| format!(" (at {position})"))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| super::sql::quote(name, '"')).collect::<Vec<_>>().join(", ")
}

fn nearest_names(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; the nearest are {}", quoted(nearest)) }
}

fn columns_of(columns: &[String]) -> String {
    match columns {
        [] => String::new(),
        [one] => format!(" (column {one:?})"),
        many => format!(" (columns {})", quoted(many)),
    }
}
