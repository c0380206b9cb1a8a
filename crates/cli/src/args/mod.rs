//! Arguments that several commands share.

mod area;
mod crs;
mod distance;
mod global;
mod input;
mod near;
mod output;
mod remote;
mod select;
mod size;

pub use area::{Area, AreaArgs};
pub use crs::{CrsArgs, bbox_crs, crs};
pub use distance::DistanceArgs;
pub use global::{ColorChoice, Global};
pub use input::InputArgs;
pub use near::NearArgs;
pub use output::OutputArgs;
pub use remote::{DomainsArg, RemoteArgs, duration};
pub use select::SelectArgs;
