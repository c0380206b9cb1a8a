//! Tokens into expressions, by precedence climbing.

use super::SqlError;
use super::ast::{Expr, Op};
use super::token::{Dialect, Spanned, Token, tokens};
use crate::table::{Value, parse_timestamp};

/// Brackets and chains deeper than this are refused, as servers do, and cannot exhaust the stack.
const MAX_DEPTH: usize = 64;

/// Operators in one text beyond this are refused: a chain of them is a tree as deep as it is long.
const MAX_OPERATORS: usize = 2000;

/// A cursor over tokens.
pub struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    operators: usize,
    dialect: Dialect,
}

type Parsed = Result<Expr, SqlError>;

fn binary_op(sign: &str) -> Option<(Op, u8)> {
    Some(match sign {
        "=" => (Op::Equal, 1),
        "<>" | "!=" => (Op::NotEqual, 1),
        "<" => (Op::Less, 1),
        "<=" => (Op::LessEqual, 1),
        ">" => (Op::Greater, 1),
        ">=" => (Op::GreaterEqual, 1),
        "||" => (Op::Concat, 2),
        "+" => (Op::Add, 3),
        "-" => (Op::Subtract, 3),
        "*" => (Op::Multiply, 4),
        "/" => (Op::Divide, 4),
        "%" => (Op::Remainder, 4),
        _ => return None,
    })
}

impl Parser {
    /// A cursor at the first token.
    pub fn new(text: &str, dialect: Dialect) -> Result<Self, SqlError> {
        Ok(Self { tokens: tokens(text, dialect)?, at: 0, depth: 0, operators: 0, dialect })
    }

    /// One whole expression, nothing after it.
    pub fn whole(text: &str, dialect: Dialect) -> Parsed {
        let mut parser = Self::new(text, dialect)?;
        let expr = parser.expression()?;
        parser.end()?;
        Ok(expr)
    }

    /// Succeeds when no token is left.
    pub fn end(&self) -> Result<(), SqlError> {
        if self.at == self.tokens.len() { Ok(()) } else { self.unexpected("the end of the query") }
    }

    pub(super) fn unexpected<T>(&self, wanted: &str) -> Result<T, SqlError> {
        let (found, column) = match self.tokens.get(self.at) {
            None => ("end of input".to_owned(), self.tokens.last().map_or(1, |last| last.1 + 1)),
            Some((token, column)) => (
                match token {
                    Token::Word(word) | Token::Quoted(word) => word.to_ascii_uppercase(),
                    Token::Text(text) => format!("'{text}'"),
                    Token::Number(number) => number.clone(),
                    Token::Sign(sign) => (*sign).to_owned(),
                },
                *column,
            ),
        };
        Err(SqlError::Malformed { what: format!("Expected {wanted}, but got `{found}'"), column })
    }

