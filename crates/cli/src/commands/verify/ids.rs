//! The ids in which a file and its source differ, where the receipt cannot name them.

use std::collections::HashSet;

use geohub_core::{Plan, collect};
use geohub_fetch::{Claim, Ids, Query, Recheck};
use geohub_ops::Texts;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;

/// Reads them out of the file's own column of ids, if it has it: of a file that matches its receipt they are those of the
/// download.
pub(super) fn fill_in(
    session: &Session,
    file: &str,
    claim: &Claim,
    now: &mut Recheck,
) -> Result<(), Failure> {
    let (Ids::TooMany { listed }, Some(ids)) = (&now.ids, &claim.ids) else { return Ok(()) };
    let reader = input::open(session, file, &InputArgs::default(), &Query::default())?;
    if reader.layer().schema.index_of(&ids.field).is_err() {
        return Ok(());
    }
    let budget = &session.context.budget;
    let collected = collect(
        Plan::all(reader),
        &mut |layer| Texts::new(layer.schema.index_of(&ids.field)?, budget),
        &session.context,
    )?;
    let held = collected.collector.into_values();
    // A file whose ids are not those of its receipt was written with other rows in this column.
    if held.len() as u64 != ids.count() {
        return Ok(());
    }
    now.ids = apart(&held, listed);
    Ok(())
}

fn apart(held: &[String], listed: &[String]) -> Ids {
    let then: HashSet<&str> = held.iter().map(String::as_str).collect();
    let now: HashSet<&str> = listed.iter().map(String::as_str).collect();
    Ids::Differ {
        added: listed.iter().filter(|id| !then.contains(id.as_str())).cloned().collect(),
        removed: held.iter().filter(|id| !now.contains(id.as_str())).cloned().map(Some).collect(),
    }
}
