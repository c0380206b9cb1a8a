//! What a kept journal is complete for: `seal.json` in its folder. Without it the pages are those of a download that did
//! not end.

use std::fs;
use std::path::{Path, PathBuf};

use geohub_core::{Error, Output, OutputFile};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::fetch::Fetched;

/// The state that the pages of a journal are complete for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seal {
    /// Version of this layout.
    pub(super) version: u32,
    /// Rows edited after it may not be here; epoch milliseconds by the server's clock.
    pub(super) edited_ms: Option<i64>,
    /// Pages when every row had been brought; those behind them are of refreshes.
    pub(super) pages: u64,
    /// Rows that the layer had.
    pub(super) rows: u64,
    /// No edit can hide behind the stamp.
    pub(super) settled: bool,
}

const VERSION: u32 = 1;

impl Seal {
    /// Of a download that began when the last edit was that of `edited_ms`, in a journal whose first `pages` are of the
    /// download of every row.
    pub(super) fn of(fetched: &Fetched, edited_ms: Option<i64>, pages: u64) -> Self {
        let (rows, settled) = (fetched.proof.distinct_ids, fetched.marks.settled);
        Self { version: VERSION, edited_ms, pages, rows, settled }
    }

    fn path(folder: &Path) -> PathBuf {
        folder.join("seal.json")
    }

    /// The seal of the journal in a folder, where it has one of this layout.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let seal: Self = serde_json::from_slice(&fs::read(Self::path(folder)).ok()?).ok()?;
        (seal.version == VERSION).then_some(seal)
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| Error::Internal(error.to_string()))?;
        text.push(b'\n');
        let mut file = OutputFile::create(&Output::Path(Self::path(folder)), true)?;
        file.write(&text)?;
        file.finish()?;
        Ok(())
    }

    /// Breaks it, before what it speaks of goes.
    pub(super) fn remove(folder: &Path) -> Result<()> {
        let path = Self::path(folder);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("remove", &path)(error).into())
            }
            _ => Ok(()),
        }
    }
}
