//! Esri JSON into batches.

mod decoder;
mod geometry;
mod rings;

pub(super) use decoder::EsriDecoder;
