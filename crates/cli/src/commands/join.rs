//! `geohub join`.

use clap::Args;
use geohub_core::{Reader, text};
use geohub_fetch::Query;
use geohub_ops::join::{Aggregate, How, JoinOptions, JoinReport, Many, Side, build_side, join};
use serde_json::json;

use crate::args::{DistanceArgs, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::input;
use crate::origin::Input;
use crate::output::Target;
use crate::session::Session;

/// Join two layers by where their features lie, or by how far apart they are.
///
/// The output has the left layer's geometry and both layers' columns, in the left layer's order. Columns of the right
/// layer whose names are taken get `right_` before them. What matched is said at the end: matched and unmatched left
/// rows, and multiplied ones, which matched more than one right row.
///
/// Distances are true metres on the ellipsoid where the left layer is in degrees, and plane ones where it is projected.
#[derive(Args, Debug)]
pub struct Join {
    /// Layer whose rows and geometry come out
    #[arg(value_name = "LEFT")]
    left: String,

    /// Layer whose columns are added
    #[arg(value_name = "RIGHT")]
    right: String,

    /// The relation, left to right: equals, disjoint, intersects, touches, crosses, within, contains, overlaps,
    /// covers, covered-by, or dwithin (not farther apart than --distance) [default: intersects, with --distance
    /// dwithin]
    #[arg(long, value_name = "NAME", help_heading = "Join")]
    predicate: Option<String>,

    #[command(flatten)]
    distances: DistanceArgs,

    /// Which left rows come out: left (all), inner (matched), semi (matched, once, without right columns), anti
    /// (unmatched) [default: left]
    #[arg(long, value_name = "HOW", help_heading = "Join")]
    how: Option<String>,

    /// What becomes of a left row with several matches: all (a row for each), first (the first right row), error
    /// [default: all]
    #[arg(long, value_name = "WHAT", help_heading = "Join")]
    many: Option<String>,

    /// Aggregates over each left row's matches instead of right columns, such as 'n=count(),total=sum(amount)';
    /// count, sum, min, max, mean
    #[arg(long, value_name = "LIST", help_heading = "Join")]
    agg: Option<String>,

    /// Columns of the left layer to keep, separated by commas
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', help_heading = "Join")]
    left_fields: Option<Vec<String>>,

    /// Columns of the right layer to add, separated by commas
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', help_heading = "Join")]
    right_fields: Option<Vec<String>>,

    /// Put this before the name of every right column
    #[arg(long, value_name = "TEXT", help_heading = "Join")]
    prefix: Option<String>,

    /// Leave the geometry out
    #[arg(long, help_heading = "Join")]
    no_geometry: bool,

    /// Let disjoint pair nearly everything with everything
    #[arg(long, help_heading = "Join")]
    allow_cross: bool,

    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Join {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let options = self.options()?;
        let target = Target::resolve(session, &self.output, None, "geojson")?;
        if self.left == "-" && self.right == "-" {
            return Err(Failure::usage("only one side of a join can be standard input"));
        }
        let everything = Query::default();
        let left = input::open(session, &self.left, &self.input, &everything)?;
        let right = input::open(session, &self.right, &self.input, &everything)?;
        let inputs = [Input::of("left", &self.left, &*left), Input::of("right", &self.right, &*right)];
        target.made_of(session, "join", &inputs);
        session.explain(explain(&options, &*left, &*right));
        let report = join(left, right, &options, &mut || target.create(), &session.context)?;
        let receipt = target.write_receipt(report.rows)?;
        session.finish(
            &result(&target, &report, receipt.as_deref()),
            &line(&target, &report),
            target.is_stdout(),
        )
    }

    fn options(&self) -> Result<JoinOptions, Failure> {
        let mut options = JoinOptions::new(self.distances.relation(self.predicate.as_deref())?);
        options.distance_field.clone_from(&self.distances.distance_field);
        if let Some(how) = &self.how {
            options.how = how.parse::<How>()?;
        }
        options.many = self.many.as_deref().map(str::parse::<Many>).transpose()?;
        if let Some(list) = &self.agg {
            options.aggregates = Aggregate::parse_list(list)?;
        }
        options.left_fields.clone_from(&self.left_fields);
        options.right_fields.clone_from(&self.right_fields);
        options.prefix.clone_from(&self.prefix);
        options.no_geometry = self.no_geometry;
        options.allow_cross = self.allow_cross;
        options.check()?;
        Ok(options)
    }
}

fn explain(options: &JoinOptions, left: &dyn Reader, right: &dyn Reader) -> String {
    let (built, streamed) = match build_side(options, left.layer(), right.layer()) {
        Side::Left => (left, right),
        Side::Right => (right, left),
    };
    let rows = |reader: &dyn Reader| {
        reader
            .layer()
            .rows
            .hint()
            .map_or_else(|| "an unknown number of rows".to_owned(), |rows| text::plural(rows, "row"))
    };
    format!(
        "{} ({}) is held in memory and indexed, {} ({}) is streamed past it",
        built.target(),
        rows(built),
        streamed.target(),
        rows(streamed)
    )
}

fn line(target: &Target, report: &JoinReport) -> String {
    format!(
        "{} written to {}: of {} left rows {} matched, {} unmatched, {} multiplied; {} right rows",
        text::plural(report.rows, "row"),
        target.output.name(),
        text::grouped(report.left),
        text::grouped(report.matched),
        text::grouped(report.unmatched),
        text::grouped(report.multiplied),
        text::grouped(report.right),
    )
}

fn result(target: &Target, report: &JoinReport, receipt: Option<&str>) -> serde_json::Value {
    json!({
        "output": target.output.name(), "left": report.left, "right": report.right, "matched": report.matched,
        "unmatched": report.unmatched, "multiplied": report.multiplied, "rows": report.rows,
        "receipt": receipt,
    })
}
