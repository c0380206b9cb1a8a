//! Esri JSON into batches.

mod decoder;
mod geometry;
mod position;
mod rings;

pub(super) use decoder::EsriDecoder;
