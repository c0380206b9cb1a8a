//! One line of `journal.jsonl`.

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// A page in `pages.bin`; one without bytes only says what is known to be whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageLine {
    /// Counted from 0.
    pub(crate) seq: u64,
    /// The rung of the ladder that asked for it, `missing` for what was asked for again.
    pub(crate) rung: String,
    /// What was asked for: `after 17`, `3 ids`.
    pub(crate) range: String,
    /// What is whole with this page.
    #[serde(default, skip_serializing_if = "Covers::is_nothing")]
    pub(crate) covers: Covers,
    /// Rows in the page, repeated ones included.
    pub(crate) rows: u32,
    /// The lowest new id where ids are numbers, else the first.
    pub(crate) first: String,
    /// The highest, or last.
    pub(crate) last: String,
    /// Where the page starts in `pages.bin`.
    pub(crate) offset: u64,
    /// Its bytes.
    pub(crate) length: u64,
    /// Their CRC-32C.
    pub(crate) crc32c: u32,
    /// How the rows are written: `esri-json`, `soda-json`.
    pub(crate) encoding: String,
    /// The new rows' ids ascend, or are not ordered at all.
    pub(crate) ascending: bool,
    /// Positions in the page of rows that had come before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) repeated: Vec<u32>,
}

/// What of a layer is wholly here, so that a resumed run need not ask for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Covers {
    /// Nothing is said.
    #[default]
    Nothing,
    /// Every row with an id above `after` (from the start when null) up to `upto` (to the end when null).
    Ids { after: Option<Id>, upto: Option<Id> },
    /// The rows at these positions in order of the id, the last one excluded.
    Rows { from: u64, upto: u64 },
    /// Every row that meets this box: `min_x, min_y, max_x, max_y`.
    Box([f64; 4]),
}

/// Boxes are copied, never reckoned with.
impl Eq for Covers {}

impl Covers {
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

/// What stands before the checksum of a line's own text, which ends the line. A flipped bit in an id or a position would
/// otherwise be taken for what was written.
const SUM: &str = ",\"line_crc32c\":";

impl PageLine {
    /// The line as it is written, with its end.
    pub(crate) fn text(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = serde_json::to_vec(self)?;
        text.pop();
        let sum = crc32c::crc32c(&text);
        text.extend_from_slice(format!("{SUM}{sum}}}\n").as_bytes());
        Ok(text)
    }

    /// The line of a text; `None` when it is torn or is not the one that was written.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (said, sum) = std::str::from_utf8(text).ok()?.strip_suffix("}\n")?.rsplit_once(SUM)?;
        let sound = sum.parse() == Ok(crc32c::crc32c(said.as_bytes()));
        sound.then(|| serde_json::from_str(&format!("{said}}}")).ok())?
    }

    /// Rows that had not come before.
    pub(crate) fn new_rows(&self) -> u64 {
        u64::from(self.rows) - self.repeated.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_and_one_with_any_bit_flipped_does_not() {
        let line = PageLine { seq: 7, first: "12".to_owned(), rows: 20, ..PageLine::default() };
        let text = line.text().unwrap();
        assert_eq!(PageLine::parse(&text), Some(line));
        for bit in 0..text.len() * 8 {
            let mut other = text.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(PageLine::parse(&other), None, "bit {bit}");
        }
        for length in 0..text.len() {
            assert_eq!(PageLine::parse(&text[..length]), None, "{length} bytes");
        }
    }
}
