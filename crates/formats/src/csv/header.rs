//! Column names out of a header line.

use std::collections::HashSet;

use geohub_core::{Context, DataError, Result, text};

/// Columns beyond this are a broken file rather than a table.
pub(super) const MOST_COLUMNS: usize = 20_000;

/// The names of all columns: trimmed, blank ones numbered, repeated ones told apart, with a warning.
pub(super) fn names(cells: &[String], target: &str, context: &Context) -> Result<Vec<String>> {
    if cells.len() > MOST_COLUMNS {
        let limit = text::grouped(MOST_COLUMNS as u64);
        let message = format!("the header names more than {limit} columns");
        return Err(DataError::new(message).in_target(target).at_line(1).into());
    }
    let wanted: HashSet<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let mut taken: HashSet<String> = HashSet::with_capacity(cells.len());
    let mut renamed = Vec::new();
    let mut names = Vec::with_capacity(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        let plain = cell.trim();
        let name =
            if plain.is_empty() { numbered("field", at + 1, &taken, &wanted) } else { plain.to_owned() };
        let name = if taken.contains(&name) { numbered(&name, 2, &taken, &wanted) } else { name };
        if name != plain {
            renamed.push(name.clone());
        }
        taken.insert(name.clone());
        names.push(name);
    }
    report(&renamed, target, context);
    if names.len() > 1 && cells.iter().all(|cell| cell.trim().parse::<f64>().is_ok()) {
        context
            .warn(format!("{target}: the first line holds only numbers; it was taken for the column names"));
    }
    Ok(names)
}

fn numbered(stem: &str, from: usize, taken: &HashSet<String>, wanted: &HashSet<&str>) -> String {
    let mut number = from;
    loop {
        let name = format!("{stem}_{number}");
        if !taken.contains(&name) && !wanted.contains(name.as_str()) {
            return name;
        }
        number += 1;
    }
}

fn report(renamed: &[String], target: &str, context: &Context) {
    if renamed.is_empty() {
        return;
    }
    let shown: Vec<&str> = renamed.iter().take(5).map(String::as_str).collect();
    let more = if renamed.len() > shown.len() { ", ..." } else { "" };
    context.warn(format!(
        "{target}: blank or repeated column names were replaced: {}{more}",
        text::clean(&shown.join(", "))
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_and_repeated_names_are_told_apart() {
        let cells = ["a", " b ", "", "a", "a_2", "a", ""].map(str::to_owned);
        let names = names(&cells, "t", &Context::new(1)).unwrap();
        assert_eq!(names, ["a", "b", "field_3", "a_3", "a_2", "a_4", "field_7"]);
    }
}
