//! `GeoParquet`: what is written is read back, pruning loses nothing, what is broken is refused.
#![expect(clippy::unwrap_used, reason = "a failing helper fails its test")]

mod bad_input;
mod pruning;
mod round_trip;
mod support;
