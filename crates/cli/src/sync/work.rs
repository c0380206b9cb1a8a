//! One layer brought up to date, or looked at.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use geohub_fetch::{Fetched, Freshness, How, ReceiptParts, Refreshed, Settings, no_progress};

use super::config::Layer;
use super::lock::{LockFile, Locked};
use super::output::{Found, Stat, find};
use super::status::{State, Status};
use super::{check, dead};
use crate::commands::fetch::{Prepared, write};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::remote;
use crate::session::Session;

/// Where things lie.
#[derive(Debug)]
pub struct Places {
    /// The folder of the configuration.
    pub folder: PathBuf,
    /// `.geohub` in it: kept pages, by layer.
    pub kept: PathBuf,
    /// `geohub.lock`.
    pub lock: PathBuf,
}

/// The work on all layers.
pub struct Work<'a> {
    /// The session of the command.
    pub session: &'a Session,
    /// Where things lie.
    pub places: &'a Places,
    /// What was fetched.
    pub lock: Mutex<LockFile>,
    /// Only look, and change nothing.
    pub check: bool,
    /// Bring every row, whatever is kept.
    pub full: bool,
    /// One layer is written at a time: the writer uses every processor and much of the memory.
    pub writing: Mutex<()>,
}

/// What was asked of a server in vain is counted too.
#[derive(Default)]
struct Cost {
    requests: u64,
    bytes: u64,
}

impl Work<'_> {
    /// Works on one layer.
    pub fn on(&self, layer: &Layer) -> Status {
        let session = self.session.of_layer(&layer.name);
        let mut cost = Cost::default();
        let state = self.state(&session, layer, &mut cost).unwrap_or_else(State::Failed);
        let fetched = self.locked(layer).map(|locked| locked.fetched);
        let Cost { requests, bytes } = cost;
        Status { name: layer.name.clone(), output: layer.output.clone(), state, fetched, requests, bytes }
    }

    fn locked(&self, layer: &Layer) -> Option<Locked> {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        lock.layers.get(&layer.name).cloned()
    }

    fn output(&self, layer: &Layer) -> PathBuf {
        self.places.folder.join(&layer.output)
    }

    fn stat(&self, layer: &Layer) -> PathBuf {
        self.places.kept.join(format!("{}.stat", layer.name))
    }

    fn state(&self, session: &Session, layer: &Layer, cost: &mut Cost) -> Result<State, Failure> {
        let locked = self.locked(layer);
        let found = match &locked {
            Some(locked) => find(&self.output(layer), locked, &self.stat(layer))?,
            None => self.foreign(layer)?,
        };
        let prepared = layer.fetch.prepare(session)?;
        remote::must_be_online(session, &prepared.reference)?;
        let settings = self.settings(session, layer);
        let why = match check::here(layer, &asked(layer, &prepared), locked.as_ref(), found) {
            Some(why) => why,
            None if self.full => "--full asks for it".to_owned(),
            None => match look(session, &prepared, locked.as_ref(), &settings, cost) {
                Ok(Freshness::Fresh(by)) => return Ok(State::Fresh(by)),
                Ok(Freshness::Unknown(why)) if self.check => return Ok(State::Unknown(why)),
                Ok(Freshness::Stale(why) | Freshness::Unknown(why)) => why,
                Err(state) => return Ok(*state),
            },
        };
        if self.check {
            return Ok(State::Stale(why));
        }
        self.refresh(session, layer, &prepared, &settings, (locked.as_ref(), found, why), cost)
    }

    /// A file that nobody knows of is not replaced.
    fn foreign(&self, layer: &Layer) -> Result<Found, Failure> {
        let output = self.output(layer);
        if !self.check && !self.session.global.overwrite && output.is_file() {
            let message = format!("{} exists, and was not written by sync", output.display());
            return Err(Failure::new("output-exists", Exit::Usage, message).hint("--overwrite replaces it"));
        }
        Ok(if output.exists() { Found::Changed } else { Found::Missing })
    }

    /// Pages lie with the others of this configuration, whether they are kept or not.
    fn settings(&self, session: &Session, layer: &Layer) -> Settings {
        let mut settings = layer.fetch.remote.settings(session, self.places.kept.join(&layer.name));
        settings.keep_journal = true;
        settings.fresh = self.full;
        settings.hosts.get_or_insert_with(|| self.places.kept.join("hosts"));
        settings
    }

    fn refresh(
        &self,
        session: &Session,
        layer: &Layer,
        prepared: &Prepared,
        settings: &Settings,
        (locked, found, why): (Option<&Locked>, Found, String),
        cost: &mut Cost,
    ) -> Result<State, Failure> {
        let refreshed = geohub_fetch::refresh(
            &prepared.reference,
            &prepared.query,
            settings,
            &session.context,
            &no_progress(),
        );
        let Refreshed { fetched, how } = match refreshed {
            Ok(refreshed) => refreshed,
            Err(error) => return Ok(dead::state(session, &prepared.reference, locked, settings, error)),
        };
        cost.requests += fetched.requests;
        cost.bytes += fetched.bytes;
        let (new, same) = self.write(session, layer, prepared, fetched, (locked, found))?;
        let features = new.features;
        self.enter(layer, new)?;
        Ok(State::Updated { how: worded(how, locked), same, features, why })
    }

    /// Writes the output and its receipt; true when its bytes are those that were there.
    fn write(
        &self,
        session: &Session,
        layer: &Layer,
        prepared: &Prepared,
        fetched: Fetched,
        (locked, found): (Option<&Locked>, Found),
    ) -> Result<(Locked, bool), Failure> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = ReceiptParts::from(&fetched);
        let Fetched { reader, proven, facts, marks, known, .. } = fetched;
        let (report, receipt) = write(session, reader, prepared, &parts)?;
        let (_, receipt) = receipt.ok_or_else(|| {
            Failure::new("usage", Exit::Usage, format!("{} is no regular file", self.output(layer).display()))
        })?;
        if !layer.keep {
            proven.done();
        }
        let same = locked.is_some_and(|locked| locked.output_sha256 == receipt.stated.output_sha256);
        if let (true, Found::Same(modified)) = (same, found) {
            keep_time(&self.output(layer), modified)?;
        }
        let new = Locked {
            reference: facts.reference,
            provider: facts.provider,
            service_url: facts.provenance.origin.service_url.clone().unwrap_or_default(),
            known,
            asked: asked(layer, prepared),
            output: layer.output.clone(),
            output_bytes: receipt.stated.output_bytes,
            output_sha256: receipt.stated.output_sha256,
            features: report.rows_written,
            fetched: facts.ended,
            marks,
        };
        Ok((new, same))
    }

    /// Puts a layer into the lock file; its output is in place.
    fn enter(&self, layer: &Layer, new: Locked) -> Result<(), Failure> {
        if let Some(stat) = Stat::of(&self.output(layer), &new.output_sha256) {
            stat.keep(&self.stat(layer));
        }
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        lock.layers.insert(layer.name.clone(), new);
        lock.write(&self.places.lock)
    }
}

