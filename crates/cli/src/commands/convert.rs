//! `geohub convert`.

use clap::Args;
use geohub_core::text;

use super::transfer::{declared, result, transfer};
use crate::args::{CrsArgs, InputArgs, OutputArgs, SelectArgs};
use crate::failure::Failure;
use crate::input;
use crate::origin::Input;
use crate::output::Target;
use crate::session::Session;

/// Convert a layer to another format.
///
/// The formats are told by content and by extension; `geohub formats` lists them.
#[derive(Args, Debug)]
pub struct Convert {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "IN")]
    reference: String,

    /// Output file, `-` for standard output
    #[arg(value_name = "OUT")]
    out_word: Option<String>,

    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    crs: CrsArgs,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Convert {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let target = Target::resolve(session, &self.output, self.out_word.as_deref(), "geojson")?;
        let mut selection = self.select.selection()?;
        selection.to_crs.clone_from(&self.crs.to_crs);
        let reader = input::open(session, &self.reference, &self.input, &self.select.query(&selection))?;
        target.made_of(session, "convert", &[Input::only(&self.reference, &*reader)]);
        let reader = declared(session, reader, self.crs.from_crs.as_ref());
        let report = transfer(session, reader, &selection, &target)?;
        let line =
            format!("{} written to {}", text::plural(report.rows_written, "feature"), target.output.name());
        session.finish(&result(&target, &report)?, &line, target.is_stdout())
    }
}
