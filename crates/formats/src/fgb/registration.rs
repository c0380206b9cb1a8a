//! The format's entry in the list of formats.

use super::{reader, wire, writer};
use crate::format::Format;

/// `FlatGeobuf` 3.
pub static FGB: Format = Format {
    name: "fgb",
    title: "FlatGeobuf",
    extensions: &["fgb"],
    text: false,
    about: "version 3; index used when reading, written always; every column and geometry type, Z and M",
    sniff: wire::sniff,
    open: Some(|source, _, context| Ok(Box::new(reader::open(source, context)?))),
    create: Some(|output, options| Ok(Box::new(writer::FgbWriter::create(output, options)?))),
};
