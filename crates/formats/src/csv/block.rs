//! Where blocks lie, so that the second pass need not look for record ends.

/// A stretch of whole records of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// First byte, in the text as UTF-8.
    pub(super) byte: u64,
    /// Bytes.
    pub(super) len: usize,
    /// Records.
    pub(super) rows: u64,
    /// Index of the first record, the header not counted.
    pub(super) first_row: u64,
    /// Line of the first byte, counted from 1.
    pub(super) first_line: u64,
}
