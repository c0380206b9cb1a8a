//! CSV and TSV, read and written.
#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod geometry;
mod oracle;
mod support;
mod traps;
mod writing;
