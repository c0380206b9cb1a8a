//! `OUT.receipt.json`: where a file came from and that it is whole.

use std::path::{Path, PathBuf};

use geohub_core::{DataError, Error, Output, OutputFile, Provenance, Result};
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::fetch::Fetched;
use crate::proof::Proof;

mod claim;
mod derived;
mod hash;

pub use claim::{Claim, Match};
pub use derived::DerivedReceipt;
pub use hash::hash_file;
pub(crate) use hash::hex;

/// Version of the layout of receipts.
const FORMAT_VERSION: u32 = 1;
const PROGRAM: &str = concat!("geohub ", env!("CARGO_PKG_VERSION"));

/// What every receipt states of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Version of this layout.
    pub format_version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The file's name, without folder.
    pub output: String,
    /// Its size.
    pub output_bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub output_sha256: String,
    /// Rows in the file, after everything the server did not select itself.
    pub features: u64,
}

impl Stated {
    /// Reads a finished output.
    fn of(output: &Path, features: u64) -> Result<Self> {
        let (output_bytes, output_sha256) = hash_file(output)?;
        Ok(Self {
            format_version: FORMAT_VERSION,
            program: PROGRAM.to_owned(),
            output: output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            output_bytes,
            output_sha256,
            features,
        })
    }
}

/// The receipt of one fetched file. It counts only if size and hash are the file's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Of the file.
    #[serde(flatten)]
    pub stated: Stated,
    /// Where it came from.
    #[serde(flatten)]
    pub facts: Facts,
    /// What was compared.
    pub proof: Proof,
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// Of those, repetitions.
    pub retries: u64,
    /// Bytes received.
    pub bytes: u64,
}

impl Receipt {
    /// The receipt of a finished output.
    pub fn new(parts: &ReceiptParts, output: &Path, features: u64) -> Result<Self> {
        Ok(Self {
            stated: Stated::of(output, features)?,
            facts: parts.facts.clone(),
            proof: parts.proof.clone(),
            requests: parts.requests,
            retries: parts.retries,
            bytes: parts.bytes,
        })
    }

    /// The receipt of a download beside its file.
    ///
    /// # Errors
    /// There is none, or it is that of a file made of others.
    pub fn beside(output: &Path) -> Result<Self> {
        let path = Self::path(output);
        let text = std::fs::read(&path).map_err(Error::io("open", &path))?;
        let unreadable = |error: serde_json::Error| {
            let problem = format!("it is no receipt of a download: {error}");
            Error::from(DataError::new(problem)).in_target(&path.display().to_string())
        };
        serde_json::from_slice(&text).map_err(unreadable)
    }

    /// `OUT.receipt.json`.
    pub fn path(output: &Path) -> PathBuf {
        let mut name = output.as_os_str().to_owned();
        name.push(".receipt.json");
        PathBuf::from(name)
    }

    /// The file that a receipt of this name lies beside.
    pub fn file_of(receipt: &str) -> Option<&str> {
        receipt.strip_suffix(".receipt.json").filter(|file| !file.is_empty() && !file.ends_with('/'))
    }

    /// Writes it beside its output, whole or not at all.
    pub fn write(&self, output: &Path) -> Result<PathBuf> {
        let path = Self::path(output);
        write_beside(self, &path, true)?;
        Ok(path)
    }
}

/// What a receipt takes from a [`Fetched`] whose reader is used up by then.
#[derive(Clone, Debug)]
pub struct ReceiptParts {
    facts: Facts,
    proof: Proof,
    requests: u64,
    retries: u64,
    bytes: u64,
}

impl ReceiptParts {
    /// The same for a file that other layers had a part in.
    #[must_use]
    pub fn of_origin(mut self, provenance: Provenance) -> Self {
        self.facts.provenance = provenance;
        self
    }
}

/// Of a file that has the rows of another: the download is the same.
impl From<Receipt> for ReceiptParts {
    fn from(receipt: Receipt) -> Self {
        let Receipt { facts, proof, requests, retries, bytes, .. } = receipt;
        Self { facts, proof, requests, retries, bytes }
    }
}

impl From<&Fetched> for ReceiptParts {
    fn from(fetched: &Fetched) -> Self {
        Self {
            facts: fetched.facts.clone(),
            proof: fetched.proof.clone(),
            requests: fetched.requests,
            retries: fetched.retries,
            bytes: fetched.bytes,
        }
    }
}

fn write_beside(receipt: &impl Serialize, path: &Path, fsync: bool) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(receipt).map_err(|error| Error::Internal(error.to_string()))?;
    text.push(b'\n');
    let mut file = OutputFile::create(&Output::Path(path.to_owned()), fsync)?;
    file.write(&text)?;
    file.finish().map(|_| ())
}
