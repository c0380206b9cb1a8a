//! The relate and predicate cases of JTS XML test suites.
//!
//! `cargo test` runs the small suite written by hand beside this file. With `JTS_DIR` naming a directory of
//! suites, that is run instead (`checks/jts.sh`); counts and every failure are printed.

mod jts_suite;

use std::path::{Path, PathBuf};

use jts_suite::{Outcome, Tally};

#[test]
fn suites_pass() {
    let mut tally = Tally::default();
    for path in suites() {
        let text = std::fs::read_to_string(&path).expect("the suite is readable");
        for operation in jts_suite::operations(&text) {
            let outcome = jts_suite::run(&operation);
            if let Outcome::Fail(reason) = &outcome {
                println!("FAIL {}: {}: {reason}", path.display(), operation.case.description);
            }
            tally.count(&outcome);
        }
    }
    println!("{tally}");
    assert!(tally.passed > 0, "no suite had a case that could be run");
    assert_eq!(tally.failed, 0, "{tally}");
}

fn suites() -> Vec<PathBuf> {
    let Some(directory) = std::env::var_os("JTS_DIR") else {
        return vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relate.xml")];
    };
    let mut pending = vec![PathBuf::from(directory)];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(&directory).expect("JTS_DIR is a readable directory") {
            let path = entry.expect("the directory can be listed").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
