//! A file in place of the service whose rows it has.

use std::sync::Arc;

use geohub_core::{Chunk, Context, Layer, Provenance, Pushdown, ReadOptions, Reader, Result};

/// A reader whose layer comes from where its receipt says.
pub(super) struct Sourced {
    inner: Box<dyn Reader>,
    layer: Layer,
    provenance: Arc<Provenance>,
}

impl Sourced {
    pub(super) fn new(inner: Box<dyn Reader>, provenance: Arc<Provenance>) -> Self {
        let layer = Layer { provenance: Arc::clone(&provenance), ..inner.layer().clone() };
        Self { inner, layer, provenance }
    }
}

impl Reader for Sourced {
    fn target(&self) -> &str {
        self.inner.target()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let answer = self.inner.plan(options)?;
        self.layer = Layer { provenance: Arc::clone(&self.provenance), ..self.inner.layer().clone() };
        Ok(answer)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        self.inner.next_chunk()
    }

    fn size_hint(&self) -> Option<u64> {
        self.inner.size_hint()
    }

    fn may_misfit(&self) -> bool {
        self.inner.may_misfit()
    }

    fn complete(self: Box<Self>, context: &Context) -> Result<Box<dyn Reader>> {
        Ok(Box::new(Self::new(self.inner.complete(context)?, self.provenance)))
    }
}
