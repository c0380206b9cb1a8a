//! The receipt of a file that was made of others.

use std::path::{Path, PathBuf};

use geohub_core::{Provenance, Result};
use serde::{Deserialize, Serialize};

use super::{Receipt, Stated, write_beside};

/// What lies beside a derived file whose format has no room for its origin. The same inputs give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivedReceipt {
    /// Of the file.
    #[serde(flatten)]
    pub stated: Stated,
    /// What it was made of.
    pub provenance: Provenance,
}

impl DerivedReceipt {
    /// The receipt of a finished output.
    pub fn new(provenance: &Provenance, output: &Path, features: u64) -> Result<Self> {
        Ok(Self { stated: Stated::of(output, features)?, provenance: provenance.clone() })
    }

    /// Writes it beside its output, whole or not at all.
    pub fn write(&self, output: &Path, fsync: bool) -> Result<PathBuf> {
        let path = Receipt::path(output);
        write_beside(self, &path, fsync)?;
        Ok(path)
    }
}
