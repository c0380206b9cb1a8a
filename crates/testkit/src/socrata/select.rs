//! The select list laid out as output fields.

use serde_json::json;

use super::Switches;
use super::dataset::{Dataset, SYSTEM};
use super::errors::Refusal;
use crate::sql::ast::Expr;
use crate::sql::bind::kind;
use crate::sql::statement::{Item, Statement};
use crate::table::Kind;

/// One field of the answer.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) expr: Expr,
    pub(super) kind: Kind,
    /// The type as headers name it.
    pub(super) soda: &'static str,
}

fn column(dataset: &Dataset, index: usize) -> Output {
    let (name, kind, soda) = dataset.describe(index);
    Output { name: name.to_owned(), expr: Expr::Column { name: name.to_owned(), index }, kind, soda }
}

fn computed(expr: &Expr, name: &str, dataset: &Dataset) -> Output {
    if let Expr::Column { index, .. } = expr {
        return Output { name: name.to_owned(), ..column(dataset, *index) };
    }
    let kind = kind(expr, dataset).unwrap_or(Kind::Text);
    let soda = match kind {
        kind if kind.is_number() => "number",
        Kind::Bool => "boolean",
        Kind::Floating => "floating_timestamp",
        Kind::Fixed => "fixed_timestamp",
        _ => "text",
    };
    Output { name: name.to_owned(), expr: expr.clone(), kind, soda }
}

/// Stars come first, the system star before the user's.
fn check_stars(items: &[Item], text: &str) -> Result<(), Refusal> {
    let why = |message: &str| Refusal::malformed(text, &format!("at line 1 character 8: {message}"));
    let user = items.iter().position(|item| matches!(item, Item::Star));
    let system = items.iter().position(|item| matches!(item, Item::SystemStar));
    if let (Some(user), Some(system)) = (user, system)
        && user < system
    {
        return Err(why("System column star selections must come before user column star selections"));
    }
    let first_plain = items.iter().position(|item| matches!(item, Item::Expr(..))).unwrap_or(items.len());
    if user.max(system).is_some_and(|last| last > first_plain) {
        return Err(why("Star selections must come at the start of the select-list"));
    }
    Ok(())
}

fn star(dataset: &Dataset, drop_regions: bool) -> Vec<Output> {
    let all = dataset.columns.iter().enumerate();
    all.filter(|(_, c)| !c.hidden && !(drop_regions && c.is_region()))
        .map(|(index, _)| column(dataset, index))
        .collect()
}

/// The output fields; an empty list is `*`.
pub(super) fn outputs(
    statement: &Statement,
    dataset: &Dataset,
    switches: &Switches,
    text: &str,
) -> Result<Vec<Output>, Refusal> {
    if !switches.star_anywhere {
        check_stars(&statement.select, text)?;
    }
    let drop_regions = switches.order_drops_regions && !statement.order.is_empty();
    if statement.select.is_empty() {
        return Ok(star(dataset, drop_regions));
    }
    let mut out: Vec<Output> = Vec::new();
    for item in &statement.select {
        match item {
            Item::Star => out.extend(star(dataset, drop_regions)),
            Item::SystemStar => {
                let from = dataset.columns.len();
                out.extend((from..from + SYSTEM.len()).map(|index| column(dataset, index)));
            }
            Item::Expr(expr, name) => out.push(computed(expr, name, dataset)),
        }
    }
    let twice =
        out.iter().enumerate().find(|(i, output)| out[..*i].iter().any(|before| before.name == output.name));
    match twice {
        Some((_, output)) => {
            let what = format!("Duplicate alias: {}", output.name);
            Err(Refusal::analysis("query.soql.duplicate-alias", &what, text, &json!({"name": output.name})))
        }
        None => Ok(out),
    }
}
