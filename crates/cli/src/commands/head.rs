//! `geohub head`.

use clap::Args;

use super::transfer::{result, transfer};
use crate::args::{InputArgs, OutputArgs, SelectArgs};
use crate::failure::Failure;
use crate::input;
use crate::output::Target;
use crate::session::Session;

/// Show the first rows of a layer, one GeoJSON feature a line.
#[derive(Args, Debug)]
pub struct Head {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "REF")]
    reference: String,

    /// How many rows
    #[arg(short = 'n', value_name = "ROWS", default_value_t = 10)]
    rows: u64,

    /// Format of the rows [default: geojsonl]
    #[arg(short = 'f', long, value_name = "FORMAT")]
    format: Option<String>,

    #[command(flatten)]
    input: InputArgs,
}

impl Head {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let output = OutputArgs { format: self.format, ..OutputArgs::default() };
        let target = Target::resolve(session, &output, None, "geojsonl")?;
        let select = SelectArgs { limit: Some(self.rows), ..SelectArgs::default() };
        let selection = select.selection()?;
        let reader = input::open(session, &self.reference, &self.input, &select.query(&selection))?;
        let report = transfer(session, reader, &selection, &target)?;
        session.finish(&result(&target, &report)?, "", true)
    }
}
