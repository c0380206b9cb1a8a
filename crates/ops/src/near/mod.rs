//! Rows near a place.

mod filter;
mod nearest;
mod place;
mod range;

pub use filter::NearFilter;
pub use nearest::nearest;
pub use place::{Place, PlaceCrs};

use geohub_crs::Distance;

/// Which rows are near enough.
#[derive(Clone, Debug)]
pub struct Near {
    /// What they are near to.
    pub place: Place,
    /// None farther than this.
    pub limit: Option<Distance>,
    /// A column with each row's distance in metres.
    pub distance_field: Option<String>,
}
