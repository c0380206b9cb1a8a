//! JSON text without a tree: a cursor, numbers, strings.

mod cursor;
mod flaw;
mod number;
mod skip;
mod text;

pub(crate) use cursor::{Cursor, Span};
pub(crate) use flaw::{Flaw, Parsed};
pub(crate) use number::Number;
pub(crate) use skip::{object_end, value_is_json};
pub(crate) use text::{compact, unescape};
