//! `geohub query`.

use clap::Args;
use geohub_core::{Reader, Report, collect, text};
use geohub_ops::near::{self, Near};
use geohub_ops::{Selection, Summary};
use serde_json::json;

use super::transfer::{declared, plan, result, transfer};
use crate::args::{AreaArgs, CrsArgs, InputArgs, NearArgs, OutputArgs, SelectArgs};
use crate::failure::Failure;
use crate::input;
use crate::origin::Input;
use crate::output::Target;
use crate::session::Session;

/// Select rows of a layer by rectangle, area, distance, expression.
///
/// Conditions add up: a row must meet all of them. Of those that do, -k takes the nearest.
#[derive(Args, Debug)]
pub struct Query {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "IN")]
    reference: String,

    /// Output file, `-` for standard output
    #[arg(value_name = "OUT")]
    out_word: Option<String>,

    /// Print how many rows there are instead of the rows
    #[arg(long, conflicts_with_all = ["out", "out_word", "limit", "fields", "to_crs", "k", "distance_field"])]
    count: bool,

    #[command(flatten)]
    area: AreaArgs,
    #[command(flatten)]
    near: NearArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    crs: CrsArgs,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Query {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let near = self.near.near(session, &self.select)?;
        let mut selection = match &near {
            Some(_) => self.select.selection_with_place()?,
            None => self.select.selection()?,
        };
        selection.near = near;
        selection.within = self.area.read(session, &self.reference)?.map(|area| area.mask);
        selection.to_crs.clone_from(&self.crs.to_crs);
        let wanted = self.select.query(&selection);
        if self.count {
            let reader = input::open(session, &self.reference, &self.input, &wanted)?;
            let reader = declared(session, reader, self.crs.from_crs.as_ref());
            return count(session, reader, &selection);
        }
        let target = Target::resolve(session, &self.output, self.out_word.as_deref(), "geojson")?;
        let reader = input::open(session, &self.reference, &self.input, &wanted)?;
        target.made_of(session, "query", &[Input::only(&self.reference, &*reader)]);
        let reader = declared(session, reader, self.crs.from_crs.as_ref());
        let report = match (self.near.k, selection.near.take()) {
            (Some(count), Some(near)) => nearest(session, reader, selection, &near, count as usize, &target)?,
            (_, near) => transfer(session, reader, &Selection { near, ..selection }, &target)?,
        };
        if let (0, Some(near), Some(limit)) = (report.rows_written, &self.near.near, &self.near.distance) {
            session.context.note(format!(
                "nothing lies within {limit} of {near}; with -k 1 and without --distance the nearest comes"
            ));
        }
        let rows = text::plural(report.rows_written, "feature");
        let line = format!("{rows} written to {}", target.output.name());
        session.finish(&result(&target, &report)?, &line, target.is_stdout())
    }
}

/// The nearest rows of a selection; what is to be done with them once they are known comes last.
fn nearest(
    session: &Session,
    reader: Box<dyn Reader>,
    mut selection: Selection,
    near: &Near,
    count: usize,
    target: &Target,
) -> Result<Report, Failure> {
    let rest =
        Selection { limit: selection.limit.take(), to_crs: selection.to_crs.take(), ..Selection::default() };
    // Rows beyond the limit need not come as far as the collector, or out of the file.
    selection.near = near.limit.map(|_| Near { distance_field: None, ..near.clone() });
    let plan = plan(session, reader, &selection);
    let reader = near::nearest(plan, near, count, &session.context)?;
    transfer(session, reader, &rest, target)
}

fn count(session: &Session, reader: Box<dyn Reader>, selection: &Selection) -> Result<(), Failure> {
    let plan = plan(session, reader, selection);
    let summary = collect(plan, &mut |_| Ok(Summary::default()), &session.context)?.collector;
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "count": summary.rows })));
    }
    session.print(&format!("{}\n", summary.rows))
}
