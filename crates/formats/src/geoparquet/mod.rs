//! `GeoParquet`: WKB or native geometries in Parquet, with a `geo` key in the file's metadata.
//!
//! Row groups are decoded and encoded on the workers, each in pieces of bounded size. A box prunes row groups and pages
//! by the statistics of the covering column (or of native coordinates), chosen columns alone are read.
//! Source: <https://geoparquet.org/releases/v1.1.0/>.

mod attributes;
mod chunk;
mod encoder;
mod geo;
mod geometry;
mod layout;
mod native;
mod pruning;
mod reader;
mod registration;
mod source;
mod writer;

pub use registration::GEOPARQUET;
