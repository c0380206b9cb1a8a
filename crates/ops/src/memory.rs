//! A reader of batches held in memory.

use std::ops::ControlFlow;

use geohub_core::{Batch, Chunk, Layer, Origin, Pushdown, ReadOptions, Reader, Result, Sink};

/// Brings batches that are already there, one chunk each.
pub struct MemoryReader {
    layer: Layer,
    batches: std::vec::IntoIter<Batch>,
    row: u64,
}

impl MemoryReader {
    /// A reader of `batches`, which have the schema of `layer`.
    pub fn new(layer: Layer, batches: Vec<Batch>) -> Self {
        Self { layer, batches: batches.into_iter(), row: 0 }
    }
}

impl Reader for MemoryReader {
    fn target(&self) -> &str {
        &self.layer.name
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, _options: &ReadOptions) -> Result<Pushdown> {
        Ok(Pushdown::NONE)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        let Some(batch) = self.batches.next() else { return Ok(None) };
        let row = self.row;
        self.row += batch.rows() as u64;
        Ok(Some(Box::new(MemoryChunk { batch, row })))
    }
}

struct MemoryChunk {
    batch: Batch,
    row: u64,
}

impl Chunk for MemoryChunk {
    fn origin(&self) -> Origin {
        Origin { row: Some(self.row), ..Origin::default() }
    }

    fn weight_bytes(&self) -> usize {
        self.batch.memory_bytes()
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let _: ControlFlow<()> = out.push(self.batch)?;
        Ok(())
    }
}
