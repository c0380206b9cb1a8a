//! `geohub info`.

use std::path::Path;

use clap::Args;
use geohub_core::{Plan, Reader, RowCount, collect};
use geohub_fetch::{Layers, Query, Reference};
use geohub_ops::Summary;
use serde_json::json;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::report::{self, Report};
use crate::session::Session;
use crate::{input, kept, origin, remote, table};

/// Show a layer's schema, rows, CRS and extent, and of a portal's layer whose it is and under which terms.
///
/// What a file does not state is found by reading it. Of a portal's layer nothing is downloaded; what the publisher does not
/// state of title, owner, licence and terms is told as "not stated". With --offline it is as it was when it was last asked for.
#[derive(Args, Debug)]
pub struct Info {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "REF")]
    reference: String,

    /// Try the layer's service with a few small requests: what takes how long, what works, and what fetch will do
    #[arg(long)]
    health: bool,

    #[command(flatten)]
    input: InputArgs,
}

impl Info {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let Some(layer) = remote::reference(session, &self.reference)? else {
            return self.of_file(session);
        };
        if self.health {
            return self.health(session, &layer);
        }
        let args = &self.input.remote;
        let report = if remote::is_offline(session, &layer) {
            kept::report(session, &layer, args)?
        } else {
            match remote::layers(session, &layer, args)? {
                Ok(description) => kept::keep_report(session, &layer, args, &description),
                Err(layers) => return list(session, &layers),
            }
        };
        show(session, &report.with_places(session))
    }

    /// A file, with the origin that its receipt tells.
    fn of_file(&self, session: &Session) -> Result<(), Failure> {
        if self.health {
            let message = format!("{} is a file; --health tries the service of a layer", self.reference);
            return Err(Failure::usage(message).hint("geohub verify checks a file"));
        }
        let reader = input::open(session, &self.reference, &self.input, &Query::default())?;
        let mut report = read(session, reader)?;
        let path = Path::new(&self.reference);
        if path.is_file()
            && let Some(found) = origin::beside(&session.context, path)
        {
            report.provenance = Some(found).filter(geohub_core::Provenance::names_a_source);
        }
        show(session, &report)
    }

    fn health(&self, session: &Session, layer: &Reference) -> Result<(), Failure> {
        remote::must_be_online(session, layer)?;
        let settings = self.input.remote.settings(session, remote::cache_journal()?);
        report::show_health(session, &geohub_fetch::health(layer, &settings, &session.context)?)
    }
}

/// A file's layer with what its header does not say filled in.
fn read(session: &Session, reader: Box<dyn Reader>) -> Result<Report, Failure> {
    let layer = reader.layer().clone();
    if let (RowCount::Exact(rows), Some(extent)) = (layer.rows, layer.extent) {
        return Ok(Report::of_layer(&layer, Some(rows), layer.geometry.kind, Some(extent)));
    }
    let collected = collect(Plan::all(reader), &mut |_| Ok(Summary::default()), &session.context)?;
    let (summary, layer) = (collected.collector, collected.layer);
    let extent = Some(summary.extent).filter(|extent| !extent.is_empty());
    Ok(Report::of_layer(&layer, Some(summary.rows), summary.kind, extent))
}

fn show(session: &Session, report: &Report) -> Result<(), Failure> {
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "layers": [report] })));
    }
    session.print(&report::text(report, table::width()))
}

/// The layers of a service, one of which must be named to be described.
fn list(session: &Session, layers: &Layers) -> Result<(), Failure> {
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "layers": layers.entries })));
    }
    let lines: String = layers.entries.iter().map(|entry| entry.line() + "\n").collect();
    session.print(&lines)
}
