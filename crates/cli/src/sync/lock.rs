//! `geohub.lock`, beside `geohub.toml`: what was fetched, from where, in which state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geohub_core::{Output, OutputFile};
use geohub_fetch::{Known, Marks};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::Failure;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LockFile {
    /// Version of this layout.
    pub version: u32,
    /// By name.
    pub layers: BTreeMap<String, Locked>,
}

/// A layer as it was fetched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Locked {
    /// As in `geohub.toml`, without secrets.
    pub reference: String,
    /// `ArcGIS` or `Socrata`.
    pub provider: String,
    /// The layer's address.
    pub service_url: String,
    /// Title, and the item in its portal.
    #[serde(flatten)]
    pub known: Known,
    /// SHA-256 of the options in `geohub.toml` and of the files that they name.
    pub asked: String,
    /// As in `geohub.toml`.
    pub output: String,
    /// Its size.
    pub output_bytes: u64,
    /// Its SHA-256.
    pub output_sha256: String,
    /// Rows in it.
    pub features: u64,
    /// When it was last written, UTC.
    pub fetched: String,
    /// The state of the layer then.
    pub marks: Marks,
}

const VERSION: u32 = 1;

impl LockFile {
    /// `geohub.lock` for `geohub.toml`.
    pub fn path(config: &Path) -> PathBuf {
        config.with_extension("lock")
    }

    /// Reads it; one that is not there is empty.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                return Err(Failure::new("io", Exit::Failure, message));
            }
        };
        let broken = |why: String| {
            Failure::new("bad-data", Exit::BadData, format!("{}: {why}", path.display()))
                .hint("without it every layer is fetched anew: move it away")
        };
        let lock: Self = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        if lock.version > VERSION {
            return Err(broken("it was written by a later version of geohub".to_owned()));
        }
        Ok(lock)
    }

    /// Writes it, whole or not at all.
    pub fn write(&mut self, path: &Path) -> Result<(), Failure> {
        self.version = VERSION;
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| Failure::new("internal", Exit::Failure, error.to_string()))?;
        text.push(b'\n');
        let mut file = OutputFile::create(&Output::Path(path.to_owned()), true)?;
        file.write(&text)?;
        file.finish()?;
        Ok(())
    }
}
