//! Pages into batches: Esri JSON here, protocol buffers with the help of `pbf`.

mod batches;
mod binary;
mod curves;
mod decoder;
mod geometry;
mod json;
mod rings;

pub(super) use decoder::EsriDecoder;
pub(super) use geometry::{Ordinates, push_paths, push_points, push_polygons};
