//! The journal's folder and its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use geohub_core::{Error, output};

use crate::error::{FetchError, Result};

pub(super) const PAGES: &str = "pages.bin";

/// A folder that this process alone works in. It is removed when dropped, and by a signal, unless its pages are to
/// outlast the run.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Pages are kept for a later run.
    keeps: bool,
    /// Neither drop nor signal removes it.
    stays: AtomicBool,
    /// Open as long as the lock holds.
    _lock: File,
}

impl Folder {
    /// Makes the folder at need and takes its lock. With `keeps`, it stays once there is a page in it.
    pub(crate) fn open(path: &Path, keeps: bool) -> Result<Self> {
        // Whoever holds the lock is told apart below; a folder with pages is never in the care of the signal thread.
        let stays = keeps && fs::metadata(path.join(PAGES)).is_ok_and(|found| found.len() > 0);
        let mut lock = if stays { locked(path)? } else { output::make_temporary(path, || locked(path))? };
        let stays = AtomicBool::new(stays);
        let copy = lock.try_clone().map_err(Error::io("lock", path))?;
        let folder = Self { path: path.to_owned(), keeps, stays, _lock: copy };
        let lock_path = path.join("lock");
        lock.set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(Error::io("write", &lock_path))?;
        Ok(folder)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// There is something in it that a later run can use.
    pub(super) fn has_pages(&self) {
        if self.keeps && !self.stays.swap(true, Ordering::Relaxed) {
            output::forget_temporary(&self.path);
        }
    }

    /// It is of no more use to any run.
    pub(crate) fn give_up(&self) {
        self.stays.store(false, Ordering::Relaxed);
    }

    /// Removes all that a run before this one left.
    pub(crate) fn clear(&self) -> Result<()> {
        for name in ["head.json", "journal.jsonl", PAGES, "missing.json"] {
            match fs::remove_file(self.file(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", &self.file(name))(error).into());
                }
                _ => {}
            }
        }
        Ok(())
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
        if self.stays.load(Ordering::Relaxed) {
            return;
        }
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
        for keeps in [false, true] {
            let folder = Folder::open(&path, keeps).unwrap();
            match Folder::open(&path, keeps) {
                Err(FetchError::Locked { pid, .. }) => assert_eq!(pid, std::process::id().to_string()),
                other => panic!("{other:?}"),
            }
            drop(folder);
            assert!(!path.exists());
        }
    }

    #[test]
    fn only_a_folder_with_pages_stays_and_only_when_asked() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out.fgb.geohub-partial");
        let folder = Folder::open(&path, true).unwrap();
        fs::write(folder.file(PAGES), "page").unwrap();
        folder.has_pages();
        drop(folder);
        assert!(path.join(PAGES).exists());
        let folder = Folder::open(&path, true).unwrap();
        drop(folder);
        assert!(path.join(PAGES).exists());
        let folder = Folder::open(&path, true).unwrap();
        folder.give_up();
        drop(folder);
        assert!(!path.exists());
    }
}
