//! The expression tree.

use crate::table::Value;

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `||`
    Concat,
}

impl Op {
    /// Whether it compares.
    pub fn compares(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual
        )
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value.
    Literal(Value),
    /// A column; the index is meaningless before [`super::bind()`].
    Column {
        /// The name as written.
        name: String,
        /// The position among the columns.
        index: usize,
    },
    /// `*`, only inside `count(*)`.
    Star,
    /// A comparison or arithmetic.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `AND`
    And(Box<Expr>, Box<Expr>),
    /// `OR`
    Or(Box<Expr>, Box<Expr>),
    /// `NOT`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `x IN (...)`
    In(Box<Expr>, Vec<Expr>),
    /// `x BETWEEN low AND high`
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x LIKE pattern`
    Like(Box<Expr>, Box<Expr>),
    /// `x IS NULL`
    IsNull(Box<Expr>),
    /// `name(arguments)`
    Call(String, Vec<Expr>),
}

impl Expr {
    /// The parts directly below.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Literal(_) | Self::Column { .. } | Self::Star => Vec::new(),
            Self::Binary(_, a, b) | Self::And(a, b) | Self::Or(a, b) | Self::Like(a, b) => vec![a, b],
            Self::Not(a) | Self::Negate(a) | Self::IsNull(a) => vec![a],
            Self::Between(a, b, c) => vec![a, b, c],
            Self::In(a, list) => std::iter::once(&mut **a).chain(list).collect(),
            Self::Call(_, arguments) => arguments.iter_mut().collect(),
        }
    }

    /// The parts directly below.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Literal(_) | Self::Column { .. } | Self::Star => Vec::new(),
            Self::Binary(_, a, b) | Self::And(a, b) | Self::Or(a, b) | Self::Like(a, b) => vec![a, b],
            Self::Not(a) | Self::Negate(a) | Self::IsNull(a) => vec![a],
            Self::Between(a, b, c) => vec![a, b, c],
            Self::In(a, list) => std::iter::once(&**a).chain(list).collect(),
            Self::Call(_, arguments) => arguments.iter().collect(),
        }
    }

    /// Whether an aggregate function occurs in it.
    pub fn aggregates(&self) -> bool {
        matches!(self, Self::Call(name, _) if super::functions::is_aggregate(name))
            || self.children().iter().any(|child| child.aggregates())
    }
}
