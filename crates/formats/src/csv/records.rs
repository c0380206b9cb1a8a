//! Records and cells of a block (RFC 4180, leniently).

use std::borrow::Cow;

use memchr::{memchr, memchr3};

/// One cell: where its text lies in the block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    start: usize,
    end: usize,
    quoted: bool,
    /// The text still has doubled quotes, or goes on behind the closing one.
    raw: bool,
}

impl Cell {
    /// A cell that is not there.
    pub(super) const MISSING: Self = Self { start: 0, end: 0, quoted: false, raw: false };

    /// True for a cell without a character, not even quotes.
    pub(super) fn is_null(&self) -> bool {
        self.start == self.end && !self.quoted
    }

    /// The text of a cell of `block`, quotes undone.
    pub(super) fn bytes<'a>(&self, block: &'a [u8]) -> Cow<'a, [u8]> {
        let bytes = &block[self.start..self.end];
        if self.raw { Cow::Owned(unquote(bytes)) } else { Cow::Borrowed(bytes) }
    }

    /// The same of a block known to be UTF-8.
    pub(super) fn text<'a>(&self, block: &'a str) -> Cow<'a, str> {
        let text = &block[self.start..self.end];
        if self.raw {
            Cow::Owned(String::from_utf8_lossy(&unquote(text.as_bytes())).into_owned())
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// Undoes doubled quotes up to the closing quote; what follows that is kept as it is.
fn unquote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(quote) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..quote]);
        if rest.get(quote + 1) == Some(&b'"') {
            out.push(b'"');
            rest = &rest[quote + 2..];
        } else {
            rest = &rest[quote + 1..];
            break;
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Walks over the records of a block.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    separator: u8,
    at: usize,
    start: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8], separator: u8) -> Self {
        Self { bytes, separator, at: 0, start: 0 }
    }

    /// First byte of the last record.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// First byte behind the last record.
    pub(super) fn end(&self) -> usize {
        self.at
    }

    /// Reads the next record's cells, at most `limit` of them. False at the end. Blank lines are no records.
    pub(super) fn next_record(&mut self, cells: &mut Vec<Cell>, limit: usize) -> bool {
        cells.clear();
        while matches!(self.bytes.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        self.start = self.at;
        if self.at == self.bytes.len() {
            return false;
        }
        loop {
            let cell = self.cell();
            if cells.len() < limit {
                cells.push(cell);
            }
            match self.bytes.get(self.at) {
                Some(&byte) if byte == self.separator => self.at += 1,
                Some(b'\r') if self.bytes.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    return true;
                }
                Some(_) => {
                    self.at += 1;
                    return true;
                }
                None => return true,
            }
        }
    }

    /// Reads a cell and stops at the separator, line end or end of block behind it.
    fn cell(&mut self) -> Cell {
        if self.bytes.get(self.at) == Some(&b'"') {
            return self.quoted_cell();
        }
        let start = self.at;
        self.at = self.cell_end(start);
        Cell { start, end: self.at, quoted: false, raw: false }
    }

    fn quoted_cell(&mut self) -> Cell {
        let start = self.at + 1;
        let mut at = start;
        let mut raw = false;
        let close = loop {
            let Some(quote) = memchr(b'"', &self.bytes[at..]) else { break self.bytes.len() };
            if self.bytes.get(at + quote + 1) != Some(&b'"') {
                break at + quote;
            }
            raw = true;
            at += quote + 2;
        };
        self.at = self.cell_end((close + 1).min(self.bytes.len()));
        if self.at > close + 1 {
            return Cell { start, end: self.at, quoted: true, raw: true };
        }
        Cell { start, end: close, quoted: true, raw }
    }

    fn cell_end(&self, from: usize) -> usize {
        memchr3(self.separator, b'\n', b'\r', &self.bytes[from..]).map_or(self.bytes.len(), |at| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(text.as_bytes(), b',');
        let (mut cells, mut rows) = (Vec::new(), Vec::new());
        while records.next_record(&mut cells, usize::MAX) {
            rows.push(cells.iter().map(|cell| cell.text(text).into_owned()).collect());
        }
        rows
    }

    #[test]
    fn quotes_newlines_and_line_ends_follow_rfc_4180() {
        assert_eq!(
            rows("a,b\r\n\"x\r\ny\",\"say \"\"no\"\"\"\rc,\n\n"),
            [["a", "b"], ["x\r\ny", "say \"no\""], ["c", ""]]
        );
        assert_eq!(rows("\"a\"b,c\"d\"\n,"), [["ab", "c\"d\""], ["", ""]]);
    }

    #[test]
    fn an_empty_cell_is_null_unless_quoted() {
        let mut cells = Vec::new();
        assert!(Records::new(b",\"\"", b',').next_record(&mut cells, 9));
        assert_eq!(cells.iter().map(Cell::is_null).collect::<Vec<_>>(), [true, false]);
    }
}
