//! Pages of rows in protocol buffers, `f=pbf`.
//!
//! The rules are those seen on recorded answers (protocols/arcgis.md section 3.4).

mod feature;
mod flaw;
mod grid;
mod messages;
mod page;
mod shape;
mod wire;

pub(super) use flaw::Flaw;
pub(super) use page::PbfPage;
