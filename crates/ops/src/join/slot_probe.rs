//! Slots of streamed left rows, filled from a right build side.

use std::ops::ControlFlow;
use std::sync::Arc;

use geohub_core::{Batch, Layer, Operator, Provenance, Result, Sink};

use super::build::Built;
use super::columns::{OutputColumns, RightColumns};
use super::matcher::Matcher;
use super::options::JoinOptions;
use super::slots::{RightValues, Slots};
use super::stats::Counters;

/// Adds aggregates to streamed left rows, or keeps those with or without a match.
pub(super) struct SlotProbe {
    pub(super) options: JoinOptions,
    pub(super) matcher: Matcher,
    pub(super) built: Arc<Built>,
    pub(super) values: Arc<Vec<RightValues>>,
    pub(super) columns: OutputColumns,
    pub(super) right: Arc<Provenance>,
    pub(super) counters: Arc<Counters>,
}

/// What the aggregates read of each batch of a right build side.
pub(super) fn values_of(
    options: &JoinOptions,
    right: &RightColumns,
    built: &Built,
) -> Result<Vec<RightValues>> {
    built.batches.iter().map(|batch| RightValues::new(options, right, &batch.attributes)).collect()
}

impl Operator for SlotProbe {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(self.columns.layer(&self.options, input, &self.right))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        self.counters.saw(&batch.geometry);
        let mut slots = Slots::new(&self.options, batch.rows());
        let crossing = self.matcher.for_each(&self.built, &batch.geometry, |found| {
            let (part, row) = self.built.place(found.row);
            slots.add(found.probe as usize, &self.values[part], row)
        })?;
        self.counters.crossing(crossing);
        let rows = 0..batch.rows();
        out.push(slots.finish(&self.options, &self.columns, &batch, rows, &self.counters)?)
    }
}
