//! Two runs on one `geohub.toml` must not meet.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::exit::Exit;
use crate::failure::Failure;

/// The folder `.geohub` beside `geohub.toml`, held by this process as long as this is open.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

impl Hold {
    /// Makes the folder at need and takes its lock.
    pub fn take(folder: &Path) -> Result<Self, Failure> {
        let failed = |path: &Path, error: &std::io::Error| {
            Failure::new("io", Exit::Failure, format!("cannot create {}: {error}", path.display()))
        };
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let ignored = folder.join(".gitignore");
        if !ignored.exists() {
            fs::write(&ignored, "*\n").map_err(|error| failed(&ignored, &error))?;
        }
        let path = folder.join("lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| failed(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut lock, folder)),
            Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
        }
        lock.set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(|error| failed(&path, &error))?;
        Ok(Self(lock))
    }
}

fn held(lock: &mut File, folder: &Path) -> Failure {
    let mut pid = String::new();
    // Whoever holds the lock may be writing its number just now.
    let _ = lock.read_to_string(&mut pid);
    let pid = if pid.trim().is_empty() { "another process" } else { pid.trim() };
    let message = format!("{} is in use by process {pid}", folder.display());
    Failure::new("locked", Exit::Failure, message).hint("wait until that geohub sync is done")
}
