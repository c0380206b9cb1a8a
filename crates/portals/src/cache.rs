//! Catalogues kept on this machine: a file each, a line of facts and then a line an entry.

use std::path::{Path, PathBuf};

use geohub_core::{Error, Output, OutputFile};
use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::error::Result;
use crate::source::{Read, Source};

/// Raised when entries change their shape: older files count as absent.
const VERSION: u32 = 1;

/// The folder of kept catalogues.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// A catalogue as it was when it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// When that was, in milliseconds since 1970.
    pub read: i64,
    /// What it has.
    pub entries: Vec<Entry>,
    /// Lines that made no sense.
    pub unreadable: usize,
    /// How many it said it has.
    pub total: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    name: String,
    read: i64,
    entries: usize,
    unreadable: usize,
    total: Option<usize>,
}

impl Cache {
    /// The cache in a folder, which is made when something is kept.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, source: &Source) -> PathBuf {
        self.folder.join(format!("{}.jsonl", source.slug()))
    }

    /// What is kept of a catalogue; `None` also for a file that is damaged or of another version.
    pub fn get(&self, source: &Source) -> Option<Kept> {
        let text = std::fs::read_to_string(self.path(source)).ok()?;
        let (head, body) = text.split_once('\n')?;
        let head: Head = serde_json::from_str(head).ok().filter(|head: &Head| head.version == VERSION)?;
        let entries = parse(body)?;
        let Head { read, unreadable, total, .. } = head;
        (entries.len() == head.entries).then_some(Kept { read, entries, unreadable, total })
    }

    /// True where one of the words stands anywhere in what is kept of a catalogue.
    pub(crate) fn mentions(&self, source: &Source, words: &[&str]) -> bool {
        let text = std::fs::read_to_string(self.path(source));
        text.is_ok_and(|text| words.iter().any(|word| text.contains(word)))
    }

    /// When a catalogue was read, without reading the entries.
    pub fn date(&self, source: &Source) -> Option<i64> {
        use std::io::BufRead;
        let file = std::fs::File::open(self.path(source)).ok()?;
        let line = std::io::BufReader::new(file).lines().next()?.ok()?;
        let head: Head = serde_json::from_str(&line).ok()?;
        (head.version == VERSION).then_some(head.read)
    }

    /// Keeps a catalogue in place of what was kept of it.
    pub(crate) fn put(&self, source: &Source, read: Read, now: i64) -> Result<Kept> {
        std::fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let Read { mut entries, unreadable, total, .. } = read;
        entries.iter_mut().for_each(Entry::find_keys);
        let head = Head {
            version: VERSION,
            name: source.name(),
            read: now,
            entries: entries.len(),
            unreadable,
            total,
        };
        let mut file = OutputFile::create(&Output::Path(self.path(source)), false)?;
        let internal = |error: serde_json::Error| Error::Internal(error.to_string());
        let mut bytes = serde_json::to_vec(&head).map_err(internal)?;
        for entry in &entries {
            bytes.push(b'\n');
            serde_json::to_writer(&mut bytes, entry).map_err(internal)?;
            if bytes.len() > 1 << 20 {
                file.write(&bytes)?;
                bytes.clear();
            }
        }
        bytes.push(b'\n');
        file.write(&bytes)?;
        file.finish()?;
        Ok(Kept { read: now, entries, unreadable, total })
    }
}

/// The entries of a file's lines, in several threads where there are many.
fn parse(body: &str) -> Option<Vec<Entry>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(1 + body.len() / (1 << 20));
    let mut parts = Vec::new();
    let mut rest = body;
    for left in (1..=threads).rev() {
        let aim = rest.floor_char_boundary(rest.len() / left);
        let cut = rest[aim..].find('\n').map_or(rest.len(), |at| aim + at + 1);
        let (part, behind) = rest.split_at(cut);
        parts.push(part);
        rest = behind;
    }
    let lines = |part: &str| -> Option<Vec<Entry>> {
        part.lines().map(|line| serde_json::from_str(line).ok()).collect()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = parts.iter().map(|part| scope.spawn(move || lines(part))).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().ok()??);
        }
        Some(all)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::Portals;

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(&folder.path().join("catalogues"));
        let portals = Portals::built_in().unwrap();
        let sources = Source::all(portals.get("la").unwrap());
        let source = &sources[0];
        assert_eq!((cache.get(source), cache.date(source)), (None, None));
        let entry = |at: usize| Entry {
            id: at.to_string(),
            title: format!("Title\n{at} \u{2028}"),
            description: "x".repeat(300),
            bbox: Some([-118.123_456_789, 34.0, -118.0, 34.5]),
            ..Entry::default()
        };
        let entries: Vec<Entry> = (0..9000).map(entry).collect();
        let read = Read { entries, unreadable: 2, total: Some(9002), text: 0 };
        let kept = cache.put(source, read, 77).unwrap();
        assert_eq!(cache.get(source), Some(kept));
        assert_eq!((cache.date(source), cache.get(&sources[1])), (Some(77), None));
        let path = cache.path(source);
        let bytes = std::fs::read(&path).unwrap();
        for cut in [bytes.len() - 400, bytes.len() / 2, 3, 0] {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            assert_eq!(cache.get(source), None, "{cut}");
        }
        let empty = cache.put(source, Read::default(), 78).unwrap();
        assert_eq!(cache.get(source), Some(empty));
    }
}
