//! From the spool to the output, in file order.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use geohub_core::{Error, Output, Result};

use super::records::Record;

/// Features are gathered in windows of so many bytes of output.
const WINDOW_BYTES: usize = 32 << 20;
/// Reading over a gap of this size costs less than another read.
const GAP_BYTES: u64 = 4 << 10;
/// Most bytes of one read.
const READ_BYTES: u64 = 4 << 20;

/// Encoded features in input order, in a file without a name on the output's volume.
#[derive(Debug)]
pub(super) struct Spool {
    file: File,
    folder: String,
}

impl Spool {
    /// An empty spool beside an output, or in the folder for temporary files for what is no regular file.
    pub(super) fn beside(output: &Output) -> Result<Self> {
        let folder = match output {
            Output::Path(path) if path.metadata().map_or(true, |found| found.is_file()) => folder_of(path),
            _ => std::env::temp_dir(),
        };
        let file =
            tempfile::tempfile_in(&folder).map_err(Error::io("create a temporary file in", &folder))?;
        Ok(Self { file, folder: folder.display().to_string() })
    }

    /// Appends features.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::io_named("write a temporary file in", &self.folder))
    }

    /// Hands all features to `out` in the order of the records.
    pub(super) fn gather(
        &mut self,
        records: &[Record],
        out: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut window = Window::default();
        let mut rest = records;
        while !rest.is_empty() {
            let count = window_len(rest);
            let (now, later) = rest.split_at(count);
            window
                .fill(&mut self.file, now)
                .map_err(Error::io_named("read a temporary file in", &self.folder))?;
            out(&window.bytes)?;
            rest = later;
        }
        Ok(())
    }
}

/// Where symlinks lead: the spool must lie on the volume that the output will be on.
fn folder_of(path: &Path) -> std::path::PathBuf {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// How many records fill a window; at least one.
fn window_len(records: &[Record]) -> usize {
    let mut bytes = 0;
    let fits = |record: &Record| {
        bytes += record.len as usize;
        bytes <= WINDOW_BYTES
    };
    records.iter().copied().take_while(fits).count().max(1)
}

#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    read: Vec<u8>,
    /// Spool offset, length and place in the window.
    wanted: Vec<(u64, u32, usize)>,
}

impl Window {
    fn fill(&mut self, file: &mut File, records: &[Record]) -> std::io::Result<()> {
        let mut place = 0;
        self.wanted.clear();
        for record in records {
            self.wanted.push((record.offset, record.len, place));
            place += record.len as usize;
        }
        self.wanted.sort_unstable();
        self.bytes.resize(place, 0);
        let mut from = 0;
        while from < self.wanted.len() {
            let to = self.cluster(from);
            self.read_cluster(file, from, to)?;
            from = to;
        }
        Ok(())
    }

    /// The end of the run of features worth one read.
    fn cluster(&self, from: usize) -> usize {
        let (start, len, _) = self.wanted[from];
        let mut end = start + u64::from(len);
        let near = self.wanted[from + 1..].iter().take_while(|&&(offset, len, _)| {
            let joins = offset - end <= GAP_BYTES && offset + u64::from(len) - start <= READ_BYTES;
            end = end.max(offset + u64::from(len));
            joins
        });
        from + 1 + near.count()
    }

    fn read_cluster(&mut self, file: &mut File, from: usize, to: usize) -> std::io::Result<()> {
        let start = self.wanted[from].0;
        file.seek(SeekFrom::Start(start))?;
        if to == from + 1 {
            let (_, len, place) = self.wanted[from];
            return file.read_exact(&mut self.bytes[place..place + len as usize]);
        }
        let (last, len, _) = self.wanted[to - 1];
        self.read.resize((last + u64::from(len) - start) as usize, 0);
        file.read_exact(&mut self.read)?;
        for &(offset, len, place) in &self.wanted[from..to] {
            let at = (offset - start) as usize;
            self.bytes[place..place + len as usize].copy_from_slice(&self.read[at..at + len as usize]);
        }
        Ok(())
    }
}
