//! Small things kept in the cache folder: a file each, written whole or not at all. What is damaged, or of another version of
//! the program, counts as absent.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use geohub_core::{Context, Error, Output, OutputFile};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::folders;

/// Raised when anything kept changes its shape.
const VERSION: u32 = 1;
/// Files of one folder; the oldest go first.
const MOST: usize = 500;

/// A folder of things of one kind.
pub struct Store {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    version: u32,
    /// Milliseconds since 1970.
    at: i64,
    value: T,
}

impl Store {
    /// A folder of the cache; made when something is put into it.
    pub fn named(name: &str) -> Self {
        Self { folder: folders::cache().unwrap_or_else(std::env::temp_dir).join(name) }
    }

    /// A folder in it.
    pub fn below(&self, key: &str) -> Self {
        Self { folder: self.folder.join(hash(key)) }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{}.json", hash(key)))
    }

    /// What is kept under a key, and since when in milliseconds since 1970.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<(i64, T)> {
        read(&self.path(key))
    }

    /// Everything in the folder.
    pub fn all<T: DeserializeOwned>(&self) -> Vec<T> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        files.filter_map(|file| read(&file.path())).map(|(_, value)| value).collect()
    }

    /// Keeps something in place of what was kept under the key. That it cannot be kept is no failure of the command.
    pub fn put<T: Serialize>(&self, context: &Context, key: &str, value: &T) {
        if let Err(error) = self.write(key, value) {
            context.detail(format!("not kept for --offline: {error}"));
        }
    }

    fn write<T: Serialize>(&self, key: &str, value: &T) -> Result<(), Error> {
        std::fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
        let bytes = serde_json::to_vec(&Kept { version: VERSION, at, value })
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut file = OutputFile::create(&Output::Path(self.path(key)), false)?;
        file.write(&bytes)?;
        file.finish()?;
        self.prune();
        Ok(())
    }

    /// A file that another process removes at the same time is removed all the same.
    fn prune(&self) {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, PathBuf)> = files
            .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path())))
            .filter(|(_, path)| path.extension().is_some_and(|name| name == "json"))
            .collect();
        files.sort();
        for (_, path) in files.iter().take(files.len().saturating_sub(MOST)) {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<(i64, T)> {
    // The version first: what another one has kept may have any shape.
    let bytes = std::fs::read(path).ok()?;
    let head: Kept<serde::de::IgnoredAny> = serde_json::from_slice(&bytes).ok()?;
    let kept: Kept<T> = (head.version == VERSION).then(|| serde_json::from_slice(&bytes).ok()).flatten()?;
    Some((kept.at, kept.value))
}

/// Keys are never written: they are made of what people type.
fn hash(key: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(key).iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_or_of_another_version_is_absent() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store { folder: folder.path().join("things") };
        assert_eq!(store.get::<Vec<u32>>("a"), None);
        store.write("a", &vec![1, 2]).unwrap();
        store.write("b", &vec![3]).unwrap();
        assert_eq!(store.get::<Vec<u32>>("a").map(|kept| kept.1), Some(vec![1, 2]));
        assert_eq!(store.get::<String>("a"), None);
        let mut all = store.all::<Vec<u32>>();
        all.sort();
        assert_eq!(all, [vec![1, 2], vec![3]]);
        let path = store.path("a");
        let text = std::fs::read_to_string(&path).unwrap();
        for spoiled in [&text[..text.len() - 3], "", "\0\0", &text.replace("\"version\":1", "\"version\":2")]
        {
            std::fs::write(&path, spoiled).unwrap();
            assert_eq!(store.get::<Vec<u32>>("a"), None, "{spoiled}");
        }
    }

    #[test]
    fn the_oldest_go_when_there_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store { folder: folder.path().to_owned() };
        for number in 0..MOST {
            store.write(&number.to_string(), &number).unwrap();
        }
        let old = std::fs::File::options().write(true).open(store.path("7")).unwrap();
        old.set_modified(UNIX_EPOCH).unwrap();
        store.write("one more", &0).unwrap();
        assert_eq!(store.get::<usize>("7"), None);
        assert_eq!(store.all::<usize>().len(), MOST);
    }
}
