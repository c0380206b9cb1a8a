//! Limit and batch sizes, at the in-order point.

use arrow_schema::SchemaRef;

use crate::{Batch, Result};

/// Cuts the stream of batches at the limit and, where the writer asks, into equal sizes.
pub(super) struct Regroup {
    schema: SchemaRef,
    rows_per_batch: Option<usize>,
    left: Option<u64>,
    held: Vec<Batch>,
    held_rows: usize,
}

impl Regroup {
    pub(super) fn new(schema: SchemaRef, rows_per_batch: Option<usize>, limit: Option<u64>) -> Self {
        Self { schema, rows_per_batch, left: limit, held: Vec::new(), held_rows: 0 }
    }

    /// True once the limit is reached.
    pub(super) fn is_full(&self) -> bool {
        self.left == Some(0)
    }

    /// Takes a batch and returns those that are ready.
    pub(super) fn push(&mut self, batch: Batch) -> Result<Vec<Batch>> {
        let batch = match &mut self.left {
            Some(left) => {
                let rows = batch.rows().min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= rows as u64;
                batch.slice(0, rows)
            }
            None => batch,
        };
        if batch.rows() == 0 {
            return Ok(Vec::new());
        }
        let Some(size) = self.rows_per_batch else { return Ok(vec![batch]) };
        self.held_rows += batch.rows();
        self.held.push(batch);
        let mut ready = Vec::new();
        while self.held_rows >= size {
            ready.push(self.cut(size)?);
        }
        Ok(ready)
    }

    /// The last, shorter batch.
    pub(super) fn finish(&mut self) -> Result<Option<Batch>> {
        if self.held_rows == 0 { Ok(None) } else { self.cut(self.held_rows).map(Some) }
    }

    fn cut(&mut self, rows: usize) -> Result<Batch> {
        let mut taken = Vec::new();
        let mut missing = rows;
        while missing > 0 {
            let first = self.held.remove(0);
            if first.rows() > missing {
                self.held.insert(0, first.slice(missing, first.rows() - missing));
                taken.push(first.slice(0, missing));
                missing = 0;
            } else {
                missing -= first.rows();
                taken.push(first);
            }
        }
        self.held_rows -= rows;
        Batch::concat(&self.schema, &taken)
    }
}
