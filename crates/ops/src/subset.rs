//! What is known of a layer when rows may be missing from it.

use geohub_core::{Layer, RowCount};

/// The layer of some of the rows: its count becomes a guess, its extent unknown.
pub(crate) fn subset(input: &Layer) -> Layer {
    let rows = input.rows.hint().map_or(RowCount::Unknown, RowCount::Estimate);
    Layer { rows, extent: None, ..input.clone() }
}
