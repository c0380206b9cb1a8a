//! The rows nearest to a place.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::UInt32Array;
use arrow_schema::SchemaRef;
use geohub_core::{
    Batch, Budget, Collector, Context, Layer, Plan, Reader, Reservation, Result, RowCount, Sink, collect,
};
use geohub_crs::Distance;

use super::Near;
use super::filter::{with_distances, with_field};
use super::range::Range;
use crate::memory::MemoryReader;
use crate::naming::distance_field;

const WHAT: &str = "the nearest rows";

/// Of the rows of a plan, so many as are nearest to a place, the nearest first, their distance in metres in a last column.
/// Of rows that are equally far the first come.
///
/// # Errors
/// As the plan and [`super::NearFilter::new`]; [`geohub_core::Error::Memory`] where the rows do not fit.
pub fn nearest(plan: Plan<'_>, near: &Near, count: usize, context: &Context) -> Result<Box<dyn Reader>> {
    let collected = collect(plan, &mut |layer| Kept::new(near, count, layer, &context.budget), context)?;
    let layer = collected.layer;
    let field =
        distance_field(layer.schema.fields().iter().map(AsRef::as_ref), near.distance_field.as_deref())?;
    let schema = with_field(&layer.schema, field.clone());
    let (rows, distances) = collected.collector.finish()?;
    let whole = with_distances(rows, field, distances)?;
    let mut layer = layer.with_schema(schema);
    (layer.rows, layer.extent) = (RowCount::Exact(whole.rows() as u64), None);
    Ok(Box::new(MemoryReader::new(layer, portions(&whole))))
}

fn portions(whole: &Batch) -> Vec<Batch> {
    let row_bytes = whole.memory_bytes() / whole.rows().max(1) + 1;
    let rows = (Batch::MAX_BYTES / row_bytes).clamp(1, Batch::MAX_ROWS);
    let starts = (0..whole.rows()).step_by(rows);
    starts.map(|start| whole.slice(start, rows.min(whole.rows() - start))).collect()
}

/// Rows that may be among the nearest, in input order, with their distances.
struct Rows {
    batch: Batch,
    distances: Vec<f64>,
}

impl Rows {
    /// The nearest of them; of those equally far the first.
    fn nearest(&self, count: usize) -> Result<Self> {
        let mut order = self.order();
        order.truncate(count);
        order.sort_unstable();
        self.take(order)
    }

    fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.distances.len() as u32).collect();
        order.sort_by(|a, b| self.distances[*a as usize].total_cmp(&self.distances[*b as usize]));
        order
    }

    fn take(&self, rows: Vec<u32>) -> Result<Self> {
        let distances = rows.iter().map(|row| self.distances[*row as usize]).collect();
        Ok(Self { batch: self.batch.take(&UInt32Array::from(rows))?, distances })
    }
}

/// What workers share.
struct Shared {
    range: Range,
    count: usize,
    /// Bits of a distance that at least `count` rows do not exceed; positive doubles are in the order of their bits.
    limit: AtomicU64,
}

/// The nearest rows so far.
struct Kept {
    shared: Arc<Shared>,
    rows: Vec<Rows>,
    len: usize,
    schema: SchemaRef,
    budget: Budget,
    reservation: Reservation,
}

impl Kept {
    fn new(near: &Near, count: usize, layer: &Layer, budget: &Budget) -> Result<Self> {
        let limit = near.limit.map_or(f64::INFINITY, Distance::metres);
        let range = Range::new(&near.place, layer)?;
        let shared = Arc::new(Shared { range, count, limit: AtomicU64::new(limit.to_bits()) });
        Ok(Self {
            shared,
            rows: Vec::new(),
            len: 0,
            schema: Arc::clone(&layer.schema),
            budget: budget.clone(),
            reservation: budget.reserve(WHAT, 0)?,
        })
    }

    /// All that is kept, the nearest first.
    fn finish(mut self) -> Result<(Batch, Vec<f64>)> {
        let nearest = self.joined()?.nearest(self.shared.count)?;
        let sorted = nearest.take(nearest.order())?;
        Ok((sorted.batch, sorted.distances))
    }

    fn joined(&mut self) -> Result<Rows> {
        let rows = std::mem::take(&mut self.rows);
        let distances = rows.iter().flat_map(|rows| rows.distances.iter().copied()).collect();
        let batches: Vec<Batch> = rows.into_iter().map(|rows| rows.batch).collect();
        Ok(Rows { batch: Batch::concat(&self.schema, &batches)?, distances })
    }

    /// Leaves out what cannot be among the nearest any more.
    fn compact(&mut self) -> Result<()> {
        let nearest = self.joined()?.nearest(self.shared.count)?;
        let farthest = nearest.distances.iter().copied().fold(0.0, f64::max);
        self.shared.limit.fetch_min(farthest.to_bits(), Ordering::Relaxed);
        self.len = nearest.distances.len();
        self.reservation = self.budget.reserve(WHAT, 0)?;
        self.reservation.grow(WHAT, nearest.batch.memory_bytes() as u64)?;
        self.rows.push(nearest);
        Ok(())
    }
}

/// The nearest rows of a chunk.
struct ChunkRows {
    shared: Arc<Shared>,
    rows: Vec<Rows>,
}

impl Sink for ChunkRows {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let range = self.shared.range.up_to(f64::from_bits(self.shared.limit.load(Ordering::Relaxed)));
        let (mut rows, mut distances) = (Vec::new(), Vec::new());
        for (number, row) in (0..).zip(batch.geometry.iter()) {
            if let Some(distance) = range.distance(row)? {
                rows.push(number);
                distances.push(distance);
            }
        }
        if !rows.is_empty() {
            let near = Rows { batch: batch.take(&UInt32Array::from(rows))?, distances };
            self.rows.push(near.nearest(self.shared.count)?);
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Kept {
    type Part = ChunkRows;

    fn part(&self) -> ChunkRows {
        ChunkRows { shared: Arc::clone(&self.shared), rows: Vec::new() }
    }

    fn merge(&mut self, part: ChunkRows) -> Result<()> {
        for rows in part.rows {
            self.reservation.grow(WHAT, rows.batch.memory_bytes() as u64)?;
            self.len += rows.distances.len();
            self.rows.push(rows);
        }
        // Twice as many as are wanted, so that each row is copied a few times only.
        if self.len >= 2 * self.shared.count {
            self.compact()?;
        }
        Ok(())
    }
}
