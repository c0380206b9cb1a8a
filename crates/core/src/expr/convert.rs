//! `sqlparser`'s tree to ours; what has no place in ours is named and refused.

use sqlparser::ast::{self, BinaryOperator, DataType, TimezoneInfo, UnaryOperator, Value};

use super::ast::{ArithmeticOp, ColumnName, CompareOp, Expr, Like, Literal};
use super::error::{ExprError, Position};
use super::instant::{Date, Timestamp};
use super::parse::MAX_DEPTH;
use super::unsupported;

type Result<T> = std::result::Result<T, ExprError>;

/// Convert a tree that sits `depth` levels below the root.
pub(super) fn convert(tree: ast::Expr, depth: usize) -> Result<Expr> {
    if depth >= MAX_DEPTH {
        return Err(ExprError::TooDeep { limit: MAX_DEPTH });
    }
    let inner = |tree: Box<ast::Expr>| convert(*tree, depth + 1);
    let boxed = |tree: Box<ast::Expr>| inner(tree).map(Box::new);
    Ok(match tree {
        ast::Expr::Nested(tree) => convert(*tree, depth)?,
        ast::Expr::Identifier(name) => {
            Expr::Column(ColumnName { name: name.value, quoted: name.quote_style.is_some() })
        }
        ast::Expr::Value(value) => {
            Expr::Literal(literal(value.value, Position::from_span_start(value.span.start))?)
        }
        ast::Expr::TypedString(typed) => Expr::Literal(typed_literal(typed)?),
        ast::Expr::UnaryOp { op: UnaryOperator::Not, expr } => Expr::Not(boxed(expr)?),
        ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => negate(*expr, depth)?,
        ast::Expr::UnaryOp { op: UnaryOperator::Plus, expr } => convert(*expr, depth)?,
        ast::Expr::BinaryOp { .. } => binary(tree, depth)?,
        ast::Expr::IsNull(value) => Expr::IsNull { value: boxed(value)?, negated: false },
        ast::Expr::IsNotNull(value) => Expr::IsNull { value: boxed(value)?, negated: true },
        ast::Expr::InList { expr, list, negated } => {
            let list = list.into_iter().map(|item| convert(item, depth + 1)).collect::<Result<_>>()?;
            Expr::In { value: boxed(expr)?, list, negated }
        }
        ast::Expr::Between { expr, negated, low, high } => {
            Expr::Between { value: boxed(expr)?, low: boxed(low)?, high: boxed(high)?, negated }
        }
        ast::Expr::Like { negated, any: false, expr, pattern, escape_char } => {
            like(inner(expr)?, inner(pattern)?, escape_char, (negated, false))?
        }
        ast::Expr::ILike { negated, any: false, expr, pattern, escape_char } => {
            like(inner(expr)?, inner(pattern)?, escape_char, (negated, true))?
        }
        other => return Err(unsupported::expression(&other)),
    })
}

/// A minus before a number belongs to the number, so that -9223372036854775808 is one.
fn negate(tree: ast::Expr, depth: usize) -> Result<Expr> {
    match convert(tree, depth + 1)? {
        Expr::Literal(Literal::Integer(value)) => {
            let written = -value;
            let fits = written >= i128::from(i64::MIN) && written <= i128::from(u64::MAX);
            let out_of_range = || unsupported::number(&written.to_string());
            fits.then_some(Expr::Literal(Literal::Integer(written))).ok_or_else(out_of_range)
        }
        Expr::Literal(Literal::Float(value)) => Ok(Expr::Literal(Literal::Float(-value))),
        other => Ok(Expr::Negate(Box::new(other))),
    }
}

fn binary(tree: ast::Expr, depth: usize) -> Result<Expr> {
    let ast::Expr::BinaryOp { left, op, right } = tree else {
        return Err(unsupported::expression(&tree));
    };
    if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
        return chain(*left, &op, *right, depth);
    }
    let operands = |depth: usize| -> Result<_> {
        Ok((Box::new(convert(*left, depth + 1)?), Box::new(convert(*right, depth + 1)?)))
    };
    if let Some(op) = compare_op(&op) {
        let (left, right) = operands(depth)?;
        return Ok(Expr::Compare(op, left, right));
    }
    let op = arithmetic_op(&op).ok_or_else(|| unsupported::operator(&op))?;
    let (left, right) = operands(depth)?;
    Ok(Expr::Arithmetic(op, left, right))
}

