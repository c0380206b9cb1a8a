//! Where the downloads of layers lie. A file answers for its layer as long as its receipt is its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use geohub_core::Reader;
use geohub_fetch::{Claim, Match, Receipt, Reference};
use geohub_formats::OpenOptions;
use geohub_ops::Declared;
use serde::{Deserialize, Serialize};

use super::{Asked, LayerKey, Store, moment, offline};
use crate::failure::Failure;
use crate::session::Session;

/// Formats that hold columns, types and CRS well enough to stand for a service.
const FORMATS: [&str; 3] = ["fgb", "parquet", "geojson"];

/// A finished download.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Download {
    path: PathBuf,
    /// The selection; none where it is the whole layer.
    part: Option<String>,
    output_sha256: String,
    /// When its last row came, UTC.
    fetched: String,
    /// Its format holds more of the columns' types than others do.
    typed: bool,
}

/// A file that answers for its layer.
pub struct KeptOutput {
    path: PathBuf,
    fetched: String,
    claim: Claim,
}

fn store() -> Store {
    Store::named("downloads")
}

/// Keeps where a download lies.
pub fn remember(session: &Session, key: &LayerKey, asked: &Asked, output: (&Path, &str), receipt: &Receipt) {
    let (path, format) = output;
    let part = match asked {
        Asked::Whole => None,
        Asked::Part { text, .. } => Some(text.clone()),
        Asked::Untold => return,
    };
    let Ok(path) = std::path::absolute(path) else { return };
    if !receipt.proof.complete || !FORMATS.contains(&format) {
        return;
    }
    let download = Download {
        part,
        output_sha256: receipt.stated.output_sha256.clone(),
        fetched: receipt.facts.ended.clone(),
        typed: format != "geojson",
        path,
    };
    let name = download.path.to_string_lossy().into_owned();
    let url = receipt.facts.provenance.origin.service_url.as_deref();
    let typed = key.text();
    let own = url.and_then(|url| key.at(url)).map(|key| key.text()).filter(|own| *own != typed);
    for key in own.iter().chain([&typed]) {
        store().below(key).put(&session.context, &name, &download);
    }
}

/// The newest file that has what is asked of a layer: the same selection, or the whole layer.
///
/// # Errors
/// There is none; the hint tells what there is.
pub fn find(
    session: &Session,
    reference: &Reference,
    key: &LayerKey,
    asked: &Asked,
) -> Result<KeptOutput, Failure> {
    let mut downloads: Vec<Download> = store().below(&key.text()).all();
    downloads.sort_by(|a, b| (&b.fetched, b.typed, &a.path).cmp(&(&a.fetched, a.typed, &b.path)));
    let mut why = None;
    for download in downloads {
        let same = matches!((asked, &download.part), (Asked::Part { text, .. }, Some(part)) if text == part);
        // What is selected by the server's own words cannot be selected here.
        let covers = download.part.is_none() && reference.narrowing().is_none() && asked.is_selected_here();
        let found = if same || covers { check(&download) } else { Err("has a selection of it") };
        match found {
            Ok(claim) => {
                let Download { path, fetched, .. } = download;
                let when = moment(&fetched);
                session.context.note(format!(
                    "{}: as it was on {when}, out of {}",
                    reference.text(),
                    path.display()
                ));
                return Ok(KeptOutput { path, fetched, claim });
            }
            Err(problem) => {
                why.get_or_insert_with(|| {
                    format!(
                        "{}, fetched on {}, {problem}",
                        download.path.display(),
                        moment(&download.fetched)
                    )
                });
            }
        }
    }
    let text = reference.text();
    let once = format!("geohub fetch {text} -o FILE.fgb once with a network keeps what answers without one");
    Err(offline(&text).hint(why.map_or_else(|| once.clone(), |why| format!("{why}; {once}"))))
}

/// The receipt of a download that is still what it was.
fn check(download: &Download) -> Result<Claim, &'static str> {
    if !download.path.is_file() {
        return Err("is gone");
    }
    let claim = Claim::beside(&download.path).ok().flatten().ok_or("has no receipt any more")?;
    let own = claim.output_sha256 == download.output_sha256;
    match claim.compare(&download.path) {
        Ok(Match::Same) if own && claim.is_download() => Ok(claim),
        _ => Err("is another file now"),
    }
}

/// A layer's rows out of a file that has all of them.
///
/// # Errors
/// As [`find`]; a file that cannot be read.
pub fn open(session: &Session, reference: &Reference, key: &LayerKey) -> Result<Box<dyn Reader>, Failure> {
    find(session, reference, key, &Asked::Whole)?.reader(session)
}

impl KeptOutput {
    /// Its rows, from where the receipt says.
    pub fn reader(&self, session: &Session) -> Result<Box<dyn Reader>, Failure> {
        let path = self.path.display().to_string();
        let inner = geohub_formats::open(&path, &OpenOptions::default(), &session.context)?;
        Ok(Box::new(Declared::from_source(inner, Arc::new(self.claim.origin()))))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// When its rows came, UTC.
    pub fn fetched(&self) -> &str {
        &self.fetched
    }
}
