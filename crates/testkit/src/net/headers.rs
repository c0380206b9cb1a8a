//! Compression and headers common to all answers.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bodies below this go plain, as web servers do.
const LEAST_BYTES: usize = 150;

/// The body compressed, or `None` when it is not worth it.
pub fn gzip(body: &[u8]) -> Option<Bytes> {
    if body.len() < LEAST_BYTES {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}
