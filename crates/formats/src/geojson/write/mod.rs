//! Writing: columns → text.

mod cell;
mod encoder;
mod geometry;
mod note;
mod number;
mod string;
mod wkb;
mod writer;

pub(crate) use encoder::FeatureEncoder;
pub(crate) use writer::{create_collection, create_sequence};
