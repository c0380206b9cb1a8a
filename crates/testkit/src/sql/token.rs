//! Text into tokens.

use super::SqlError;

/// Which server's text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// ArcGIS standardized queries: names may be double-quoted and dotted, `timestamp '...'` literals.
    ArcGis,
    /// `SoQL`: names may be in backticks, system fields start with a colon.
    Soql,
}

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A bare word: a keyword or a name.
    Word(String),
    /// A name in quotes of its own, never a keyword.
    Quoted(String),
    /// A string literal, unescaped.
    Text(String),
    /// A number as written.
    Number(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

const SIGNS: [&str; 20] = [
    "<>", "!=", "<=", ">=", "||", "::", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", ",", ";", ".",
];

/// A token and the character (from 1) it starts at.
pub type Spanned = (Token, usize);

struct Lexer {
    chars: Vec<char>,
    at: usize,
    dialect: Dialect,
    out: Vec<Spanned>,
}

fn is_name_start(c: char, dialect: Dialect) -> bool {
    c.is_alphabetic() || c == '_' || (dialect == Dialect::Soql && (c == ':' || c == '@'))
}

impl Lexer {
    fn fail<T>(&self, what: impl Into<String>) -> Result<T, SqlError> {
        Err(SqlError::Malformed { what: what.into(), column: self.at + 1 })
    }

    fn quoted(&mut self, quote: char) -> Result<String, SqlError> {
        let mut text = String::new();
        self.at += 1;
        loop {
            match self.chars.get(self.at) {
                None => return self.fail("Unterminated string"),
                Some(c) if *c == quote && self.chars.get(self.at + 1) == Some(&quote) && quote != '`' => {
                    text.push(quote);
                    self.at += 2;
                }
                Some(c) if *c == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(c) => {
                    text.push(*c);
                    self.at += 1;
                }
            }
        }
    }

    fn run(&mut self, keep: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.chars.get(self.at).is_some_and(|c| keep(*c)) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    fn number(&mut self) -> String {
        let mut text = self.run(|c| c.is_ascii_digit() || c == '.');
        if matches!(self.chars.get(self.at), Some('e' | 'E')) {
            text.push('e');
            self.at += 1;
            if let Some(sign @ ('+' | '-')) = self.chars.get(self.at) {
                text.push(*sign);
                self.at += 1;
            }
            text.push_str(&self.run(|c| c.is_ascii_digit()));
        }
        text
    }

    fn word(&mut self) -> String {
        let soql = self.dialect == Dialect::Soql;
        self.run(|c| {
            c.is_alphanumeric()
                || matches!(c, '_' | '$' | '#')
                || (soql && matches!(c, ':' | '@'))
                || (!soql && c == '.')
        })
    }

    fn sign(&mut self) -> Result<Token, SqlError> {
        let next: String = self.chars[self.at..].iter().take(2).collect();
        match SIGNS.iter().find(|sign| next.starts_with(**sign)) {
            Some(sign) => {
                self.at += sign.len();
                Ok(Token::Sign(sign))
            }
            None => self.fail(format!("Unexpected character `{}'", self.chars[self.at])),
        }
    }

    fn step(&mut self) -> Result<(), SqlError> {
        let (c, start) = (self.chars[self.at], self.at + 1);
        let cast = self.chars.get(self.at + 1) == Some(&':');
        let token = match c {
            _ if c.is_whitespace() => {
                self.at += 1;
                return Ok(());
            }
            '\'' => Token::Text(self.quoted('\'')?),
            '`' if self.dialect == Dialect::Soql => Token::Quoted(self.quoted('`')?),
            '"' => Token::Quoted(self.quoted('"')?),
            '0'..='9' => Token::Number(self.number()),
            ':' if cast && self.chars.get(self.at + 2) != Some(&'@') => self.sign()?,
            _ if is_name_start(c, self.dialect) => Token::Word(self.word()),
            _ => self.sign()?,
        };
        self.out.push((token, start));
        Ok(())
    }
}

/// All tokens of a text.
pub fn tokens(text: &str, dialect: Dialect) -> Result<Vec<Spanned>, SqlError> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, dialect, out: Vec::new() };
    while lexer.at < lexer.chars.len() {
        lexer.step()?;
    }
    Ok(lexer.out)
}
