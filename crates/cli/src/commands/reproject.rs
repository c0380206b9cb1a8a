//! `geohub reproject`.

use clap::Args;
use geohub_core::{Crs, text};
use geohub_fetch::Query;
use geohub_ops::Selection;

use super::transfer::{declared, result, transfer};
use crate::args::{self, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::input;
use crate::origin::Input;
use crate::output::Target;
use crate::session::Session;

/// Bring a layer to another coordinate reference system.
///
/// Vertices are moved, Z and M stay, and no vertex is added to an edge. A row with a coordinate that the CRS cannot
/// show is an error that names both.
#[derive(Args, Debug)]
pub struct Reproject {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "IN")]
    reference: String,

    /// Output file, `-` for standard output
    #[arg(value_name = "OUT")]
    out_word: Option<String>,

    /// The CRS to bring it to: EPSG:2229, 2229, ESRI:102645, OGC:CRS84, WKT or a .prj file
    #[arg(long, value_name = "CRS", value_parser = args::crs)]
    to_crs: Crs,

    /// Take the input's coordinates to be in this CRS, whatever it says itself
    #[arg(long, value_name = "CRS", value_parser = args::crs)]
    from_crs: Option<Crs>,

    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Reproject {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let target = Target::resolve(session, &self.output, self.out_word.as_deref(), "geojson")?;
        let reader = input::open(session, &self.reference, &self.input, &Query::default())?;
        target.made_of(session, "reproject", &[Input::only(&self.reference, &*reader)]);
        let reader = declared(session, reader, self.from_crs.as_ref());
        let way = format!("{} to {}", reader.layer().crs, self.to_crs);
        let selection = Selection { to_crs: Some(self.to_crs), ..Selection::default() };
        let report = transfer(session, reader, &selection, &target)?;
        let rows = text::plural(report.rows_written, "feature");
        let line = format!("{rows} brought from {way}, written to {}", target.output.name());
        session.finish(&result(&target, &report)?, &line, target.is_stdout())
    }
}
