//! Definition texts: a tree of clauses, and what they mean.

mod datum;
mod described;
mod projection;
mod tree;
mod write;

pub(crate) use datum::DatumKey;
pub(crate) use described::Described;
pub(crate) use tree::Node;
pub(crate) use write::write;
