//! A folder that its owner alone can enter, with files that its owner alone can read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use geohub_core::{Context, Error};

use crate::error::{FetchError, Result};

/// Another command writes a few bytes and is gone.
const LOCK_TRIES: u32 = 500;
const LOCK_TRIED_EVERY: Duration = Duration::from_millis(10);

/// The folder, and whom to tell what was wrong with it.
pub(super) struct Private<'a> {
    pub(super) folder: &'a Path,
    pub(super) context: &'a Context,
}

impl Private<'_> {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Keeps other commands from writing at the same time, until it is dropped.
    pub(super) fn lock(&self) -> Result<File> {
        self.make()?;
        let path = self.path("lock");
        let file = for_owner(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&path)
            .map_err(failed("open", &path))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_TRIED_EVERY),
                Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
            }
        }
        Err(FetchError::TokenStore {
            what: format!("{} is in use by another command", path.display()),
            hint: Some("try again".to_owned()),
        })
    }

    /// A file's text; `None` where there is none. Rights that others have in it are taken away and told.
    pub(super) fn read(&self, name: &str) -> Result<Option<String>> {
        let path = self.path(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        self.close_to_others(self.folder, 0o700)?;
        self.close_to_others(&path, 0o600)?;
        Ok(Some(text))
    }

    /// Replaces a file as a whole, on the disk before it has its name.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        self.make()?;
        let path = self.path(name);
        let temporary = self.path(&format!(".{name}.{}.tmp", std::process::id()));
        // What a process of the same number left once.
        let _ = fs::remove_file(&temporary);
        let written = for_owner(OpenOptions::new().write(true).create_new(true)).open(&temporary).and_then(
            |mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            },
        );
        written.and_then(|()| fs::rename(&temporary, &path)).map_err(|error| {
            let _ = fs::remove_file(&temporary);
            failed("write", &path)(error)
        })
    }

    fn make(&self) -> Result<()> {
        if self.folder.is_dir() {
            return self.close_to_others(self.folder, 0o700);
        }
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent).map_err(failed("create", parent))?;
        }
        make_folder(self.folder).map_err(failed("create", self.folder))
    }

    #[cfg(unix)]
    fn close_to_others(&self, path: &Path, mode: u32) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(path).map_err(failed("read", path))?.permissions().mode();
        if found.trailing_zeros() >= 6 {
            return Ok(());
        }
        let shown = path.display();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|error| {
            FetchError::TokenStore {
                what: format!("{shown} is open to other users, and that cannot be changed: {error}"),
                hint: Some(format!("chmod {mode:o} {shown}")),
            }
        })?;
        self.context.warn(format!(
            "{shown} was open to other users (mode {:03o}) and is now closed (mode {mode:o}); if others may have read it, \
             replace the tokens in it",
            found & 0o777
        ));
        Ok(())
    }

    /// What a folder of the user's is open to is the system's business here.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Unix")]
    fn close_to_others(&self, _path: &Path, _mode: u32) -> Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FetchError {
    let target = path.display().to_string();
    move |source| Error::Io { action, target, source }.into()
}
