//! Bytes of a source from front to back.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use geohub_core::{Error, Result, Source};

/// Positioned reads where the source's size is known, else its stream (gzip, standard input).
pub(super) enum Blocks {
    /// A regular file, memory or a server with ranges.
    Positioned(Arc<dyn Source>),
    /// Bytes that come once; what lies behind a position asked for is kept until it is asked for.
    Streamed { stream: Box<dyn Read + Send>, name: String, at: u64, kept: Vec<u8> },
}

impl Blocks {
    /// The bytes of a source, from any position on.
    pub(super) fn open(source: &Arc<dyn Source>) -> Result<Self> {
        if source.len().is_some() {
            return Ok(Self::Positioned(Arc::clone(source)));
        }
        let (stream, name) = (source.stream()?, source.name().to_owned());
        Ok(Self::Streamed { stream, name, at: 0, kept: Vec::new() })
    }

    /// Up to `len` bytes from `start`; fewer only at the end. Positions never go back.
    pub(super) fn read(&mut self, start: u64, len: usize) -> Result<Bytes> {
        match self {
            Self::Positioned(source) => {
                let range = start..start.saturating_add(len as u64);
                let read = source.read_at(std::slice::from_ref(&range))?;
                Ok(read.into_iter().next().unwrap_or_default())
            }
            Self::Streamed { stream, name, at, kept } => {
                let passed = start.saturating_sub(*at);
                let dropped = passed.min(kept.len() as u64) as usize;
                kept.drain(..dropped);
                let mut fail = |error| Error::io_named("read", name)(error);
                std::io::copy(&mut stream.take(passed - dropped as u64), &mut std::io::sink())
                    .map_err(&mut fail)?;
                *at = start.max(*at);
                let missing = len.saturating_sub(kept.len()) as u64;
                // Grows with what comes, so a claimed length allocates nothing.
                stream.take(missing).read_to_end(kept).map_err(&mut fail)?;
                Ok(Bytes::copy_from_slice(&kept[..len.min(kept.len())]))
            }
        }
    }
}
