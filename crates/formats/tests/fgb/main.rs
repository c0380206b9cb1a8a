//! `FlatGeobuf`: what is written is read back, what is broken is refused.

#![expect(clippy::unwrap_used, reason = "a failing helper fails its test")]

mod bad_input;
mod crafted;
mod determinism;
mod index;
mod round_trip;
mod support;
