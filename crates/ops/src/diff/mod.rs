//! What differs between two layers: rows added, removed and changed, matched by key columns or by geometry.
//!
//! Each side is read once into 24 bytes a row (hashes of its key and of its content); sorted lists of those are merged.
//! Only rows that differ are read again and held, where they are wanted. Values are compared in one spelling
//! (`cells`), so that the two sides may come from different formats.

mod columns;
mod entries;
mod gather;
mod output;
mod pairing;
mod shape;

use geohub_core::{Context, Layer, Plan, Reader, Result, collect};

use columns::Columns;
use entries::Entries;
use gather::Gather;
pub use output::Differing;
use pairing::Pairing;

/// How rows are matched and what of them is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffOptions {
    /// Columns that tell rows apart; without any, rows are matched by their geometry.
    pub keys: Vec<String>,
    /// Columns that are not compared.
    pub ignored: Vec<String>,
    /// Geometries are not compared. Goes with `keys`.
    pub ignore_geometry: bool,
}

/// What differs.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Rows of the second layer without a counterpart in the first.
    pub added: u64,
    /// Rows of the first layer without a counterpart in the second.
    pub removed: u64,
    /// Rows of both whose compared values differ.
    pub changed: u64,
    /// Rows of both that are equal.
    pub same: u64,
    /// Columns that only the second layer has. They are not compared.
    pub columns_added: Vec<String>,
    /// Columns that only the first layer has.
    pub columns_removed: Vec<String>,
    old: Layer,
    new: Layer,
    columns: Columns,
    pairing: Pairing,
}

impl Difference {
    /// True when there is none, in rows or in columns.
    pub fn is_none(&self) -> bool {
        let rows = self.added + self.removed + self.changed;
        rows == 0 && self.columns_added.is_empty() && self.columns_removed.is_empty()
    }

    /// Reads both sides again for the rows that differ, and holds those against the budget.
    ///
    /// They come in the order of the second layer, those removed behind them in the order of the first.
    pub fn rows(&self, old: Box<dyn Reader>, new: Box<dyn Reader>, context: &Context) -> Result<Differing> {
        let read = |reader: Box<dyn Reader>, wanted: Vec<u64>| {
            let mut wanted = Some(wanted);
            let mut create = |_: &Layer| Gather::new(wanted.take().unwrap_or_default(), &context.budget);
            collect(Plan::all(reader), &mut create, context).map(|collected| collected.collector)
        };
        let (old, new) = (read(old, self.pairing.wanted_of_old())?, read(new, self.pairing.wanted_of_new())?);
        output::differing(self, &old, &new)
    }
}

/// Compares two layers, `old` and `new`.
///
/// # Errors
/// A key column that a side lacks; key columns that do not tell a side's rows apart; layers in different CRSs.
pub fn diff(
    old: Box<dyn Reader>,
    new: Box<dyn Reader>,
    options: &DiffOptions,
    context: &Context,
) -> Result<Difference> {
    let (old, new) = (complete(old, context)?, complete(new, context)?);
    let (old_layer, new_layer) = (old.layer().clone(), new.layer().clone());
    let (old_name, new_name) = (old.target().to_owned(), new.target().to_owned());
    columns::check_crs(&old_layer, &new_layer)?;
    let columns = Columns::new(&old_layer, &new_layer, options)?;
    let read = |reader: Box<dyn Reader>, side: columns::Side| {
        let create = &mut |_: &Layer| Entries::new(side.clone(), &context.budget);
        collect(Plan::all(reader), create, context).map(|collected| collected.collector)
    };
    let old = read(old, columns.old.clone())?;
    let new = read(new, columns.new.clone())?;
    let keyed = !options.keys.is_empty();
    let pairing = context.pool()?.install(|| {
        let (old, new) = (old.sorted(keyed, &old_name)?, new.sorted(keyed, &new_name)?);
        Ok::<_, geohub_core::Error>(pairing::pair(&old, &new))
    })?;
    Ok(Difference {
        added: pairing.added.len() as u64,
        removed: pairing.removed.len() as u64,
        changed: pairing.changed.len() as u64,
        same: pairing.same,
        columns_added: columns.added.clone(),
        columns_removed: columns.removed.clone(),
        old: old_layer,
        new: new_layer,
        columns,
        pairing,
    })
}

/// The reader with its whole schema: both sides must be known before rows are compared.
fn complete(reader: Box<dyn Reader>, context: &Context) -> Result<Box<dyn Reader>> {
    if reader.may_misfit() { reader.complete(context) } else { Ok(reader) }
}
