//! The receipt of a file that was made of others.

use std::path::{Path, PathBuf};

use geohub_core::{Provenance, Result};
use serde::{Deserialize, Serialize};

use super::hash::hash_file;
use super::{FORMAT_VERSION, PROGRAM, Receipt, file_name, write_beside};

/// What lies beside a derived file whose format has no room for its origin. The same inputs give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivedReceipt {
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
    /// Rows in the file.
    pub features: u64,
    /// What it was made of.
    pub provenance: Provenance,
}

impl DerivedReceipt {
    /// The receipt of a finished output.
    pub fn new(provenance: &Provenance, output: &Path, features: u64) -> Result<Self> {
        let (output_bytes, output_sha256) = hash_file(output)?;
        Ok(Self {
            format_version: FORMAT_VERSION,
            program: PROGRAM.to_owned(),
            output: file_name(output),
            output_bytes,
            output_sha256,
            features,
            provenance: provenance.clone(),
        })
    }

    /// Writes it beside its output, whole or not at all.
    pub fn write(&self, output: &Path, fsync: bool) -> Result<PathBuf> {
        let path = Receipt::path(output);
        write_beside(self, &path, fsync)?;
        Ok(path)
    }
}
