//! The journal as a reader: pages as chunks, decoded by the workers.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::UInt32Array;
use arrow_schema::SchemaRef;
use bytes::Bytes;
use geohub_core::{
    Batch, Chunk, Context, DataError, Error, Layer, Level, Origin, Pushdown, ReadOptions, Reader, Result,
    Sink,
};

use crate::columns::{Seen, widened};
use crate::encoding;
use crate::proven::{Inner, Order};
use crate::provider::Decode;

/// JSON grows into columns and back into the output's bytes; a page may take so many times its size.
const WEIGHT: usize = 3;
/// Protocol buffers are less than half as large.
const BINARY_WEIGHT: usize = 8;

/// Reads a proven journal in order.
pub(crate) struct JournalReader {
    journal: Arc<Inner>,
    layer: Layer,
    decoder: Arc<dyn Decode>,
    next: usize,
    row: u64,
    /// The schema is known to hold every value.
    surveyed: bool,
}

impl JournalReader {
    pub(crate) fn new(journal: Arc<Inner>) -> Self {
        let (layer, decoder) = (journal.layer.clone(), Arc::clone(&journal.decoder));
        Self { journal, layer, decoder, next: 0, row: 0, surveyed: false }
    }

    fn use_schema(&mut self, schema: &SchemaRef) {
        self.layer.schema = Arc::clone(schema);
        self.decoder = self.decoder.with_schema(Arc::clone(schema));
    }
}

impl Reader for JournalReader {
    fn target(&self) -> &str {
        &self.journal.target
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let mut done = Pushdown::NONE;
        if self.journal.filtered && options.filter.is_some() {
            done.filter = Level::Superset;
        }
        if self.journal.boxed && options.bbox.is_some() {
            done.bbox = Level::Superset;
        }
        // With a filter still to be applied, its columns must come too.
        if let (Some(columns), None) = (&options.columns, &options.filter) {
            let wanted: Vec<usize> =
                columns.iter().map(|name| self.layer.schema.index_of(name)).collect::<Result<_, _>>()?;
            let schema = Arc::new(self.layer.schema.project(&wanted)?);
            self.use_schema(&schema);
            done.columns = Level::Exact;
        }
        Ok(done)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        let Some(group) = self.journal.groups.get(self.next) else { return Ok(None) };
        self.next += 1;
        let mut pages = Vec::with_capacity(group.parts.len());
        let first = group.parts.first().map_or(0, |part| part.page);
        let origin = self.journal.pages.lines()[first].offset;
        let row = self.row;
        for part in &group.parts {
            self.row += part.rows;
            pages.push((self.journal.pages.read(part.page)?, part.skip.clone()));
        }
        let bytes: usize = pages.iter().map(|(body, _)| body.len()).sum();
        let origin = Origin { byte: origin, bytes: bytes as u64, row: Some(row) };
        let decoder = Arc::clone(&self.decoder);
        Ok(Some(Box::new(PageChunk { pages, order: group.order.clone(), decoder, origin })))
    }

    fn may_misfit(&self) -> bool {
        !self.surveyed
    }

    /// The journal with a schema that holds every value: services declare types that their values do not keep to.
    fn complete(self: Box<Self>, context: &Context) -> Result<Box<dyn Reader>> {
        let schema = self.decoder.schema();
        let mut seen = vec![Seen::default(); schema.fields().len()];
        for part in self.journal.groups.iter().flat_map(|group| &group.parts) {
            self.decoder.survey(&self.journal.pages.read(part.page)?, &part.skip, &mut seen)?;
        }
        let wider = Arc::new(widened(schema, &seen, |_| false));
        for (declared, found) in schema.fields().iter().zip(wider.fields()) {
            if declared != found {
                let (name, old, new) = (declared.name(), declared.data_type(), found.data_type());
                context.note(format!("column {name} is declared as {old} and holds {new}"));
            }
        }
        let mut reader = Self::new(Arc::clone(&self.journal));
        reader.use_schema(&wider);
        reader.surveyed = true;
        Ok(Box::new(reader))
    }
}

/// Pages whose rows are handed on together.
struct PageChunk {
    pages: Vec<(Bytes, Vec<u32>)>,
    order: Order,
    decoder: Arc<dyn Decode>,
    origin: Origin,
}

impl Chunk for PageChunk {
    fn origin(&self) -> Origin {
        self.origin
    }

    fn weight_bytes(&self) -> usize {
        let weight = |body: &Bytes| body.len() * if encoding::is_text(body) { WEIGHT } else { BINARY_WEIGHT };
        self.pages.iter().map(|(body, _)| weight(body)).sum()
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        if self.order == Order::AsIs {
            for (body, skip) in &self.pages {
                self.decoder.decode(body, skip, out)?;
            }
            return Ok(());
        }
        let mut kept = Kept::default();
        for (body, skip) in &self.pages {
            self.decoder.decode(body, skip, &mut kept)?;
        }
        let whole = Batch::concat(self.decoder.schema(), &kept.0)?;
        let order = self.positions()?;
        if order.len() != whole.rows() {
            let problem = format!("{} ids for {} rows in the journal", order.len(), whole.rows());
            return Err(Error::from(DataError::new(problem)));
        }
        for part in order.chunks(Batch::MAX_ROWS) {
            if out.push(whole.take(&UInt32Array::from(part.to_vec()))?)?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl PageChunk {
    /// Where the rows stand, in the order in which they are handed on.
    fn positions(&self) -> Result<Vec<u32>> {
        if let Order::Given(order) = &self.order {
            return Ok(order.clone());
        }
        let mut ids = Vec::new();
        for (body, skip) in &self.pages {
            let all = self.decoder.rows(body)?.into_iter().enumerate();
            let kept = all.filter(|(at, _)| skip.binary_search(&(*at as u32)).is_err());
            ids.extend(kept.map(|(_, (id, _))| id.number()));
        }
        let mut order: Vec<u32> = (0..ids.len() as u32).collect();
        order.sort_by_key(|&row| ids[row as usize]);
        Ok(order)
    }
}

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}
