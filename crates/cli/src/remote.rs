//! Layers of portals as inputs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use geohub_core::{Reader, RowCount, text};
use geohub_fetch::{
    Description, FetchError, FetchProgress, Fetched, Layers, OnProgress, Query, Reference, Settings,
};

use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;
use crate::kept::{self, LayerKey};
use crate::portals;
use crate::session::Session;
use crate::successors;
use crate::terms;

/// The layer of a portal that a text refers to; `None` for files.
pub fn reference(session: &Session, text: &str) -> Result<Option<Reference>, Failure> {
    let resolved = portals::resolved(session, text)?;
    if resolved.is_none() && !Reference::looks_remote(text) {
        return Ok(None);
    }
    let reference = match resolved {
        Some(address) => Reference::parse(&address)?.typed_as(text),
        None => Reference::parse(text)?,
    };
    if !is_offline(session, &reference) {
        terms::first_use(session, &reference.address());
    }
    Ok(Some(reference))
}

/// True for a layer that may not be asked for.
pub fn is_offline(session: &Session, reference: &Reference) -> bool {
    session.global.offline && !reference.is_embedded()
}

/// Stops what cannot do without the layer's portal.
pub fn must_be_online(session: &Session, reference: &Reference) -> Result<(), Failure> {
    if is_offline(session, reference) { Err(kept::offline(&reference.text())) } else { Ok(()) }
}

/// The rows that the service counts.
pub fn count(session: &Session, reference: &Reference, args: &RemoteArgs) -> Result<RowCount, Failure> {
    must_be_online(session, reference)?;
    let settings = args.settings(session, cache_journal()?);
    geohub_fetch::count(reference, &Query::default(), &settings, &session.context)
        .map_err(|error| successors::explained(session, reference, error))
}

/// What the service says of the layer, its rows counted; or the layers of a service of which none was named.
pub fn layers(
    session: &Session,
    reference: &Reference,
    args: &RemoteArgs,
) -> Result<Result<Description, Box<Layers>>, Failure> {
    must_be_online(session, reference)?;
    match geohub_fetch::describe(reference, &args.settings(session, cache_journal()?), &session.context) {
        Ok(description) => Ok(Ok(description)),
        Err(FetchError::Layers(layers)) if layers.missing.is_none() => Ok(Err(layers)),
        Err(error) => Err(successors::explained(session, reference, error)),
    }
}

/// The layer as a reader, its journal in the cache folder; without a network out of a file that was downloaded.
pub fn open(
    session: &Session,
    reference: &Reference,
    query: &Query,
    args: &RemoteArgs,
) -> Result<Box<dyn Reader>, Failure> {
    if is_offline(session, reference) {
        return kept::open(session, reference, &LayerKey::new(reference, args));
    }
    Ok(fetch(session, reference, query, &args.settings(session, cache_journal()?))?.reader)
}

/// Downloads and proves a layer, with progress.
pub fn fetch(
    session: &Session,
    reference: &Reference,
    query: &Query,
    settings: &Settings,
) -> Result<Fetched, Failure> {
    must_be_online(session, reference)?;
    geohub_fetch::fetch(reference, query, settings, &session.context, progress(session, reference))
        .map_err(|error| successors::explained(session, reference, error))
}

/// The journal of a download that becomes a file.
pub fn journal_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".geohub-partial");
    PathBuf::from(name)
}

/// A journal of its own in the cache folder: commands that read the same layer at once must not meet.
pub fn cache_journal() -> Result<PathBuf, Failure> {
    let folder = folders::cache().unwrap_or_else(std::env::temp_dir).join("fetch");
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::new("io", Exit::Failure, format!("cannot create {}: {error}", folder.display()))
    })?;
    geohub_core::output::remove_left(&folder, |name| name.split('-').next()?.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Ok(folder.join(format!("{}-{now}.geohub-partial", std::process::id())))
}

fn progress(session: &Session, reference: &Reference) -> OnProgress {
    let progress = Arc::clone(&session.context.progress);
    progress.begin(format!("fetching {}", reference.text()), RowCount::Unknown);
    Arc::new(move |now: FetchProgress| {
        let total = now.total.map_or(RowCount::Unknown, RowCount::Exact);
        let megabytes = now.bytes as f64 / 1e6;
        let requests = text::plural(now.requests, "request");
        progress.set(now.rows, total, format!("{requests}, {megabytes:.1} MB"));
    })
}
