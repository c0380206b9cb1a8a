//! Printing: for people (and for [`Expr::parse`]) and for servers.

use std::fmt::{self, Write};

use super::ast::{ArithmeticOp, ColumnName, Expr, Like, Literal};

/// How a server wants names and constants to be written. Operators and keywords are those of standard SQL.
pub trait SqlDialect {
    /// A column name.
    fn identifier(&self, name: &str) -> String;

    /// Text, in single quotes that are doubled inside.
    fn text(&self, text: &str) -> String {
        quote(text, '\'')
    }

    /// A constant.
    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Boolean(true) => "TRUE".to_owned(),
            Literal::Boolean(false) => "FALSE".to_owned(),
            Literal::Integer(value) => value.to_string(),
            Literal::Float(value) => format!("{value:?}"),
            Literal::Text(text) => self.text(text),
            Literal::Date(date) => format!("DATE '{date}'"),
            Literal::Timestamp(stamp) => format!("TIMESTAMP '{stamp}'"),
        }
    }
}

/// Standardized queries of `ArcGIS`: names as they are, in double quotes only if they are not plain words.
#[derive(Debug, Clone, Copy, Default)]
pub struct ArcGisSql;

impl SqlDialect for ArcGisSql {
    fn identifier(&self, name: &str) -> String {
        if is_plain_word(name) { name.to_owned() } else { quote(name, '"') }
    }
}

/// `SoQL` of Socrata: names in backticks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SoQl;

impl SqlDialect for SoQl {
    fn identifier(&self, name: &str) -> String {
        quote(name, '`')
    }
}

/// The text inside quotes, quotes within doubled.
pub(super) fn quote(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(mark);
    for c in text.chars() {
        if c == mark {
            out.push(mark);
        }
        out.push(c);
    }
    out.push(mark);
    out
}

fn is_plain_word(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Our own language: a name is quoted exactly when it was.
struct Own;

impl SqlDialect for Own {
    fn identifier(&self, name: &str) -> String {
        quote(name, '"')
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer { out: f, dialect: &Own, keep_bare: true }.print(self)
    }
}

impl Expr {
    /// Write the expression as SQL for a server.
    ///
    /// Give it a [resolved](Self::resolve) expression, for servers match names by their own rules.
    pub fn to_sql(&self, dialect: &dyn SqlDialect) -> String {
        let mut out = String::new();
        let printed = Printer { out: &mut out, dialect, keep_bare: false }.print(self);
        debug_assert!(printed.is_ok(), "writing to a String does not fail");
        out
    }

    /// How tightly the outermost operator binds; the scale of `sqlparser`.
    fn precedence(&self) -> u8 {
        match self {
            Self::Or(_) => 5,
            Self::And(_) => 10,
            Self::Not(_) => 15,
            Self::Compare(..)
            | Self::In { .. }
            | Self::Between { .. }
            | Self::Like(_)
            | Self::IsNull { .. } => 20,
            Self::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Subtract, ..) => 30,
            Self::Arithmetic(..) => 40,
            Self::Negate(_) => 50,
            Self::Column(_) | Self::Literal(_) => 60,
        }
    }
}

struct Printer<'a, W> {
    out: &'a mut W,
    dialect: &'a dyn SqlDialect,
    keep_bare: bool,
}

impl<W: Write> Printer<'_, W> {
    fn print(&mut self, expr: &Expr) -> fmt::Result {
        match expr {
            Expr::Column(name) => self.column(name),
            Expr::Literal(literal) => self.out.write_str(&self.dialect.literal(literal)),
            Expr::Negate(value) => {
                self.out.write_char('-')?;
                self.operand(value, 51)
            }
            Expr::Arithmetic(op, left, right) => {
                let level = expr.precedence();
                self.infix(left, op.sign(), right, (level, level + 1))
            }
            Expr::Compare(op, left, right) => self.infix(left, op.sign(), right, (21, 21)),
            Expr::And(operands) => self.chain(operands, " AND ", 11),
            Expr::Or(operands) => self.chain(operands, " OR ", 6),
            Expr::Not(value) => {
                self.out.write_str("NOT ")?;
                self.operand(value, 15)
            }
            Expr::In { value, list, negated } => {
                self.operand(value, 21)?;
                self.out.write_str(if *negated { " NOT IN (" } else { " IN (" })?;
                self.chain(list, ", ", 0)?;
                self.out.write_char(')')
            }
            Expr::Between { value, low, high, negated } => {
                self.operand(value, 21)?;
                self.out.write_str(if *negated { " NOT BETWEEN " } else { " BETWEEN " })?;
                self.infix(low, "AND", high, (21, 21))
            }
            Expr::Like(like) => self.like(like),
            Expr::IsNull { value, negated } => {
                self.operand(value, 21)?;
                self.out.write_str(if *negated { " IS NOT NULL" } else { " IS NULL" })
            }
        }
    }

    fn column(&mut self, column: &ColumnName) -> fmt::Result {
        if self.keep_bare && !column.quoted {
            return self.out.write_str(&column.name);
        }
        self.out.write_str(&self.dialect.identifier(&column.name))
    }

    /// In brackets if it binds less tightly than its place demands. Only where needed, so that what was parsed can be
    /// parsed again within the same limit of nesting.
    fn operand(&mut self, expr: &Expr, at_least: u8) -> fmt::Result {
        if expr.precedence() >= at_least {
            return self.print(expr);
        }
        self.out.write_char('(')?;
        self.print(expr)?;
        self.out.write_char(')')
    }

    fn infix(&mut self, left: &Expr, sign: &str, right: &Expr, levels: (u8, u8)) -> fmt::Result {
        self.operand(left, levels.0)?;
        write!(self.out, " {sign} ")?;
        self.operand(right, levels.1)
    }

    fn chain(&mut self, operands: &[Expr], separator: &str, at_least: u8) -> fmt::Result {
        for (index, operand) in operands.iter().enumerate() {
            if index > 0 {
                self.out.write_str(separator)?;
            }
            self.operand(operand, at_least)?;
        }
        Ok(())
    }

    fn like(&mut self, like: &Like) -> fmt::Result {
        self.operand(&like.value, 21)?;
        self.out.write_str(if like.negated { " NOT" } else { "" })?;
        self.out.write_str(if like.ignore_case { " ILIKE " } else { " LIKE " })?;
        let pattern = like.pattern.as_ref().map_or_else(|| "NULL".to_owned(), |text| self.dialect.text(text));
        self.out.write_str(&pattern)?;
        match like.escape {
            Some(escape) => write!(self.out, " ESCAPE {}", self.dialect.text(&escape.to_string())),
            None => Ok(()),
        }
    }
}
