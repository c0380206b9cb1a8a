//! Select lists, orders and whole `SoQL` statements.

use super::SqlError;
use super::ast::Expr;
use super::parse::Parser;
use super::token::{Dialect, Token};

/// One item of a select list.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `*`: the user's columns.
    Star,
    /// `:*`: the system columns.
    SystemStar,
    /// An expression and the name of its result.
    Expr(Expr, String),
}

/// One key of an order; `true` is descending.
pub type Key = (Expr, bool);

/// The clauses of one query.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    /// The select list; empty when none was given.
    pub select: Vec<Item>,
    /// `where`
    pub filter: Option<Expr>,
    /// `group by`
    pub group: Vec<Expr>,
    /// `having`
    pub having: Option<Expr>,
    /// `order by`
    pub order: Vec<Key>,
    /// `search`
    pub search: Option<String>,
    /// `limit`
    pub limit: Option<usize>,
    /// `offset`
    pub offset: usize,
}

/// The name `SoQL` gives to a result nobody named: the column, or function and arguments joined by `_`.
fn default_name(expr: &Expr) -> String {
    match expr {
        Expr::Column { name, .. } => name.to_ascii_lowercase(),
        Expr::Call(name, arguments) => {
            let inner: Vec<String> =
                arguments.iter().filter(|arg| !matches!(arg, Expr::Star)).map(default_name).collect();
            std::iter::once(name.clone()).chain(inner).collect::<Vec<_>>().join("_")
        }
        Expr::Literal(value) => value.display(),
        _ => "expression".to_owned(),
    }
}

fn item(parser: &mut Parser) -> Result<Item, SqlError> {
    if parser.take_sign("*") {
        return Ok(Item::Star);
    }
    if parser.take_word(":") {
        return if parser.take_sign("*") { Ok(Item::SystemStar) } else { parser.unexpected("`*'") };
    }
    let expr = parser.expression()?;
    if !parser.take_word("as") {
        let name = default_name(&expr);
        return Ok(Item::Expr(expr, name));
    }
    match parser.next() {
        Some(Token::Word(name) | Token::Quoted(name)) => Ok(Item::Expr(expr, name.to_ascii_lowercase())),
        _ => parser.unexpected("a name"),
    }
}

fn comma_list<T>(
    parser: &mut Parser,
    one: impl Fn(&mut Parser) -> Result<T, SqlError>,
) -> Result<Vec<T>, SqlError> {
    let mut list = vec![one(parser)?];
    while parser.take_sign(",") {
        list.push(one(parser)?);
    }
    Ok(list)
}

fn key(parser: &mut Parser) -> Result<Key, SqlError> {
    let expr = parser.expression()?;
    let descending = parser.take_word("desc");
    if !descending {
        parser.take_word("asc");
    }
    Ok((expr, descending))
}

fn number(parser: &mut Parser) -> Result<usize, SqlError> {
    if let Some(Token::Number(text)) = parser.next() {
        if let Ok(number) = text.parse() {
            return Ok(number);
        }
        parser.back();
    }
    parser.unexpected("a whole number")
}

fn whole<T>(
    text: &str,
    dialect: Dialect,
    read: impl Fn(&mut Parser) -> Result<T, SqlError>,
) -> Result<T, SqlError> {
    let mut parser = Parser::new(text, dialect)?;
    let found = read(&mut parser)?;
    parser.end()?;
    Ok(found)
}

/// A select list.
pub fn select(text: &str) -> Result<Vec<Item>, SqlError> {
    whole(text, Dialect::Soql, |parser| comma_list(parser, item))
}

/// An order.
pub fn order(text: &str, dialect: Dialect) -> Result<Vec<Key>, SqlError> {
    whole(text, dialect, |parser| comma_list(parser, key))
}

/// A list of expressions.
pub fn group(text: &str) -> Result<Vec<Expr>, SqlError> {
    whole(text, Dialect::Soql, |parser| comma_list(parser, Parser::expression))
}

fn need_by(parser: &mut Parser) -> Result<(), SqlError> {
    if parser.take_word("by") { Ok(()) } else { parser.unexpected("`BY'") }
}

fn clauses(parser: &mut Parser, out: &mut Statement) -> Result<(), SqlError> {
    if parser.take_word("where") {
        out.filter = Some(parser.expression()?);
    }
    if parser.take_word("group") {
        need_by(parser)?;
        out.group = comma_list(parser, Parser::expression)?;
    }
    if parser.take_word("having") {
        out.having = Some(parser.expression()?);
    }
    if parser.take_word("order") {
        need_by(parser)?;
        out.order = comma_list(parser, key)?;
    }
    if parser.take_word("search") {
        match parser.next() {
            Some(Token::Text(words)) => out.search = Some(words),
            _ => return parser.unexpected("a string"),
        }
    }
    if parser.take_word("limit") {
        out.limit = Some(number(parser)?);
    }
    if parser.take_word("offset") {
        out.offset = number(parser)?;
    }
    Ok(())
}

/// `select .. where .. group by .. having .. order by .. search .. limit .. offset ..`, in that order.
pub fn statement(text: &str) -> Result<Statement, SqlError> {
    whole(text, Dialect::Soql, |parser| {
        let mut out = Statement::default();
        if parser.take_word("select") {
            out.select = comma_list(parser, item)?;
        }
        clauses(parser, &mut out)?;
        Ok(out)
    })
}
