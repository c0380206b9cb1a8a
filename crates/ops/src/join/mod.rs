//! Spatial joins: the left layer's geometry, both layers' attributes.
//!
//! One side is held in memory and indexed ([`build_side`]), the other streamed past it. Candidate pairs come from
//! boxes, in Hilbert order, and are refined at once by the predicate or by their distance, so they are never all held. Where each left row
//! comes out at most once (aggregates, semi, anti) it has a slot that matches are added to, in any order with the
//! same result: integer sums are wide, float sums exact.

mod accumulate;
mod aggregate;
mod build;
mod columns;
mod exact_sum;
mod matcher;
mod names;
mod options;
mod plan;
mod probe;
mod range;
mod relation;
mod slot_collector;
mod slot_probe;
mod slots;
mod stats;
mod values;

pub use aggregate::{Aggregate, Function};
pub use options::{How, JoinOptions, Many};
pub use plan::{Create, Side, build_side, join};
pub use relation::{Nearest, Relation};
pub use stats::JoinReport;
