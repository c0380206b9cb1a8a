//! A sequence without a record.

use std::io::Read;
use std::sync::Arc;

use arrow_schema::Schema;
use geohub_core::layer::GeometryInfo;
use geohub_core::{
    Chunk, Error, GeometryKind, Layer, Level, Pushdown, ReadOptions, Reader, Result, RowCount, Source,
};

use crate::open::layer_name;

/// True where nothing but white space and separators comes to the end of the input.
pub(super) fn is_blank(source: &dyn Source) -> Result<bool> {
    let mut stream = source.stream()?;
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).map_err(Error::io_named("cannot read", source.name()))?;
        if count == 0 {
            return Ok(true);
        }
        if !bytes[..count].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x1e)) {
            return Ok(false);
        }
    }
}

/// Reads a layer without columns and rows.
pub(super) struct NoRows {
    name: String,
    layer: Layer,
}

impl NoRows {
    pub(super) fn new(source: &dyn Source) -> Self {
        let mut layer = Layer::new(layer_name(source), Arc::new(Schema::empty()));
        layer.rows = RowCount::Exact(0);
        layer.geometry = GeometryInfo { kind: GeometryKind::None, has_z: false, has_m: false };
        Self { name: source.name().to_owned(), layer }
    }
}

impl Reader for NoRows {
    fn target(&self) -> &str {
        &self.name
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let columns = if options.columns.is_some() { Level::Exact } else { Level::None };
        Ok(Pushdown { columns, ..Pushdown::NONE })
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        Ok(None)
    }
}
