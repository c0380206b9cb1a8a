//! The program as its users run it: one binary, one module per subject.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod bad_input;
mod brute;
mod catalogues;
mod demo;
mod diff;
mod distances;
mod docs;
mod downloads;
mod hostile;
mod info;
mod interrupts;
mod items;
mod joins;
mod memory;
mod offline;
#[expect(dead_code, reason = "shared with the tests of the index")]
#[path = "../../crates/index/tests/oracle/mod.rs"]
mod oracle;
mod pipeline;
mod place;
mod plugins;
mod polite;
mod portals;
mod provenance;
mod references;
mod reproject;
mod request;
mod run;
mod search;
mod secrecy;
mod select;
mod socrata;
mod streams;
mod successors;
mod sync;
mod terms;
mod tokens;
mod usage;
