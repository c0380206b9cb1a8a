//! Rows of a layer by their numbers.

use std::ops::ControlFlow;

use arrow_array::UInt32Array;
use geohub_core::{Batch, Budget, Collector, Reservation, Result, Sink};

const WHAT: &str = "the rows that differ";

/// Collects the rows whose numbers are wanted.
pub(super) struct Gather {
    /// Ascending.
    wanted: Vec<u64>,
    /// How many of them are here, and the number of the next row.
    found: usize,
    next: u64,
    pub(super) batches: Vec<Batch>,
    reservation: Reservation,
}

impl Gather {
    pub(super) fn new(wanted: Vec<u64>, budget: &Budget) -> Result<Self> {
        Ok(Self { wanted, found: 0, next: 0, batches: Vec::new(), reservation: budget.reserve(WHAT, 0)? })
    }

    /// The batch of a row by its number, and its place there.
    pub(super) fn place(&self, row: u64) -> Option<(usize, usize)> {
        let mut at = self.wanted.binary_search(&row).ok()?;
        for (number, batch) in self.batches.iter().enumerate() {
            if at < batch.rows() {
                return Some((number, at));
            }
            at -= batch.rows();
        }
        None
    }
}

impl Collector for Gather {
    type Part = Held;

    fn part(&self) -> Held {
        Held(Vec::new())
    }

    fn merge(&mut self, part: Held) -> Result<()> {
        for batch in part.0 {
            let end = self.next + batch.rows() as u64;
            let here = self.wanted[self.found..].partition_point(|row| *row < end);
            let rows = self.wanted[self.found..self.found + here].iter().map(|row| (row - self.next) as u32);
            let rows: Vec<u32> = rows.collect();
            self.next = end;
            self.found += here;
            if !rows.is_empty() {
                let taken = batch.take(&UInt32Array::from(rows))?;
                self.reservation.grow(WHAT, taken.memory_bytes() as u64)?;
                self.batches.push(taken);
            }
        }
        Ok(())
    }
}

/// The rows of a chunk until it is known which numbers they have.
pub(super) struct Held(Vec<Batch>);

impl Sink for Held {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}
