//! Receipts read back.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use geohub_core::{DataError, Error, Provenance, Result};
use serde::Deserialize;

use super::hash::hash_file;
use super::{FORMAT_VERSION, Receipt};
use crate::idset::IdSet;
use crate::proof::Proof;

/// Largest receipt that is read: one that names a million missing ids is smaller.
const MOST_BYTES: u64 = 64 << 20;

/// What a receipt of any kind claims of its file. Members that it lacks are left open: receipts of derived files have no
/// proof, receipts of old versions no ids.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Claim {
    /// Version of the layout.
    pub format_version: u32,
    /// The program that wrote it.
    #[serde(default)]
    pub program: String,
    /// The file's size.
    pub output_bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub output_sha256: String,
    /// Rows in the file.
    pub features: u64,
    /// Where it came from.
    #[serde(default)]
    pub provenance: Provenance,
    /// The reference of a download.
    pub reference: Option<String>,
    /// What the server was asked for.
    pub query: Option<String>,
    /// The download's first request, UTC.
    pub started: Option<String>,
    /// Its last answer, UTC.
    pub ended: Option<String>,
    /// The publisher's last edit, as the server said it at the start.
    pub last_edit_before: Option<String>,
    /// What was compared.
    pub proof: Option<Proof>,
    /// The ids that came.
    pub ids: Option<IdSet>,
}

/// How a file compares with its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// Size and hash are the receipt's.
    Same,
    /// The size is another one, so the hash was not computed.
    Size {
        /// The file's own.
        bytes: u64,
    },
    /// The hash is another one.
    Hash {
        /// The file's own.
        sha256: String,
    },
}

impl Claim {
    /// Reads the receipt beside a file; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Data`] for a receipt that is too large, no receipt at all, or of a later version; [`Error::Io`].
    pub fn beside(output: &Path) -> Result<Option<Self>> {
        Self::read(&Receipt::path(output))
    }

    fn read(path: &Path) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(Error::io("open", path))?,
        };
        let mut text = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut text).map_err(Error::io("read", path))?;
        if text.len() as u64 > MOST_BYTES {
            return Err(unreadable(path, &format!("it is larger than {} MB", MOST_BYTES >> 20)));
        }
        let claim: Self =
            serde_json::from_slice(&text).map_err(|error| unreadable(path, &error.to_string()))?;
        if claim.format_version > FORMAT_VERSION {
            let problem = format!("it is of version {}, from a later geohub", claim.format_version);
            return Err(unreadable(path, &problem));
        }
        Ok(Some(claim))
    }

    /// Compares a file with what is claimed of it; it is hashed only where the size fits.
    pub fn compare(&self, output: &Path) -> Result<Match> {
        let bytes = std::fs::metadata(output).map_err(Error::io("open", output))?.len();
        if bytes != self.output_bytes {
            return Ok(Match::Size { bytes });
        }
        let (bytes, sha256) = hash_file(output)?;
        Ok(match () {
            // It grew in between.
            () if bytes != self.output_bytes => Match::Size { bytes },
            () if !sha256.eq_ignore_ascii_case(&self.output_sha256) => Match::Hash { sha256 },
            () => Match::Same,
        })
    }

    /// True for the receipt of a download, not of a file made of others.
    pub fn is_download(&self) -> bool {
        self.reference.is_some() && self.proof.is_some()
    }

    /// Where the file came from, with the reference and the time of a download.
    pub fn origin(&self) -> Provenance {
        let mut origin = self.provenance.clone();
        if self.is_download() && origin.parents.is_empty() {
            origin.origin.reference = origin.origin.reference.or_else(|| self.reference.clone());
            origin.origin.retrieved = self.ended.clone().or(origin.origin.retrieved);
        }
        origin
    }
}

fn unreadable(path: &Path, problem: &str) -> Error {
    Error::from(DataError::new(format!("the receipt cannot be read: {problem}")))
        .in_target(&path.display().to_string())
}
