//! The journal's folder and its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use geohub_core::{Error, output};

use crate::error::{FetchError, Result};

/// A folder that this process alone works in; removed when dropped, and by a signal.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Open as long as the lock holds.
    _lock: File,
}

impl Folder {
    /// Makes the folder and takes its lock. What a dead run left there goes.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let mut lock = output::make_temporary(path, || locked(path))?;
        let folder =
            Self { path: path.to_owned(), _lock: lock.try_clone().map_err(Error::io("lock", path))? };
        let lock_path = path.join("lock");
        lock.set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(Error::io("write", &lock_path))?;
        for name in ["head.json", "pages.bin", "journal.jsonl"] {
            match fs::remove_file(path.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", &path.join(name))(error).into());
                }
                _ => {}
            }
        }
        Ok(folder)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// The lock file of the folder, which is made at need.
fn locked(path: &Path) -> Result<File> {
    fs::create_dir_all(path).map_err(Error::io("create", path))?;
    let lock_path = path.join("lock");
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(Error::io("create", &lock_path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // Whoever holds the lock may be writing its number just now.
            let _ = lock.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
            Err(FetchError::Locked { folder: path.to_owned(), pid })
        }
        Err(TryLockError::Error(error)) => Err(Error::io("lock", &lock_path)(error).into()),
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing can be reported from a drop; the next run clears what stays behind.
        let _ = fs::remove_dir_all(&self.path);
        output::forget_temporary(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out.fgb.geohub-partial");
        let folder = Folder::create(&path).unwrap();
        match Folder::create(&path) {
            Err(FetchError::Locked { pid, .. }) => assert_eq!(pid, std::process::id().to_string()),
            other => panic!("{other:?}"),
        }
        drop(folder);
        assert!(!path.exists());
    }
}
