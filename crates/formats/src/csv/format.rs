//! The two formats.

use std::sync::Arc;

use geohub_core::{Context, Reader, Result, Source};

use super::{dialect, reader, writer};
use crate::format::{Format, OpenOptions};

/// Comma-separated values.
pub const CSV: Format = Format {
    name: "csv",
    title: "CSV",
    extensions: &["csv"],
    text: true,
    about: "text table; reads WKT, GeoJSON, (lat, lon) and lon/lat columns, writes WKT or x and y",
    sniff: dialect::looks_like_table,
    open: Some(open_csv),
    create: Some(|output, options| Ok(Box::new(writer::CsvWriter::new(output, options, b',')))),
};

/// Tab-separated values.
pub const TSV: Format = Format {
    name: "tsv",
    title: "TSV",
    extensions: &["tsv", "tab"],
    text: true,
    about: "the same with tabs",
    sniff: |_| false,
    open: Some(open_tsv),
    create: Some(|output, options| Ok(Box::new(writer::CsvWriter::new(output, options, b'\t')))),
};

fn open_csv(source: Arc<dyn Source>, options: &OpenOptions, context: &Context) -> Result<Box<dyn Reader>> {
    let tabs = source.path().and_then(|path| path.file_name()?.to_str()).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        TSV.extensions.iter().any(|extension| name.rsplit('.').next() == Some(extension))
    });
    reader::open(source, options, context, tabs.then_some(b'\t'))
}

fn open_tsv(source: Arc<dyn Source>, options: &OpenOptions, context: &Context) -> Result<Box<dyn Reader>> {
    reader::open(source, options, context, Some(b'\t'))
}
