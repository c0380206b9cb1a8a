//! Recorded answers served again on loopback: nothing is made up, what was not recorded is not answered.
//!
//! A recording is any JSON object with a `request` (`method`, `uri` or `uri_real`, optionally `body`) and a `response`
//! (`status`, `headers`, `body` as text); a file may hold one, or several at any depth.

mod portal;
mod recording;

pub use recording::Recording;

use std::path::Path;
use std::sync::Arc;

use crate::{Error, Result, net};

/// A running replay.
pub struct Server(net::Server);

/// All recordings in the JSON files of a folder and the folders in it, files in order of their names.
pub fn recordings(folder: &Path) -> Result<Vec<Recording>> {
    let fail = |source| Error::File { path: folder.to_path_buf(), source };
    let entries = std::fs::read_dir(folder).map_err(fail)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(fail)?;
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            out.extend(recordings(&path)?);
        } else if path.extension().is_some_and(|end| end == "json") {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| Error::File { path: path.clone(), source })?;
            let json = serde_json::from_str(&text)
                .map_err(|source| Error::Json { what: path.display().to_string(), source })?;
            Recording::collect(&json, &mut out);
        }
    }
    Ok(out)
}

impl Server {
    /// Serves recordings.
    pub fn start(recordings: Vec<Recording>, options: net::Options) -> Result<Self> {
        Ok(Self(net::Server::start(Arc::new(portal::Replay::new(recordings)), options)?))
    }

    /// Serves until the process is killed.
    pub fn run_forever(self) {
        self.0.run_forever();
    }
}

impl std::ops::Deref for Server {
    type Target = net::Server;

    fn deref(&self) -> &net::Server {
        &self.0
    }
}
