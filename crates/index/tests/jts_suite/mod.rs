//! Reading and running JTS XML suites.

mod run;
mod xml;

pub use run::{Outcome, Tally, run};
pub use xml::operations;
