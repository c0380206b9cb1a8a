//! The rows that have come, and what is known of them.

use geohub_core::{Budget, Reservation};

use crate::columns::Seen;
use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::idset::IdSet;
use crate::journal::PageLine;
use crate::ledger::{Entry, Ledger};
use crate::provider::{Dataset, Decode};
use crate::selection::Selection;

/// What has come, from the server or from the journal of an earlier run.
pub(crate) struct Intake<'a> {
    dataset: &'a dyn Dataset,
    pub(crate) ledger: Ledger,
    /// The same ids as receipts have them.
    pub(crate) ids: IdSet,
    /// The ledger's.
    reservation: Reservation,
    /// What the columns hold, where the provider needs to know.
    pub(crate) seen: Vec<Seen>,
    surveys: bool,
    /// Rows that came more than once.
    pub(crate) repeated: u64,
    /// Of those, rows that came with other values.
    pub(crate) changed: u64,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(dataset: &'a dyn Dataset, selection: &Selection, budget: &Budget) -> Result<Self> {
        let fields = selection.schema.fields();
        Ok(Self {
            dataset,
            ledger: Ledger::default(),
            ids: IdSet::new(dataset.description().id_field.as_str()),
            reservation: budget.reserve("the list of rows received", 0)?,
            seen: vec![Seen::default(); fields.len()],
            surveys: fields.iter().any(|field| dataset.is_any_number(field.name())),
            repeated: 0,
            changed: 0,
        })
    }

    /// Enters a page's rows. Gives the ids that had not come before, in page order, and the positions of the others.
    ///
    /// # Errors
    /// When two rows of the page share an id and differ, and when the memory allowed is used up.
    pub(crate) fn enter(&mut self, rows: &[(Id, u64)]) -> Result<(Vec<Id>, Vec<u32>)> {
        let (mut new, mut repeated) = (Vec::with_capacity(rows.len()), Vec::new());
        for (at, (id, content)) in rows.iter().enumerate() {
            match self.ledger.enter(id, *content) {
                Entry::New => {
                    self.ids.insert(&id.to_string());
                    new.push(id.clone());
                }
                Entry::Changed if rows[..at].iter().any(|(before, _)| before == id) => {
                    return Err(self.ambiguous(id));
                }
                entry => {
                    repeated.push(at as u32);
                    self.repeated += 1;
                    self.changed += u64::from(entry == Entry::Changed);
                }
            }
        }
        self.reservation.grow("the list of rows received", new.len() as u64 * Ledger::ROW_BYTES)?;
        Ok((new, repeated))
    }

    /// Enters a page of an earlier run; false when it cannot be read.
    pub(crate) fn enter_kept(
        &mut self,
        line: &mut PageLine,
        body: &[u8],
        decoder: &dyn Decode,
    ) -> Result<bool> {
        if line.length == 0 {
            return Ok(true);
        }
        let Ok(rows) = decoder.rows(body) else { return Ok(false) };
        if rows.len() != line.rows as usize {
            return Ok(false);
        }
        if self.surveys && decoder.survey(body, &[], &mut self.seen).is_err() {
            return Ok(false);
        }
        line.repeated = self.enter(&rows)?.1;
        Ok(true)
    }

    /// Adds what a page's columns hold.
    pub(crate) fn survey(&mut self, seen: Option<Vec<Seen>>) {
        for (sum, seen) in self.seen.iter_mut().zip(seen.into_iter().flatten()) {
            sum.merge(seen);
        }
    }

    /// The error of a layer whose ids do not tell its rows apart: dropping one of them would lose a row.
    pub(crate) fn ambiguous(&self, id: &Id) -> FetchError {
        let description = self.dataset.description();
        let (url, field) = (&description.url, &description.id_field);
        FetchError::Unsupported { what: format!("{url}: several rows have the {field} {id}"), hint: None }
    }
}
