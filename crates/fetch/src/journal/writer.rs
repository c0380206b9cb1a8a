//! Appending pages.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use geohub_core::Error;

use super::{Folder, Head, PageLine, Pages};
use crate::error::Result;

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

#[derive(Debug)]
struct Appending {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Appending {
    fn create(path: PathBuf) -> Result<Self> {
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.file.write_all(bytes).map_err(Error::io("write", &self.path))?)
    }

    fn sync(&mut self) -> Result<()> {
        let result = self.file.flush().and_then(|()| self.file.get_ref().sync_data());
        Ok(result.map_err(Error::io("write", &self.path))?)
    }
}

impl Journal {
    pub(crate) fn create(folder: Folder, head: &Head) -> Result<Self> {
        let mut head_file = Appending::create(folder.file("head.json"))?;
        let text = serde_json::to_vec_pretty(head).map_err(|error| Error::Internal(error.to_string()))?;
        head_file.write(&text)?;
        head_file.sync()?;
        Ok(Self {
            pages: Appending::create(folder.file("pages.bin"))?,
            lines: Appending::create(folder.file("journal.jsonl"))?,
            folder: Arc::new(folder),
            written: Vec::new(),
            length: 0,
            synced: Instant::now(),
        })
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
        let mut text = serde_json::to_vec(&line).map_err(|error| Error::Internal(error.to_string()))?;
        text.push(b'\n');
        self.lines.write(&text)?;
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

    /// Ends the writing.
    pub(crate) fn seal(mut self) -> Result<Pages> {
        self.sync()?;
        Pages::open(self.folder, self.written)
    }
}
