//! A [`Source`] as the `parquet` crate reads one.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use geohub_core::{Error, Result, Source};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

/// Bytes read at once where the length wanted is not known.
const BLOCK_BYTES: u64 = 64 << 10;

/// Positioned reads of a source of known length.
#[derive(Clone)]
pub(super) struct Positioned {
    source: Arc<dyn Source>,
    len: u64,
}

impl Positioned {
    /// A stream is read to its end first, for the footer lies there.
    pub(super) fn new(source: Arc<dyn Source>) -> Result<Self> {
        if source.len().is_none() {
            io::copy(&mut source.stream()?, &mut io::sink())
                .map_err(Error::io_named("read", source.name()))?;
        }
        let len = source
            .len()
            .ok_or_else(|| Error::Unsupported(format!("{}: its size is not known", source.name())))?;
        Ok(Self { source, len })
    }

    fn read(&self, start: u64, length: u64) -> io::Result<Bytes> {
        let end = start.saturating_add(length).min(self.len);
        let range = start.min(end)..end;
        let read = self.source.read_at(std::slice::from_ref(&range)).map_err(io::Error::other)?;
        Ok(read.into_iter().next().unwrap_or_default())
    }
}

impl Length for Positioned {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Positioned {
    type T = Stream;

    fn get_read(&self, start: u64) -> Result<Stream, ParquetError> {
        Ok(Stream { from: self.clone(), at: start, block: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let bytes =
            self.read(start, length as u64).map_err(|error| ParquetError::External(Box::new(error)))?;
        if bytes.len() == length {
            Ok(bytes)
        } else {
            Err(ParquetError::EOF(format!("the file ends within {length} bytes from byte {start}")))
        }
    }
}

/// Reads on from a position.
pub(super) struct Stream {
    from: Positioned,
    at: u64,
    block: Bytes,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.block.is_empty() {
            self.block = self.from.read(self.at, BLOCK_BYTES)?;
            self.at += self.block.len() as u64;
        }
        let count = buffer.len().min(self.block.len());
        buffer[..count].copy_from_slice(&self.block.split_to(count));
        Ok(count)
    }
}
