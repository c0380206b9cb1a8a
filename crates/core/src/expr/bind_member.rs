//! IN: constants become a set, anything else a comparison.

use std::sync::Arc;

use arrow_array::BooleanArray;

use super::ast::{CompareOp, Expr, Literal};
use super::bind::{Binder, Typed};
use super::bind_compare::{compare, exact, literal_mismatch};
use super::error::ExprError;
use super::eval_member::{Member, Set};
use super::kind::Kind;
use super::node::Node;
use super::threshold::{Exact, Place};

/// `value IN (list)`.
pub(super) fn member(binder: &Binder<'_>, value: &Expr, list: &[Expr]) -> Result<Node, ExprError> {
    let typed = binder.value(value)?;
    let (mut constants, mut tests) = (Vec::new(), Vec::new());
    for item in list {
        match item {
            Expr::Literal(literal) if has_set(&typed.kind) => constants.push(literal),
            other => tests.push(compare(binder, CompareOp::Equal, value, other)?),
        }
    }
    if typed.kind == Kind::Null {
        return Ok(Node::Constant(Arc::new(BooleanArray::new_null(1))));
    }
    if !constants.is_empty() {
        let has_null = constants.contains(&&Literal::Null);
        constants.retain(|literal| **literal != Literal::Null);
        let set = set(&typed, &constants)?;
        tests.push(Node::Member(Box::new(typed.node), Member { set, has_null }));
    }
    Ok(Node::Or(tests))
}

fn has_set(kind: &Kind) -> bool {
    kind.is_number() || matches!(kind, Kind::Text(_) | Kind::Json(_) | Kind::Instant(_))
}

fn set(typed: &Typed<'_>, constants: &[&Literal]) -> Result<Set, ExprError> {
    Ok(match typed.kind {
        Kind::Text(_) | Kind::Json(_) => {
            let texts = constants.iter().map(|literal| match literal {
                Literal::Text(text) => Ok(text.clone()),
                other => Err(literal_mismatch(typed, other)),
            });
            Set::Text(texts.collect::<Result<_, _>>()?)
        }
        Kind::UInt => {
            let mut keys = keys(typed, constants, Exact::among_u64)?;
            keys.sort_unstable();
            Set::UInt(keys)
        }
        Kind::Float => {
            let mut keys = keys(typed, constants, Exact::among_f64)?;
            keys.sort_unstable_by(f64::total_cmp);
            Set::Float(keys)
        }
        _ => {
            let mut keys = keys(typed, constants, Exact::among_i64)?;
            keys.sort_unstable();
            Set::Int(keys)
        }
    })
}

/// The constants that are values of the type; no row can equal the others.
fn keys<T>(
    typed: &Typed<'_>,
    constants: &[&Literal],
    place: fn(Exact) -> Place<T>,
) -> Result<Vec<T>, ExprError> {
    let mut keys = Vec::with_capacity(constants.len());
    for literal in constants {
        let exact = exact(typed, literal)?.ok_or_else(|| literal_mismatch(typed, literal))?;
        if let Place::At(key) = place(exact) {
            keys.push(key);
        }
    }
    Ok(keys)
}
