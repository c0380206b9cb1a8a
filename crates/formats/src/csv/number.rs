//! What a lexeme says: a truth value, an integer, a number, or text.

/// 2^53: up to here every integer has a `f64` of its own.
const EXACT: u64 = 1 << 53;
/// Significant digits after which a `f64` may drop some.
const MOST_DIGITS: usize = 17;

/// What a cell without blanks around it could be typed as without loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lexeme {
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits with or without sign.
    Integer(i128),
    /// A number with a fraction or exponent.
    Float(f64),
    /// Anything else.
    Text,
}

impl Lexeme {
    /// Reads a trimmed cell whose decimal mark is `mark`.
    pub(super) fn of(text: &[u8], mark: u8) -> Self {
        match text.first() {
            Some(b'0'..=b'9' | b'-' | b'.' | b',') => number(text, mark),
            Some(b't' | b'T') if text.eq_ignore_ascii_case(b"true") => Self::Bool(true),
            Some(b'f' | b'F') if text.eq_ignore_ascii_case(b"false") => Self::Bool(false),
            _ => Self::Text,
        }
    }

    /// True for an integer that a `f64` may not hold.
    pub(super) fn beyond_f64(self) -> bool {
        matches!(self, Self::Integer(value) if value.unsigned_abs() > u128::from(EXACT))
    }
}

/// Spaces and tabs around a cell.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(start, |last| last + 1);
    &text[start..end]
}

/// A coordinate as people write them: any decimal number, trimmed, with a decimal comma where the column has such.
pub(super) fn coordinate(text: &[u8], comma: bool) -> Option<f64> {
    let text = trim(text);
    let value = if comma { parse_comma(text) } else { fast_float2::parse::<f64, _>(text).ok() };
    value.filter(|value| value.is_finite())
}

/// A number with a decimal comma.
pub(super) fn parse_comma(text: &[u8]) -> Option<f64> {
    let mut buffer = [0u8; 64];
    let buffer = buffer.get_mut(..text.len())?;
    buffer.copy_from_slice(text);
    if let Some(comma) = buffer.iter_mut().find(|byte| **byte == b',') {
        *comma = b'.';
    }
    fast_float2::parse(&*buffer).ok()
}

/// True for `1,234` and `12,345,678`-like shapes with one comma: an integer with a thousands separator, perhaps.
pub(super) fn could_be_thousands(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let Some(comma) = digits.iter().position(|&byte| byte == b',') else { return false };
    (1..=3).contains(&comma) && digits.len() - comma == 4 && digits[0] != b'0'
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(text: &[u8], mark: u8) -> Lexeme {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(unsigned);
    if whole > 1 && unsigned[0] == b'0' {
        return Lexeme::Text;
    }
    if whole == unsigned.len() {
        return integer(text, unsigned);
    }
    let mut rest = &unsigned[whole..];
    let mut fraction = 0;
    if rest[0] == mark {
        fraction = digits(&rest[1..]);
        if fraction == 0 {
            return Lexeme::Text;
        }
        rest = &rest[1 + fraction..];
    } else if whole == 0 {
        return Lexeme::Text;
    }
    if !exponent_fits(rest, fraction > 0)
        || significant(&unsigned[..unsigned.len() - rest.len()]) > MOST_DIGITS
    {
        return Lexeme::Text;
    }
    float(text, mark, &unsigned[..unsigned.len() - rest.len()])
}

fn integer(text: &[u8], unsigned: &[u8]) -> Lexeme {
    if unsigned.len() > 20 || text == b"-0" || unsigned.is_empty() {
        return if text == b"-0" { Lexeme::Float(-0.0) } else { Lexeme::Text };
    }
    let digit = |byte: &u8| u64::from(byte - b'0');
    let (head, last) = unsigned.split_at(unsigned.len().min(19));
    // Nineteen digits fit 64 bits; 128-bit arithmetic is kept for the twentieth.
    let head = head.iter().fold(0u64, |value, byte| value * 10 + digit(byte));
    let value = last.iter().fold(i128::from(head), |value, byte| value * 10 + i128::from(digit(byte)));
    let value = if text.len() > unsigned.len() { -value } else { value };
    let fits = value >= i128::from(i64::MIN) && value <= i128::from(u64::MAX);
    if fits { Lexeme::Integer(value) } else { Lexeme::Text }
}

/// `e-05`, `E+6`; without a sign only behind a fraction, for `12E4` is more often a code.
fn exponent_fits(rest: &[u8], has_fraction: bool) -> bool {
    let [b'e' | b'E', exponent @ ..] = rest else { return rest.is_empty() };
    let unsigned = match exponent {
        [b'+' | b'-', unsigned @ ..] => unsigned,
        _ if has_fraction => exponent,
        _ => return false,
    };
    !unsigned.is_empty() && digits(unsigned) == unsigned.len()
}

fn significant(mantissa: &[u8]) -> usize {
    let is_nonzero = |byte: &u8| (b'1'..=b'9').contains(byte);
    let Some(first) = mantissa.iter().position(is_nonzero) else { return 0 };
    let last = mantissa.iter().rposition(is_nonzero).unwrap_or(first);
    mantissa[first..=last].iter().filter(|byte| byte.is_ascii_digit()).count()
}

fn float(text: &[u8], mark: u8, mantissa: &[u8]) -> Lexeme {
    let value = if mark == b',' { parse_comma(text) } else { fast_float2::parse(text).ok() };
    let vanished = |value: f64| value == 0.0 && significant(mantissa) > 0;
    match value {
        Some(value) if value.is_finite() && !vanished(value) => Lexeme::Float(value),
        _ => Lexeme::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lexemes_that_lose_nothing_are_numbers() {
        for (text, value) in [
            ("1.50", 1.5),
            ("-0", -0.0),
            (".5", 0.5),
            ("1e-05", 1e-5),
            ("1.2E5", 1.2e5),
            ("0.10000000000000000000", 0.1),
        ] {
            assert_eq!(Lexeme::of(text.as_bytes(), b'.'), Lexeme::Float(value), "{text}");
        }
        for text in [
            "",
            "007",
            "-05",
            "00.5",
            "+5",
            "1,5",
            "1.",
            ".",
            "-",
            "-.",
            "12E4",
            "1e",
            "1.5e",
            "1e400",
            "1e+400",
            "1.5e-400",
            "NaN",
            "inf",
            "0x1f",
            "1 2",
            "1.2.3",
            "34.0402510000000000012",
            "18446744073709551616",
            "-9223372036854775809",
            "truex",
            "123456789012345678901234567890",
            "١",
        ] {
            assert_eq!(Lexeme::of(text.as_bytes(), b'.'), Lexeme::Text, "{text}");
        }
        assert_eq!(Lexeme::of(b"18446744073709551615", b'.'), Lexeme::Integer(u64::MAX.into()));
        assert_eq!(Lexeme::of(b"TRUE", b'.'), Lexeme::Bool(true));
        assert!(Lexeme::of(b"9007199254740993", b'.').beyond_f64());
    }

    #[test]
    fn decimal_commas_are_read_and_thousands_suspected() {
        assert_eq!(Lexeme::of(b"-118,290996", b','), Lexeme::Float(-118.290_996));
        assert!(
            could_be_thousands(b"12,500") && !could_be_thousands(b"0,500") && !could_be_thousands(b"1,5")
        );
        assert_eq!((coordinate(b" +34.5 ", false), coordinate(b"nan", false)), (Some(34.5), None));
    }
}
