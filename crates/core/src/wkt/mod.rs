//! Well-known text: ISO 19125-1 / SQL/MM Part 3 with Z and M, read with the extensions of EWKT.
//!
//! Read are `POINT Z (1 2 3)`, `POINTZ(1 2 3)`, `POINT(1 2 3)` (a third number without a letter is Z, a fourth M),
//! `MULTIPOINT (1 2, 3 4)` with and without inner brackets, EMPTY at every level, curves and surfaces, and
//! `SRID=4326;` in front (which is handed back). Names may be in any case. Numbers are written with the fewest digits
//! that read back as the same double.

mod parse;
mod text;
mod write;

pub use parse::push_wkt;
pub use write::{write_number, write_wkt, write_wkt_rounded};
