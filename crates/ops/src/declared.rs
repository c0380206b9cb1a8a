//! A reader of whose layer something else is known than it says.

use std::sync::Arc;

use geohub_core::{Chunk, Context, Crs, Layer, Provenance, Pushdown, ReadOptions, Reader, Result};

/// A reader whose layer is taken to be another; rows stay as they are.
pub struct Declared {
    inner: Box<dyn Reader>,
    layer: Layer,
    said: Said,
}

/// What is said in place of what the reader says.
enum Said {
    Crs(Crs),
    Provenance(Arc<Provenance>),
}

impl Said {
    fn of(&self, layer: &Layer) -> Layer {
        match self {
            Self::Crs(crs) => Layer { crs: crs.clone(), ..layer.clone() },
            Self::Provenance(provenance) => Layer { provenance: Arc::clone(provenance), ..layer.clone() },
        }
    }
}

impl Declared {
    /// The same rows, their coordinates taken to be in `crs`.
    pub fn in_crs(inner: Box<dyn Reader>, crs: Crs) -> Self {
        Self::new(inner, Said::Crs(crs))
    }

    /// The same rows, taken to come from there.
    pub fn from_source(inner: Box<dyn Reader>, provenance: Arc<Provenance>) -> Self {
        Self::new(inner, Said::Provenance(provenance))
    }

    fn new(inner: Box<dyn Reader>, said: Said) -> Self {
        Self { layer: said.of(inner.layer()), inner, said }
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
        self.layer = self.said.of(self.inner.layer());
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
        Ok(Box::new(Self::new(self.inner.complete(context)?, self.said)))
    }
}
