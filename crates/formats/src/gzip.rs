//! Gzipped inputs.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use geohub_core::{Error, Result, Source};

/// The decompressed bytes of another source. Every stream decompresses anew; positions are in decompressed bytes.
pub struct GzipSource {
    inner: Arc<dyn Source>,
    /// Bytes that the latest stream took, and what they became.
    packed: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
}

impl GzipSource {
    /// True for the first bytes of a gzip member.
    pub fn sniff(head: &[u8]) -> bool {
        head.starts_with(&[0x1f, 0x8b])
    }

    /// The decompressed view of a gzipped source.
    pub fn new(inner: Arc<dyn Source>) -> Self {
        Self { inner, packed: Arc::default(), unpacked: Arc::default() }
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

    /// As if the rest were packed as densely as what was read.
    fn size_hint(&self) -> Option<u64> {
        let [packed, unpacked] = [&self.packed, &self.unpacked].map(|bytes| bytes.load(Ordering::Relaxed));
        let packed_len = self.inner.size_hint().filter(|_| packed > 0)?;
        Some((unpacked as f64 * (packed_len as f64 / packed as f64)) as u64)
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
        for counter in [&self.packed, &self.unpacked] {
            counter.store(0, Ordering::Relaxed);
        }
        let packed = Counted { inner: self.inner.stream()?, bytes: Arc::clone(&self.packed) };
        let unpacked = MultiGzDecoder::new(io::BufReader::with_capacity(1 << 18, packed));
        Ok(Box::new(Counted { inner: unpacked, bytes: Arc::clone(&self.unpacked) }))
    }

    fn rereadable(&self) -> bool {
        self.inner.rereadable()
    }
}

/// A stream whose bytes are counted.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use geohub_core::source::MemorySource;

    use super::*;

    #[test]
    fn the_size_is_guessed_from_what_was_read_and_right_at_the_end() {
        let text: String =
            (0..400_000u32).map(|number| number.wrapping_mul(2_654_435_761).to_string() + "\n").collect();
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let source = GzipSource::new(Arc::new(MemorySource::new("text", packed.finish().unwrap())));
        assert_eq!(source.size_hint(), None);
        let mut stream = source.stream().unwrap();
        stream.read_exact(&mut vec![0; text.len() / 2]).unwrap();
        let half = source.size_hint().unwrap() as f64 / text.len() as f64;
        assert!((0.7..1.3).contains(&half), "{half}");
        io::copy(&mut stream, &mut io::sink()).unwrap();
        assert_eq!(source.size_hint(), Some(text.len() as u64));
    }
}
