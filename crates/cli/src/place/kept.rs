//! Layers of places, fetched once and kept in the cache folder, each with its receipt.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use geohub_core::Reader;
use geohub_core::context::NoteLevel;
use geohub_fetch::{Claim, Fetched, Match, ReceiptParts};
use geohub_formats::OpenOptions;
use geohub_portals::{PlaceSource, Portals, meaning};
use sha2::{Digest, Sha256};

use crate::args::OutputArgs;
use crate::commands::fetch::{Fetch, write};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::{folders, portals, remote};

const DAY_MS: i64 = 86_400_000;
/// Boundaries change every few years: what is kept is taken so long.
const FRESH_DAYS: i64 = 30;

/// One fetches, whoever needs the same comes after; the output's temporary file is the process's own.
static ONE: Mutex<()> = Mutex::new(());

/// How new a layer should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Not older than [`FRESH_DAYS`].
    NotOld,
    /// Not older than a day.
    OfToday,
}

/// Where a layer of places is kept.
pub(super) struct Kept {
    path: PathBuf,
    embedded: bool,
}

/// A layer that is here.
pub(super) struct Layer {
    path: PathBuf,
    /// The file's hash, as its receipt has it.
    pub(super) sha256: String,
    /// When it was fetched, in milliseconds since 1970.
    fetched: i64,
}

impl Layer {
    /// Reads its header.
    pub(super) fn open(&self, session: &Session) -> Result<Box<dyn Reader>, Failure> {
        let path = self.path.to_string_lossy();
        Ok(geohub_formats::open(&path, &OpenOptions::default(), &session.context)?)
    }
}

impl Kept {
    /// The place of a source's layer: a name for people, and a hash of what the reference comes to. Of the portal inside
    /// the program each version has its own.
    pub(super) fn of(source: &PlaceSource<'_>, known: &Portals) -> Self {
        let reference = source.layer.reference.as_str();
        let meant = meaning(reference, known).ok().flatten();
        let embedded = source.portal.id.as_str() == "demo";
        let version = if embedded { env!("CARGO_PKG_VERSION") } else { "" };
        let hash = Sha256::digest(format!("{reference}\n{meant:?}\n{version}"));
        let hash = crate::sync::hex(&hash[..8]);
        let folder = folders::cache().unwrap_or_else(std::env::temp_dir).join("places");
        let name = format!("{}-{}-{hash}.fgb", source.portal.id, source.layer.kind);
        Self { path: folder.join(name), embedded }
    }

    /// The layer as it is kept while it is as new as wished, else fetched, else as it is kept, which is said.
    pub(super) fn layer(
        &self,
        session: &Session,
        source: &PlaceSource<'_>,
        wish: Wish,
    ) -> Result<Layer, Failure> {
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(here) = self.here() else {
            self.fetch(session, source)?;
            return self.here().ok_or_else(|| gone(&self.path));
        };
        let days = match wish {
            Wish::NotOld => FRESH_DAYS,
            Wish::OfToday => 1,
        };
        let of = || format!("{} as fetched on {}", source.what(), portals::moment(here.fetched));
        if self.embedded || (0..days * DAY_MS).contains(&(now_ms() - here.fetched)) {
            session.context.detail(of());
            return Ok(here);
        }
        if session.global.offline {
            session.note_once(of());
            return Ok(here);
        }
        match self.fetch(session, source) {
            Ok(()) => self.here().ok_or_else(|| gone(&self.path)),
            Err(failure) => {
                session.context.warn(format!("taking {}: {}", of(), failure.message));
                Ok(here)
            }
        }
    }

    /// What is kept, if its receipt is its own.
    fn here(&self) -> Option<Layer> {
        let claim = Claim::beside(&self.path).ok()??;
        if !matches!(claim.compare(&self.path), Ok(Match::Same)) {
            return None;
        }
        let fetched = geohub_portals::ms_of(claim.ended.as_deref()?)?;
        Some(Layer { path: self.path.clone(), sha256: claim.output_sha256, fetched })
    }

    /// Fetches the layer as `geohub fetch` does: whole, and proved whole.
    fn fetch(&self, session: &Session, source: &PlaceSource<'_>) -> Result<(), Failure> {
        self.try_fetch(session, source).map_err(|failure| {
            let message = format!("{} ({}): {}", source.what(), source.layer.reference, failure.message);
            let advice = match failure.code {
                "offline" => "the same command once without --offline fetches and keeps it",
                _ => "--within takes a file of polygons in the place of a portal's layer",
            };
            let hint = failure.hint.clone().or_else(|| Some(advice.to_owned()));
            Failure { message, hint, ..failure }
        })
    }

    fn try_fetch(&self, session: &Session, source: &PlaceSource<'_>) -> Result<(), Failure> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::new("io", Exit::Failure, format!("cannot create {}: {error}", folder.display()))
        })?;
        let own = quiet(session, &source.what());
        let fetch = Fetch {
            reference: source.layer.reference.as_str().to_owned(),
            output: OutputArgs {
                out: Some(self.path.display().to_string()),
                format: Some("fgb".to_owned()),
                ..OutputArgs::default()
            },
            ..Fetch::default()
        };
        let prepared = fetch.prepare(&own)?;
        let settings = fetch.remote.settings(&own, remote::cache_journal()?);
        let fetched = remote::fetch(&own, &prepared.reference, &prepared.query, &settings)?;
        let parts = ReceiptParts::from(&fetched);
        let Fetched { reader, proven, .. } = fetched;
        write(&own, reader, &prepared, &parts)?;
        proven.done();
        Ok(())
    }
}

/// A session whose notes are details: what is said of the columns of a layer of places is of no use to whoever asks for
/// one place.
fn quiet(session: &Session, what: &str) -> Session {
    let mut own = session.of_layer(what);
    let (messages, what) = (Arc::clone(&session.messages), what.to_owned());
    let reporter = move |_, message: &str| messages.note(NoteLevel::Detail, &format!("{what}: {message}"));
    own.context = own.context.with_reporter(Arc::new(reporter));
    own
}

fn gone(path: &Path) -> Failure {
    let message = format!("{} was written, and is not as it was written", path.display());
    Failure::new("io", Exit::Failure, message)
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
