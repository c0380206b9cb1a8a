//! Moving coordinates from one CRS to another.

mod bbox;
mod datum;
mod plan;
mod web_mercator;

pub use plan::Transform;
