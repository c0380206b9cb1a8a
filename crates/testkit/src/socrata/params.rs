//! A query text made ready: parsed, names tied to columns, the portal's own rules applied.

use serde_json::json;

use super::Switches;
use super::config::Asset;
use super::dataset::Dataset;
use super::errors::Refusal;
use super::select::{self, Output};
use crate::sql::ast::Expr;
use crate::sql::bind;
use crate::sql::parse::Parser;
use crate::sql::statement::{Item, Statement, statement};
use crate::sql::token::Dialect;

/// A query that can run.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) text: String,
    pub(super) outputs: Vec<Output>,
    pub(super) grouped: bool,
    pub(super) statement: Statement,
}

/// Names of outputs stand for their expressions in `having` and `order by`, unless a column is called so.
fn resolve(expr: &mut Expr, outputs: &[Item], dataset: &Dataset) {
    use crate::sql::bind::Scope;
    if let Expr::Column { name, .. } = expr
        && dataset.column(name).is_none()
    {
        let named = outputs.iter().find_map(|item| match item {
            Item::Expr(inner, alias) if alias.eq_ignore_ascii_case(name) => Some(inner.clone()),
            _ => None,
        });
        if let Some(inner) = named {
            *expr = inner;
        }
        return;
    }
    for child in expr.children_mut() {
        resolve(child, outputs, dataset);
    }
}

fn mentions_id(expr: &Expr) -> bool {
    matches!(expr, Expr::Column { name, .. } if name.eq_ignore_ascii_case(":id"))
        || expr.children().iter().any(|child| mentions_id(child))
}

/// Outside aggregates, a grouped query may name only what it groups by.
fn check_grouped(expr: &Expr, group: &[Expr], text: &str) -> Result<(), Refusal> {
    if group.contains(expr) {
        return Ok(());
    }
    match expr {
        Expr::Column { name, .. } => {
            let what = format!("Column not in group bys: {name}");
            Err(Refusal::analysis(
                "query.soql.column-not-in-group-bys",
                &what,
                text,
                &json!({"column": name}),
            ))
        }
        Expr::Call(name, _) if crate::sql::functions::is_aggregate(name) => Ok(()),
        other => other.children().iter().try_for_each(|child| check_grouped(child, group, text)),
    }
}

fn every_expr(statement: &mut Statement) -> Vec<&mut Expr> {
    let items = statement.select.iter_mut().filter_map(|item| match item {
        Item::Expr(expr, _) => Some(expr),
        _ => None,
    });
    let conditions = statement.filter.iter_mut().chain(statement.having.iter_mut());
    let keys = statement.order.iter_mut().map(|(expr, _)| expr);
    items.chain(conditions).chain(&mut statement.group).chain(keys).collect()
}

fn check_aggregates(ready: &Ready) -> Result<(), Refusal> {
    let Ready { text, statement, .. } = ready;
    if statement.filter.as_ref().is_some_and(Expr::aggregates) {
        let what = "Aggregate function in an ungrouped context";
        return Err(Refusal::analysis("query.soql.aggregate-in-ungrouped-context", what, text, &json!({})));
    }
    if !ready.grouped {
        return Ok(());
    }
    let outputs = ready.outputs.iter().map(|output| &output.expr);
    let others = statement.having.iter().chain(statement.order.iter().map(|(expr, _)| expr));
    outputs.chain(others).try_for_each(|expr| check_grouped(expr, &statement.group, text))
}

/// Parses and checks.
pub(super) fn ready(text: &str, dataset: &Dataset, switches: &Switches) -> Result<Ready, Refusal> {
    let refuse = |error| Refusal::sql(&error, text);
    let mut parsed = statement(text).map_err(refuse)?;
    let items = parsed.select.clone();
    if let Some(having) = &mut parsed.having {
        resolve(having, &items, dataset);
    }
    for (expr, _) in &mut parsed.order {
        resolve(expr, &items, dataset);
    }
    for expr in every_expr(&mut parsed) {
        if switches.refuse_id && mentions_id(expr) {
            return Err(Refusal::sql(&crate::sql::SqlError::NoSuchColumn(":id".to_owned()), text));
        }
        bind(expr, dataset).map_err(refuse)?;
    }
    if switches.legacy && parsed.limit.is_some_and(|limit| limit > 50_000) {
        return Err(Refusal::row_limit());
    }
    let grouped = !parsed.group.is_empty()
        || parsed.select.iter().any(|item| matches!(item, Item::Expr(expr, _) if expr.aggregates()));
    let outputs = select::outputs(&parsed, dataset, switches, text)?;
    let ready = Ready { text: text.to_owned(), outputs, grouped, statement: parsed };
    check_aggregates(&ready)?;
    Ok(ready)
}

impl Asset {
    /// Applies a filtered view's condition and hides its columns.
    pub(super) fn narrow(&self, ready: &mut Ready, dataset: &Dataset) -> Result<(), Refusal> {
        let Self::Filter { condition, hidden, .. } = self else { return Ok(()) };
        let refuse = |error| Refusal::sql(&error, condition);
        let mut filter = Parser::whole(condition, Dialect::Soql).map_err(refuse)?;
        bind(&mut filter, dataset).map_err(refuse)?;
        if let Some(own) = ready.statement.filter.take() {
            filter = Expr::And(Box::new(filter), Box::new(own));
        }
        ready.statement.filter = Some(filter);
        ready.outputs.retain(|output| !hidden.contains(&output.name));
        Ok(())
    }
}
