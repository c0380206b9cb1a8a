//! One slot per left row: aggregates, semi and anti joins.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch, RecordBatchOptions};
use geohub_core::{Batch, GeometryColumn, Result};

use super::accumulate::Accumulator;
use super::columns::{OutputColumns, RightColumns};
use super::options::{How, JoinOptions};
use super::stats::Counters;
use super::values::Values;

/// Matches and aggregates by slot.
pub(super) struct Slots {
    /// Matches of each slot; no more than one is counted for semi and anti.
    pub(super) matches: Vec<u64>,
    pub(super) accumulators: Vec<Accumulator>,
}

impl Slots {
    pub(super) fn new(options: &JoinOptions, slots: usize) -> Self {
        let accumulators =
            options.aggregates.iter().map(|aggregate| Accumulator::new(aggregate.function, slots)).collect();
        Self { matches: vec![0; slots], accumulators }
    }

    /// Adds an empty slot and returns its number.
    pub(super) fn push_slot(&mut self) -> usize {
        self.matches.push(0);
        self.accumulators.iter_mut().for_each(Accumulator::push_slot);
        self.matches.len() - 1
    }

    /// Adds a match with a row of the right columns' `values`. `Break` where more matches mean nothing.
    pub(super) fn add(&mut self, slot: usize, values: &RightValues, row: usize) -> ControlFlow<()> {
        if self.accumulators.is_empty() {
            self.matches[slot] = 1;
            return ControlFlow::Break(());
        }
        self.matches[slot] += 1;
        for (accumulator, values) in self.accumulators.iter_mut().zip(&values.0) {
            match values {
                Some(values) => accumulator.add(slot, values, row),
                None => accumulator.add_match(slot),
            }
        }
        ControlFlow::Continue(())
    }

    /// Adds a slot of `other`, of the same join, to one of these.
    pub(super) fn merge(&mut self, slot: usize, other: &Self, other_slot: usize) {
        self.matches[slot] += other.matches[other_slot];
        for (accumulator, other) in self.accumulators.iter_mut().zip(&other.accumulators) {
            accumulator.merge(slot, other, other_slot);
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.matches.len() * 8 + self.accumulators.iter().map(Accumulator::memory_bytes).sum::<usize>()
    }

    /// The left rows that come out of a batch whose slots are `slots`, with their aggregates.
    pub(super) fn finish(
        &self,
        options: &JoinOptions,
        columns: &OutputColumns,
        batch: &Batch,
        slots: Range<usize>,
        counters: &Counters,
    ) -> Result<Batch> {
        let matches = &self.matches[slots.clone()];
        let single = self.accumulators.is_empty();
        for count in matches {
            counters.matched(if single { (*count).min(1) } else { *count });
        }
        let mut arrays: Vec<_> =
            columns.left.iter().map(|column| Arc::clone(batch.attributes.column(*column))).collect();
        for (accumulator, field) in self.accumulators.iter().zip(&columns.added) {
            arrays.push(accumulator.finish(slots.clone(), field)?);
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.rows()));
        let schema = Arc::clone(&columns.schema);
        let attributes = RecordBatch::try_new_with_options(schema, arrays, &rows)?;
        let geometry =
            if columns.no_geometry { GeometryColumn::nulls(batch.rows()) } else { batch.geometry.clone() };
        let whole = Batch::new(geometry, attributes);
        let keep: BooleanArray = match options.how {
            How::Left => return Ok(whole),
            How::Inner | How::Semi => matches.iter().map(|count| Some(*count > 0)).collect(),
            How::Anti => matches.iter().map(|count| Some(*count == 0)).collect(),
        };
        whole.filter(&keep)
    }
}

/// The columns of a right batch that the aggregates read, one for each; `None` for `count()`.
#[derive(Clone, Debug)]
pub(super) struct RightValues(Vec<Option<Values>>);

impl RightValues {
    /// Reads the columns of a batch that holds those of [`RightColumns::fields`].
    pub(super) fn new(options: &JoinOptions, right: &RightColumns, attributes: &RecordBatch) -> Result<Self> {
        let values = options.aggregates.iter().zip(&right.aggregated).map(|(aggregate, column)| {
            column.map(|column| Values::new(aggregate, attributes.column(column))).transpose()
        });
        Ok(Self(values.collect::<Result<_>>()?))
    }
}
