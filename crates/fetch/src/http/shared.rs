//! The limit of a host, kept by all processes of a user together: `hosts/HOST/` in the cache folder.
//!
//! Whoever sends a request holds an advisory lock on one of `slot-0`, `slot-1`, ... as long as it lasts. The system
//! drops such locks with the process, however it ends. `clock` says when the next request may start, and how long the
//! server asked all to wait.
//!
//! A process that was stopped (Ctrl-Z) keeps its locks. Its slots' files are no longer touched then, and who waits
//! takes new files in their place. Everything here may block and runs on threads that may.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::clock::{Clock, Remaining, now};
use super::why::Why;

/// How long the file of a slot may go untouched while it is held; [`super::slot`] touches it four times as often.
pub(super) const UNTOUCHED: Duration = Duration::from_secs(20);
/// The clock is held for microseconds. Who holds it longer was stopped in the middle.
const CLOCK_TRIES: u32 = 500;
const CLOCK_TRIED_EVERY: Duration = Duration::from_millis(1);

/// The folder of one host.
#[derive(Debug)]
pub(super) struct Shared {
    folder: PathBuf,
    longest_pause: Duration,
}

/// When slots were seen to be touched: by slot, the file's time and since when it is so by our own clock, which stands
/// still while the machine sleeps.
pub(super) type Watch = HashMap<usize, (SystemTime, Instant)>;

