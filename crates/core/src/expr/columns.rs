//! Names of columns: which are used, and which of a schema they mean.

use std::collections::BTreeSet;

use arrow_schema::Schema;

use super::ast::{ColumnName, Expr, Like};
use super::error::ExprError;
use crate::text;

impl Expr {
    /// The names of the columns used, as they were written.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.visit(&mut |expr| {
            if let Self::Column(column) = expr {
                names.insert(column.name.clone());
            }
        });
        names
    }

    /// The same expression with every column under its exact name in the schema.
    ///
    /// # Errors
    /// [`ExprError::UnknownColumn`] and [`ExprError::AmbiguousColumn`].
    pub fn resolve(&self, schema: &Schema) -> Result<Self, ExprError> {
        self.try_map(&mut |column| {
            let index = find(column, schema)?;
            Ok(ColumnName { name: schema.field(index).name().clone(), quoted: true })
        })
    }

    fn visit(&self, see: &mut dyn FnMut(&Self)) {
        see(self);
        for child in self.children() {
            child.visit(see);
        }
    }

    fn children(&self) -> Vec<&Self> {
        match self {
            Self::Column(_) | Self::Literal(_) => Vec::new(),
            Self::Negate(value) | Self::Not(value) | Self::IsNull { value, .. } => vec![value.as_ref()],
            Self::Arithmetic(_, left, right) | Self::Compare(_, left, right) => {
                vec![left.as_ref(), right.as_ref()]
            }
            Self::And(operands) | Self::Or(operands) => operands.iter().collect(),
            Self::In { value, list, .. } => std::iter::once(value.as_ref()).chain(list).collect(),
            Self::Between { value, low, high, .. } => vec![value.as_ref(), low.as_ref(), high.as_ref()],
            Self::Like(like) => vec![&like.value],
        }
    }

    fn try_map(
        &self,
        map: &mut dyn FnMut(&ColumnName) -> Result<ColumnName, ExprError>,
    ) -> Result<Self, ExprError> {
        let mut all =
            |list: &[Self]| list.iter().map(|expr| expr.try_map(map)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::Column(column) => Self::Column(map(column)?),
            Self::Literal(_) => self.clone(),
            Self::And(operands) => Self::And(all(operands)?),
            Self::Or(operands) => Self::Or(all(operands)?),
            Self::In { value, list, negated } => {
                Self::In { list: all(list)?, value: Box::new(value.try_map(map)?), negated: *negated }
            }
            Self::Negate(value) => Self::Negate(Box::new(value.try_map(map)?)),
            Self::Not(value) => Self::Not(Box::new(value.try_map(map)?)),
            Self::IsNull { value, negated } => {
                Self::IsNull { value: Box::new(value.try_map(map)?), negated: *negated }
            }
            Self::Arithmetic(op, left, right) => {
                Self::Arithmetic(*op, Box::new(left.try_map(map)?), Box::new(right.try_map(map)?))
            }
            Self::Compare(op, left, right) => {
                Self::Compare(*op, Box::new(left.try_map(map)?), Box::new(right.try_map(map)?))
            }
            Self::Between { value, low, high, negated } => Self::Between {
                value: Box::new(value.try_map(map)?),
                low: Box::new(low.try_map(map)?),
                high: Box::new(high.try_map(map)?),
                negated: *negated,
            },
            Self::Like(like) => {
                Self::Like(Box::new(Like { value: like.value.try_map(map)?, ..Like::clone(like) }))
            }
        })
    }
}

/// The index of the column: by exact name, else, if it is not quoted, by the only name that differs in case alone.
pub(super) fn find(column: &ColumnName, schema: &Schema) -> Result<usize, ExprError> {
    if let Ok(index) = schema.index_of(&column.name) {
        return Ok(index);
    }
    let lower = column.name.to_lowercase();
    let nearest = |schema: &Schema| {
        text::nearest(&column.name, schema.fields().iter().map(|field| field.name().as_str()))
    };
    let same = |index: &usize| schema.field(*index).name().to_lowercase() == lower;
    let indices: Vec<usize> = (0..schema.fields().len()).filter(same).collect();
    match indices[..] {
        [index] if !column.quoted => Ok(index),
        [_, _, ..] if !column.quoted => {
            let candidates = indices.iter().map(|&index| schema.field(index).name().clone()).collect();
            Err(ExprError::AmbiguousColumn { name: column.name.clone(), candidates })
        }
        _ => Err(ExprError::UnknownColumn { name: column.name.clone(), nearest: nearest(schema) }),
    }
}
