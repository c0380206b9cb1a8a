//! String contents: escapes and compact form.

use super::flaw::{Flaw, Parsed};

/// The text behind the escapes of a string's content. `at` is where the content begins, for messages.
pub(crate) fn unescape<'a>(content: &str, at: usize, scratch: &'a mut String) -> Parsed<&'a str> {
    scratch.clear();
    let mut rest = content;
    while let Some(backslash) = memchr::memchr(b'\\', rest.as_bytes()) {
        scratch.push_str(&rest[..backslash]);
        let here = at + content.len() - rest.len() + backslash;
        let (character, length) = escape(&rest[backslash..], here)?;
        scratch.push(character);
        rest = &rest[backslash + length..];
    }
    scratch.push_str(rest);
    Ok(scratch)
}

/// The character an escape stands for and the bytes it takes; `text` begins with the backslash.
fn escape(text: &str, at: usize) -> Parsed<(char, usize)> {
    let bytes = text.as_bytes();
    let character = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at),
        _ => return Err(Flaw::rule(at, "a backslash begins no escape of JSON")),
    };
    Ok((character, 2))
}

fn unicode(bytes: &[u8], at: usize) -> Parsed<(char, usize)> {
    let first = hex4(bytes, 2, at)?;
    let lone = || Flaw::rule(at, format!("the escape \\u{first:04x} is half of a surrogate pair"));
    if !(0xD800..0xE000).contains(&first) {
        return Ok((char::from_u32(first).ok_or_else(lone)?, 6));
    }
    if first >= 0xDC00 || bytes.get(6..8) != Some(b"\\u") {
        return Err(lone());
    }
    let second = hex4(bytes, 8, at + 6)?;
    if !(0xDC00..0xE000).contains(&second) {
        return Err(lone());
    }
    let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    Ok((char::from_u32(code).ok_or_else(lone)?, 12))
}

fn hex4(bytes: &[u8], from: usize, at: usize) -> Parsed<u32> {
    let digits = bytes.get(from..from + 4).unwrap_or_default();
    let digit = |value: u32, &byte: &u8| Some(value * 16 + char::from(byte).to_digit(16)?);
    match digits.len() {
        4 => digits.iter().try_fold(0, digit),
        _ => None,
    }
    .ok_or_else(|| Flaw::rule(at, "\\u needs four hexadecimal digits"))
}

/// Checks the escapes of a string's content that is to be kept as it is. Lone surrogates are JSON.
pub(super) fn check_escapes(content: &str, at: usize) -> Parsed<()> {
    let bytes = content.as_bytes();
    let mut from = 0;
    while let Some(step) = memchr::memchr(b'\\', &bytes[from..]) {
        from += step;
        if bytes.get(from + 1) == Some(&b'u') {
            hex4(bytes, from + 2, at + from)?;
            from += 6;
        } else {
            from += escape(&content[from..], at + from)?.1;
        }
    }
    Ok(())
}

/// The same JSON value without white space between its tokens, and with control characters in strings escaped, so
/// that it fits on one line. Numbers and strings keep their spelling.
pub(crate) fn compact<'a>(value: &'a str, scratch: &'a mut String) -> &'a str {
    if !value.bytes().any(|byte| byte <= b' ') {
        return value;
    }
    scratch.clear();
    let (mut in_string, mut after_backslash, mut kept) = (false, false, 0);
    for (at, byte) in value.bytes().enumerate() {
        let drop = byte <= b' ' && (!in_string || byte < b' ');
        if drop {
            scratch.push_str(&value[kept..at]);
            kept = at + 1;
            if in_string {
                use std::fmt::Write;
                // Writing to a string cannot fail.
                let _ = write!(scratch, "\\u{byte:04x}");
            }
        }
        in_string ^= byte == b'"' && !after_backslash;
        after_backslash = in_string && byte == b'\\' && !after_backslash;
    }
    scratch.push_str(&value[kept..]);
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(content: &str) -> Parsed<String> {
        unescape(content, 0, &mut String::new()).map(str::to_owned)
    }

    #[test]
    fn escapes_become_characters() {
        assert_eq!(plain(r#"a\"\\\/\b\f\n\r\tb"#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\tb");
        assert_eq!(plain(r"\u00e9\ud83c\udfe0\u65e5").unwrap(), "é🏠日");
        for bad in [r"\x", r"\u12", r"\uzzzz", r"\ud83c", r"\ud83cx", r"\ud83c\u0041", r"\udfe0", r"\u+123"] {
            assert!(plain(bad).is_err(), "{bad}");
        }
        assert!(check_escapes(r"\ud83c \n", 0).is_ok() && check_escapes(r"\é", 0).is_err());
    }

    #[test]
    fn compact_keeps_what_is_in_strings() {
        let compacted = |text: &str| compact(text, &mut String::new()).to_owned();
        assert_eq!(compacted("{ \"a b\" :\n [ 1.50,\t\"x\\\" y\" ] }"), r#"{"a b":[1.50,"x\" y"]}"#);
        assert_eq!(compacted("\"a\nb\\\\\" "), r#""a\u000ab\\""#);
    }
}
