//! The values of one column as texts.

use std::ops::ControlFlow;

use geohub_core::{Batch, Budget, Collector, Reservation, Result, Sink};

use crate::cells::Cells;

/// A string and its place in a list, beside its letters.
const TEXT_BYTES: u64 = 32;

/// The values of a column in the order of the rows, null ones left out; numbers as the shortest text.
#[derive(Debug)]
pub struct Texts {
    column: usize,
    values: Vec<String>,
    reservation: Reservation,
}

/// Those of one chunk.
#[derive(Debug)]
pub struct TextsPart {
    column: usize,
    values: Vec<String>,
    bytes: u64,
}

impl Texts {
    /// Of the column at a position in the schema.
    ///
    /// # Errors
    /// The budget is spent.
    pub fn new(column: usize, budget: &Budget) -> Result<Self> {
        Ok(Self { column, values: Vec::new(), reservation: budget.reserve("the values of a column", 0)? })
    }

    /// The texts.
    pub fn into_values(self) -> Vec<String> {
        self.values
    }
}

impl Sink for TextsPart {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let cells = Cells::new(batch.attributes.column(self.column))?;
        let mut scratch = String::new();
        for row in 0..batch.rows() {
            if let Some(text) = cells.text(row, &mut scratch)? {
                self.bytes += text.len() as u64 + TEXT_BYTES;
                self.values.push(text.to_owned());
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Texts {
    type Part = TextsPart;

    fn part(&self) -> TextsPart {
        TextsPart { column: self.column, values: Vec::new(), bytes: 0 }
    }

    fn merge(&mut self, part: TextsPart) -> Result<()> {
        self.reservation.grow("the values of a column", part.bytes)?;
        self.values.extend(part.values);
        Ok(())
    }
}
