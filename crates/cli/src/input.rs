//! One grammar of references everywhere an input is expected.

use geohub_core::{Reader, RowCount};
use geohub_fetch::Query;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::remote;
use crate::session::Session;

/// Opens a reference as a layer. Of a portal's layer only what `query` selects is downloaded, as far as the server can
/// be trusted with it; the selection is applied again to what comes.
pub fn open(
    session: &Session,
    reference: &str,
    args: &InputArgs,
    query: &Query,
) -> Result<Box<dyn Reader>, Failure> {
    if let Some(layer) = remote::reference(session, reference)? {
        return remote::open(session, &layer, query, &args.remote);
    }
    session.context.progress.begin(format!("opening {}", name(reference)), RowCount::Unknown);
    Ok(geohub_formats::open(reference, &args.options()?, &session.context)?)
}

fn name(reference: &str) -> &str {
    if reference == "-" { "standard input" } else { reference }
}
