//! Where bytes come from: a file, memory, standard input. `geohub-fetch` supplies HTTP.

mod file;
mod memory;
mod spool;

use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::{Error, Result};

pub use file::FileSource;
pub use memory::MemorySource;
pub use spool::SpoolSource;

/// Bytes that can be read at positions or as a stream.
pub trait Source: Send + Sync {
    /// What messages call it: the path as typed, a URL, `standard input`.
    fn name(&self) -> &str;

    /// The local path, for formats that look at the file's name.
    fn path(&self) -> Option<&Path> {
        None
    }

    /// Size in bytes, where known without reading.
    fn len(&self) -> Option<u64>;

    /// Size in bytes as far as can be told by now, for a progress display.
    fn size_hint(&self) -> Option<u64> {
        self.len()
    }

    /// True when the size is known to be zero.
    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes at each range; a range that reaches past the end comes back short.
    fn read_at(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>>;

    /// All bytes from the start. Where [`Self::rereadable`] holds, every call starts over.
    fn stream(&self) -> Result<Box<dyn Read + Send>>;

    /// True when the bytes can be read more than once.
    fn rereadable(&self) -> bool;

    /// The file beside this one with another extension, such as `.dbf` beside `.shp`.
    fn sibling(&self, _extension: &str) -> Result<Option<Arc<dyn Source>>> {
        Ok(None)
    }

    /// The first bytes, at most `limit`, for telling formats apart.
    fn head(&self, limit: usize) -> Result<Bytes> {
        let mut buffer = Vec::with_capacity(limit.min(1 << 16));
        self.stream()?
            .take(limit as u64)
            .read_to_end(&mut buffer)
            .map_err(Error::io_named("read", self.name()))?;
        Ok(buffer.into())
    }
}

/// Opens a path, or standard input for `-`. What cannot be read at positions (pipes, FIFOs) is spooled.
pub fn open(path: &str) -> Result<Arc<dyn Source>> {
    if path == "-" {
        let spool = SpoolSource::new("standard input", Box::new(std::io::stdin()))?;
        return Ok(Arc::new(spool.expecting(bytes_left_in_stdin())));
    }
    let metadata = std::fs::metadata(path).map_err(|error| missing(path, error))?;
    if metadata.is_dir() {
        return Err(Error::request(format!("{path} is a folder, not a file")));
    }
    if metadata.is_file() {
        return Ok(Arc::new(FileSource::open(path)?));
    }
    let stream = std::fs::File::open(path).map_err(Error::io_named("open", path))?;
    Ok(Arc::new(SpoolSource::new(path, Box::new(stream))?))
}

/// What standard input has left, where it is a file.
#[cfg(unix)]
fn bytes_left_in_stdin() -> Option<u64> {
    use std::io::Seek;
    use std::os::fd::AsFd;
    let mut file = std::fs::File::from(std::io::stdin().as_fd().try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some(metadata.len().saturating_sub(file.stream_position().ok()?))
}

#[cfg(not(unix))]
fn bytes_left_in_stdin() -> Option<u64> {
    None
}

fn missing(path: &str, error: std::io::Error) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::Io { action: "open", target: path.to_owned(), source: error };
    }
    let path_ref = Path::new(path);
    let wanted = path_ref.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path_ref.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = std::fs::read_dir(folder)
        .map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    Error::NotFound {
        target: path.to_owned(),
        near: crate::text::nearest(&wanted, names.iter().map(String::as_str)),
    }
}
