//! Joins against brute force by an exact oracle: every predicate, how, many and aggregate, both build sides, any jobs
//! and chunk size.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod aggregates;
mod brute;
mod distances;
mod layers;
#[expect(dead_code, reason = "shared with the tests of the index")]
#[path = "../../../index/tests/oracle/mod.rs"]
mod oracle;
mod pairs;
mod refusals;
mod written;
