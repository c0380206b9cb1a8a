//! `geohub diff`.

use std::process::ExitCode;

use clap::Args;
use geohub_core::{Plan, Reader, run, text};
use geohub_fetch::{Proven, Query};
use geohub_ops::{DiffOptions, Difference, Differing, MemoryReader};
use serde_json::{Value, json};

use crate::args::{InputArgs, OutputArgs};
use crate::exit::DIFFERENT;
use crate::failure::Failure;
use crate::origin::Input;
use crate::output::Target;
use crate::session::Session;
use crate::{input, remote};

/// Compare two layers: which rows were added, removed or changed.
///
/// Rows belong together when their --key columns are equal, or else their geometries. Values are compared as what they
/// mean, so the layers may be in different formats: 3 is 3.0, a time is its ISO 8601 text, a polygon is a multipolygon with
/// one part. Columns that only one layer has are named and not compared. The exit code is 10 when the layers differ.
#[derive(Args, Debug)]
pub struct Diff {
    /// The first layer: file, or layer of a service
    #[arg(value_name = "A")]
    old: String,

    /// The second layer
    #[arg(value_name = "B")]
    new: String,

    /// Columns that tell rows apart [default: rows belong together when their geometries are equal]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    key: Vec<String>,

    /// Columns that are not compared, such as stamps of the last export
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Do not compare geometries
    #[arg(long, requires = "key")]
    ignore_geometry: bool,

    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Diff {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        if self.old == "-" || self.new == "-" {
            return Err(Failure::usage("diff compares files and layers of services, not standard input"));
        }
        let target = match self.output.out {
            Some(_) => Some(Target::resolve(session, &self.output, None, "geojson")?),
            None => None,
        };
        let (old, new) = (self.side(session, &self.old)?, self.side(session, &self.new)?);
        let options = DiffOptions {
            keys: self.key.clone(),
            ignored: self.ignore.clone(),
            ignore_geometry: self.ignore_geometry,
        };
        let open = |side: &Side<'_>| side.open(session, &self.input);
        let difference = geohub_ops::diff(open(&old)?, open(&new)?, &options, &session.context)?;
        if let Some(target) = &target {
            let (old, new) = (open(&old)?, open(&new)?);
            let inputs = [Input::of("old", &self.old, &*old), Input::of("new", &self.new, &*new)];
            target.made_of(session, "diff", &inputs);
            let Differing { layer, batches } = difference.rows(old, new, &session.context)?;
            let plan = Plan::all(Box::new(MemoryReader::new(layer, batches)));
            let report = run(plan, &mut || target.create(), &session.context)?;
            target.write_receipt(report.rows_written)?;
        }
        let value = self.json(&difference, target.as_ref());
        let stdout_has_data = target.as_ref().is_some_and(Target::is_stdout);
        session.finish(&value, &self.text(&difference), stdout_has_data)?;
        Ok(if difference.is_none() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENT) })
    }

    fn side<'a>(&self, session: &Session, text: &'a str) -> Result<Side<'a>, Failure> {
        Ok(match remote::reference(session, text)? {
            None => Side::File(text),
            Some(layer) => {
                let settings = self.input.remote.settings(session, remote::cache_journal()?);
                Side::Service(remote::fetch(session, &layer, &Query::default(), &settings)?.proven)
            }
        })
    }

    fn json(&self, found: &Difference, target: Option<&Target>) -> Value {
        json!({
            "a": self.old, "b": self.new, "added": found.added, "removed": found.removed,
            "changed": found.changed, "same": found.same, "columns_added": found.columns_added,
            "columns_removed": found.columns_removed, "different": !found.is_none(),
            "output": target.map(|target| target.output.name()),
        })
    }

    fn text(&self, found: &Difference) -> String {
        let count = text::grouped;
        let mut line = format!(
            "{} added, {} removed, {} changed, {} the same in {} beside {}",
            count(found.added),
            count(found.removed),
            count(found.changed),
            count(found.same),
            self.new,
            self.old
        );
        for (names, only) in [(&found.columns_added, &self.new), (&found.columns_removed, &self.old)] {
            if !names.is_empty() {
                line += &["; only ", only, " has ", &names.join(", ")].concat();
            }
        }
        line
    }
}

/// A layer that is read more than once.
enum Side<'a> {
    File(&'a str),
    Service(Proven),
}

impl Side<'_> {
    fn open(&self, session: &Session, args: &InputArgs) -> Result<Box<dyn Reader>, Failure> {
        match self {
            Self::File(path) => input::open(session, path, args, &Query::default()),
            Self::Service(proven) => Ok(proven.reader()),
        }
    }
}
