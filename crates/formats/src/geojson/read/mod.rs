//! Reading: blocks → whole features → columns.

mod blocks;
mod chunk;
mod class;
mod column;
mod coordinates;
mod decoder;
mod feature;
mod geometry;
mod hasty;
mod head;
mod infer;
mod member;
mod reader;
mod schema;
mod sniff;
mod splitter;
mod tally;
mod wkb;

pub(crate) use reader::open;
pub(crate) use sniff::{is_collection, is_sequence};
