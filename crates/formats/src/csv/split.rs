//! Cutting a text table into blocks that begin and end between records.

use std::io::{self, Read};

use bytes::Bytes;
use geohub_core::{DataError, Error, Result};
use memchr::{memchr, memrchr2};

/// Where the scan stands between two bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside quotes.
    Plain,
    /// Inside a quoted cell.
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first half of a doubled quote.
    QuoteSeen,
}

/// Follows quotes and record ends through a buffer that begins at a record and may grow.
struct Scan {
    separator: u8,
    state: State,
    scanned: usize,
    /// End of the last whole record.
    end: usize,
    /// The quote that opened the quoted cell.
    opened: usize,
}

impl Scan {
    fn new(separator: u8) -> Self {
        Self { separator, state: State::Plain, scanned: 0, end: 0, opened: 0 }
    }

    fn advance(&mut self, bytes: &[u8], last: bool) {
        while self.scanned < bytes.len() {
            let at = self.scanned;
            match self.state {
                State::Plain => {
                    if !self.plain_run(bytes, last) {
                        return;
                    }
                }
                State::Quoted => match memchr(b'"', &bytes[at..]) {
                    Some(quote) => {
                        self.state = State::QuoteSeen;
                        self.scanned = at + quote + 1;
                    }
                    None => self.scanned = bytes.len(),
                },
                State::QuoteSeen if bytes[at] == b'"' => {
                    self.state = State::Quoted;
                    self.scanned = at + 1;
                }
                State::QuoteSeen => self.state = State::Plain,
            }
        }
    }

    /// Scans up to the next quote. False when a carriage return ends the buffer and the next byte decides.
    fn plain_run(&mut self, bytes: &[u8], last: bool) -> bool {
        let quote = memchr(b'"', &bytes[self.scanned..]).map(|at| self.scanned + at);
        let mut run = &bytes[self.scanned..quote.unwrap_or(bytes.len())];
        let undecided = quote.is_none() && !last && run.last() == Some(&b'\r');
        if undecided {
            run = &run[..run.len() - 1];
        }
        if let Some(newline) = memrchr2(b'\n', b'\r', run) {
            self.end = self.scanned + newline + 1;
        }
        let Some(quote) = quote else {
            self.scanned += run.len();
            return !undecided;
        };
        let before = quote.checked_sub(1).map_or(b'\n', |before| bytes[before]);
        if before == self.separator || before == b'\n' || before == b'\r' {
            self.state = State::Quoted;
            self.opened = quote;
        }
        self.scanned = quote + 1;
        true
    }
}

/// Reads a stream and cuts it into blocks of whole records.
pub(super) struct Splitter {
    stream: Box<dyn Read + Send>,
    name: String,
    separator: u8,
    block_bytes: usize,
    max_record_bytes: usize,
    carried: Vec<u8>,
    ended: bool,
}

impl Splitter {
    pub(super) fn new(
        stream: Box<dyn Read + Send>,
        name: &str,
        separator: u8,
        block_bytes: usize,
        max_record_bytes: usize,
    ) -> Self {
        Self {
            stream,
            name: name.to_owned(),
            separator,
            block_bytes: block_bytes.max(1),
            max_record_bytes,
            carried: Vec::new(),
            ended: false,
        }
    }

    /// The next block; never empty. `Err` places are relative to the block's first byte.
    pub(super) fn next_block(&mut self) -> Result<Option<Bytes>> {
        let mut buffer = std::mem::take(&mut self.carried);
        let mut scan = Scan::new(self.separator);
        loop {
            self.fill(&mut buffer)?;
            scan.advance(&buffer, self.ended);
            if self.ended {
                break;
            }
            if scan.end > 0 {
                self.carried = buffer.split_off(scan.end);
                return Ok(Some(buffer.into()));
            }
            if buffer.len() > self.max_record_bytes {
                return Err(too_long(self.max_record_bytes, &scan).into());
            }
        }
        if scan.state == State::Quoted {
            return Err(unclosed(&buffer, scan.opened).into());
        }
        Ok((!buffer.is_empty()).then(|| buffer.into()))
    }

    /// Adds one block to what was carried over, or what is left.
    fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        let read = (&mut self.stream).take(self.block_bytes as u64).read_to_end(buffer);
        match read {
            Ok(read) => self.ended = read < self.block_bytes,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(DataError::new(error.to_string()).in_target(&self.name).into());
            }
            Err(error) => return Err(Error::io_named("read", &self.name)(error)),
        }
        Ok(())
    }
}

fn unclosed(bytes: &[u8], opened: usize) -> DataError {
    DataError::new("a quoted cell opens here and never ends; the file may be cut short")
        .at_byte(opened as u64)
        .at_line(count_lines(&bytes[..opened]))
        .with_hint("a cell that begins with a quote must end with one, quotes inside it doubled")
}

fn too_long(limit: usize, scan: &Scan) -> DataError {
    let hint = if scan.state == State::Quoted {
        "a quoted cell opens there and does not end; is the quote closed?"
    } else {
        "a larger --max-feature reads it, if it is a table at all"
    };
    DataError::new(format!("a row is longer than {} MB", limit.div_ceil(1 << 20)))
        .at_byte(if scan.state == State::Quoted { scan.opened as u64 } else { 0 })
        .at_line(0)
        .with_hint(hint)
}

/// Line ends in a text: LF, CRLF or CR.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', bytes).count();
    let returns = memchr::memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (newlines + returns) as u64
}
