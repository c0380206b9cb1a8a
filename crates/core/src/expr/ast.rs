use super::instant::{Date, Timestamp};

/// A condition or a value over the columns of one layer.
///
/// Chains of AND and of OR are flat: an `And` holds no `And`, an `Or` no `Or`, and both hold two or more.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// The value of a column.
    Column(ColumnName),
    /// A constant.
    Literal(Literal),
    /// Unary minus.
    Negate(Box<Expr>),
    /// `left op right` on numbers.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `left op right` giving true, false or null.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// All of them.
    And(Vec<Expr>),
    /// One of them.
    Or(Vec<Expr>),
    /// The opposite; of null, null.
    Not(Box<Expr>),
    /// `value [NOT] IN (list)`.
    In {
        /// What is looked for.
        value: Box<Expr>,
        /// Where; never empty.
        list: Vec<Expr>,
        /// With NOT.
        negated: bool,
    },
    /// `value [NOT] BETWEEN low AND high`, both ends included.
    Between {
        /// What is tested.
        value: Box<Expr>,
        /// The lower end.
        low: Box<Expr>,
        /// The upper end.
        high: Box<Expr>,
        /// With NOT.
        negated: bool,
    },
    /// `value [NOT] LIKE pattern`.
    Like(Box<Like>),
    /// `value IS [NOT] NULL`; never null itself.
    IsNull {
        /// What is tested.
        value: Box<Expr>,
        /// With NOT.
        negated: bool,
    },
}

/// A column as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// The name without quotes.
    pub name: String,
    /// Written in quotes: matched exactly. Bare names fall back to matching without case.
    pub quoted: bool,
}

/// `value [NOT] [I]LIKE pattern [ESCAPE escape]`: `%` is any run of characters, `_` any one character.
#[derive(Debug, Clone, PartialEq)]
pub struct Like {
    /// What is tested.
    pub value: Expr,
    /// The pattern; null matches nothing and gives null.
    pub pattern: Option<String>,
    /// The character that makes a following `%`, `_` or itself plain. None by default, as in standard SQL.
    pub escape: Option<char>,
    /// ILIKE.
    pub ignore_case: bool,
    /// With NOT.
    pub negated: bool,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// NULL.
    Null,
    /// TRUE or FALSE.
    Boolean(bool),
    /// A whole number in the range of i64 or u64, kept exactly.
    Integer(i128),
    /// A number with a point or an exponent: the nearest double, always finite.
    Float(f64),
    /// Text.
    Text(String),
    /// `DATE '2024-05-01'`.
    Date(Date),
    /// `TIMESTAMP '2024-05-01 12:30:00'`, with or without an offset.
    Timestamp(Timestamp),
}

/// The four rules of arithmetic, and the remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`: always a double, null when dividing by zero.
    Divide,
    /// `%`: with the sign of the dividend, null when dividing by zero.
    Remainder,
}

impl ArithmeticOp {
    /// Its sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl CompareOp {
    /// Its sign in standard SQL.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparison that holds for `b, a` when this one holds for `a, b`.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}
