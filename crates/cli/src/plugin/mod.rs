//! Sub-commands in any language: `geohub-NAME` on `PATH` runs as `geohub NAME`.

mod find;
mod run;

pub use find::{Plugin, find_all, find_one};
pub use run::run;

/// File names of plug-ins begin with this.
pub const PREFIX: &str = "geohub-";
