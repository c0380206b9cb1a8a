//! Coordinate reference systems: what a code or a definition text means, and moving coordinates between them.
//!
//! x is longitude or easting, y latitude or northing, whatever the authority's axis order says; geographic
//! coordinates are degrees, in and out. Look-ups cost nothing until asked.

mod compare;
mod definition;
mod distance;
mod error;
mod esri_table;
mod identify;
mod metric;
mod parameters;
mod proj_string;
mod projjson;
mod registry;
mod transform;
mod unit;
mod wkt;

pub use compare::{esri_spatial_reference, is_lonlat, metres_per_unit, same};
pub use definition::{Definition, Kind, definition, wkt_of};
pub use distance::{Distance, DistanceError};
pub use error::{CrsError, PointError};
pub use identify::identify;
pub use metric::{Ellipsoid, Latitude, Metric, Step, stretches, turn, turn_by};
pub use projjson::{crs_of_projjson, projjson_of};
pub use registry::known;
pub use transform::Transform;
pub use unit::{FOOT_M, US_SURVEY_FOOT_M, Unit};
