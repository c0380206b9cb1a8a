//! Appending pages.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use geohub_core::source::FileSource;
use geohub_core::{Error, Source};

use super::folder::PAGES;
use super::{Folder, Head, PageLine, Pages, kept};
use crate::error::Result;
use crate::proof::Proof;

const SYNC_EVERY: Duration = Duration::from_secs(1);

/// A journal being written.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: Arc<Folder>,
    pages: Appending,
    lines: Appending,
    written: Vec<PageLine>,
    length: u64,
    synced: Instant,
}

/// Bytes go to the system at once, so that a killed process loses none that were written.
#[derive(Debug)]
struct Appending {
    path: PathBuf,
    file: File,
}

impl Appending {
    fn open(path: PathBuf) -> Result<Self> {
        let opened = OpenOptions::new().append(true).create(true).open(&path);
        Ok(Self { file: opened.map_err(Error::io("create", &path))?, path })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.file.write_all(bytes).map_err(Error::io("write", &self.path))?)
    }

    fn sync(&mut self) -> Result<()> {
        Ok(self.file.sync_data().map_err(Error::io("write", &self.path))?)
    }
}

impl Journal {
    /// Begins a journal; what is in the folder goes.
    pub(crate) fn create(folder: Folder, head: &Head) -> Result<Self> {
        folder.clear()?;
        let mut head_file = Appending::open(folder.file("head.json"))?;
        let text = serde_json::to_vec_pretty(head).map_err(|error| Error::Internal(error.to_string()))?;
        head_file.write(&text)?;
        head_file.sync()?;
        Self::appending(folder, kept::Kept::default())
    }

    /// Goes on with the journal in the folder. Each of its pages is handed to `enter`, which may correct its line and
    /// answers false where it cannot use the page: this one and those behind it are cut off.
    pub(crate) fn resume(
        folder: Folder,
        enter: impl FnMut(&mut PageLine, Vec<u8>) -> Result<bool>,
    ) -> Result<Self> {
        let found = kept::read(&folder, enter)?;
        Self::appending(folder, found)
    }

    fn appending(folder: Folder, found: kept::Kept) -> Result<Self> {
        Ok(Self {
            pages: Appending::open(folder.file(PAGES))?,
            lines: Appending::open(folder.file("journal.jsonl"))?,
            folder: Arc::new(folder),
            written: found.lines,
            length: found.pages_bytes,
            synced: Instant::now(),
        })
    }

    /// The pages so far.
    pub(crate) fn lines(&self) -> &[PageLine] {
        &self.written
    }

    /// Leaves rows out of a page, by their positions; for this run only.
    pub(crate) fn leave_out(&mut self, page: usize, positions: Vec<u32>) {
        self.written[page].repeated = positions;
    }

    /// The bytes of a page.
    pub(crate) fn read(&self, page: usize) -> Result<Bytes> {
        let line = &self.written[page];
        let range = line.offset..line.offset + line.length;
        let source = FileSource::open(&self.pages.path)?;
        Ok(source.read_at(std::slice::from_ref(&range))?.pop().unwrap_or_default())
    }

    /// Number the next page gets.
    pub(crate) fn next_seq(&self) -> u64 {
        self.written.len() as u64
    }

    /// Appends a page; offset, length and checksum of its line are filled in here.
    pub(crate) fn append(&mut self, body: &[u8], line: PageLine) -> Result<()> {
        let length = body.len() as u64;
        let line = PageLine { offset: self.length, length, crc32c: crc32c::crc32c(body), ..line };
        self.pages.write(body)?;
        if length > 0 {
            self.folder.has_pages();
        }
        self.lines.write(&line.text().map_err(|error| Error::Internal(error.to_string()))?)?;
        self.length += length;
        self.written.push(line);
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    /// Pages first, so that no line on disk speaks of bytes that are not.
    fn sync(&mut self) -> Result<()> {
        self.pages.sync()?;
        self.lines.sync()?;
        self.synced = Instant::now();
        Ok(())
    }

    /// Leaves word of what is missing, for people and programs; gives the file's path.
    pub(crate) fn write_missing(&self, proof: &Proof) -> Result<PathBuf> {
        let path = self.folder.file("missing.json");
        let mut text =
            serde_json::to_vec_pretty(proof).map_err(|error| Error::Internal(error.to_string()))?;
        text.push(b'\n');
        std::fs::write(&path, text).map_err(Error::io("write", &path))?;
        Ok(path)
    }

    /// Ends the writing.
    pub(crate) fn seal(mut self) -> Result<Pages> {
        self.sync()?;
        self.written.retain(|line| line.length > 0);
        Pages::open(self.folder, self.written)
    }
}
