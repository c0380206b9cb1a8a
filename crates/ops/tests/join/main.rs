//! Joins against brute force: every predicate, how and many, both build sides, any jobs and chunk size.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod aggregates;
mod distances;
mod layers;
mod pairs;
mod refusals;
mod written;
