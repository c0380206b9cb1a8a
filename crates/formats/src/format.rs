//! What a format is, and the list of formats.

use std::sync::Arc;

use geohub_core::{Budget, Context, Output, Reader, Result, Source, Writer};

/// Every format, in the order in which contents are tried.
pub const FORMATS: &[&Format] = &[
    &crate::geojson::FORMAT,
    &crate::geojsonseq::FORMAT,
    &crate::fgb::FGB,
    &crate::geoparquet::GEOPARQUET,
    &crate::csv::CSV,
    &crate::csv::TSV,
];

/// Opens a source as a layer.
pub type OpenFn = fn(Arc<dyn Source>, &OpenOptions, &Context) -> Result<Box<dyn Reader>>;

/// Makes a writer for an output.
pub type CreateFn = fn(&Output, &CreateOptions) -> Result<Box<dyn Writer>>;

/// A file format: its names, and how to read and write it.
#[derive(Debug)]
pub struct Format {
    /// The name for `-f` and `--input-format`.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// File name extensions without the dot, the usual one first.
    pub extensions: &'static [&'static str],
    /// True for text formats, which may be gzipped.
    pub text: bool,
    /// One line on what is read and written, for the formats table.
    pub about: &'static str,
    /// True when the first bytes can only be this format. Formats without a signature answer false.
    pub sniff: fn(&[u8]) -> bool,
    /// The reader, if there is one.
    pub open: Option<OpenFn>,
    /// The writer, if there is one.
    pub create: Option<CreateFn>,
}

/// How to read an input.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The format, when the user names it; else by content, then by extension.
    pub format: Option<&'static Format>,
    /// Column with longitude or easting (CSV, TSV).
    pub x: Option<String>,
    /// Column with latitude or northing (CSV, TSV).
    pub y: Option<String>,
    /// Column with WKT, `GeoJSON` or `(lat, lon)` (CSV, TSV).
    pub geometry: Option<String>,
}

/// How to write an output.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// Decimals of coordinates in text formats; `None` keeps every bit.
    pub precision: Option<u8>,
    /// How text tables carry the geometry.
    pub text_geometry: TextGeometry,
    /// Make the finished file survive a power cut.
    pub fsync: bool,
    /// Memory that the writer may use.
    pub budget: Budget,
}

/// How CSV and TSV carry the geometry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextGeometry {
    /// A `WKT` column last.
    #[default]
    Wkt,
    /// Columns `x` and `y` last; points only.
    Xy,
    /// Left out.
    None,
}
