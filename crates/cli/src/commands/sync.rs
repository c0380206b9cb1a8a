//! `geohub sync`.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use geohub_core::text;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;
use crate::sync::{Config, Hold, Layer, LockFile, Places, State, Status, Work};

/// Layers of one host that are worked on at once; requests keep the host's limit in any case.
const PER_HOST: usize = 2;

/// Bring the layers of geohub.toml up to date, or see which are stale.
///
/// geohub.toml lists layers with the options of fetch; geohub.lock beside it says what was fetched. Of a layer that has
/// changed only the changes are brought where the service tells them; the output is that of a fresh download. A layer that
/// fails keeps its old file and does not stop the others.
///
/// The exit code is the worst of all layers', from the worst on: 1, 2, 7, 6, 4, 3, 5, 10. --check changes nothing and ends
/// with 10 when a layer is stale, or when nothing tells that it is not.
#[derive(Args, Debug)]
pub struct Sync {
    /// Layers of geohub.toml [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// The list of layers; geohub.lock and outputs are found from its folder
    #[arg(long, value_name = "FILE", default_value = "geohub.toml")]
    config: PathBuf,

    /// Say what is stale and change nothing; the exit code is 10 when something is
    #[arg(long)]
    check: bool,

    /// Fetch every row of every layer
    #[arg(long, conflicts_with = "check")]
    full: bool,
}

impl Sync {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let config = Config::read(&self.config)?;
        let layers = config.chosen(&self.names)?;
        let folder = config.folder();
        let places = Places { kept: folder.join(".geohub"), lock: LockFile::path(&config.path), folder };
        let _hold = if self.check { None } else { Some(Hold::take(&places.kept)?) };
        let mut lock = LockFile::read(&places.lock)?;
        if !self.check {
            forget(session, &config, &places, &mut lock)?;
        }
        let work = Work {
            session,
            places: &places,
            lock: Mutex::new(lock),
            check: self.check,
            full: self.full,
            writing: Mutex::default(),
        };
        let all = all(&work, &layers);
        self.finish(session, &all)
    }

    fn finish(&self, session: &Session, all: &[Status]) -> Result<ExitCode, Failure> {
        let sum = |count: fn(&Status) -> u64| all.iter().map(count).sum::<u64>();
        let (requests, bytes) = (sum(|one| one.requests), sum(|one| one.bytes));
        let stale = all.iter().filter(|one| matches!(one.state, State::Stale(_) | State::Unknown(_))).count();
        let failed = all.iter().filter(|one| matches!(one.state, State::Failed(_) | State::Dead(..))).count();
        let updated = all.iter().filter(|one| matches!(one.state, State::Updated { .. })).count();
        let exit = Status::worst(all);
        let value = json!({
            "layers": all.iter().map(Status::json).collect::<Vec<_>>(), "updated": updated, "stale": stale,
            "failed": failed, "requests": requests, "bytes": bytes, "exit": exit,
            "elapsed_s": (session.begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        });
        let done =
            if self.check { format!("{stale} stale") } else { format!("{updated} brought up to date") };
        let line = format!(
            "{}: {done}, {failed} failed; {}, {:.1} kB",
            text::plural(all.len() as u64, "layer"),
            text::plural(requests, "request"),
            bytes as f64 / 1e3
        );
        session.finish(&value, &line, false)?;
        Ok(ExitCode::from(exit))
    }
}

/// Layers that are no longer in the configuration go from the lock file, and so does what was kept of them. Their outputs
/// stay.
fn forget(session: &Session, config: &Config, places: &Places, lock: &mut LockFile) -> Result<(), Failure> {
    let listed = |name: &str| config.layers.iter().any(|layer| layer.name == name);
    let gone: Vec<String> = lock.layers.keys().filter(|name| !listed(name)).cloned().collect();
    for name in &gone {
        lock.layers.remove(name);
        for path in [places.kept.join(name), places.kept.join(format!("{name}.stat"))] {
            remove(&path);
        }
        session
            .context
            .note(format!("{name} is not in {} any more; its output stays", config.path.display()));
    }
    if gone.is_empty() { Ok(()) } else { lock.write(&places.lock) }
}

/// What stays behind costs room and nothing else.
fn remove(path: &Path) {
    let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
}

/// Works on all layers, those of each host by threads of their own: a host that makes us wait holds up no other.
fn all(work: &Work<'_>, layers: &[&Layer]) -> Vec<Status> {
    let mut hosts: BTreeMap<String, VecDeque<&Layer>> = BTreeMap::new();
    for layer in layers {
        hosts.entry(host(&layer.fetch.reference)).or_default().push_back(layer);
    }
    let done = Mutex::new(Vec::with_capacity(layers.len()));
    std::thread::scope(|scope| {
        for layers in hosts.into_values() {
            let threads = PER_HOST.min(layers.len());
            let queue = std::sync::Arc::new(Mutex::new(layers));
            for _ in 0..threads {
                let (queue, done) = (std::sync::Arc::clone(&queue), &done);
                scope.spawn(move || {
                    while let Some(layer) = next(&queue) {
                        let status = work.on(layer);
                        status.line().lines().for_each(|line| work.session.messages.say(line));
                        done.lock().unwrap_or_else(PoisonError::into_inner).push(status);
                    }
                });
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by(|a, b| a.name.cmp(&b.name));
    done
}

fn next<'a>(queue: &Mutex<VecDeque<&'a Layer>>) -> Option<&'a Layer> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// The host of a reference, by its text.
fn host(reference: &str) -> String {
    let rest = reference.split_once("://").map_or(reference, |(_, rest)| rest);
    let rest = rest.strip_prefix("socrata:").unwrap_or(rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase()
}
