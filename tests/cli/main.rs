//! The program as its users run it: one binary, one module per subject.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod bad_input;
mod docs;
mod interrupts;
mod joins;
mod pipeline;
mod plugins;
mod reproject;
mod run;
mod select;
mod streams;
mod usage;
