//! Outputs that appear only when whole.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::positioned::write_all_at;
use crate::{Error, Result};

/// Where a writer's bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// A file, or a device or FIFO that is written directly.
    Path(PathBuf),
}

impl Output {
    /// `-` is standard output, everything else a path.
    pub fn parse(text: &str) -> Self {
        if text == "-" { Self::Stdout } else { Self::Path(PathBuf::from(text)) }
    }

    /// What messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }

    /// Whether bytes are gone once written: true of standard output, devices and FIFOs.
    pub fn is_stream(&self) -> bool {
        match self {
            Self::Stdout => true,
            Self::Path(path) => is_special(path),
        }
    }

    /// Refuses an existing regular file unless it is to be replaced. Called before any work is done.
    pub fn check(&self, overwrite: bool) -> Result<()> {
        match self {
            Self::Path(path) if !overwrite && fs::metadata(path).is_ok_and(|found| found.is_file()) => {
                Err(Error::OutputExists { target: self.name() })
            }
            Self::Path(path) if path.is_dir() => {
                Err(Error::request(format!("{} is a folder", path.display())))
            }
            _ => Ok(()),
        }
    }
}

/// Temporary files and folders of this process that a signal must remove. Locked while one is made or gets its name, so
/// that none comes or goes while they are removed.
static TEMPORARIES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn temporaries() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Set by the signal itself, before the thread that ends the process is awake.
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The flag that a signal's handler sets.
pub fn interrupted() -> &'static Arc<AtomicBool> {
    &INTERRUPTED
}

/// Goes on unless a signal came; then waits for the signal thread to end the process. Ctrl-C in a pipe also ends whoever
/// writes into it: the end of standard input that follows is no end of the data, nor is it an error to be told.
pub fn go_on_unless_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// Removes every unfinished output and spool of this process; for the signal thread, which then exits: no output can be
/// begun or finished any more, whoever tries waits for ever.
pub fn remove_temporaries() {
    let mut temporaries = temporaries();
    for path in std::mem::take(&mut *temporaries) {
        if path.is_dir() {
            remove_folder(&path);
        } else {
            // The process is ending; a file that is gone already is as good as removed.
            let _ = fs::remove_file(path);
        }
    }
    std::mem::forget(temporaries);
}

/// Removes a folder that other threads may still be writing to.
fn remove_folder(path: &Path) {
    for _ in 0..100 {
        if fs::remove_dir_all(path).is_ok() || !path.exists() {
            return;
        }
    }
}

/// Makes a file or a folder that [`remove_temporaries`] removes.
pub fn make_temporary<T, E>(path: &Path, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut temporaries = temporaries();
    let made = make()?;
    temporaries.insert(path.to_owned());
    Ok(made)
}

/// Takes a file or a folder out of the care of [`remove_temporaries`].
pub fn forget_temporary(path: &Path) {
    temporaries().remove(path);
}

/// An output being written: bytes go to `.NAME.geohub-PID.tmp` beside the target, which gets its name on
/// [`finish`](OutputFile::finish). Dropped unfinished, the temporary file is removed.
#[derive(Debug)]
pub struct OutputFile {
    sink: Sink,
    name: String,
    written: u64,
    fsync: bool,
}

#[derive(Debug)]
enum Sink {
    Stdout,
    Direct(File),
    Replacing { file: File, temporary: PathBuf, target: PathBuf },
}

