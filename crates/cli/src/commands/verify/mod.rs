//! `geohub verify`.

mod ids;
mod say;

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use geohub_core::{Plan, RowCount, collect};
use geohub_fetch::{Claim, Match, Query, Receipt, recheck};
use geohub_ops::Summary;
use serde_json::{Value, json};

use crate::args::{InputArgs, RemoteArgs};
use crate::exit::{DIFFERENT, Exit};
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, kept, remote};

/// Check files against their receipts.
///
/// Size, SHA-256 and the number of rows must be those of the receipt beside the file; of a file without one whose format
/// holds its origin, the rows that it has are compared with those that it states. The exit code is 6 where they are not,
/// and with --remote 10 where the source has moved on and 3 where it is gone.
#[derive(Args, Debug)]
pub struct Verify {
    /// Files; a receipt stands for its file
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,

    /// Count rows and list ids at the source too; no row is downloaded
    #[arg(long)]
    remote: bool,

    #[command(flatten)]
    options: RemoteArgs,
}

/// What came of one file.
struct Outcome {
    value: Value,
    lines: Vec<String>,
    code: u8,
}

impl Verify {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let mut outcomes = Vec::new();
        for file in files(&self.files) {
            outcomes.push(self.check(session, file).unwrap_or_else(|failure| {
                session.messages.error(&failure);
                let value = json!({ "file": file, "error": failure.json()["error"] });
                Outcome { value, lines: Vec::new(), code: failure.exit as u8 }
            }));
        }
        // A broken file weighs more than a source that moved on.
        let rank = |code: &u8| [10, 5, 4, 3, 2, 1, 7, 6].iter().position(|known| known == code);
        let code = outcomes.iter().map(|outcome| outcome.code).max_by_key(rank).unwrap_or(0);
        if session.global.json {
            let files: Vec<&Value> = outcomes.iter().map(|outcome| &outcome.value).collect();
            session.print(&format!("{}\n", json!({ "files": files })))?;
        } else {
            outcomes.iter().flat_map(|outcome| &outcome.lines).for_each(|line| session.messages.say(line));
        }
        Ok(ExitCode::from(code))
    }

    fn check(&self, session: &Session, file: &str) -> Result<Outcome, Failure> {
        let path = Path::new(file);
        let claim = if path.is_file() { Claim::beside(path)? } else { None };
        let found = match &claim {
            Some(claim) => claim.compare(path)?,
            None => Match::Same,
        };
        if let (Some(claim), false) = (&claim, found == Match::Same) {
            return Ok(mismatch(file, &differs(claim, &found)));
        }
        let reader = input::open(session, file, &InputArgs::default(), &Query::default())?;
        let stated = match (&claim, reader.layer().rows) {
            (Some(claim), _) => claim.features,
            (None, RowCount::Exact(rows)) if reader.layer().provenance.names_a_source() => rows,
            _ => {
                let message = format!("{file}: there is no receipt to compare it with");
                return Err(Failure::new("no-receipt", Exit::NotFound, message));
            }
        };
        let summary = collect(Plan::all(reader), &mut |_| Ok(Summary::default()), &session.context)?;
        let rows = summary.collector.rows;
        if rows != stated {
            return Ok(mismatch(file, &format!("it has {rows} rows, {stated} are stated")));
        }
        let how =
            if claim.is_some() { "size, hash and rows are the receipt's" } else { "no receipt beside it" };
        let mut outcome = Outcome {
            value: json!({ "file": file, "ok": true, "receipt": claim.is_some(), "rows": rows }),
            lines: vec![format!("{file}: {rows} rows, as stated; {how}")],
            code: 0,
        };
        if self.remote {
            self.ask(session, file, claim.as_ref(), &mut outcome)?;
        }
        Ok(outcome)
    }

    fn ask(
        &self,
        session: &Session,
        file: &str,
        claim: Option<&Claim>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let Some(claim) = claim.filter(|claim| claim.is_download()) else {
            let message = format!("{file}: no receipt of a download, so --remote has nothing to compare");
            return Err(Failure::new("no-receipt", Exit::NotFound, message));
        };
        if session.global.offline {
            return Err(kept::offline(file_source(claim)));
        }
        let settings = self.options.settings(session, remote::cache_journal()?);
        let mut now = recheck(claim, &settings, &session.context)?;
        ids::fill_in(session, file, claim, &mut now)?;
        outcome.value["remote"] = say::json(&now);
        outcome.lines.push(format!("{file}: {}", say::line(&now)));
        if now.has_moved_on() {
            outcome.code = DIFFERENT;
        }
        Ok(())
    }
}

/// Where a file came from.
fn file_source(claim: &Claim) -> &str {
    let origin = &claim.provenance.origin;
    origin.service_url.as_deref().or(claim.reference.as_deref()).unwrap_or("the source")
}

/// The files meant, each once: `verify out/*` names the receipts too.
fn files(named: &[String]) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    for name in named {
        let file = Receipt::file_of(name).filter(|file| Path::new(file).is_file()).unwrap_or(name);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn differs(claim: &Claim, found: &Match) -> String {
    match found {
        Match::Size { bytes } => format!("it has {bytes} bytes, the receipt says {}", claim.output_bytes),
        _ => "its SHA-256 is not the receipt's".to_owned(),
    }
}

fn mismatch(file: &str, problem: &str) -> Outcome {
    Outcome {
        value: json!({ "file": file, "ok": false, "receipt": true, "problem": problem }),
        lines: vec![format!("{file}: does not match: {problem}")],
        code: Exit::Incomplete as u8,
    }
}
