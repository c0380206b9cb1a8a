//! `GeoJSON`: RFC 7946, and the `crs` member of its 2008 forerunner.
//!
//! Read: `FeatureCollection`, `Feature` and bare geometries, members in any order. Attribute types are inferred
//! (`read/class.rs`); the `id` of features is a column of its own. Written: a `FeatureCollection`, one feature a
//! line, every number in the shortest form that reads back the same.

mod convert;
pub(crate) mod json;
mod read;
mod write;

pub use convert::{features, parse_geometry};

use read::is_collection;
use write::create_collection;

use crate::format::Format;

/// The format.
pub const FORMAT: Format = Format {
    name: "geojson",
    title: "GeoJSON",
    extensions: &["geojson", "json"],
    text: true,
    about: "RFC 7946, and a `crs` member for other coordinate reference systems; types inferred from all rows",
    sniff: is_collection,
    open: Some(open),
    create: Some(create_collection),
};

pub(crate) use read::{is_sequence, open};
pub(crate) use write::create_sequence;
