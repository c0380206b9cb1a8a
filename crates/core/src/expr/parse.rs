//! Text to [`Expr`]: tokens are checked first, then `sqlparser` builds its tree, then that is converted.

use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::ast::Expr;
use super::convert::convert;
use super::error::{ExprError, Position};

/// Longest text that is read; a list of a million ids fits.
const MAX_BYTES: usize = 16 << 20;
/// Most operators. `sqlparser` hangs the chain `a OR b OR c ..` one below the other and frees it by recursion,
/// so this bounds the stack.
const MAX_OPERATORS: usize = 5_000;
/// Deepest [`Expr`]. Printing needs at most two recursions of the parser for each level.
pub(super) const MAX_DEPTH: usize = 32;
const PARSER_RECURSION: usize = 2 * MAX_DEPTH + 16;

/// Plain SQL: `"quoted"` and `` `quoted` `` names, no backslash escapes in text.
///
/// Not `GenericDialect`: that one reads a column called `user` as a function, and retries a failed NOT and CASE as
/// names, which takes exponential time on nested ones.
#[derive(Debug)]
struct WhereDialect;

impl Dialect for WhereDialect {
    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"' || ch == '`'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || matches!(ch, '_' | '$' | '#' | '@')
    }

    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        matches!(keyword, Keyword::NOT | Keyword::CASE | Keyword::NULL | Keyword::TRUE | Keyword::FALSE)
    }
}

impl Expr {
    /// Read an expression.
    ///
    /// # Errors
    /// [`ExprError::Empty`], [`ExprError::Syntax`], [`ExprError::Unsupported`], [`ExprError::TooDeep`],
    /// [`ExprError::TooLong`] and [`ExprError::Literal`].
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        if text.len() > MAX_BYTES {
            return Err(ExprError::TooLong { limit: MAX_BYTES, unit: "bytes" });
        }
        let tokens = Tokenizer::new(&WhereDialect, text).tokenize_with_location().map_err(|error| {
            let position = Position { line: error.location.line, column: error.location.column };
            ExprError::Syntax { message: lower_first(&error.message), position: Some(position) }
        })?;
        check_tokens(&tokens)?;
        let mut parser = Parser::new(&WhereDialect)
            .with_recursion_limit(PARSER_RECURSION)
            .with_tokens_with_locations(tokens);
        let tree = parser.parse_expr().map_err(from_parser)?;
        let rest = parser.peek_token();
        if rest.token != Token::EOF {
            return Err(ExprError::Syntax {
                message: format!("expected an operator or the end, found {}", rest.token),
                position: position(&rest),
            });
        }
        convert(tree, 0)
    }
}

fn position(token: &TokenWithSpan) -> Option<Position> {
    Position::from_span_start(token.span.start)
}

fn from_parser(error: ParserError) -> ExprError {
    match error {
        ParserError::RecursionLimitExceeded => ExprError::TooDeep { limit: MAX_DEPTH },
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => split_position(&message),
    }
}

/// `sqlparser` writes the place into the message: `.. at Line: 1, Column: 5`.
fn split_position(message: &str) -> ExprError {
    let parts = message.rsplit_once(" at Line: ").and_then(|(head, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((head, Position { line: line.parse().ok()?, column: column.parse().ok()? }))
    });
    let (message, position) = parts.map_or((message, None), |(head, place)| (head, Some(place)));
    let message = message.replace("Expected: ", "expected ").replace("found: EOF", "found the end");
    ExprError::Syntax { message: lower_first(&message.replace("found: ", "found ")), position }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Refuse what must not reach the parser: nothing at all, too much, and function calls, which it tries in several
/// ways each.
fn check_tokens(tokens: &[TokenWithSpan]) -> Result<(), ExprError> {
    let mut significant =
        tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).peekable();
    if significant.peek().is_none_or(|token| token.token == Token::EOF) {
        return Err(ExprError::Empty);
    }
    let mut operators = 0;
    while let Some(token) = significant.next() {
        operators += usize::from(is_operator(&token.token));
        if operators > MAX_OPERATORS {
            return Err(ExprError::TooLong { limit: MAX_OPERATORS, unit: "operators" });
        }
        let called = significant.peek().is_some_and(|next| next.token == Token::LParen);
        refuse(token, called)?;
    }
    Ok(())
}

fn is_operator(token: &Token) -> bool {
    use Keyword::{
        AND, AT, BETWEEN, COLLATE, DIV, ILIKE, IN, IS, LIKE, MEMBER, NOT, OR, OVERLAPS, REGEXP, RLIKE,
        SIMILAR, XOR,
    };
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            AND | AT
                | BETWEEN
                | COLLATE
                | DIV
                | ILIKE
                | IN
                | IS
                | LIKE
                | MEMBER
                | NOT
                | OR
                | OVERLAPS
                | REGEXP
                | RLIKE
                | SIMILAR
                | XOR
        ),
        Token::Number(..) | Token::SingleQuotedString(_) | Token::Comma => false,
        other => !matches!(other, Token::LParen | Token::RParen | Token::EOF),
    }
}

fn refuse(token: &TokenWithSpan, called: bool) -> Result<(), ExprError> {
    let (construct, hint) = match &token.token {
        Token::Word(word) if word.quote_style.is_none() => match word.keyword {
            Keyword::CASE => ("CASE".to_owned(), Some("a column of that name is written \"case\"")),
            _ if called && !may_precede_bracket(word.keyword) => {
                (format!("the function {}()", word.value), None)
            }
            _ => return Ok(()),
        },
        Token::DoubleEq => ("==".to_owned(), Some("write =")),
        Token::LBracket => {
            ("[".to_owned(), Some("write a column name with blanks or signs in \"double quotes\""))
        }
        Token::Placeholder(text) => (format!("the placeholder {text}"), None),
        Token::NationalStringLiteral(_) => ("N'..'".to_owned(), Some("text is UTF-8: write '..'")),
        _ => return Ok(()),
    };
    Err(ExprError::Unsupported { construct, hint: hint.map(str::to_owned), position: position(token) })
}

fn may_precede_bracket(keyword: Keyword) -> bool {
    use Keyword::{AND, BETWEEN, ESCAPE, ILIKE, IN, LIKE, NOT, OR};
    matches!(keyword, AND | OR | NOT | IN | LIKE | ILIKE | BETWEEN | ESCAPE)
}
