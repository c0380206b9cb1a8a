//! `geohub count`.

use clap::Args;
use geohub_core::{Plan, Reader, RowCount, collect};
use geohub_ops::Summary;
use serde_json::json;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;
use crate::terminal;

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
        let reader = input::open(session, &self.reference, &self.input)?;
        let rows = rows(session, reader)?;
        if session.global.json {
            return terminal::print(&format!("{}\n", json!({ "count": rows })));
        }
        terminal::print(&format!("{rows}\n"))
    }
}

fn rows(session: &Session, reader: Box<dyn Reader>) -> Result<u64, Failure> {
    if let RowCount::Exact(rows) = reader.layer().rows {
        return Ok(rows);
    }
    let _progress = session.progress(input::total_rows(&*reader));
    let (summary, _) = collect(Plan::all(reader), &mut |_| Ok(Summary::default()), &session.context)?;
    Ok(summary.rows)
}
