//! The format's entry in the list of formats.

use super::reader::GeoParquetReader;
use super::writer::GeoParquetWriter;
use crate::format::Format;

/// `GeoParquet` 1.1.
pub static GEOPARQUET: Format = Format {
    name: "parquet",
    title: "GeoParquet",
    extensions: &["parquet", "geoparquet"],
    text: false,
    about: "1.0 and 1.1; WKB and native encodings read, WKB written with zstd and a bbox covering; pruned by bbox and columns",
    sniff: |head| head.starts_with(b"PAR1"),
    open: Some(|source, _, _| Ok(Box::new(GeoParquetReader::open(source)?))),
    create: Some(|output, options| Ok(Box::new(GeoParquetWriter::create(output, options.fsync)?))),
};
