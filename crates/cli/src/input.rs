//! One grammar of references everywhere an input is expected.

use geohub_core::{Reader, RowCount};

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::session::Session;

/// Opens a reference as a layer.
pub fn open(session: &Session, reference: &str, args: &InputArgs) -> Result<Box<dyn Reader>, Failure> {
    Ok(geohub_formats::open(reference, &args.options()?, &session.context)?)
}

/// Rows the layer states, for a progress line.
pub fn total_rows(reader: &dyn Reader) -> Option<u64> {
    match reader.layer().rows {
        RowCount::Exact(rows) | RowCount::Estimate(rows) => Some(rows),
        RowCount::Unknown => None,
    }
}