/// Walk the left spine of `a AND b AND c ..` with a loop, for it may be thousands long.
fn chain(left: ast::Expr, op: &BinaryOperator, right: ast::Expr, depth: usize) -> Result<Expr> {
    let (mut reversed, mut rest) = (vec![right], left);
    loop {
        rest = match rest {
            ast::Expr::BinaryOp { left, op: next, right } if next == *op => {
                reversed.push(*right);
                *left
            }
            first => {
                reversed.push(first);
                break;
            }
        };
    }
    let is_and = *op == BinaryOperator::And;
    let mut operands = Vec::with_capacity(reversed.len());
    for tree in reversed.into_iter().rev() {
        match convert(tree, depth + 1)? {
            Expr::And(nested) if is_and => operands.extend(nested),
            Expr::Or(nested) if !is_and => operands.extend(nested),
            other => operands.push(other),
        }
    }
    Ok(if is_and { Expr::And(operands) } else { Expr::Or(operands) })
}

const fn compare_op(op: &BinaryOperator) -> Option<CompareOp> {
    Some(match op {
        BinaryOperator::Eq => CompareOp::Equal,
        BinaryOperator::NotEq => CompareOp::NotEqual,
        BinaryOperator::Lt => CompareOp::Less,
        BinaryOperator::LtEq => CompareOp::LessOrEqual,
        BinaryOperator::Gt => CompareOp::Greater,
        BinaryOperator::GtEq => CompareOp::GreaterOrEqual,
        _ => return None,
    })
}

const fn arithmetic_op(op: &BinaryOperator) -> Option<ArithmeticOp> {
    Some(match op {
        BinaryOperator::Plus => ArithmeticOp::Add,
        BinaryOperator::Minus => ArithmeticOp::Subtract,
        BinaryOperator::Multiply => ArithmeticOp::Multiply,
        BinaryOperator::Divide => ArithmeticOp::Divide,
        BinaryOperator::Modulo => ArithmeticOp::Remainder,
        _ => return None,
    })
}

fn literal(value: Value, position: Option<Position>) -> Result<Literal> {
    match value {
        Value::Null => Ok(Literal::Null),
        Value::Boolean(value) => Ok(Literal::Boolean(value)),
        Value::SingleQuotedString(text) => Ok(Literal::Text(text)),
        Value::Number(text, false) => number(&text),
        other => Err(unsupported::value(&other, position)),
    }
}

fn number(text: &str) -> Result<Literal> {
    let out_of_range = || unsupported::number(text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<u64>().map(|value| Literal::Integer(value.into())).map_err(|_| out_of_range());
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
    value.map(Literal::Float).ok_or_else(out_of_range)
}

fn typed_literal(typed: ast::TypedString) -> Result<Literal> {
    let Value::SingleQuotedString(text) = &typed.value.value else {
        return Err(unsupported::value(
            &typed.value.value,
            Position::from_span_start(typed.value.span.start),
        ));
    };
    let wrong =
        |expected: &str| ExprError::Literal { text: format!("'{text}'"), expected: expected.to_owned() };
    match typed.data_type {
        DataType::Date => {
            let date = Date::parse(text).ok_or_else(|| wrong("a date such as DATE '2024-05-01'"))?;
            Ok(Literal::Date(date))
        }
        DataType::Timestamp(None, TimezoneInfo::None) => {
            let stamp = Timestamp::parse(text);
            let stamp = stamp
                .ok_or_else(|| wrong("a time such as TIMESTAMP '2024-05-01 12:30:00' or '..T12:30:00Z'"))?;
            Ok(Literal::Timestamp(stamp))
        }
        other => Err(unsupported::typed_literal(&other, Position::from_span_start(typed.value.span.start))),
    }
}

fn like(
    value: Expr,
    pattern: Expr,
    escape: Option<Value>,
    (negated, ignore_case): (bool, bool),
) -> Result<Expr> {
    let wrong = |text: String, expected: &str| ExprError::Literal { text, expected: expected.to_owned() };
    let pattern = match pattern {
        Expr::Literal(Literal::Text(pattern)) => Some(pattern),
        Expr::Literal(Literal::Null) => None,
        other => {
            return Err(wrong(other.to_string(), "a pattern for LIKE; write it in quotes, such as 'A%'"));
        }
    };
    let escape = match escape {
        None => None,
        Some(Value::SingleQuotedString(text)) => {
            let mut chars = text.chars();
            let (Some(one), None) = (chars.next(), chars.next()) else {
                return Err(wrong(format!("'{text}'"), "one character, as ESCAPE needs, such as ESCAPE '!'"));
            };
            Some(one)
        }
        Some(other) => {
            return Err(wrong(other.to_string(), "one character, as ESCAPE needs, such as ESCAPE '!'"));
        }
    };
    if let Some(pattern) = &pattern {
        super::pattern::check(pattern, escape)?;
    }
    Ok(Expr::Like(Box::new(Like { value, pattern, escape, ignore_case, negated })))
}
