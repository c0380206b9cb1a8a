//! A regular file, read at positions.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::Source;
use crate::positioned::{read_at, read_full_at};
use crate::{Error, Result};

/// A local file. Positioned reads, not a memory map: mapped pages count as memory, and a file truncated while it is
/// read would end the process.
#[derive(Debug)]
pub struct FileSource {
    file: Arc<File>,
    path: PathBuf,
    name: String,
    len: u64,
}

impl FileSource {
    /// Opens a file for reading.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(Error::io("open", path))?;
        let len = file.metadata().map_err(Error::io("open", path))?.len();
        Ok(Self { file: Arc::new(file), path: path.to_owned(), name: path.display().to_string(), len })
    }
}

impl Source for FileSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn len(&self) -> Option<u64> {
        Some(self.len)
    }

    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let read = |range: &Range<u64>| {
            let end = range.end.min(self.len);
            let mut buffer = vec![0; end.saturating_sub(range.start) as usize];
            let filled = read_full_at(&self.file, &mut buffer, range.start)?;
            buffer.truncate(filled);
            Ok(Bytes::from(buffer))
        };
        ranges.iter().map(read).collect::<io::Result<_>>().map_err(Error::io("read", &self.path))
    }

    fn stream(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(FileStream { file: Arc::clone(&self.file), at: 0 }))
    }

    fn rereadable(&self) -> bool {
        true
    }

    fn sibling(&self, extension: &str) -> Result<Option<Arc<dyn Source>>> {
        let upper = extension.to_ascii_uppercase();
        let found = [extension, &upper]
            .into_iter()
            .map(|ext| self.path.with_extension(ext))
            .find(|path| path.is_file());
        Ok(match found {
            Some(path) => Some(Arc::new(Self::open(path)?)),
            None => None,
        })
    }
}

struct FileStream {
    file: Arc<File>,
    at: u64,
}

impl Read for FileStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
