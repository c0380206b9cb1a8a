//! Moving over values: checked, or by braces only.

use memchr::{memchr2, memchr3};

use super::cursor::Cursor;
use super::flaw::{Flaw, Parsed};
use super::text::check_escapes;

/// Deepest nesting of brackets that is read. Other readers stop at 32 to 128.
const MAX_DEPTH: usize = 512;

impl Cursor<'_> {
    /// Moves over one value of any kind and checks its grammar. Does not recurse.
    pub(crate) fn value(&mut self) -> Parsed<()> {
        // One entry per open bracket: true for an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            let mut first = self.scalar_or_open(&mut open)?;
            loop {
                let Some(&object) = open.last() else { return Ok(()) };
                let more = if object { self.checked_member(&mut first)? } else { self.element(&mut first)? };
                if more {
                    break;
                }
                open.pop();
                first = false;
            }
        }
    }

    /// Moves over a scalar, or into a bracket. True when a bracket was opened.
    fn scalar_or_open(&mut self, open: &mut Vec<bool>) -> Parsed<bool> {
        match self.peek() {
            bracket @ (b'{' | b'[') => {
                if open.len() == MAX_DEPTH {
                    return Err(Flaw::rule(self.at, format!("brackets are nested deeper than {MAX_DEPTH}")));
                }
                self.advance(1);
                open.push(bracket == b'{');
                return Ok(true);
            }
            b'"' => {
                let span = self.string()?;
                if span.escaped {
                    check_escapes(self.slice(span), span.start)?;
                }
            }
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            b'-' | b'0'..=b'9' => {
                self.number()?;
            }
            _ => return Err(self.unexpected_value()),
        }
        Ok(false)
    }

    /// The flaw of finding no JSON value at the cursor.
    #[cold]
    pub(crate) fn unexpected_value(&mut self) -> Flaw {
        match self.peek() {
            b'N' | b'I' | b'+' => self.number().err().unwrap_or_else(|| self.unexpected("a value")),
            _ => self.unexpected("a value"),
        }
    }

    fn checked_member(&mut self, first: &mut bool) -> Parsed<bool> {
        let Some(key) = self.member(first)? else { return Ok(false) };
        if key.escaped {
            check_escapes(self.slice(key), key.start)?;
        }
        Ok(true)
    }

    /// Moves over the object at the cursor by counting braces.
    pub(crate) fn object_unchecked(&mut self) -> Parsed<()> {
        self.peek();
        let end = object_end(&self.bytes[self.at..]);
        let end = end.ok_or_else(|| Flaw::end(self.bytes.len()))?;
        self.at += end;
        Ok(())
    }
}

/// The length of the object that `bytes` begin with, found by counting braces outside strings; `None` when it does
/// not end here. Needs no valid UTF-8: no byte of a longer character looks like a brace, quote or backslash.
pub(crate) fn object_end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        at += memchr3(b'"', b'{', b'}', bytes.get(at..)?)?;
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => at = string_end(bytes, at + 1)?,
        }
        at += 1;
    }
}

/// The position of the quote that ends the string whose content begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// True when a text is one JSON value.
pub(crate) fn value_is_json(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.value().is_ok() && {
        cursor.peek();
        cursor.at() == text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_end_at_their_own_brace() {
        assert_eq!(object_end(br#"{"a":"}\"}{"} , {"#), Some(13));
        assert_eq!(object_end(br#"{"a":{"b":[{}]}}x"#), Some(16));
        for cut in [&b"{"[..], br#"{"a"#, br#"{"a\"#, br#"{"a":"}"#, b"", br#"{"\"#] {
            assert_eq!(object_end(cut), None);
        }
    }

    #[test]
    fn values_are_checked_without_recursion() {
        for good in ["1", r#""a\u00e9\n""#, "[]", r#"[1,[true,null],{"a":{}}]"#, " {\"a\" : [ ] } "] {
            assert!(value_is_json(good), "{good}");
        }
        for bad in
            ["", "[1,]", r#""\x""#, r#""\u12g4""#, "{]", "[}", "tru", "1 2", "NaN", r#"{"a":1,}"#, "'a'"]
        {
            assert!(!value_is_json(bad), "{bad}");
        }
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let flaw = Cursor::new(&deep).value().unwrap_err();
        assert_eq!(flaw, Flaw::rule(512, "brackets are nested deeper than 512"));
    }
}
