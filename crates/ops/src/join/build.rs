//! The side of a join that is held in memory.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use geohub_core::{
    Batch, Bbox, Budget, Collector, Context, Error, GeometryKind, GeometryRow, Reservation, Result, Sink,
};
use geohub_index::{Prepared, SpatialIndex};
use rayon::prelude::*;

use super::stats::Gaps;

const WHAT: &str = "the join's build side";

/// Collects the rows of the build side, with the columns that are wanted of it.
pub(super) struct BuildCollector {
    columns: Vec<usize>,
    batches: Vec<Batch>,
    gaps: Gaps,
    /// Rows that will come, where known: an estimate of the whole goes into the refusal.
    expected: Option<u64>,
    reservation: Reservation,
}

/// The rows of one chunk.
pub(super) struct BuildPart {
    columns: Vec<usize>,
    batches: Vec<Batch>,
}

impl BuildCollector {
    pub(super) fn new(columns: Vec<usize>, expected: Option<u64>, budget: &Budget) -> Result<Self> {
        let reservation = budget.reserve(WHAT, 0)?;
        Ok(Self { columns, batches: Vec::new(), gaps: Gaps::default(), expected, reservation })
    }
}

impl Sink for BuildPart {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let attributes = batch.attributes.project(&self.columns)?;
        self.batches.push(Batch::new(batch.geometry, attributes));
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for BuildCollector {
    type Part = BuildPart;

    fn part(&self) -> BuildPart {
        BuildPart { columns: self.columns.clone(), batches: Vec::new() }
    }

    fn merge(&mut self, part: BuildPart) -> Result<()> {
        for batch in part.batches {
            self.gaps.add(&Gaps::of(&batch.geometry));
            let grown = self.reservation.grow(WHAT, batch.memory_bytes() as u64);
            grown.map_err(|error| error.foreseen(self.gaps.rows, self.expected))?;
            self.batches.push(batch);
        }
        Ok(())
    }
}

/// The build side, indexed.
pub(super) struct Built {
    pub(super) batches: Vec<Batch>,
    pub(super) gaps: Gaps,
    pub(super) index: SpatialIndex,
    /// First row of each batch.
    starts: Vec<u64>,
    prepared: Vec<OnceLock<Box<Prepared>>>,
    /// Prepared geometries also list their edges, for distances.
    measures: bool,
    /// Rows found to be areas that cross themselves.
    crossing: Mutex<HashSet<u64>>,
    /// Bytes that prepared geometries may still take; beyond, they are made anew for each use.
    allowance_bytes: AtomicUsize,
    _reservation: Reservation,
}

impl Built {
    /// Indexes what was collected, with all workers, for relations that measure distances or not.
    pub(super) fn new(collected: BuildCollector, measures: bool, context: &Context) -> Result<Self> {
        let (pool, budget) = (context.pool()?, &context.budget);
        let BuildCollector { batches, gaps, mut reservation, .. } = collected;
        let mut starts = Vec::with_capacity(batches.len());
        let mut rows = 0;
        for batch in &batches {
            starts.push(rows);
            rows += batch.rows() as u64;
        }
        let all_points = batches
            .iter()
            .all(|batch| matches!(batch.geometry.kind(), GeometryKind::Point | GeometryKind::None));
        // The tree's leaves and inner nodes, and a cell a row for its prepared geometry.
        reservation.grow(WHAT, rows * if all_points { 73 } else { 89 })?;
        let allowance = if all_points {
            0
        } else {
            prepared_bytes(&batches, rows, measures).min(budget.limit_bytes() as usize / 4)
        };
        // Without room for prepared geometries the join still runs, only slower.
        let allowance = if reservation.grow(WHAT, allowance as u64).is_ok() { allowance } else { 0 };
        let index = pool.install(|| SpatialIndex::build(boxes(&batches)));
        let cells = if all_points { 0 } else { rows as usize };
        let prepared = std::iter::repeat_with(OnceLock::new).take(cells).collect();
        let (allowance_bytes, crossing) = (AtomicUsize::new(allowance), Mutex::default());
        Ok(Self {
            batches,
            gaps,
            index,
            starts,
            prepared,
            measures,
            crossing,
            allowance_bytes,
            _reservation: reservation,
        })
    }

    /// Batch and row within it.
    pub(super) fn place(&self, row: u64) -> (usize, usize) {
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        (batch, (row - self.starts[batch]) as usize)
    }

    /// Number of rows before a batch.
    pub(super) fn start(&self, batch: usize) -> u64 {
        self.starts[batch]
    }

    pub(super) fn geometry(&self, row: u64) -> GeometryRow<'_> {
        let (batch, row) = self.place(row);
        self.batches[batch].geometry.row(row)
    }

    /// The row's geometry made ready for comparisons, kept for the next use while there is room.
    pub(super) fn prepared(&self, row: u64) -> Result<Cow<'_, Prepared>> {
        let cell = self.prepared.get(row as usize);
        if let Some(prepared) = cell.and_then(OnceLock::get) {
            return Ok(Cow::Borrowed(prepared));
        }
        let prepared = prepare(self.geometry(row))?;
        let listed = if self.measures { prepared.measuring_bytes() } else { 0 };
        let bytes = size_of::<Prepared>() + prepared.heap_bytes() + listed;
        match cell {
            Some(cell) if self.takes(bytes) => {
                if cell.set(Box::new(prepared)).is_err() {
                    // Another thread was first: its room is enough for both.
                    self.allowance_bytes.fetch_add(bytes, Ordering::Relaxed);
                }
                cell.get().map(|prepared| Cow::Borrowed(&**prepared)).ok_or_else(lost)
            }
            _ => Ok(Cow::Owned(prepared)),
        }
    }

    /// Remembers a row whose area crosses itself.
    pub(super) fn note_crossing(&self, row: u64) {
        self.crossing.lock().unwrap_or_else(PoisonError::into_inner).insert(row);
    }

    /// How many rows were found to cross themselves.
    pub(super) fn crossing(&self) -> u64 {
        self.crossing.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    fn takes(&self, bytes: usize) -> bool {
        let taken = self
            .allowance_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        taken.is_ok()
    }
}

fn boxes(batches: &[Batch]) -> Vec<Bbox> {
    let of = |batch: &Batch| (0..batch.rows()).map(|row| batch.geometry.bbox(row)).collect::<Vec<_>>();
    batches.par_iter().map(of).collect::<Vec<_>>().concat()
}

fn lost() -> Error {
    Error::Internal("a prepared geometry was lost".to_owned())
}

/// What all rows take when prepared: at most 13 times their coordinates, where edges are listed by height, and 4 times
/// more where they are listed for distances too.
fn prepared_bytes(batches: &[Batch], rows: u64, measures: bool) -> usize {
    let geometry_bytes: usize = batches.iter().map(|batch| batch.geometry.memory_bytes()).sum();
    geometry_bytes * if measures { 17 } else { 13 } + rows as usize * size_of::<Prepared>()
}

/// A row's geometry made ready for comparisons; null as a geometry that matches nothing.
pub(super) fn prepare(row: GeometryRow<'_>) -> Result<Prepared> {
    let geometry = row.to_geo()?;
    Ok(Prepared::new(&geometry.unwrap_or_else(|| geo_types::MultiPoint::new(Vec::new()).into())))
}
