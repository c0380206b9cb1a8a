//! `FlatGeobuf` 3: features as flatbuffers behind a header and a packed Hilbert R-tree.
//!
//! Reading checks every length and offset itself (the generated accessors trust a verified buffer, and verifying
//! all of a feature costs more than looking at what is needed). Writing spools the features beside the output,
//! sorts a small record of each and gathers them in order. Specification: <https://flatgeobuf.org>.

mod batch_builder;
mod blocks;
mod chunk;
mod column_builder;
mod columns;
mod crs;
mod encode_column;
mod encode_geometry;
mod encode_wkb;
mod encoder;
mod gather;
mod geometry;
mod geometry_wkb;
mod header;
mod header_writer;
mod hilbert;
mod levels;
mod metadata;
mod properties;
mod reader;
mod records;
mod registration;
mod respool;
mod scratch;
mod search;
mod sorted;
mod table;
mod tree;
mod wire;
mod writer;

pub use header::layer;
pub use registration::FGB;
