//! `GeoJSON` text sequences: one feature a line, or RFC 8142 with record separators.
//!
//! Read: records parted by line ends, record separators or nothing but their own braces, so that they may span
//! lines. Written: one compact feature a line, without separators.

use crate::format::Format;
use crate::geojson;

/// The format.
pub const FORMAT: Format = Format {
    name: "geojsonseq",
    title: "GeoJSONSeq",
    extensions: &["geojsonl", "geojsons", "geojsonseq", "ndjson", "ndgeojson"],
    text: true,
    about: "one feature a line, or RFC 8142 with record separators; types inferred from all rows",
    sniff: geojson::is_sequence,
    open: Some(geojson::open),
    create: Some(geojson::create_sequence),
};
