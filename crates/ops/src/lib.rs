//! Operators and collectors, one file each.

pub mod summary;

pub use summary::Summary;
