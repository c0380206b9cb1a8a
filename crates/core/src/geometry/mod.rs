//! Geometry as columns: flat coordinates with offsets, one tag and one box per row.
//!
//! Only this folder knows the layout; everyone else uses [`GeometryRow`], [`GeometryBuilder`] or `to_geo`.

mod builder;
mod column;
mod convert;
mod kind;
mod row;

pub use builder::GeometryBuilder;
pub use column::GeometryColumn;
pub use kind::{Dimensions, GeometryKind};
pub use row::{GeometryPart, GeometryRing, GeometryRow};
