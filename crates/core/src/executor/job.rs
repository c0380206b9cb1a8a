//! What a worker does with a chunk: decode, operate, and hand on.

use std::ops::ControlFlow;

use super::report::Report;
use crate::{Batch, Chunk, Encoded, Encoder, Error, Operator, Result, Sink};

/// Decodes a chunk, sends its batches through the operators into `last`, and counts.
pub(super) fn work(
    chunk: Box<dyn Chunk>,
    operators: &[Box<dyn Operator>],
    last: &mut dyn Sink,
) -> Result<Report> {
    let first_row = chunk.origin().row;
    let mut report = Report::default();
    let mut counted = Counted { report: &mut report, next: last };
    let mut rows_read = 0;
    let mut entry = Entry { first_row, rows_read: &mut rows_read, operators, next: &mut counted };
    chunk.decode(&mut entry)?;
    report.rows_read = rows_read;
    Ok(report)
}

struct Entry<'a> {
    first_row: Option<u64>,
    rows_read: &'a mut u64,
    operators: &'a [Box<dyn Operator>],
    next: &'a mut dyn Sink,
}

impl Sink for Entry<'_> {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let before = *self.rows_read;
        *self.rows_read += batch.rows() as u64;
        if self.operators.is_empty() {
            return self.next.push(batch);
        }
        let given = batch.clone();
        let pushed = Steps { operators: self.operators, next: self.next }.push(batch);
        pushed.map_err(|error| {
            let Error::Row(mut data) = error else { return error };
            if let Some(first) = self.first_row {
                data.feature = culprit(&given, self.operators).map(|row| first + before + row as u64 + 1);
            }
            Error::Data(data)
        })
    }
}

/// The first row that the operators refuse when it comes alone.
fn culprit(batch: &Batch, operators: &[Box<dyn Operator>]) -> Option<usize> {
    (0..batch.rows()).find(|&row| Steps { operators, next: &mut Nowhere }.push(batch.slice(row, 1)).is_err())
}

struct Nowhere;

impl Sink for Nowhere {
    fn push(&mut self, _batch: Batch) -> Result<ControlFlow<()>> {
        Ok(ControlFlow::Continue(()))
    }
}

/// The operators that are left, as a sink.
struct Steps<'a> {
    operators: &'a [Box<dyn Operator>],
    next: &'a mut dyn Sink,
}

impl Sink for Steps<'_> {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        match self.operators {
            [] => self.next.push(batch),
            [first, rest @ ..] => first.apply(batch, &mut Steps { operators: rest, next: self.next }),
        }
    }
}

struct Counted<'a> {
    report: &'a mut Report,
    next: &'a mut dyn Sink,
}

impl Sink for Counted<'_> {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        if batch.rows() == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        self.report.count(&batch);
        self.next.push(batch)
    }
}

/// Encodes each batch as it comes, while it is still in the cache.
pub(super) struct EncodeNow<'a> {
    pub(super) encoder: &'a dyn Encoder,
    pub(super) encoded: Vec<Encoded>,
}

impl Sink for EncodeNow<'_> {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.encoded.push(self.encoder.encode(batch)?);
        Ok(ControlFlow::Continue(()))
    }
}

/// Keeps the batches for the in-order point.
#[derive(Default)]
pub(super) struct Keep(pub(super) Vec<Batch>);

impl Sink for Keep {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}
