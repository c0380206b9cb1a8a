//! A position in a JSON text, and the steps that move it.

use memchr::memchr2;

use super::flaw::{Flaw, Parsed};

/// A string token without its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Holds a backslash, so it must be unescaped before use.
    pub(crate) escaped: bool,
}

/// A position in a JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Goes to a position met before.
    pub(crate) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn raw(&self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }

    pub(crate) fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start..span.end]
    }

    /// Skips white space and returns the next byte; 0 at the end.
    #[inline]
    pub(crate) fn peek(&mut self) -> u8 {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte > b' ' || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return byte;
            }
            self.at += 1;
        }
        0
    }

    /// Moves over bytes that the caller knows.
    #[inline]
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Moves over the next byte after white space if it is this one.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected(&format!("`{}`", byte as char))) }
    }

    /// The flaw of finding something else, or nothing, at the cursor.
    #[cold]
    pub(crate) fn unexpected(&self, wanted: &str) -> Flaw {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => Flaw::end(self.at),
            Some(found) => {
                Flaw::rule(self.at, format!("expected {wanted}, found `{}`", found.escape_debug()))
            }
        }
    }

    /// The key of the next member of an object, with the cursor at its value; `None` behind the object. `first` is
    /// true before the first member.
    #[inline]
    pub(crate) fn member(&mut self, first: &mut bool) -> Parsed<Option<Span>> {
        match self.peek() {
            b'}' => {
                self.at += 1;
                return Ok(None);
            }
            b',' if !*first => self.at += 1,
            _ if *first => {}
            _ => return Err(self.unexpected("`,` or `}`")),
        }
        *first = false;
        if self.peek() != b'"' {
            return Err(self.unexpected("a member name in quotes"));
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// True when an element of an array follows; false behind the array.
    #[inline]
    pub(crate) fn element(&mut self, first: &mut bool) -> Parsed<bool> {
        match self.peek() {
            b']' if *first => {
                self.at += 1;
                return Ok(false);
            }
            _ if *first => *first = false,
            b',' => self.at += 1,
            b']' => {
                self.at += 1;
                return Ok(false);
            }
            _ => return Err(self.unexpected("`,` or `]`")),
        }
        Ok(true)
    }

    /// The string at the cursor.
    #[inline]
    pub(crate) fn string(&mut self) -> Parsed<Span> {
        if self.peek() != b'"' {
            return Err(self.unexpected("a string"));
        }
        let start = self.at + 1;
        let (mut at, mut escaped) = (start, false);
        loop {
            let Some(step) = self.bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
                return Err(Flaw::end(self.bytes.len()));
            };
            at += step;
            if self.bytes[at] == b'"' {
                self.at = at + 1;
                return Ok(Span { start, end: at, escaped });
            }
            escaped = true;
            at += 2;
        }
    }

    /// Moves over `null`, `true` or `false`.
    pub(crate) fn word(&mut self, word: &str) -> Parsed<()> {
        self.peek();
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        let rest = &self.bytes[self.at..];
        if word.as_bytes().starts_with(rest) {
            return Err(Flaw::end(self.bytes.len()));
        }
        Err(self.unexpected("a JSON value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_need_their_commas() {
        let keys = |text: &str| -> Parsed<usize> {
            let mut cursor = Cursor::new(text);
            cursor.expect(b'{')?;
            let (mut first, mut count) = (true, 0);
            while cursor.member(&mut first)?.is_some() {
                cursor.value()?;
                count += 1;
            }
            Ok(count)
        };
        assert_eq!(keys(r#" { "a" : 1 , "b":[ ] , "c":{}}"#), Ok(3));
        assert_eq!(keys("{}"), Ok(0));
        for bad in [
            "{,}",
            r#"{"a":1 "b":2}"#,
            r#"{"a" 1}"#,
            "{1:2}",
            r#"{"a":[1 2]}"#,
            r#"{"a":[,1]}"#,
            r#"{"a":[1,]}"#,
        ] {
            assert!(!keys(bad).unwrap_err().is_end(), "{bad}");
        }
        for cut in ["{", r#"{"a"#, r#"{"a":"#, r#"{"a":tr"#, r#"{"a":[1"#] {
            assert!(keys(cut).unwrap_err().is_end(), "{cut}");
        }
    }
}
