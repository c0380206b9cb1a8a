//! `geohub fetch`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use geohub_core::{Crs, Output, Reader, Report, text};
use geohub_fetch::{Fetched, Proof, Query, Receipt, ReceiptParts, Reference, Settings};
use geohub_ops::Selection;
use serde_json::{Value, json};

use super::transfer::{note_geometries, plan};
use crate::args::{self, AreaArgs, OutputArgs, RemoteArgs, SelectArgs};
use crate::failure::Failure;
use crate::kept::{self, Asked, LayerKey};
use crate::origin::Input;
use crate::output::Target;
use crate::remote;
use crate::session::Session;

/// Bring a layer from a city's portal, whole and proved whole.
///
/// The server's count is compared with the distinct ids that came; what is missing is asked for again by id. When rows
/// stay missing they are named, the exit code is 6 and nothing is written. A receipt lies beside the output.
///
/// What has come lies in OUT.geohub-partial until the output is whole: after an interruption, a network error or a full
/// disk the same command goes on from there.
#[derive(Args, Debug, Default)]
pub struct Fetch {
    /// Address of a FeatureServer or MapServer layer (.../FeatureServer/0), socrata:HOST/ID, or the page of a Socrata
    /// dataset
    #[arg(value_name = "REF")]
    pub(crate) reference: String,

    /// Output file, `-` for standard output
    #[arg(value_name = "OUT")]
    pub(crate) out_word: Option<String>,

    #[command(flatten)]
    pub(crate) area: AreaArgs,

    /// A condition in the server's own language, sent as it is
    #[arg(long, value_name = "TEXT", help_heading = "Selection", allow_hyphen_values = true)]
    pub(crate) server_where: Option<String>,

    /// Bring the geometries to this CRS; the service's own otherwise
    #[arg(long, value_name = "CRS", value_parser = args::crs, help_heading = "Output options")]
    pub(crate) to_crs: Option<Crs>,

    /// Start over instead of going on with what an interrupted run left
    #[arg(long, help_heading = "Download options")]
    pub(crate) fresh: bool,

    /// Write what came even if rows are missing; the receipt and --json name them
    #[arg(long, help_heading = "Download options")]
    pub(crate) allow_partial: bool,

    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) remote: RemoteArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl Fetch {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let start = Instant::now();
        let prepared = self.prepare(session)?;
        let Prepared { reference, query, target, .. } = &prepared;
        if remote::is_offline(session, reference) {
            return from_kept(session, &prepared);
        }
        let fetched = remote::fetch(session, reference, query, &self.settings(session, target)?)?;
        kept::keep_report(session, reference, &self.remote, &fetched.description);
        let parts = ReceiptParts::from(&fetched);
        let mut value = proof_json(&fetched);
        let counted = counted(&fetched.proof);
        let Fetched { reader, proven, .. } = fetched;
        let (report, receipt) = write(session, reader, &prepared, &parts)?;
        value["output"] = json!(target.output.name());
        value["features"] = json!(report.rows_written);
        value["receipt"] = json!(receipt.map(|(path, _)| path.display().to_string()));
        // Until here a full disk costs no page.
        proven.done();
        value["elapsed_s"] = json!((start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0);
        let rows = text::plural(report.rows_written, "feature");
        let line = format!("{rows} written to {}; {counted}", target.output.name());
        session.finish(&value, &line, target.is_stdout())
    }

    /// Everything about a download that can be wrong before a server is asked.
    pub(crate) fn prepare(&self, session: &Session) -> Result<Prepared, Failure> {
        let mut output = self.output.clone();
        output.fsync = true;
        let target = Target::resolve(session, &output, self.out_word.as_deref(), "geojson")?;
        let mut selection = self.select.selection()?;
        let area = self.area.read(session, &self.reference)?;
        let place = area.as_ref().and_then(|area| area.place.clone());
        selection.within = area.map(|area| area.mask);
        selection.to_crs.clone_from(&self.to_crs);
        let mut query = self.select.query(&selection);
        query.server_where.clone_from(&self.server_where);
        let reference = remote::reference(session, &self.reference)?.ok_or_else(|| {
            Failure::usage(format!("{} is a file; fetch takes layers of portals", self.reference))
                .hint("geohub convert reads files")
        })?;
        let crs = [
            self.select.bbox_crs.as_ref().map(|crs| format!("{crs:?}")),
            self.to_crs.as_ref().map(|crs| format!("{crs:?}")),
        ];
        let asked = Asked::new(&reference, &query, selection.within.is_some(), &crs, &self.output);
        let key = LayerKey::new(&reference, &self.remote);
        Ok(Prepared { reference, query, selection, target, place, key, asked })
    }

    /// A journal beside the output outlasts this run; one for a stream does not.
    fn settings(&self, session: &Session, target: &Target) -> Result<Settings, Failure> {
        let journal = match &target.output {
            Output::Path(path) if !target.output.is_stream() => Some(remote::journal_of(path)),
            _ => None,
        };
        let keep_journal = journal.is_some();
        let settings = self.remote.settings(session, journal.map_or_else(remote::cache_journal, Ok)?);
        Ok(Settings { keep_journal, fresh: self.fresh, allow_partial: self.allow_partial, ..settings })
    }
}