/// What decides the content of the output beside the layer itself: the options, and where a place lies.
fn asked(layer: &Layer, prepared: &Prepared) -> String {
    match &prepared.place {
        Some(place) => format!("{}+{place}", layer.asked),
        None => layer.asked.clone(),
    }
}

/// What was not kept because nothing was fetched before needs no reason.
fn worded(how: How, locked: Option<&Locked>) -> How {
    match (how, locked) {
        (How::Whole(_), None) => How::Whole("for the first time".to_owned()),
        (how, _) => how,
    }
}

/// Programs that go by a file's time see that nothing has changed.
fn keep_time(path: &std::path::Path, modified: SystemTime) -> Result<(), Failure> {
    let set = std::fs::File::options().write(true).open(path).and_then(|file| file.set_modified(modified));
    set.map_err(|error| {
        Failure::new("io", Exit::Failure, format!("cannot write {}: {error}", path.display()))
    })
}

/// What the server says of a layer that is here.
fn look(
    session: &Session,
    prepared: &Prepared,
    locked: Option<&Locked>,
    settings: &Settings,
    cost: &mut Cost,
) -> Result<Freshness, Box<State>> {
    let looked = geohub_fetch::look(&prepared.reference, &prepared.query, settings, &session.context);
    if let Ok(looked) = &looked {
        cost.requests += looked.requests;
        cost.bytes += looked.bytes;
    }
    match (locked.and_then(|locked| check::verdict(locked, looked.as_ref())), looked) {
        (Some(verdict), _) => Ok(verdict),
        (None, Ok(_)) => Ok(Freshness::Stale("not fetched yet".to_owned())),
        (None, Err(error)) => {
            Err(Box::new(dead::state(session, &prepared.reference, locked, settings, error)))
        }
    }
}