impl Shared {
    pub(super) fn new(root: &Path, host: &str, longest_pause: Duration) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' };
        Self { folder: root.join(host.chars().map(plain).collect::<String>()), longest_pause }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn open(&self, name: &str) -> io::Result<File> {
        let path = self.folder.join(name);
        let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&self.folder)?;
                open()
            }
            opened => opened,
        }
    }

    /// Takes a slot below `limit` if one is free. The last first: who may have fewer finds those before free.
    pub(super) fn try_slot(&self, limit: usize, watch: &mut Watch) -> io::Result<Option<File>> {
        for number in (0..limit).rev() {
            let name = format!("slot-{number}");
            let file = self.open(&name)?;
            if !locked(file.try_lock())? {
                self.watch(&name, number, &file, watch)?;
                continue;
            }
            file.set_modified(SystemTime::now())?;
            // The name may stand for another file by now.
            if self.stands_for(&name, &file)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// Gives up a slot whose holder does not move any more.
    fn watch(&self, name: &str, number: usize, file: &File, watch: &mut Watch) -> io::Result<()> {
        let touched = file.metadata()?.modified()?;
        let seen = watch.entry(number).or_insert_with(|| (touched, Instant::now()));
        if seen.0 != touched {
            *seen = (touched, Instant::now());
        }
        if seen.1.elapsed() < UNTOUCHED {
            return Ok(());
        }
        watch.remove(&number);
        self.with_clock(|_| {
            if self.stands_for(name, file)? && file.metadata()?.modified()? == touched {
                fs::remove_file(self.folder.join(name))?;
            }
            Ok(())
        })
        .map(|_| ())
    }

    fn stands_for(&self, name: &str, file: &File) -> io::Result<bool> {
        match fs::metadata(self.folder.join(name)) {
            Ok(found) => Ok(found.modified()? == file.metadata()?.modified()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A mark that somebody waits for a slot, as long as it is open.
    pub(super) fn mark_waiting(&self) -> io::Result<Option<File>> {
        let file = self.open("waiting")?;
        Ok(locked(file.try_lock_shared())?.then_some(file))
    }

    /// Whether another process waits for a slot.
    pub(super) fn others_wait(&self) -> io::Result<bool> {
        Ok(!locked(self.open("waiting")?.try_lock())?)
    }

    /// Takes the next start, or says how long to wait for it.
    pub(super) fn start(&self, spacing: Duration) -> io::Result<Option<Remaining>> {
        let longest = self.longest_pause;
        Ok(self.with_clock(|clock| Ok(clock.start(now(), spacing, longest)))?.flatten())
    }

    /// What is left of a pause.
    pub(super) fn pause(&self) -> io::Result<Option<Remaining>> {
        let clock = Clock::read(&mut self.open("clock")?)?;
        Ok(clock.pause(now(), self.longest_pause))
    }

    /// Lets no process start a request for so long.
    pub(super) fn hold(&self, wait: Duration, why: Why) -> io::Result<()> {
        let longest = self.longest_pause;
        self.with_clock(|clock| {
            clock.hold(now(), wait, why, longest);
            Ok(())
        })
        .map(|_| ())
    }

    /// Works on the clock under its lock; `None` when that cannot be had.
    fn with_clock<T>(&self, work: impl FnOnce(&mut Clock) -> io::Result<T>) -> io::Result<Option<T>> {
        let mut file = self.open("clock")?;
        let mut tries = 0;
        while !locked(file.try_lock())? {
            tries += 1;
            if tries == CLOCK_TRIES {
                return Ok(None);
            }
            std::thread::sleep(CLOCK_TRIED_EVERY);
        }
        let before = Clock::read(&mut file)?;
        let mut clock = before;
        let result = work(&mut clock)?;
        if clock != before {
            clock.write(&mut file)?;
        }
        Ok(Some(result))
    }
}

fn locked(tried: Result<(), TryLockError>) -> io::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_mins(10);

    #[test]
    fn slots_are_as_many_as_the_limit_and_come_back() {
        let root = tempfile::tempdir().unwrap();
        let (one, other) = (Shared::new(root.path(), "h", LONGEST), Shared::new(root.path(), "h", LONGEST));
        let take = |shared: &Shared, limit| shared.try_slot(limit, &mut Watch::new()).unwrap();
        let held: Vec<File> = [take(&one, 2), take(&other, 2)].into_iter().flatten().collect();
        assert_eq!(held.len(), 2);
        assert!(take(&one, 2).is_none() && take(&other, 2).is_none());
        // Who may have more finds more.
        assert!(take(&one, 3).is_some());
        drop(held);
        assert!(take(&other, 1).is_some());
        assert!(take(&Shared::new(root.path(), "other", LONGEST), 1).is_some());
    }

    #[test]
    fn a_slot_that_is_not_touched_any_more_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let shared = Shared::new(root.path(), "h", LONGEST);
        let stopped = shared.try_slot(1, &mut Watch::new()).unwrap().unwrap();
        let touched = stopped.metadata().unwrap().modified().unwrap();
        let long_ago = Instant::now().checked_sub(UNTOUCHED).unwrap();
        // Touched since it was seen first: still alive.
        let mut watch = Watch::from([(0, (touched - Duration::from_secs(1), long_ago))]);
        assert!(shared.try_slot(1, &mut watch).unwrap().is_none());
        assert!(shared.try_slot(1, &mut watch).unwrap().is_none());
        let mut watch = Watch::from([(0, (touched, long_ago))]);
        assert!(shared.try_slot(1, &mut watch).unwrap().is_none());
        let new = shared.try_slot(1, &mut watch).unwrap();
        assert!(new.is_some() && shared.try_slot(1, &mut watch).unwrap().is_none());
    }

    #[test]
    fn who_waits_is_seen_by_others() {
        let root = tempfile::tempdir().unwrap();
        let shared = Shared::new(root.path(), "127.0.0.1:80", LONGEST);
        assert!(!shared.others_wait().unwrap());
        let marks = [shared.mark_waiting().unwrap(), shared.mark_waiting().unwrap()];
        assert!(marks.iter().all(Option::is_some) && shared.others_wait().unwrap());
        drop(marks);
        assert!(!shared.others_wait().unwrap());
        assert!(root.path().join("127.0.0.1_80").is_dir());
    }

    #[test]
    fn starts_and_pauses_are_common_to_all() {
        let root = tempfile::tempdir().unwrap();
        let (one, other) = (Shared::new(root.path(), "h", LONGEST), Shared::new(root.path(), "h", LONGEST));
        let spacing = Duration::from_secs(5);
        assert_eq!(one.start(spacing).unwrap(), None);
        let left = other.start(spacing).unwrap().unwrap();
        assert!(left.time > Duration::from_secs(4) && left.why.is_none());
        one.hold(Duration::from_secs(30), Why::Asked).unwrap();
        let left = other.pause().unwrap().unwrap();
        assert!(left.time > Duration::from_secs(29) && left.why == Some(Why::Asked));
        // A process that was stopped with the clock in its hand stops nobody for long.
        let clock = one.open("clock").unwrap();
        clock.lock().unwrap();
        assert_eq!(other.start(spacing).unwrap(), None);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let shared = Shared::new(file.path(), "h", LONGEST);
        assert!(shared.try_slot(1, &mut Watch::new()).is_err() && shared.start(Duration::ZERO).is_err());
    }
}
