//! One layer as hashes of its rows.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use geohub_core::{Batch, Budget, Collector, DataError, Reservation, Result, Sink};
use rayon::slice::ParallelSliceMut;

use super::columns::Side;
use super::shape;
use crate::cells::Cells;

const WHAT: &str = "the list of a layer's rows";

/// A row: 128 bits of hash of its key and 64 of what is compared. No two keys of any number of rows that fits on a disk
/// share theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) key: [u64; 2],
    pub(super) content: u64,
    /// Counted from 0.
    pub(super) row: u64,
}

/// Collects the rows of one layer.
pub(super) struct Entries {
    side: Side,
    rows: Vec<Entry>,
    reservation: Reservation,
}

impl Entries {
    pub(super) fn new(side: Side, budget: &Budget) -> Result<Self> {
        Ok(Self { side, rows: Vec::new(), reservation: budget.reserve(WHAT, 0)? })
    }

    /// The rows in order of their keys and contents. With `keyed`, no two of them may have the same key.
    pub(super) fn sorted(mut self, keyed: bool, target: &str) -> Result<Vec<Entry>> {
        self.rows.par_sort_unstable();
        let twice = self.rows.windows(2).find(|pair| keyed && pair[0].key == pair[1].key);
        if let Some([first, second]) = twice {
            let problem = format!(
                "rows {} and {} have the same key, so it does not tell rows apart; name more columns",
                first.row.min(second.row) + 1,
                first.row.max(second.row) + 1
            );
            return Err(DataError::new(problem).in_target(target).into());
        }
        Ok(self.rows)
    }
}

impl Collector for Entries {
    type Part = EntriesPart;

    fn part(&self) -> EntriesPart {
        EntriesPart { side: self.side.clone(), rows: Vec::new() }
    }

    fn merge(&mut self, part: EntriesPart) -> Result<()> {
        let before = self.rows.len() as u64;
        // Twice, for a growing list is copied.
        self.reservation.grow(WHAT, 2 * size_of_val(part.rows.as_slice()) as u64)?;
        let numbered = part.rows.into_iter().zip(before..);
        self.rows.extend(numbered.map(|(entry, row)| Entry { row, ..entry }));
        Ok(())
    }
}

/// The rows of one chunk, not numbered yet.
pub(super) struct EntriesPart {
    side: Side,
    rows: Vec<Entry>,
}

impl Sink for EntriesPart {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let cells = |columns: &[usize]| -> Result<Vec<_>> {
            columns.iter().map(|&column| Cells::new(batch.attributes.column(column))).collect()
        };
        let (keys, compared) = (cells(&self.side.keys)?, cells(&self.side.compared)?);
        let mut scratch = String::new();
        for row in 0..batch.rows() {
            let mut content = DefaultHasher::new();
            hash_cells(&compared, row, &mut content, &mut scratch)?;
            if self.side.geometry {
                shape::hash(batch.geometry.row(row), &mut content);
            }
            let mut key = [0, 1].map(|seed| {
                let mut state = DefaultHasher::new();
                state.write_u8(seed);
                state
            });
            for state in &mut key {
                if keys.is_empty() {
                    shape::hash(batch.geometry.row(row), state);
                } else {
                    hash_cells(&keys, row, state, &mut scratch)?;
                }
            }
            let key = key.map(|state| state.finish());
            self.rows.push(Entry { key, content: content.finish(), row: 0 });
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn hash_cells(cells: &[Cells<'_>], row: usize, state: &mut impl Hasher, scratch: &mut String) -> Result<()> {
    for cell in cells {
        cell.text(row, scratch)?.hash(state);
    }
    Ok(())
}
