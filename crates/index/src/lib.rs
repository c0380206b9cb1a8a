//! Spatial index, predicates and nearest rows for geohub. Knows no files and no layers.
//!
//! A spatial question is answered in two steps. [`SpatialIndex`] filters by bounding box: windows, candidate
//! [`Pair`]s for a batch of probes, rows by distance. [`Prepared`] refines: one geometry made ready for many
//! comparisons by any [`Predicate`].
//!
//! ```
//! use geo_types::{Geometry, point, polygon};
//! use geohub_index::{Predicate, Prepared};
//!
//! let district: Geometry = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)].into();
//! let meter: Geometry = point!(x: 2.0, y: 2.0).into();
//! let district = Prepared::new(&district);
//! // The meter stands on the district's border, which is part of it but not inside.
//! assert!(district.matches(Predicate::Covers, &meter, true));
//! assert!(!district.matches(Predicate::Contains, &meter, true));
//! assert!(district.matches(Predicate::Touches, &meter, false));
//! ```

mod direct;
mod error;
mod hilbert;
mod lanes;
mod matrix;
mod measure;
mod near;
mod nearest;
mod packed;
mod packed_nearest;
mod pairs;
mod predicate;
mod prepared;
mod relate;
mod spatial_index;

pub use direct::matches_point;
pub use error::Error;
pub use hilbert::{HILBERT_MAX, HilbertGrid, hilbert};
pub use matrix::{Dimension, Location, Matrix};
pub use measure::Standpoint;
pub use near::{Wish, lower_bound, reach};
pub use nearest::{Neighbor, box_distance};
pub use pairs::{Pair, hilbert_order};
pub use predicate::Predicate;
pub use prepared::Prepared;
pub use spatial_index::SpatialIndex;
