//! Sizes and hashes of files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use geohub_core::{Error, Result};
use sha2::{Digest, Sha256};

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// A file's size and its SHA-256, in hexadecimal.
pub fn hash_file(path: &Path) -> Result<(u64, String)> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BLOCK_BYTES];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer).map_err(Error::io("read", path))? {
            0 => return Ok((bytes, hex(&hash.finalize()))),
            read => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
