//! Attribute values of JSON answers on their way into Arrow columns.

mod builder;
mod cell;
mod row;
mod survey;
mod time;

pub(crate) use cell::Cell;
pub(crate) use row::{Keys, Row, RowSeed, Rows, Survey};
pub(crate) use survey::{Seen, widened};
