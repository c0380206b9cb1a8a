//! Runs plans: one split thread, a pool of workers, one in-order point, one write thread.
//!
//! The window bounds what is in flight by bytes, not by chunks. The error reported is that of the lowest chunk,
//! whichever thread met it first, and the output's bytes do not depend on the number of workers.

mod drive;
mod encode;
mod job;
mod order;
mod regroup;
mod report;
mod run;
mod window;
mod write;

pub use report::Report;
pub use run::{Collected, Pipeline, Plan, Prepare, collect, run, with_late_columns};
