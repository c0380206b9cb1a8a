//! Rows gathered into batches on their way to a sink.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::{Batch, GeometryBuilder, Result, Sink};

use crate::arcgis::codes::{CodePlan, CodedRows};

/// Batches of limited size under construction.
pub(super) struct Batches<'o> {
    pub(super) rows: CodedRows,
    pub(super) shapes: GeometryBuilder,
    bytes: usize,
    out: &'o mut dyn Sink,
}

impl<'o> Batches<'o> {
    pub(super) fn new(schema: &SchemaRef, plan: &Arc<CodePlan>, out: &'o mut dyn Sink) -> Result<Self> {
        let rows = CodedRows::new(schema, plan)?;
        Ok(Self { rows, shapes: GeometryBuilder::default(), bytes: 0, out })
    }

    /// Makes room for a row of about so many bytes; breaks when the sink wants no more.
    pub(super) fn room(&mut self, bytes: usize) -> Result<ControlFlow<()>> {
        let full = self.rows.len() == Batch::MAX_ROWS || self.bytes + bytes > Batch::MAX_BYTES;
        if self.rows.len() > 0 && full && self.flush()?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.bytes += bytes;
        Ok(ControlFlow::Continue(()))
    }

    fn flush(&mut self) -> Result<ControlFlow<()>> {
        self.bytes = 0;
        let shapes = std::mem::take(&mut self.shapes);
        self.out.push(Batch::new(shapes.finish(), self.rows.finish()?))
    }

    /// Hands on what is left.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.rows.len() > 0 {
            // The sink's wish to stop changes nothing at the end of a page.
            let _ = self.flush()?;
        }
        Ok(())
    }
}
