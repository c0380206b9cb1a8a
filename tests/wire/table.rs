//! The matrix as a table of the documents. `BLESS=1` rewrites it.

use std::time::Duration;

use crate::run::repository;

const DOCUMENT: &str = "docs/faults.md";

/// A line of the table.
pub struct Line {
    name: &'static str,
    portal: &'static str,
    pub outcome: &'static str,
    pub rows: usize,
    pub distinct: Option<u64>,
    code: i32,
    requests: usize,
    /// Why it is neither right nor loud.
    pub wrong: Option<String>,
}

impl Line {
    pub fn new(name: &'static str, portal: &'static str, code: i32, requests: usize) -> Self {
        Self { name, portal, outcome: "", rows: 0, distinct: None, code, requests, wrong: None }
    }

    pub fn key(&self) -> (&'static str, &'static str) {
        (self.name, self.portal)
    }

    fn cells(&self) -> String {
        let ids = self.distinct.map_or_else(String::new, |ids| ids.to_string());
        let Self { name, portal, outcome, rows, code, .. } = self;
        format!("| {name} | {portal} | {outcome} | {rows} | {ids} | {code} |")
    }

    /// Times are no part of the document, for they differ from run to run, and so do requests where they run side by
    /// side.
    #[expect(clippy::print_stdout, reason = "shown with --nocapture")]
    pub fn told(&self, took: Duration) {
        println!("{} {} requests, {:.1} s", self.cells(), self.requests, took.as_secs_f64());
    }
}

/// Compares the document's table with what was found, or rewrites it.
pub fn section(lines: &[Line]) {
    let head =
        "| fault | portal | outcome | rows | distinct ids | exit |\n| --- | --- | --- | --- | --- | --- |\n";
    let body: String = lines.iter().map(|line| line.cells() + "\n").collect();
    let expected = format!("{head}{body}");
    let path = repository(DOCUMENT);
    let text = std::fs::read_to_string(&path).unwrap();
    let (open, close) = ("<!-- matrix -->\n", "<!-- /matrix -->");
    let start = text.find(open).unwrap() + open.len();
    let end = start + text[start..].find(close).unwrap();
    if text[start..end] == *expected {
        return;
    }
    let blessed = std::env::var_os("BLESS").is_some();
    assert!(blessed, "{DOCUMENT} is out of date: run `just bless`\n{expected}");
    std::fs::write(&path, format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
}
