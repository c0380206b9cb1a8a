//! `OUT.receipt.json`: where a file came from and that it is whole.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use geohub_core::{Error, Output, OutputFile, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::facts::Facts;
use crate::fetch::Fetched;
use crate::proof::Proof;

/// The receipt of one fetched file. It counts only if size and hash are the file's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
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
        let (output_bytes, output_sha256) = hash_file(output)?;
        Ok(Self {
            format_version: 1,
            program: concat!("geohub ", env!("CARGO_PKG_VERSION")).to_owned(),
            output: output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            output_bytes,
            output_sha256,
            features,
            facts: parts.facts.clone(),
            proof: parts.proof.clone(),
            requests: parts.requests,
            retries: parts.retries,
            bytes: parts.bytes,
        })
    }

    /// `OUT.receipt.json`.
    pub fn path(output: &Path) -> PathBuf {
        let mut name = output.as_os_str().to_owned();
        name.push(".receipt.json");
        PathBuf::from(name)
    }

    /// Writes it beside its output, whole or not at all.
    pub fn write(&self, output: &Path) -> Result<PathBuf> {
        let path = Self::path(output);
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| Error::Internal(error.to_string()))?;
        text.push(b'\n');
        let mut file = OutputFile::create(&Output::Path(path.clone()), true)?;
        file.write(&text)?;
        file.finish()?;
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

fn hash_file(path: &Path) -> Result<(u64, String)> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer).map_err(Error::io("read", path))? {
            0 => return Ok((bytes, hex(&hash.finalize()))),
            read => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
