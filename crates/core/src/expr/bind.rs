//! Types: from an expression and a schema to what can be evaluated.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, RecordBatch, StringArray, UInt64Array,
};
use arrow_schema::{DataType, Schema};

use super::ast::{ArithmeticOp, Expr, Literal};
use super::bind_compare;
use super::bind_member;
use super::columns::find;
use super::error::ExprError;
use super::eval_arithmetic::{Arithmetic, Numbers};
use super::kind::{Kind, Scale, Zone};
use super::node::{Column, Node};

/// A condition that is ready for batches of one schema.
#[derive(Debug, Clone)]
pub struct BoundExpr {
    node: Node,
}

impl Expr {
    /// Check names and types against a schema.
    ///
    /// Text is compared with text, numbers with numbers (integers and doubles exactly), dates and timestamps with each
    /// other and with ISO 8601 text. A column of JSON (`arrow.json`) is compared as the text it is, and only by
    /// `=`, `<>`, IN and LIKE; columns of other types only by IS NULL. A boolean column is a condition by itself.
    ///
    /// # Errors
    /// [`ExprError::UnknownColumn`], [`ExprError::AmbiguousColumn`], [`ExprError::Type`], [`ExprError::NotACondition`]
    /// and, for text that should be a date, [`ExprError::Literal`].
    pub fn bind(&self, schema: &Schema) -> Result<BoundExpr, ExprError> {
        Ok(BoundExpr { node: Binder { schema }.condition(self)? })
    }
}

impl BoundExpr {
    /// True, false or null for each row of a batch of the schema it was bound to.
    ///
    /// Comparisons with null are null; AND, OR and NOT follow the three-valued logic of SQL. Division by zero is null.
    /// NaN equals nothing, not even itself. Rows pass a filter only where the result is true.
    ///
    /// # Errors
    /// [`ExprError::Overflow`] where integer arithmetic leaves 64 bits on any row, [`ExprError::BatchMismatch`] if the
    /// batch has another schema.
    pub fn evaluate(&self, batch: &RecordBatch) -> Result<BooleanArray, ExprError> {
        Ok(self.node.evaluate(batch)?.booleans(batch.num_rows())?)
    }
}

/// A part of an expression with its kind.
#[derive(Debug, Clone)]
pub(super) struct Typed<'e> {
    pub node: Node,
    pub kind: Kind,
    /// The part itself, printed in messages.
    pub expr: &'e Expr,
}

static ZERO: Expr = Expr::Literal(Literal::Integer(0));

pub(super) struct Binder<'a> {
    schema: &'a Schema,
}

