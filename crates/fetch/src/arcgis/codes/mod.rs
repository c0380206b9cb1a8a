//! Names of coded values: coded-value domains, types and subtypes.

mod columns;
mod lookup;
mod rows;
mod tables;

pub(super) use columns::{Coding, codings, with_names};
pub(super) use rows::{CodePlan, CodedRows};
pub(super) use tables::codes_of;
