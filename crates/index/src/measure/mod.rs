//! Distances in metres.
//!
//! Edges are straight in the layer's coordinates. A distance is found in three steps: boxes tell which rows can be near
//! ([`Screen`], [`lower_bound`]), a plane about the place tells which edges can, and those are measured exactly
//! ([`foot`]). Bounds never exceed distances, so the steps before the last change no result.

mod far;
mod foot;
mod globe;
mod pair;
mod prepared;
mod screen;
mod spot;
mod standpoint;
mod tree;

pub(crate) use globe::lower_bound;
pub(crate) use screen::{Screen, is_plane_of_use, padded};
pub(crate) use tree::Pieces;

pub use standpoint::Standpoint;