impl Binder<'_> {
    fn condition(&self, expr: &Expr) -> Result<Node, ExprError> {
        let typed = self.value(expr)?;
        match typed.kind {
            Kind::Boolean => Ok(typed.node),
            Kind::Null => Ok(Node::Constant(Arc::new(BooleanArray::new_null(1)))),
            kind => Err(ExprError::NotACondition {
                operand: expr.to_string(),
                found: kind.words(),
                example: kind.example(),
            }),
        }
    }

    /// Bind any part: a value or a condition.
    pub(super) fn value<'e>(&self, expr: &'e Expr) -> Result<Typed<'e>, ExprError> {
        let node = match expr {
            Expr::Column(name) => return Ok(self.column(find(name, self.schema)?, expr)),
            Expr::Literal(literal) => return Ok(constant(literal, expr)),
            Expr::Negate(value) => {
                return self.arithmetic(ArithmeticOp::Subtract, (&ZERO, value), expr);
            }
            Expr::Arithmetic(op, left, right) => return self.arithmetic(*op, (left, right), expr),
            Expr::And(operands) => Node::And(self.conditions(operands)?),
            Expr::Or(operands) => Node::Or(self.conditions(operands)?),
            Expr::Not(operand) => Node::Not(Box::new(self.condition(operand)?)),
            Expr::Compare(op, left, right) => bind_compare::compare(self, *op, left, right)?,
            Expr::Between { value, low, high, negated } => {
                negate_if(*negated, bind_compare::between(self, value, low, high)?)
            }
            Expr::In { value, list, negated } => negate_if(*negated, bind_member::member(self, value, list)?),
            Expr::Like(like) => bind_compare::like(self, like)?,
            Expr::IsNull { value, negated } => Node::IsNull(Box::new(self.presence(value)?), *negated),
        };
        Ok(Typed { node, kind: Kind::Boolean, expr })
    }

    fn conditions(&self, operands: &[Expr]) -> Result<Vec<Node>, ExprError> {
        operands.iter().map(|operand| self.condition(operand)).collect()
    }

    fn column<'e>(&self, index: usize, expr: &'e Expr) -> Typed<'e> {
        let field = self.schema.field(index);
        let (kind, casts) = Kind::of(field);
        let (name, data_type) = (field.name().clone(), field.data_type().clone());
        Typed { node: Node::Column(Column { index, name, data_type, casts }), kind, expr }
    }

    /// For IS NULL any type will do, and a column needs no casts.
    fn presence(&self, expr: &Expr) -> Result<Node, ExprError> {
        let mut node = self.value(expr)?.node;
        if let Node::Column(column) = &mut node {
            column.casts.clear();
        }
        Ok(node)
    }

    fn arithmetic<'e>(
        &self,
        op: ArithmeticOp,
        sides: (&Expr, &Expr),
        expr: &'e Expr,
    ) -> Result<Typed<'e>, ExprError> {
        let (left, right) = (self.value(sides.0)?, self.value(sides.1)?);
        for side in [&left, &right] {
            if !side.kind.is_number() && side.kind != Kind::Null {
                let what = format!("{} is {}, not a number", side.expr, side.kind.words());
                let hint = format!("{} needs numbers on both sides", op.sign());
                return Err(ExprError::Type { what, hint });
            }
        }
        if left.kind == Kind::Null || right.kind == Kind::Null {
            return Ok(constant(&Literal::Null, expr));
        }
        let numbers = match (&left.kind, &right.kind) {
            _ if op == ArithmeticOp::Divide => Numbers::Float,
            (Kind::Float, _) | (_, Kind::Float) => Numbers::Float,
            (Kind::UInt, _) | (_, Kind::UInt) => Numbers::Wide,
            _ => Numbers::Int,
        };
        let kind = if numbers == Numbers::Float { Kind::Float } else { Kind::Int };
        let (left, right) = (operand(left, numbers), operand(right, numbers));
        let (text, columns) = (expr.to_string(), expr.columns().into_iter().collect());
        let node = Node::Arithmetic(Box::new(Arithmetic { op, left, right, numbers, text, columns }));
        Ok(Typed { node, kind, expr })
    }
}

fn operand(side: Typed<'_>, numbers: Numbers) -> Node {
    if numbers == Numbers::Float && side.kind != Kind::Float {
        return Node::Cast(Box::new(side.node), DataType::Float64);
    }
    side.node
}

pub(super) fn negate_if(negated: bool, node: Node) -> Node {
    if negated { Node::Not(Box::new(node)) } else { node }
}

/// A literal that stands where nothing says what it should be.
fn constant<'e>(literal: &Literal, expr: &'e Expr) -> Typed<'e> {
    let instant = |nanos: i128, zone| {
        // Years 0 to 9999 in nanoseconds need more than 64 bits, so whole seconds are the finest that always fit;
        // comparisons do not come here with a literal on either side unless both are literals.
        let nanos_per_tick = if i64::try_from(nanos).is_ok() { 1 } else { 1_000_000_000 };
        let ticks = nanos.div_euclid(nanos_per_tick) as i64;
        (Arc::new(Int64Array::from(vec![ticks])) as ArrayRef, Kind::Instant(Scale { nanos_per_tick, zone }))
    };
    let (array, kind): (ArrayRef, Kind) = match literal {
        Literal::Null => (Arc::new(NullArray::new(1)), Kind::Null),
        Literal::Boolean(value) => (Arc::new(BooleanArray::from(vec![*value])), Kind::Boolean),
        Literal::Integer(value) => match i64::try_from(*value) {
            Ok(value) => (Arc::new(Int64Array::from(vec![value])), Kind::Int),
            Err(_) => (Arc::new(UInt64Array::from(vec![*value as u64])), Kind::UInt),
        },
        Literal::Float(value) => (Arc::new(Float64Array::from(vec![*value])), Kind::Float),
        Literal::Text(text) => (Arc::new(StringArray::from(vec![text.as_str()])), Kind::Text(DataType::Utf8)),
        Literal::Date(date) => instant(date.nanos(), Zone::Day),
        Literal::Timestamp(stamp) => {
            instant(stamp.nanos_since_epoch(), if stamp.zoned { Zone::Utc } else { Zone::Wall })
        }
    };
    debug_assert_eq!(array.len(), 1, "a constant has one value");
    Typed { node: Node::Constant(array), kind, expr }
}
