//! Features into batches of bounded size.

use std::ops::ControlFlow;
use std::sync::Arc;

use geohub_core::{Batch, Bbox, GeometryBuilder, Result, Sink};

use super::geometry;
use super::properties::{Columns, Selection};
use super::table::{Checked, Spend, Table};

/// What workers need to know of the file and the plan.
#[derive(Debug)]
pub(super) struct Decoding {
    /// The header's geometry type, 0 where each feature has its own.
    pub(super) layer_type: u8,
    /// The columns read.
    pub(super) selection: Arc<Selection>,
    /// Only features whose box meets this one.
    pub(super) bbox: Option<Bbox>,
}

/// True when two boxes meet; `wanted` with west above east reaches across 180 degrees.
pub(super) fn meets(wanted: &Bbox, found: &Bbox) -> bool {
    if wanted.min_x <= wanted.max_x {
        return wanted.intersects(found);
    }
    (found.max_x >= wanted.min_x || found.min_x <= wanted.max_x)
        && wanted.min_y <= found.max_y
        && found.min_y <= wanted.max_y
}

/// A batch under construction.
pub(super) struct BatchBuilder<'a> {
    decoding: &'a Decoding,
    geometry: GeometryBuilder,
    columns: Columns,
}

impl<'a> BatchBuilder<'a> {
    pub(super) fn new(decoding: &'a Decoding) -> Self {
        let columns = Columns::new(Arc::clone(&decoding.selection));
        Self { decoding, geometry: GeometryBuilder::default(), columns }
    }

    /// Adds a feature, given without its size prefix, unless its box misses the one asked for.
    pub(super) fn push(&mut self, feature: &[u8]) -> Checked<()> {
        let table = Table::root(feature)?;
        let mut spend = Spend::of(feature);
        if let Some(wanted) = &self.decoding.bbox
            && !meets(wanted, &geometry::bbox(&table, &spend)?)
        {
            return Ok(());
        }
        geometry::decode(&table, self.decoding.layer_type, &mut spend, &mut self.geometry)?;
        self.columns.push(&table, &mut spend)
    }

    /// Pushes the batch when it is full.
    pub(super) fn flush_full(&mut self, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let bytes = self.geometry.memory_bytes() + self.columns.memory_bytes();
        if self.geometry.len() < Batch::MAX_ROWS && bytes < Batch::MAX_BYTES {
            return Ok(ControlFlow::Continue(()));
        }
        self.flush(out)
    }

    /// Pushes what there is.
    pub(super) fn flush(&mut self, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        if self.geometry.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let geometry = std::mem::take(&mut self.geometry).finish();
        out.push(Batch::new(geometry, self.columns.finish()?))
    }
}
