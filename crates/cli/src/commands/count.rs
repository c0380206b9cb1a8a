//! `geohub count`.

use clap::Args;
use geohub_core::{Plan, Reader, RowCount, collect};
use geohub_fetch::{Query, Reference};
use geohub_ops::Summary;
use serde_json::json;

use crate::args::{InputArgs, RemoteArgs};
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, remote};

/// Count the rows of a layer.
///
/// A file that states its number of rows is not read; any other is.
#[derive(Args, Debug)]
pub struct Count {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "REF")]
    reference: String,

    #[command(flatten)]
    input: InputArgs,
}

impl Count {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let rows = match remote::reference(session, &self.reference)? {
            Some(layer) => remote_rows(session, &layer, &self.input.remote)?,
            None => rows(session, input::open(session, &self.reference, &self.input, &Query::default())?)?,
        };
        if session.global.json {
            return session.print(&format!("{}\n", json!({ "count": rows })));
        }
        session.print(&format!("{rows}\n"))
    }
}

/// The server's count; of a service that does not count, the rows that come.
fn remote_rows(session: &Session, layer: &Reference, args: &RemoteArgs) -> Result<u64, Failure> {
    if remote::is_offline(session, layer) {
        return rows(session, remote::open(session, layer, &Query::default(), args)?);
    }
    match remote::count(session, layer, args)? {
        RowCount::Exact(rows) => Ok(rows),
        _ => rows(session, remote::open(session, layer, &Query::default(), args)?),
    }
}

fn rows(session: &Session, reader: Box<dyn Reader>) -> Result<u64, Failure> {
    if let RowCount::Exact(rows) = reader.layer().rows {
        return Ok(rows);
    }
    let summary = collect(Plan::all(reader), &mut |_| Ok(Summary::default()), &session.context)?.collector;
    Ok(summary.rows)
}
