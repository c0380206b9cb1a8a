//! CSV and TSV: text tables with a header line, and geometry in one or two of the columns.
//!
//! The input is read twice. The first pass scans all of it in parallel and settles what a text table does not say:
//! encoding, separator, column types, where the geometry is, how many rows there are. The second pass decodes.
//!
//! # Types
//! A cell without any character is null; `""` is an empty text. A column is `Boolean` when every value is `true` or
//! `false` in any case, `Int64` or `UInt64` when every value is an integer that fits, `Float64` when every value is
//! a number and no integer is beyond 2^53, else `Utf8`. Numbers are typed by value (`1.50` is 1.5) and only when
//! typing cannot lose anything: leading zeros (`007`), plus signs, thousands separators, `1.`, more than 17
//! significant digits, integers of more than 64 bits and bare exponents (`12E4`, which is more often a code than a
//! number; `1.2e5` and `1e+05` are numbers) make the column text. Blanks around a number are no part of it. Dates
//! stay text. With `;` or tab between the cells a column may have decimal commas, unless every value could as well
//! be an integer with thousands separators.
//!
//! # Geometry
//! In this order: what `--geometry` or `--x` and `--y` say (`--geometry none` reads a table); a column with a usual
//! name (`wkt`, `geometry`, `geom`, `the_geom`, `shape`, ...) that holds WKT or `GeoJSON`; longitude and latitude
//! columns by their usual names; columns `x` and `y`; any column in which every value is WKT, `GeoJSON` or a text
//! that ends in `(lat, lon)`. Coordinate columns and `(lat, lon)` texts stay attributes; a WKT or `GeoJSON` column
//! becomes the geometry and is no attribute, unless some of its values are no geometry at all.
//!
//! Columns called longitude and latitude must hold such: a value out of range is an error. `x` and `y`, WKT, and
//! columns the user named may hold anything; out of the range of longitude and latitude the CRS is unknown.

mod block;
mod cells;
mod chunk;
mod columns;
mod dialect;
mod encoder;
mod encoding;
mod facts;
mod format;
mod geometry_text;
mod header;
mod layout;
mod number;
mod place;
mod reader;
mod records;
mod shape;
mod split;
mod survey;
mod tally;
mod writer;

pub use format::{CSV, TSV};
