//! One line of `journal.jsonl`.

use serde::{Deserialize, Serialize};

/// A page in `pages.bin`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageLine {
    /// Counted from 0.
    pub(crate) seq: u64,
    /// What was asked for: `after 17`, `ids`.
    pub(crate) range: String,
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
