//! A writer that is told the output's origin at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use geohub_core::context::NoteLevel;
use geohub_core::{Context, Encoded, Encoder, Layer, Needs, Provenance, Result, Writer, Written, personal};

use super::Lineage;

/// A writer whose output says what it was made of; columns that look personal are warned of when it starts, licences
/// that may not go together at the end.
pub struct Signed {
    inner: Box<dyn Writer>,
    lineage: Option<Arc<Lineage>>,
    context: Context,
    warned: Arc<AtomicBool>,
}

impl Signed {
    /// `warned` is shared by all writers of one output, for a run may restart.
    pub fn new(
        inner: Box<dyn Writer>,
        lineage: Option<Arc<Lineage>>,
        context: Context,
        warned: Arc<AtomicBool>,
    ) -> Self {
        Self { inner, lineage, context, warned }
    }
}

impl Writer for Signed {
    fn needs(&self) -> Needs {
        self.inner.needs()
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        let personal = personal::columns(&layer.schema);
        if !personal.is_empty() && !self.warned.swap(true, Ordering::Relaxed) {
            self.context.warn(personal::warning(&personal));
        }
        self.inner.start(layer)
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        self.inner.write(encoded)
    }

    fn notes(&self) -> Vec<(NoteLevel, String)> {
        self.inner.notes()
    }

    fn sign(&mut self, provenance: &Arc<Provenance>) {
        self.inner.sign(provenance);
    }

    fn finish(mut self: Box<Self>, context: &Context) -> Result<Written> {
        if let Some(lineage) = &self.lineage {
            let provenance = lineage.provenance();
            lineage.conflicts().into_iter().for_each(|conflict| self.context.warn(conflict));
            if provenance.names_a_source() {
                self.inner.sign(provenance);
            }
        }
        self.inner.finish(context)
    }

    fn abort(self: Box<Self>) {
        self.inner.abort();
    }
}
