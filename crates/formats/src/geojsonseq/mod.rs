//! `GeoJSON` text sequences: one feature a line, or RFC 8142 with record separators.
//!
//! Read: records parted by line ends, record separators or nothing but their own braces, so that they may span
//! lines; no record at all is a layer without rows. Written: one compact feature a line, without separators.

mod blank;

use std::sync::Arc;

use geohub_core::source::SpoolSource;
use geohub_core::{Context, Reader, Result, Source};

use crate::format::{Format, OpenOptions};
use crate::geojson;

/// The format.
pub const FORMAT: Format = Format {
    name: "geojsonseq",
    title: "GeoJSONSeq",
    extensions: &["geojsonl", "geojsons", "geojsonseq", "ndjson", "ndgeojson"],
    text: true,
    about: "one feature a line, or RFC 8142 with record separators; types inferred from all rows",
    sniff: geojson::is_sequence,
    open: Some(open),
    create: Some(geojson::create_sequence),
};

fn open(source: Arc<dyn Source>, options: &OpenOptions, context: &Context) -> Result<Box<dyn Reader>> {
    let source: Arc<dyn Source> = if source.rereadable() {
        source
    } else {
        Arc::new(SpoolSource::new(source.name(), source.stream()?)?)
    };
    if blank::is_blank(&*source)? {
        return Ok(Box::new(blank::NoRows::new(&*source)));
    }
    geojson::open(source, options, context)
}
