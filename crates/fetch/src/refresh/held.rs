//! The rows of a kept journal: of each id the newest.

use std::collections::HashMap;

use geohub_core::{Budget, Reservation};

use crate::error::{FetchError, Result};
use crate::id::Id;
use crate::ledger::id_key;
use crate::provider::Decode;

/// A row's entry in a table that is half empty.
const ROW_BYTES: u64 = 96;
const WHAT: &str = "the list of rows kept";

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) page: u32,
    pub(super) position: u32,
    pub(super) content: u64,
}

/// Rows by their ids.
pub(super) struct Held {
    rows: HashMap<u128, Place>,
    reservation: Reservation,
    /// Rows in all pages, older ones of the same id included.
    pub(super) all: u64,
}

impl Held {
    pub(super) fn new(budget: &Budget) -> Result<Self> {
        Ok(Self { rows: HashMap::new(), reservation: budget.reserve(WHAT, 0)?, all: 0 })
    }

    /// Enters a page's rows, each in place of an older one with its id.
    pub(super) fn enter(&mut self, page: u32, rows: &[(Id, u64)], tally: &mut Tally) -> Result<()> {
        self.reservation.grow(WHAT, rows.len() as u64 * ROW_BYTES)?;
        self.all += rows.len() as u64;
        for (position, (id, content)) in rows.iter().enumerate() {
            let place = Place { page, position: position as u32, content: *content };
            match self.rows.insert(id_key(id), place) {
                None => tally.added += 1,
                // Rows in different encodings are never told to differ.
                Some(old) if old.content == *content || (old.content ^ content) & 1 == 1 => {}
                Some(_) => tally.changed += 1,
            }
        }
        Ok(())
    }

    /// Enters a page as it is kept; false where it cannot be read.
    pub(super) fn enter_kept(
        &mut self,
        page: u32,
        body: &[u8],
        rows: u32,
        decoder: &dyn Decode,
    ) -> Result<bool> {
        let Ok(found) = decoder.rows(body) else { return Ok(false) };
        if found.len() != rows as usize {
            return Ok(false);
        }
        self.enter(page, &found, &mut Tally::default())?;
        Ok(true)
    }

    pub(super) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    pub(super) fn place(&self, id: &Id) -> Option<Place> {
        self.rows.get(&id_key(id)).copied()
    }

    /// Where the rows of a list of ids are, in its order.
    ///
    /// # Errors
    /// An id that is not here.
    pub(super) fn places(&self, ids: &[Id], url: &str) -> Result<Vec<Place>> {
        let missing = |id: &Id| FetchError::bad(url, format!("the row with id {id} is listed and not here"));
        ids.iter().map(|id| self.place(id).ok_or_else(|| missing(id))).collect()
    }
}

/// How rows differ from those that were here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) added: u64,
    pub(super) changed: u64,
}
