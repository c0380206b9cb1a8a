//! A reader whose layer is in another CRS than it says.

use geohub_core::{Chunk, Context, Crs, Layer, Pushdown, ReadOptions, Reader, Result};

/// A reader under another CRS; the coordinates stay as they are.
pub struct Declared {
    inner: Box<dyn Reader>,
    layer: Layer,
    crs: Crs,
}

impl Declared {
    /// The same rows, taken to be in `crs`.
    pub fn new(inner: Box<dyn Reader>, crs: Crs) -> Self {
        let layer = Layer { crs: crs.clone(), ..inner.layer().clone() };
        Self { inner, layer, crs }
    }
}

impl Reader for Declared {
    fn target(&self) -> &str {
        self.inner.target()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let answer = self.inner.plan(options)?;
        self.layer = Layer { crs: self.crs.clone(), ..self.inner.layer().clone() };
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
        Ok(Box::new(Self::new(self.inner.complete(context)?, self.crs)))
    }
}
