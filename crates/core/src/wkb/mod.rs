//! Well-known binary: ISO 19125-1 / SQL/MM Part 3 with Z and M, read with the extensions of EWKB.
//!
//! Written is ISO WKB in little-endian order. Read are also big-endian, EWKB's flags for Z and M and its SRID (which
//! is handed back). Points, lines, polygons and their multis become flat coordinates; collections, curves and surfaces
//! stay ISO WKB, checked and normalized. Every count is checked against the bytes that are left before anything is
//! stored, and nesting is limited to [`MAX_NESTING`], so memory is bounded by the size of the input.

mod code;
mod cursor;
mod decode;
mod encode;
mod map;
mod to_geo;
mod transcode;

pub(crate) use code::{Code, Form};
pub(crate) use cursor::Cursor;
pub use decode::push_wkb;
pub use encode::write_wkb;
pub(crate) use map::map_wkb;
pub(crate) use to_geo::to_geo;

/// Deepest nesting of geometries within geometries.
pub const MAX_NESTING: usize = 32;
