//! Decoding a block into batches.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use bytes::Bytes;
use geohub_core::{Batch, Chunk, DataError, GeometryBuilder, Origin, Result, Sink};

use super::block::Span;
use super::columns::Columns;
use super::geometry_text;
use super::layout::Layout;
use super::number::{coordinate, trim};
use super::place::Place;
use super::records::{Cell, Records};
use super::split::count_lines;
use super::tally::Tally;

/// What all chunks of a table share.
pub(super) struct Shared {
    pub(super) layout: Layout,
    pub(super) schema: SchemaRef,
    pub(super) tally: Tally,
}

/// A block of records.
pub(super) struct CsvChunk {
    pub(super) shared: Arc<Shared>,
    pub(super) span: Span,
    pub(super) block: Bytes,
    pub(super) origin: Origin,
    /// Records wanted, from the first.
    pub(super) rows: u64,
}

impl Chunk for CsvChunk {
    fn origin(&self) -> Origin {
        self.origin
    }

    fn weight_bytes(&self) -> usize {
        self.block.len() * 3
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let Ok(block) = std::str::from_utf8(&self.block) else { return Err(self.changed(0, 0).into()) };
        let mut decoder = Decoder::new(&self, block);
        let mut records = Records::new(&self.block, self.shared.layout.separator);
        let mut cells = Vec::new();
        let mut row = 0;
        while row < self.rows && records.next_record(&mut cells, self.shared.layout.cells) {
            let bytes = records.end() - records.start();
            if decoder.is_full(bytes) && decoder.flush(out)?.is_break() {
                decoder.report();
                return Ok(());
            }
            decoder.push(&cells, records.start(), bytes).map_err(|at| self.changed(at, row))?;
            row += 1;
        }
        let _ = decoder.flush(out)?;
        decoder.report();
        Ok(())
    }
}

impl CsvChunk {
    fn changed(&self, at: usize, row: u64) -> DataError {
        DataError::new("the file changed while it was read")
            .at_line(self.line(at))
            .at_feature(self.span.first_row + row + 1)
    }

    fn line(&self, at: usize) -> u64 {
        self.span.first_line + count_lines(&self.block[..at])
    }
}

struct Decoder<'a> {
    chunk: &'a CsvChunk,
    block: &'a str,
    columns: Columns,
    geometry: GeometryBuilder,
    bytes: usize,
    unreadable: u64,
    first_unreadable: Option<(usize, String)>,
}

impl<'a> Decoder<'a> {
    fn new(chunk: &'a CsvChunk, block: &'a str) -> Self {
        Self {
            chunk,
            block,
            columns: Columns::new(&chunk.shared.layout, Arc::clone(&chunk.shared.schema)),
            geometry: GeometryBuilder::default(),
            bytes: 0,
            unreadable: 0,
            first_unreadable: None,
        }
    }

    /// True when a record of so many bytes belongs into the next batch.
    fn is_full(&self, record_bytes: usize) -> bool {
        let rows = self.geometry.len();
        rows == Batch::MAX_ROWS
            || (rows > 0 && self.bytes + weight(record_bytes, self.chunk) > Batch::MAX_BYTES)
    }

    fn flush(&mut self, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let geometry = std::mem::take(&mut self.geometry).finish();
        if geometry.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.bytes = 0;
        let attributes = self.columns.finish(geometry.len())?;
        out.push(Batch::new(geometry, attributes))
    }

    /// Adds a record; `Err` is its place when a cell is not what was surveyed.
    fn push(&mut self, cells: &[Cell], at: usize, bytes: usize) -> Result<(), usize> {
        self.bytes += weight(bytes, self.chunk);
        if let Err(reason) = self.push_geometry(cells) {
            self.geometry.push_null();
            self.unreadable += 1;
            self.first_unreadable.get_or_insert((at, reason));
        }
        if self.columns.push(cells, self.block) { Ok(()) } else { Err(at) }
    }

    /// Adds the row's geometry; null where its cells are blank. `Err` says why it cannot be read.
    fn push_geometry(&mut self, cells: &[Cell]) -> Result<(), String> {
        let cell = |at: usize| cells.get(at).unwrap_or(&Cell::MISSING).text(self.block);
        match self.chunk.shared.layout.place {
            Place::None => self.geometry.push_null(),
            Place::Xy { x, y } => {
                let (x, y) = (cell(x), cell(y));
                if trim(x.as_bytes()).is_empty() && trim(y.as_bytes()).is_empty() {
                    self.geometry.push_null();
                    return Ok(());
                }
                let (x_comma, y_comma) = self.chunk.shared.layout.commas;
                let number = |text: &str, comma| {
                    coordinate(text.as_bytes(), comma)
                        .ok_or_else(|| format!("`{}` is no number", short(text)))
                };
                let (x, y) = (number(&x, x_comma)?, number(&y, y_comma)?);
                self.geometry.push_point(x, y);
            }
            Place::Text { column, .. } => {
                let text = cell(column);
                if text.trim().is_empty() {
                    self.geometry.push_null();
                    return Ok(());
                }
                geometry_text::push(&mut self.geometry, &text)
                    .map_err(|reason| format!("`{}`: {reason}", short(&text)))?;
            }
        }
        Ok(())
    }

    fn report(&self) {
        if let Some((at, reason)) = &self.first_unreadable {
            self.chunk.shared.tally.add(self.unreadable, self.chunk.line(*at), reason);
        }
    }
}

/// Bytes a record may take as columns.
fn weight(record_bytes: usize, chunk: &CsvChunk) -> usize {
    record_bytes + chunk.shared.layout.columns.len() * 8 + 64
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().nth(MOST).is_none() {
        return text.to_owned();
    }
    text.chars().take(MOST).chain("...".chars()).collect()
}
