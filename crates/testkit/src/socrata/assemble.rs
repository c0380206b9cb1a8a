//! The clause parameters put together as one `SoQL` text, which is what the portal parses and quotes in errors.

use super::dataset::Dataset;
use super::errors::Refusal;
use crate::net::Request;
use crate::sql::bind::Scope;

/// Rows given when nobody says how many.
pub(super) const DEFAULT_LIMIT: usize = 1000;

const CLAUSES: [&str; 8] = ["$select", "$where", "$group", "$having", "$order", "$limit", "$offset", "$q"];
const EXTRAS: [&str; 5] = ["$$app_token", "$$exclude_system_fields", "$$bom", "$$read_from_nbe", "$$version"];

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn whole_number(request: &Request, name: &str) -> Result<Option<usize>, Refusal> {
    let bad = |value: &str| Refusal::invalid(&format!("Invalid {name}: {value}"));
    request.param(name).map(|value| value.trim().parse().map_err(|_| bad(value))).transpose()
}

/// Every parameter must be a clause, a known extra or a column.
fn check(request: &Request, dataset: &Dataset) -> Result<(), Refusal> {
    for (name, _) in request.params() {
        let known = CLAUSES.contains(&name)
            || EXTRAS.contains(&name)
            || name == "$query"
            || dataset.column(name).is_some();
        if !known {
            return Err(Refusal::unrecognized(name));
        }
    }
    let given: Vec<&str> = CLAUSES.into_iter().filter(|name| request.param(name).is_some()).collect();
    if request.param("$query").is_some() && !given.is_empty() {
        let message = format!("$query cannot be used with other parameters: {}", given.join(", "));
        return Err(Refusal::invalid(&message));
    }
    Ok(())
}

fn condition(request: &Request, dataset: &Dataset) -> Option<String> {
    let equal = request
        .params()
        .filter(|(name, _)| !name.starts_with('$') && dataset.column(name).is_some())
        .map(|(name, value)| format!("`{name}` = {}", quote(value)));
    let clause = request.param("$where").map(str::to_owned);
    let mut all: Vec<String> = clause.into_iter().chain(equal).collect();
    if all.len() > 1 && request.param("$where").is_some() {
        all[0] = format!("({})", all[0]);
    }
    (!all.is_empty()).then(|| all.join(" and "))
}

/// The text of a SODA 2 request: `select .. where .. group by .. having .. order by .. limit .. offset ..`.
pub(super) fn soda2(request: &Request, dataset: &Dataset) -> Result<String, Refusal> {
    check(request, dataset)?;
    if let Some(query) = request.param("$query") {
        return Ok(query.to_owned());
    }
    let limit = whole_number(request, "$limit")?.unwrap_or(DEFAULT_LIMIT);
    let offset = whole_number(request, "$offset")?.unwrap_or(0);
    let mut parts = vec![format!("select {}", request.param("$select").unwrap_or("*"))];
    let clauses = [
        ("where", condition(request, dataset)),
        ("group by", request.param("$group").map(str::to_owned)),
        ("having", request.param("$having").map(str::to_owned)),
        ("order by", request.param("$order").map(str::to_owned)),
        ("search", request.param("$q").map(quote)),
    ];
    for (keyword, clause) in clauses {
        if let Some(clause) = clause {
            parts.push(format!("{keyword} {clause}"));
        }
    }
    parts.push(format!("limit {limit} offset {offset}"));
    Ok(parts.join(" "))
}
