//! Which separator a text table uses, and whether a text is one.

use super::encoding::Encoding;
use super::records::Records;

/// Separators in order of preference.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records compared.
const SAMPLE: usize = 50;
/// Bytes looked at.
pub(super) const HEAD_BYTES: usize = 1 << 16;
/// Cells counted per record.
const MOST_CELLS: usize = 20_000;

/// How well a separator fits the first records.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fit {
    cells: usize,
    /// Share of the records that have as many cells as the first.
    agreeing: f64,
    records: usize,
}

fn fit(text: &[u8], whole: bool, separator: u8) -> Fit {
    let mut records = Records::new(text, separator);
    let mut cells = Vec::new();
    let mut counts = Vec::new();
    while counts.len() < SAMPLE && records.next_record(&mut cells, MOST_CELLS) {
        if records.end() == text.len() && !whole && !counts.is_empty() {
            break;
        }
        counts.push(cells.len());
    }
    let first = counts.first().copied().unwrap_or(0);
    let agreeing = counts.iter().filter(|&&count| count == first).count();
    Fit { cells: first, agreeing: agreeing as f64 / counts.len().max(1) as f64, records: counts.len() }
}

/// The separator of a text whose beginning is given; `preferred` wins where the header has it.
pub(super) fn separator(text: &[u8], whole: bool, preferred: Option<u8>) -> u8 {
    if let Some(preferred) = preferred
        && fit(text, whole, preferred).cells > 1
    {
        return preferred;
    }
    let mut best = (preferred.unwrap_or(b','), 0.0, 1);
    for separator in SEPARATORS {
        let fit = fit(text, whole, separator);
        let better = fit.agreeing > best.1 || (fit.agreeing == best.1 && fit.cells > best.2);
        if fit.cells > 1 && better {
            best = (separator, fit.agreeing, fit.cells);
        }
    }
    best.0
}

/// True for text whose first lines all have the same number of cells, two or more.
pub(super) fn looks_like_table(head: &[u8]) -> bool {
    let encoding = Encoding::of_head(head);
    let text = encoding.decode_head(head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    let binary = text.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    if binary || matches!(first, None | Some(b'{' | b'[' | b'<')) {
        return false;
    }
    let text = text.strip_suffix(b"\n").unwrap_or(&text);
    SEPARATORS.into_iter().any(|separator| {
        let fit = fit(text, head.len() < HEAD_BYTES, separator);
        fit.records > 1 && fit.cells > 1 && fit.agreeing == 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_fits_every_line() {
        let cases: [(&str, u8); 6] = [
            ("a,b\n1,2\n", b','),
            ("n;lat;lon\nx, y;34,05;-118,2\n", b';'),
            ("a\tb, c\td\n1\t2\t3\n", b'\t'),
            ("a|b\n1|\"2,3\"\n", b'|'),
            ("only\n1\n", b','),
            ("", b','),
        ];
        for (text, expected) in cases {
            assert_eq!(separator(text.as_bytes(), true, None), expected, "{text}");
        }
        assert_eq!(separator(b"a,b\tc\n1,2\t3\n", true, Some(b'\t')), b'\t');
        assert_eq!(separator(b"a,b\n1,2\n", true, Some(b'\t')), b',');
    }

    #[test]
    fn only_tables_look_like_tables() {
        assert!(looks_like_table(b"a,b\n1,2\n") && looks_like_table(b"\xef\xbb\xbfa\tb\r\n1\t2\r\n"));
        for other in ["", "{\"a\": 1,\n\"b\": 2}", "[1,\n2,3]", "a\nb\n", "a,b\n", "a,b\n1\n", "fgb\u{3},\n,"]
        {
            assert!(!looks_like_table(other.as_bytes()), "{other}");
        }
    }
}
