//! File median 150 lines or less, 90 % of files 400 or less; 90 % of functions 30 lines or less, 99 % 80 or less.

use super::{code_lines, shipped_sources};

/// The value below which the share `percent` of the sorted values lies.
fn percentile(sorted: &[(usize, String)], percent: usize) -> &(usize, String) {
    &sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn check(what: &str, mut sizes: Vec<(usize, String)>, budgets: &[(usize, usize)]) {
    sizes.sort();
    for &(percent, budget) in budgets {
        let (size, _) = percentile(&sizes, percent);
        let longest: Vec<_> =
            sizes.iter().rev().take(8).map(|(size, name)| format!("{size} {name}")).collect();
        assert!(
            *size <= budget,
            "{percent} % of {what} may have {budget} lines, have {size}:\n{}",
            longest.join("\n")
        );
    }
}

#[test]
fn files_keep_their_budget() {
    let sizes =
        shipped_sources().iter().map(|path| (code_lines(path).len(), path.display().to_string())).collect();
    check("files", sizes, &[(50, 150), (90, 400)]);
}

#[test]
fn functions_keep_their_budget() {
    let mut sizes = Vec::new();
    for path in shipped_sources() {
        let mut open: Option<(usize, String, String)> = None;
        for (at, line) in code_lines(&path).iter().enumerate() {
            match &open {
                None => open = function_start(line).map(|(indent, name)| (at, indent, name)),
                Some((start, indent, name)) if *line == format!("{indent}}}") => {
                    sizes.push((at - start + 1, format!("{name} in {}", path.display())));
                    open = None;
                }
                Some(_) => {}
            }
        }
    }
    assert!(sizes.len() > 100, "functions are found");
    check("functions", sizes, &[(90, 30), (99, 80)]);
}

/// Indentation and name of a function that begins on this line and does not end on it.
fn function_start(line: &str) -> Option<(String, String)> {
    let code = line.trim_start();
    let indent = line[..line.len() - code.len()].to_owned();
    let words = ["pub(crate) ", "pub(super) ", "pub ", "const ", "async "];
    let rest = words.iter().fold(code, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let name = rest.strip_prefix("fn ")?.split(['(', '<']).next()?.to_owned();
    (!line.trim_end().ends_with([';', '}'])).then_some((indent, name))
}
