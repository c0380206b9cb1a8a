//! Whether an output is still the one that was written.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::lock::Locked;
use crate::exit::Exit;
use crate::failure::Failure;

/// What an output looked like when its hash was taken: as long as size and time are the same, it is not read again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stat {
    sha256: String,
    bytes: u64,
    modified_ns: u64,
}

impl Stat {
    /// That of a file whose hash is known.
    pub(super) fn of(path: &Path, sha256: &str) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let modified_ns = u64::try_from(modified.as_nanos()).ok()?;
        Some(Self { sha256: sha256.to_owned(), bytes: found.len(), modified_ns })
    }

    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// Keeps it. Where that fails the file is read once more the next time, nothing else.
    pub(super) fn keep(&self, path: &Path) {
        let _ = serde_json::to_vec(self).map(|text| std::fs::write(path, text));
    }
}

/// An output on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is not there.
    Missing,
    /// It is not the one that was written.
    Changed,
    /// It is; with the time of its last change.
    Same(SystemTime),
}

/// Compares an output with what was written; `stat` is where its looks are kept.
pub(super) fn find(output: &Path, locked: &Locked, stat: &Path) -> Result<Found, Failure> {
    let Ok(found) = std::fs::metadata(output) else { return Ok(Found::Missing) };
    if !found.is_file() || found.len() != locked.output_bytes {
        return Ok(Found::Changed);
    }
    let modified = found.modified().unwrap_or(UNIX_EPOCH);
    let now = Stat::of(output, &locked.output_sha256);
    if now.is_some() && now == Stat::read(stat) {
        return Ok(Found::Same(modified));
    }
    if sha256(output)? != locked.output_sha256 {
        return Ok(Found::Changed);
    }
    if let Some(now) = now.filter(|_| stat.parent().is_some_and(Path::exists)) {
        now.keep(stat);
    }
    Ok(Found::Same(modified))
}

fn sha256(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new("io", Exit::Failure, format!("cannot read {}: {error}", path.display()))
    };
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(super::hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}
