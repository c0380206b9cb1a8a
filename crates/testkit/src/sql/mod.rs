//! The small SQL both stand-ins speak: standard `where` clauses for ArcGIS, `SoQL` for Socrata.
//!
//! [`parse::Parser`] makes an [`ast::Expr`], [`bind::bind`] ties its names to columns and refuses what the
//! types do not allow, [`eval::eval`] runs it on a row with three-valued logic.

pub mod ast;
pub mod bind;
pub mod compare;
pub mod eval;
pub mod functions;
pub mod parse;
pub mod statement;
pub mod token;

pub use ast::Expr;
pub use bind::bind;
pub use eval::{eval, holds};

/// What a server tells of a clause it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlError {
    /// The text does not parse; `column` counts characters from 1.
    Malformed {
        /// What was expected and found.
        what: String,
        /// Where.
        column: usize,
    },
    /// A name that is no column.
    NoSuchColumn(String),
    /// A name that is no function, or one with the wrong number of arguments.
    NoSuchFunction(String),
    /// An operator or function on types it does not take.
    TypeMismatch(String),
}

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed { what, column } => write!(f, "at line 1 character {column}: {what}"),
            Self::NoSuchColumn(name) => write!(f, "No such column: {name}"),
            Self::NoSuchFunction(name) => write!(f, "No such function: {name}"),
            Self::TypeMismatch(what) => write!(f, "Type mismatch: {what}"),
        }
    }
}
