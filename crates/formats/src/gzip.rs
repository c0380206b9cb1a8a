//! Gzipped inputs.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use geohub_core::{Error, Result, Source};

/// The decompressed bytes of another source. Every stream decompresses anew; positions are in decompressed bytes.
pub struct GzipSource {
    inner: Arc<dyn Source>,
}

impl GzipSource {
    /// True for the first bytes of a gzip member.
    pub fn sniff(head: &[u8]) -> bool {
        head.starts_with(&[0x1f, 0x8b])
    }

    /// The decompressed view of a gzipped source.
    pub fn new(inner: Arc<dyn Source>) -> Self {
        Self { inner }
    }
}

impl Source for GzipSource {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn path(&self) -> Option<&Path> {
        self.inner.path()
    }

    fn len(&self) -> Option<u64> {
        None
    }

    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let read = |range: &Range<u64>| {
            let mut stream = self.stream()?;
            io::copy(&mut (&mut stream).take(range.start), &mut io::sink())
                .map_err(Error::io_named("read", self.name()))?;
            let mut buffer = Vec::new();
            stream
                .take(range.end.saturating_sub(range.start))
                .read_to_end(&mut buffer)
                .map_err(Error::io_named("read", self.name()))?;
            Ok(Bytes::from(buffer))
        };
        ranges.iter().map(read).collect()
    }

    fn stream(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 18, self.inner.stream()?))))
    }

    fn rereadable(&self) -> bool {
        self.inner.rereadable()
    }
}