impl OutputFile {
    /// Starts an output. `fsync` makes the finished file survive a power cut.
    pub fn create(output: &Output, fsync: bool) -> Result<Self> {
        let name = output.name();
        let sink = match output {
            Output::Stdout => Sink::Stdout,
            Output::Path(path) if is_special(path) => {
                Sink::Direct(OpenOptions::new().write(true).open(path).map_err(Error::io("open", path))?)
            }
            Output::Path(path) => replacing(path)?,
        };
        Ok(Self { sink, name, written: 0, fsync })
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes all bytes, with the output's name in the error.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let result = match &mut self.sink {
            Sink::Stdout => io::stdout().lock().write_all(bytes),
            Sink::Direct(file) | Sink::Replacing { file, .. } => file.write_all(bytes),
        };
        self.written += bytes.len() as u64;
        result.map_err(Error::io_named("write", &self.name))
    }

    /// Whether bytes can be written at positions: true of regular files.
    pub fn is_positioned(&self) -> bool {
        matches!(self.sink, Sink::Replacing { .. })
    }

    /// Writes all bytes at a position behind those written so far, from any thread. They count as written once
    /// [`advance`](OutputFile::advance) has gone over them.
    ///
    /// # Errors
    /// Those of the file, and [`Error::Internal`] where the output [is a stream](OutputFile::is_positioned).
    pub fn write_at(&self, at: u64, bytes: &[u8]) -> Result<()> {
        let Sink::Replacing { file, .. } = &self.sink else {
            return Err(Error::Internal("a stream was written at a position".to_owned()));
        };
        write_all_at(file, bytes, at).map_err(Error::io_named("write", &self.name))
    }

    /// Goes over bytes that were written at their positions.
    pub fn advance(&mut self, bytes: u64) -> Result<()> {
        self.written += bytes;
        let moved = match &mut self.sink {
            Sink::Replacing { file, .. } => file.seek(SeekFrom::Start(self.written)).map(|_| ()),
            _ => Ok(()),
        };
        moved.map_err(Error::io_named("write", &self.name))
    }

    /// Ends the output: only now does the file get its name. Returns the bytes written.
    pub fn finish(mut self) -> Result<u64> {
        go_on_unless_interrupted();
        let result = match &mut self.sink {
            Sink::Stdout => io::stdout().lock().flush(),
            Sink::Direct(file) => file.flush(),
            Sink::Replacing { file, temporary, target } => {
                file.flush().and_then(|()| if self.fsync { file.sync_all() } else { Ok(()) }).and_then(|()| {
                    let mut temporaries = temporaries();
                    fs::rename(&*temporary, &*target)?;
                    temporaries.remove(temporary);
                    drop(temporaries);
                    if self.fsync { sync_folder(target) } else { Ok(()) }
                })
            }
        };
        result.map_err(Error::io_named("write", &self.name))?;
        Ok(self.written)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Sink::Replacing { temporary, .. } = &self.sink
            && temporaries().remove(temporary)
        {
            // Nothing can be reported from a drop; the next run removes what stays behind.
            let _ = fs::remove_file(temporary);
        }
    }
}

fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn replacing(path: &Path) -> Result<Sink> {
    // A symlink's target is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let base = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    remove_stale(folder, &base);
    let temporary = folder.join(format!(".{base}.geohub-{}.tmp", std::process::id()));
    let open = || OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&temporary);
    let file = make_temporary(&temporary, open).map_err(Error::io("create", path))?;
    if let Ok(existing) = fs::metadata(&target) {
        file.set_permissions(existing.permissions()).map_err(Error::io("set the mode of", &temporary))?;
    }
    Ok(Sink::Replacing { file, temporary, target })
}

/// Removes temporaries of this output left by processes that no longer run.
fn remove_stale(folder: &Path, base: &str) {
    let prefix = format!(".{base}.geohub-");
    remove_left(folder, |name| name.strip_prefix(&prefix)?.strip_suffix(".tmp")?.parse().ok());
}

/// Removes the files and folders that a process which no longer runs has left in a folder; `pid_in` finds its number in
/// their names.
pub fn remove_left(folder: &Path, pid_in: impl Fn(&str) -> Option<u32>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let pid = pid_in(&entry.file_name().to_string_lossy());
        if pid.is_some_and(|pid| pid != std::process::id() && is_dead(pid)) {
            let path = entry.path();
            // Somebody else may have removed it in the meantime.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

fn is_dead(pid: u32) -> bool {
    Path::new("/proc/self").exists() && !Path::new("/proc").join(pid.to_string()).exists()
}

fn sync_folder(target: &Path) -> io::Result<()> {
    match target.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let mut file = OutputFile::create(&Output::Path(path.clone()), false).unwrap();
        file.write(b"half").unwrap();
        assert!(!path.exists());
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = OutputFile::create(&Output::Path(path.clone()), true).unwrap();
        file.write(b"whole").unwrap();
        assert_eq!(file.finish().unwrap(), 5);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert!(Output::Path(path.clone()).check(false).is_err() && Output::Path(path).check(true).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_are_followed_modes_kept_and_stale_files_removed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        fs::write(folder.path().join(".real.geohub-4194399.tmp"), "stale").unwrap();
        let mut file = OutputFile::create(&Output::Path(link.clone()), false).unwrap();
        file.write(b"new").unwrap();
        file.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
