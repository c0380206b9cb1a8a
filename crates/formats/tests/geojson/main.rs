//! `GeoJSON` and `GeoJSONSeq` through the executor: one module per subject.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod bad;
mod crs;
mod documents;
mod hasty;
mod inference;
mod jobs;
mod oracle;
mod pushdown;
mod round_trip;
mod sequence;
mod support;
mod written;
