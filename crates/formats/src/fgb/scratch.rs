//! Temporary files without a name, on the output's volume.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use geohub_core::positioned::read_exact_at;
use geohub_core::{Error, Output, Result};

/// A folder for temporary files. They have no name, so nothing stays behind however the process ends.
#[derive(Clone, Debug)]
pub(super) struct ScratchFolder(PathBuf);

impl ScratchFolder {
    /// The folder of an output, or the one for temporary files for what is no regular file.
    pub(super) fn beside(output: &Output) -> Self {
        Self(match output {
            Output::Path(path) if path.metadata().map_or(true, |found| found.is_file()) => folder_of(path),
            _ => std::env::temp_dir(),
        })
    }

    /// A new, empty file.
    pub(super) fn file(&self) -> Result<Scratch> {
        let file =
            tempfile::tempfile_in(&self.0).map_err(Error::io("create a temporary file in", &self.0))?;
        Ok(Scratch { file, folder: self.0.display().to_string() })
    }
}

/// Where symlinks lead: the scratch must lie on the volume that the output will be on.
fn folder_of(path: &Path) -> PathBuf {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// A file that is first written from front to back, then read at positions, by any number of threads.
#[derive(Debug)]
pub(super) struct Scratch {
    file: File,
    folder: String,
}

impl Scratch {
    /// Appends bytes; not after the first read.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::io_named("write a temporary file in", &self.folder))
    }

    /// Fills a buffer from a position.
    pub(super) fn read(&self, at: u64, buffer: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, buffer, at)
            .map_err(Error::io_named("read a temporary file in", &self.folder))
    }
}
