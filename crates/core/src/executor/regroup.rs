//! Limit and batch sizes, at the in-order point.

use std::collections::VecDeque;

use crate::Batch;

/// Batches that are encoded as one.
pub(super) type Group = Vec<Batch>;

/// Cuts the stream of batches at the limit and, where the writer asks, into groups of equal size.
pub(super) struct Regroup {
    rows_per_group: Option<usize>,
    left: Option<u64>,
    held: VecDeque<Batch>,
    held_rows: usize,
}

impl Regroup {
    pub(super) fn new(rows_per_group: Option<usize>, limit: Option<u64>) -> Self {
        Self { rows_per_group, left: limit, held: VecDeque::new(), held_rows: 0 }
    }

    /// True once the limit is reached.
    pub(super) fn is_full(&self) -> bool {
        self.left == Some(0)
    }

    /// Takes a batch and returns the groups that are ready.
    pub(super) fn push(&mut self, batch: Batch) -> Vec<Group> {
        let batch = match &mut self.left {
            Some(left) => {
                let rows = batch.rows().min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= rows as u64;
                batch.slice(0, rows)
            }
            None => batch,
        };
        if batch.rows() == 0 {
            return Vec::new();
        }
        let Some(size) = self.rows_per_group else { return vec![vec![batch]] };
        self.held_rows += batch.rows();
        self.held.push_back(batch);
        let mut ready = Vec::new();
        while self.held_rows >= size {
            ready.push(self.cut(size));
        }
        ready
    }

    /// The last, shorter group.
    pub(super) fn finish(&mut self) -> Option<Group> {
        (self.held_rows > 0).then(|| self.cut(self.held_rows))
    }

    fn cut(&mut self, rows: usize) -> Group {
        let mut taken = Vec::new();
        let mut missing = rows;
        while let Some(first) = self.held.pop_front() {
            if first.rows() >= missing {
                taken.push(first.slice(0, missing));
                if first.rows() > missing {
                    self.held.push_front(first.slice(missing, first.rows() - missing));
                }
                break;
            }
            missing -= first.rows();
            taken.push(first);
        }
        self.held_rows -= rows;
        taken
    }
}
