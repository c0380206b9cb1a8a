//! Words, numbers and signs of WKT.

use crate::DataError;

/// A place in the text.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    /// The next sign or the first byte of the next word or number; none at the end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the sign if it is next.
    pub(super) fn take(&mut self, sign: u8) -> bool {
        let found = self.peek() == Some(sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, sign: u8) -> Result<(), DataError> {
        if self.take(sign) { Ok(()) } else { Err(self.error(&format!("expected {}", char::from(sign)))) }
    }

    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        // Only ASCII belongs to a run, so it ends at the border of a character.
        &rest[..rest.bytes().take_while(|byte| belongs(*byte)).count()]
    }

    /// The next word in capitals, without taking it; empty if there is none.
    pub(super) fn peek_word(&mut self) -> String {
        self.run(|byte| byte.is_ascii_alphabetic()).to_ascii_uppercase()
    }

    /// Takes the word if it is next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let run = self.run(|byte| byte.is_ascii_alphabetic());
        let found = run.eq_ignore_ascii_case(word);
        self.at += if found { run.len() } else { 0 };
        found
    }

    /// A number, or the word NaN.
    pub(super) fn number(&mut self) -> Result<f64, DataError> {
        if self.take_word("nan") {
            return Ok(f64::NAN);
        }
        let run = self.run(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
        let number = run.parse().map_err(|_| self.error("expected a number"))?;
        if f64::is_infinite(number) {
            return Err(self.error("the number is too large for a double"));
        }
        self.at += run.len();
        Ok(number)
    }

    /// True where a number may begin.
    pub(super) fn at_number(&mut self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'))
            || self.peek_word() == "NAN"
    }

    /// An integer, as after `SRID=`.
    pub(super) fn integer(&mut self) -> Result<i32, DataError> {
        let run = self.run(|byte| byte.is_ascii_digit() || byte == b'-');
        let number = run.parse().map_err(|_| self.error("expected an integer"))?;
        self.at += run.len();
        Ok(number)
    }

    /// An error here, with what is found.
    pub(super) fn error(&mut self, message: &str) -> DataError {
        self.skip_blanks();
        let character = self.text[..self.at].chars().count() + 1;
        let found: String = self.text[self.at..].chars().take(20).collect();
        let found = if found.is_empty() { "the end".to_owned() } else { crate::text::clean(&found) };
        DataError::new(format!("WKT, at character {character}: {message}, found {found}"))
    }
}
