//! Running a query: rows, groups, order, page.

use std::cmp::Ordering;

use super::Switches;
use super::assemble::DEFAULT_LIMIT;
use super::dataset::{Dataset, State, Stored};
use super::errors::Refusal;
use super::group::{View, groups};
use super::params::Ready;
use crate::hash::combine;
use crate::net::Tweaks;
use crate::sql::compare::sort_key;
use crate::sql::{SqlError, eval, holds};
use crate::table::Value;

/// The rows of an answer, one value for each output.
pub(super) type Rows = Vec<Vec<Value>>;

fn says(dataset: &Dataset, stored: &Stored, words: &str) -> bool {
    let all: Vec<String> = (0..dataset.columns.len())
        .filter_map(|index| match dataset.value(stored, index) {
            Value::Text(text) => Some(text.to_lowercase()),
            _ => None,
        })
        .collect();
    words.to_lowercase().split_whitespace().all(|word| all.iter().any(|text| text.contains(word)))
}

fn filtered<'a>(view: &View<'a>, state: &'a State, ready: &Ready) -> Result<Vec<&'a Stored>, SqlError> {
    let mut found = Vec::new();
    for stored in &state.rows {
        let met = match &ready.statement.filter {
            Some(filter) => holds(filter, &View { rows: vec![stored], ..view.clone_empty() })?,
            None => true,
        };
        let said = ready.statement.search.as_ref().is_none_or(|words| says(view.dataset, stored, words));
        if met && said {
            found.push(stored);
        }
    }
    Ok(found)
}

/// Another order for each request, which also decides ties.
fn scatter(views: &mut [View<'_>], request: u64) {
    if views.is_empty() {
        return;
    }
    let roll = combine(&[13, request]);
    views.rotate_left((roll % views.len() as u64) as usize);
    if roll & (1 << 40) != 0 {
        views.reverse();
    }
}

fn sort<'a>(views: Vec<View<'a>>, ready: &Ready) -> Result<Vec<View<'a>>, SqlError> {
    let order = &ready.statement.order;
    let mut keyed = Vec::with_capacity(views.len());
    for view in views {
        let keys = order.iter().map(|(expr, _)| eval(expr, &view)).collect::<Result<Vec<_>, _>>()?;
        keyed.push((keys, view));
    }
    keyed.sort_by(|(a, left), (b, _)| {
        let pairs = a.iter().zip(b).zip(order);
        pairs.fold(Ordering::Equal, |so_far, ((a, b), (_, descending))| {
            so_far.then_with(|| sort_key(a, b, *descending, left.fold_case))
        })
    });
    Ok(keyed.into_iter().map(|(_, view)| view).collect())
}

fn page<'a>(views: Vec<View<'a>>, ready: &Ready, switches: &Switches, tweaks: &Tweaks) -> Vec<View<'a>> {
    let asked = ready.statement.limit.unwrap_or(DEFAULT_LIMIT);
    let caps = [switches.cap_limit, tweaks.cap_at];
    let limit = caps.into_iter().flatten().fold(asked, usize::min);
    let dropped = |view: &View<'_>| {
        !ready.grouped && view.rows.iter().any(|stored| tweaks.drop_rows.contains(&stored.id.display()))
    };
    let cut = views.into_iter().skip(ready.statement.offset).take(limit);
    let mut page: Vec<View<'a>> = cut.filter(|view| !dropped(view)).collect();
    let again: Vec<View<'a>> = page.iter().take(tweaks.duplicate_rows).cloned().collect();
    page.extend(again);
    page
}

fn off_by(value: Value, output: &super::select::Output, tweaks: &Tweaks) -> Value {
    use crate::sql::Expr;
    match value {
        Value::Int(count) if matches!(&output.expr, Expr::Call(name, _) if name == "count") => {
            Value::Int((count + tweaks.count_off).max(0))
        }
        value => value,
    }
}

fn run_inner(
    ready: &Ready,
    dataset: &Dataset,
    state: &State,
    switches: &Switches,
    tweaks: &Tweaks,
) -> Result<Rows, SqlError> {
    let mut all = View { dataset, rows: Vec::new(), fold_case: switches.legacy };
    all.rows = filtered(&all, state, ready)?;
    let mut views = if ready.grouped { groups(all, &ready.statement.group)? } else { all.singles() };
    if let Some(having) = &ready.statement.having {
        let kept = views.iter().map(|view| holds(having, view)).collect::<Result<Vec<bool>, _>>()?;
        let mut kept = kept.into_iter();
        views.retain(|_| kept.next().unwrap_or(false));
    }
    if !switches.stable_unordered {
        scatter(&mut views, tweaks.request);
    }
    if !ready.statement.order.is_empty() {
        views = sort(views, ready)?;
    }
    let value = |view: &View<'_>, output: &super::select::Output| {
        eval(&output.expr, view).map(|value| off_by(value, output, tweaks))
    };
    page(views, ready, switches, tweaks)
        .iter()
        .map(|view| ready.outputs.iter().map(|output| value(view, output)).collect())
        .collect()
}

/// The rows of the answer.
pub(super) fn run(
    ready: &Ready,
    dataset: &Dataset,
    state: &State,
    switches: &Switches,
    tweaks: &Tweaks,
) -> Result<Rows, Refusal> {
    run_inner(ready, dataset, state, switches, tweaks).map_err(|error| Refusal::sql(&error, &ready.text))
}