    pub(super) fn peek_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some((Token::Word(found), _)) if found.eq_ignore_ascii_case(word))
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some((Token::Sign(found), _)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).map(|(token, _)| token.clone());
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn back(&mut self) {
        self.at -= 1;
    }

    fn need_sign(&mut self, sign: &str) -> Result<(), SqlError> {
        if self.take_sign(sign) { Ok(()) } else { self.unexpected(&format!("`{sign}'")) }
    }

    /// An expression of any kind.
    pub fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.unexpected("a shallower expression");
        }
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            self.count_operator()?;
            left = Expr::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn count_operator(&mut self) -> Result<(), SqlError> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS { self.unexpected("a shorter expression") } else { Ok(()) }
    }

    fn conjunction(&mut self) -> Parsed {
        let mut left = self.negation()?;
        while self.take_word("and") {
            self.count_operator()?;
            left = Expr::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed {
        let mut count = 0;
        while self.take_word("not") {
            count += 1;
        }
        let inner = self.predicate()?;
        Ok(if count % 2 == 1 { Expr::Not(Box::new(inner)) } else { inner })
    }

    fn predicate(&mut self) -> Parsed {
        let left = self.binary(1)?;
        let negated = self.take_word("not");
        let found = if self.take_word("in") {
            Expr::In(Box::new(left), self.arguments()?)
        } else if self.take_word("between") {
            let low = self.binary(2)?;
            if !self.take_word("and") {
                return self.unexpected("`AND'");
            }
            Expr::Between(Box::new(left), Box::new(low), Box::new(self.binary(2)?))
        } else if self.take_word("like") {
            Expr::Like(Box::new(left), Box::new(self.binary(2)?))
        } else if negated {
            return self.unexpected("`IN', `BETWEEN' or `LIKE'");
        } else if self.take_word("is") {
            return self.is_null(left);
        } else {
            return Ok(left);
        };
        Ok(if negated { Expr::Not(Box::new(found)) } else { found })
    }

    fn is_null(&mut self, left: Expr) -> Parsed {
        let negated = self.take_word("not");
        if !self.take_word("null") {
            return self.unexpected("`NULL'");
        }
        let found = Expr::IsNull(Box::new(left));
        Ok(if negated { Expr::Not(Box::new(found)) } else { found })
    }

    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((Token::Sign(sign), _)) = self.tokens.get(self.at) {
            let Some((op, level)) = binary_op(sign).filter(|(_, level)| *level >= least) else { break };
            self.at += 1;
            self.count_operator()?;
            left = Expr::Binary(op, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let negative = self.take_sign("-");
        if !negative {
            self.take_sign("+");
        }
        let inner = self.primary()?;
        Ok(if negative { Expr::Negate(Box::new(inner)) } else { inner })
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, SqlError> {
        self.need_sign("(")?;
        let mut list = Vec::new();
        if self.take_sign(")") {
            return Ok(list);
        }
        loop {
            list.push(if self.take_sign("*") { Expr::Star } else { self.expression()? });
            if self.take_sign(")") {
                return Ok(list);
            }
            self.need_sign(",")?;
        }
    }

    fn primary(&mut self) -> Parsed {
        match self.next() {
            Some(Token::Sign("(")) => {
                let inner = self.expression()?;
                self.need_sign(")")?;
                Ok(inner)
            }
            Some(Token::Text(text)) => Ok(Expr::Literal(Value::text(text))),
            Some(Token::Number(text)) => self.number(&text),
            Some(Token::Quoted(name)) => Ok(Expr::Column { name, index: usize::MAX }),
            Some(Token::Word(word)) => self.word(word),
            found => {
                self.at -= usize::from(found.is_some());
                self.unexpected("an expression")
            }
        }
    }

    fn number(&mut self, text: &str) -> Parsed {
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(Expr::Literal(Value::Int(whole)));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Expr::Literal(Value::Float(number))),
            _ => {
                self.back();
                self.unexpected("a number")
            }
        }
    }

    fn word(&mut self, word: String) -> Parsed {
        let lower = word.to_ascii_lowercase();
        let is_text = matches!(self.tokens.get(self.at), Some((Token::Text(_), _)));
        match lower.as_str() {
            "null" => Ok(Expr::Literal(Value::Null)),
            "true" => Ok(Expr::Literal(Value::Bool(true))),
            "false" => Ok(Expr::Literal(Value::Bool(false))),
            "timestamp" | "date" if self.dialect == Dialect::ArcGis && is_text => self.timestamp(),
            "and" | "or" | "not" | "in" | "between" | "like" | "is" | "limit" | "offset" | "where"
            | "from" | "group" | "order" | "having" | "select" | "by" => {
                self.back();
                self.unexpected("an expression")
            }
            _ if matches!(self.tokens.get(self.at), Some((Token::Sign("("), _))) => {
                Ok(Expr::Call(lower, self.arguments()?))
            }
            _ => Ok(Expr::Column { name: word, index: usize::MAX }),
        }
    }

    fn timestamp(&mut self) -> Parsed {
        if let Some(Token::Text(text)) = self.next()
            && let Some((ms, _)) = parse_timestamp(&text)
        {
            return Ok(Expr::Literal(Value::Time(ms)));
        }
        self.back();
        self.unexpected("a timestamp")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arcgis(text: &str) -> Parsed {
        Parser::whole(text, Dialect::ArcGis)
    }

    #[test]
    fn what_does_not_parse_is_refused_with_its_place() {
        for bad in
            ["", "a =", "a = 'x", "a BETWEEN 1", "a IN 1", "a b", "(a", "a = 1;", "a NOT 1", "timestamp 'x'"]
        {
            assert!(matches!(arcgis(bad), Err(SqlError::Malformed { .. })), "{bad}");
        }
        let Err(SqlError::Malformed { what, column }) = Parser::whole("bogus = limit 6", Dialect::Soql)
        else {
            panic!("a keyword is no expression")
        };
        assert_eq!((what.as_str(), column), ("Expected an expression, but got `LIMIT'", 9));
        assert!(arcgis(&"(".repeat(10_000)).is_err());
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tighter_than_and() {
        let Ok(Expr::Or(_, right)) = arcgis("a=1 OR b=2 AND NOT c=3") else { panic!("OR is the root") };
        let Expr::And(_, last) = *right else { panic!("AND is below") };
        assert!(matches!(*last, Expr::Not(_)));
    }
}
