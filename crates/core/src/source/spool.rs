//! A stream made re-readable by a temporary file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::Source;
use crate::{Error, Result};

/// Standard input, a FIFO or any other stream. What is read is kept in an unnamed temporary file, so that a second
/// pass (a widened schema) or a positioned read can have it again.
pub struct SpoolSource {
    name: String,
    state: Arc<Mutex<Spool>>,
    expected: Option<u64>,
}

struct Spool {
    input: Option<Box<dyn Read + Send>>,
    file: File,
    len: u64,
}

impl SpoolSource {
    /// A source over a stream that can be read once.
    pub fn new(name: impl Into<String>, input: Box<dyn Read + Send>) -> Result<Self> {
        let file =
            tempfile::tempfile().map_err(Error::io("create a temporary file in", &std::env::temp_dir()))?;
        Ok(Self {
            name: name.into(),
            state: Arc::new(Mutex::new(Spool { input: Some(input), file, len: 0 })),
            expected: None,
        })
    }

    /// The same, with so many bytes to be expected of the stream.
    #[must_use]
    pub fn expecting(mut self, bytes: Option<u64>) -> Self {
        self.expected = bytes;
        self
    }
}

impl Spool {
    fn read(&mut self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if at < self.len {
            let most = buffer.len().min((self.len - at) as usize);
            self.file.seek(SeekFrom::Start(at))?;
            return self.file.read(&mut buffer[..most]);
        }
        let Some(input) = &mut self.input else { return Ok(0) };
        let read = input.read(buffer)?;
        if read == 0 {
            self.input = None;
        } else {
            self.file.seek(SeekFrom::Start(self.len))?;
            self.file.write_all(&buffer[..read])?;
            self.len += read as u64;
        }
        Ok(read)
    }

    fn fill_to(&mut self, end: u64) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        while self.len < end && self.input.is_some() {
            let at = self.len;
            self.read(&mut buffer, at)?;
        }
        Ok(())
    }
}

fn lock(state: &Mutex<Spool>) -> MutexGuard<'_, Spool> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source for SpoolSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> Option<u64> {
        let spool = lock(&self.state);
        spool.input.is_none().then_some(spool.len)
    }

    fn size_hint(&self) -> Option<u64> {
        self.len().or(self.expected)
    }

    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let mut spool = lock(&self.state);
        let mut read = |range: &Range<u64>| {
            spool.fill_to(range.end)?;
            let end = range.end.min(spool.len);
            let mut buffer = vec![0; end.saturating_sub(range.start) as usize];
            spool.file.seek(SeekFrom::Start(range.start))?;
            spool.file.read_exact(&mut buffer)?;
            Ok(Bytes::from(buffer))
        };
        ranges.iter().map(&mut read).collect::<io::Result<_>>().map_err(Error::io_named("read", &self.name))
    }

    fn stream(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(SpoolStream { state: Arc::clone(&self.state), at: 0 }))
    }

    fn rereadable(&self) -> bool {
        true
    }
}

struct SpoolStream {
    state: Arc<Mutex<Spool>>,
    at: u64,
}

impl Read for SpoolStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = lock(&self.state).read(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_can_be_read_again_and_at_positions() {
        let text: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
        let source = SpoolSource::new("stdin", Box::new(io::Cursor::new(text.clone()))).unwrap();
        assert_eq!(source.head(10).unwrap(), &text[..10]);
        let source = source.expecting(Some(9));
        assert_eq!((source.len(), source.size_hint()), (None, Some(9)));
        for _ in 0..2 {
            let mut all = Vec::new();
            source.stream().unwrap().read_to_end(&mut all).unwrap();
            assert_eq!(all, text);
        }
        assert_eq!((source.len(), source.size_hint()), (Some(800_000), Some(800_000)));
        let read = source.read_at(&[799_998..900_000, 4..8]).unwrap();
        assert_eq!((&read[0][..], &read[1][..]), (&text[799_998..], &text[4..8]));
    }
}
