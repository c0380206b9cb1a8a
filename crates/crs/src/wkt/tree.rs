//! Well-known text as a tree of keywords and values, with bounds on size and depth.
//!
//! OGC 01-009 (WKT1, and Esri's dialect of it) and ISO 19162 (WKT2) share this syntax; brackets may be square or
//! round, a quote within a text is doubled.

use crate::CrsError;

/// Longest text read, in bytes; real definitions are below 16 KB.
const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting read; WKT2's deepest clauses nest about ten levels.
const MAX_DEPTH: usize = 32;

/// A keyword and what its brackets hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// In capitals.
    pub(crate) keyword: String,
    pub(crate) values: Vec<Value>,
}

/// One thing between the commas.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(f64),
    Node(Node),
}

impl Node {
    /// Reads the first node of a text; what follows after a comma (Esri's `VERTCS`) is left alone.
    pub(crate) fn parse(text: &str) -> Result<Self, CrsError> {
        if text.len() > MAX_BYTES {
            return Err(CrsError::Wkt { at: MAX_BYTES, reason: "the text is too long" });
        }
        let mut reader = Reader { text, at: 0 };
        reader.skip_blanks();
        let Value::Node(node) = reader.word(0)? else {
            return Err(reader.error("expected a keyword and brackets"));
        };
        reader.skip_blanks();
        match reader.peek() {
            None | Some(b',' | 0) => Ok(node),
            Some(_) => Err(reader.error("unexpected text after the definition")),
        }
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Self> {
        self.values.iter().filter_map(|value| match value {
            Value::Node(node) => Some(node),
            _ => None,
        })
    }

    /// The first child with one of these keywords.
    pub(crate) fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.nodes().find(|node| keywords.contains(&node.keyword.as_str()))
    }

    /// The `index`th number among the values.
    pub(crate) fn number(&self, index: usize) -> Option<f64> {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        self.values.iter().filter_map(number).nth(index)
    }

    /// The `index`th value as text, numbers included.
    pub(crate) fn text(&self, index: usize) -> Option<String> {
        match self.values.get(index)? {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Node(_) => None,
        }
    }

    /// The first text: the name in nearly every clause.
    pub(crate) fn name(&self) -> &str {
        match self.values.first() {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, reason: &'static str) -> CrsError {
        CrsError::Wkt { at: self.at, reason }
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        // A byte order mark in front, as some writers of .prj files leave it.
        if self.at == 0 && self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.skip_blanks();
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, CrsError> {
        match self.peek() {
            Some(b'"') => self.quoted().map(Value::Text),
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => self.number(),
            _ => self.word(depth),
        }
    }

    /// A keyword with brackets, or a bare word such as `EAST`.
    fn word(&mut self, depth: usize) -> Result<Value, CrsError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        let word = self.text[start..self.at].to_ascii_uppercase();
        if word.is_empty() {
            return Err(self.error("expected a keyword, a number or a quoted text"));
        }
        self.skip_blanks();
        match self.peek() {
            Some(b'[') => Ok(Value::Node(Node { keyword: word, values: self.list(b']', depth + 1)? })),
            Some(b'(') => Ok(Value::Node(Node { keyword: word, values: self.list(b')', depth + 1)? })),
            _ => Ok(Value::Text(word)),
        }
    }

    fn list(&mut self, close: u8, depth: usize) -> Result<Vec<Value>, CrsError> {
        if depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let mut values = Vec::new();
        loop {
            self.at += 1;
            self.skip_blanks();
            if values.is_empty() && self.peek() == Some(close) {
                break;
            }
            values.push(self.value(depth)?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => {}
                Some(byte) if byte == close => break,
                Some(_) => return Err(self.error("expected a comma or the closing bracket")),
                None => return Err(self.error("the text ends within brackets")),
            }
        }
        self.at += 1;
        Ok(values)
    }

    fn quoted(&mut self) -> Result<String, CrsError> {
        let mut text = String::new();
        loop {
            let start = self.at + 1;
            let Some(length) = self.text[start..].find('"') else {
                return Err(self.error("the text ends within quotes"));
            };
            text.push_str(&self.text[start..start + length]);
            self.at = start + length + 1;
            if self.peek() != Some(b'"') {
                return Ok(text);
            }
            text.push('"');
        }
    }

    fn number(&mut self) -> Result<Value, CrsError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'+' | b'-' | b'.' | b'0'..=b'9' | b'e' | b'E')) {
            self.at += 1;
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            _ => Err(CrsError::Wkt { at: start, reason: "not a number" }),
        }
    }
}
