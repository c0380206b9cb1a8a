//! Operators and collectors, one file each.

mod area;
pub mod bbox;
mod cells;
mod cover;
pub mod declared;
pub mod diff;
pub mod filter;
pub mod join;
pub mod memory;
mod metres;
pub mod named;
mod naming;
pub mod near;
pub mod reproject;
pub mod select;
pub mod selection;
mod subset;
pub mod summary;
pub mod texts;
pub mod within;

pub use bbox::{BboxCrs, BboxFilter};
pub use declared::Declared;
pub use diff::{DiffOptions, Difference, Differing, diff};
pub use filter::Filter;
pub use memory::MemoryReader;
pub use named::Named;
pub use near::Near;
pub use reproject::Reproject;
pub use select::Select;
pub use selection::Selection;
pub use summary::Summary;
pub use texts::Texts;
pub use within::{Mask, Within};