/// A download that may begin.
pub(crate) struct Prepared {
    pub(crate) reference: Reference,
    pub(crate) query: Query,
    pub(crate) selection: Selection,
    pub(crate) target: Target,
    /// The hash of the layer of places that rows are selected by.
    pub(crate) place: Option<String>,
    key: LayerKey,
    asked: Asked,
}

/// Writes what a file has that was downloaded before. Its receipt is that of the download.
fn from_kept(session: &Session, prepared: &Prepared) -> Result<(), Failure> {
    let Prepared { reference, target, key, asked, .. } = prepared;
    let kept = kept::find(session, reference, key, asked)?;
    let receipt = Receipt::beside(kept.path())?;
    let proof = receipt.proof.clone();
    let parts = ReceiptParts::from(receipt);
    let (report, receipt) = write(session, kept.reader(session)?, prepared, &parts)?;
    let value = json!({
        "output": target.output.name(), "features": report.rows_written,
        "server_count": proof.server_count_after, "distinct_ids": proof.distinct_ids,
        "missing_ids": proof.missing_ids, "complete": proof.complete, "requests": 0, "bytes": 0,
        "kept": {"file": kept.path().display().to_string(), "fetched": kept.fetched()},
        "receipt": receipt.map(|(path, _)| path.display().to_string()),
    });
    let rows = text::plural(report.rows_written, "feature");
    let line = format!("{rows} written to {}, out of {}", target.output.name(), kept.path().display());
    session.finish(&value, &line, target.is_stdout())
}

/// Writes a downloaded layer through its selection, and the receipt beside it.
pub(crate) fn write(
    session: &Session,
    reader: Box<dyn Reader>,
    prepared: &Prepared,
    parts: &ReceiptParts,
) -> Result<(Report, Option<(PathBuf, Receipt)>), Failure> {
    let Prepared { reference, selection, target, .. } = prepared;
    if !session.beside().is_empty() {
        target.made_of(session, "fetch", &[Input::only(&reference.text(), &*reader)]);
    }
    let report =
        geohub_core::run(plan(session, reader, selection), &mut || target.create(), &session.context)?;
    note_geometries(session, &report);
    let Output::Path(path) = &target.output else { return Ok((report, None)) };
    if !path.is_file() {
        return Ok((report, None));
    }
    let parts = match target.origin().filter(|origin| origin.names_a_source()) {
        Some(origin) => &parts.clone().of_origin(origin.clone()),
        None => parts,
    };
    let receipt = Receipt::new(parts, path, report.rows_written)?;
    let written = receipt.write(path)?;
    if !reference.is_embedded() {
        kept::remember(session, &prepared.key, &prepared.asked, (path, target.format()), &receipt);
    }
    Ok((report, Some((written, receipt))))
}

fn counted(proof: &Proof) -> String {
    let ids = text::grouped(proof.distinct_ids);
    let missing = if proof.complete { "" } else { ": not all" };
    match proof.server_count_after {
        Some(count) => {
            format!("the server counts {}, {ids} distinct ids came{missing}", text::grouped(count))
        }
        None => format!("the server does not count, {ids} distinct ids came{missing}"),
    }
}

fn proof_json(fetched: &Fetched) -> Value {
    let proof = &fetched.proof;
    json!({
        "output": null, "features": null, "server_count": proof.server_count_after,
        "distinct_ids": proof.distinct_ids, "missing_ids": proof.missing_ids, "complete": proof.complete,
        "changed_while_reading": proof.changed_while_reading, "resumed_rows": fetched.facts.resumed_rows,
        "requests": fetched.requests, "retries": fetched.retries, "bytes": fetched.bytes,
    })
}
