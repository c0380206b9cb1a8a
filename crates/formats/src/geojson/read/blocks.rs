//! A stream read in blocks, with what is not used yet carried over.

use std::io::Read;

use bytes::{Bytes, BytesMut};
use geohub_core::{Error, Result, Source};

/// The unused part of a stream that is read block by block.
pub(super) struct Blocks {
    stream: Box<dyn Read + Send>,
    name: String,
    block_bytes: usize,
    buffer: BytesMut,
    /// Where the buffer begins in the stream.
    offset: u64,
    ended: bool,
}

impl Blocks {
    pub(super) fn open(source: &dyn Source, block_bytes: usize) -> Result<Self> {
        Ok(Self {
            stream: source.stream()?,
            name: source.name().to_owned(),
            block_bytes: block_bytes.max(1),
            buffer: BytesMut::new(),
            offset: 0,
            ended: false,
        })
    }

    /// Bytes read at once.
    pub(super) fn block_bytes(&self) -> usize {
        self.block_bytes
    }

    /// What is read and not used.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer
    }

    /// Where the window begins in the stream.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// True when nothing comes after the window.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Drops the first bytes of the window.
    pub(super) fn skip(&mut self, bytes: usize) {
        drop(self.take(bytes));
    }

    /// Hands out the first bytes of the window without copying them.
    pub(super) fn take(&mut self, bytes: usize) -> Bytes {
        self.offset += bytes as u64;
        self.buffer.split_to(bytes).freeze()
    }

    /// Reads a block more; at least as much as the window holds, so that one long feature is not scanned often.
    pub(super) fn more(&mut self) -> Result<()> {
        let before = self.buffer.len();
        let wanted = before + self.block_bytes.max(before);
        self.buffer.resize(wanted, 0);
        let mut filled = before;
        while filled < wanted {
            match self.stream.read(&mut self.buffer[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io_named("read", &self.name)(error)),
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }
}
