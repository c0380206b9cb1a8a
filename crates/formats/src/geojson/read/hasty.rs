//! Cutting at line ends, without looking at what lies between them.
//!
//! A line end is never inside a JSON string, so most files show where a feature begins by a glance: a line that begins as
//! the first feature's does, behind one that ends a feature. Values that nest objects may look the same. That is found
//! out: the piece before a wrong cut ends in the middle of a feature, which its worker cannot read, and the run starts
//! again with every brace counted. Counting took a third of the time that all else takes.

use memchr::{memchr_iter, memrchr_iter};

/// How the features of a text are laid out in lines.
#[derive(Debug)]
pub(super) struct Lines {
    /// What a line begins with that begins a feature.
    begin: Vec<u8>,
    /// Features are parted by commas.
    commas: bool,
}

impl Lines {
    /// Judged by what comes before the first feature: the end of a line, and maybe blanks.
    pub(super) fn of(before: &[u8], commas: bool) -> Self {
        let indent = before.iter().rposition(|byte| *byte == b'\n').map_or(before, |at| &before[at + 1..]);
        let begin = [indent, b"{"].concat();
        Self { begin, commas }
    }

    /// Where a piece of about so many bytes ends, behind a feature; with little text left, as late as possible.
    pub(super) fn cut(&self, window: &[u8], piece_bytes: usize) -> Option<usize> {
        if window.len() < 2 * piece_bytes {
            return memrchr_iter(b'\n', window).find_map(|at| self.end_before(window, at));
        }
        memchr_iter(b'\n', &window[piece_bytes..]).find_map(|at| self.end_before(window, piece_bytes + at))
    }

    /// The end of the feature before a line end that a feature follows.
    fn end_before(&self, window: &[u8], line_end: usize) -> Option<usize> {
        if !window[line_end + 1..].starts_with(&self.begin) {
            return None;
        }
        let mut before = window[..line_end].trim_ascii_end();
        if self.commas {
            before = before.strip_suffix(b",")?.trim_ascii_end();
        }
        before.ends_with(b"}").then_some(before.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_lies_behind_a_feature_and_before_a_line_like_the_first() {
        let collection = b"\n  {\"a\":1},\n  {\"a\":[\n   {},\n    {}]} ,\r\n  {\"a\":2}\n]}";
        let lines = Lines::of(b"\n  ", true);
        let first = b"\n  {\"a\":1}".len();
        assert_eq!(lines.cut(collection, 5), Some(first));
        assert_eq!(lines.cut(collection, 12), Some(b"\n  {\"a\":1},\n  {\"a\":[\n   {},\n    {}]}".len()));
        assert_eq!(lines.cut(&collection[..first + 8], 1 << 20), Some(first));
        assert_eq!(lines.cut(&collection[..first], 1), None);
        let sequence = b"{\"a\":1}\n{\"a\":2}\n\x1e{}\n";
        assert_eq!(Lines::of(b"", false).cut(sequence, 1), Some(7));
        assert_eq!(Lines::of(b"\x1e", false).cut(sequence, 1), Some(15));
    }
}
