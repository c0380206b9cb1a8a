//! Lengths on the ground between coordinates of a layer.

mod arc;
mod ellipsoid;
mod figures;

use geohub_core::Crs;

use crate::definition::{Kind, definition};
use crate::proj_string::ProjString;
use crate::{CrsError, compare};

pub use arc::{Step, turn, turn_by};
pub use ellipsoid::{Ellipsoid, Latitude};

/// How long a step between coordinates is, in metres.
#[derive(Clone, Debug)]
pub enum Metric {
    /// Eastings and northings: the distance in the plane, times the metres of a unit.
    Planar {
        /// Metres per unit.
        metres_per_unit: f64,
    },
    /// Longitudes and latitudes in degrees: the geodesic on the ellipsoid.
    Ellipsoidal(Ellipsoid),
}

impl Metric {
    /// The metric of a layer's coordinates.
    ///
    /// # Errors
    /// For a CRS that is not known, whose unit or ellipsoid is not known, or whose axes do not point east and north.
    pub fn of(crs: &Crs) -> Result<Self, CrsError> {
        if crs.is_crs84() {
            return Ok(Self::Ellipsoidal(Ellipsoid::wgs84()));
        }
        let means = definition(crs)?;
        let unsupported =
            |reason: &str| CrsError::Unsupported { id: crs.to_string(), reason: reason.to_owned() };
        let words = ProjString::parse(&means.proj4);
        if words.get("axis").is_some_and(|axis| !axis.starts_with("en")) {
            return Err(unsupported("its axes do not point east and north, so distances would be wrong"));
        }
        match means.kind {
            Kind::Geographic => Ellipsoid::of_proj(&words).map(Self::Ellipsoidal).ok_or_else(|| {
                unsupported("its ellipsoid is not known, so distances in metres cannot be told")
            }),
            Kind::Projected => means
                .unit
                .metres
                .map(|metres_per_unit| Self::Planar { metres_per_unit })
                .ok_or_else(|| unsupported("its unit is not a length")),
        }
    }

    /// The distance between two points in metres; longitudes count modulo 360. Exchanging the points changes no bit.
    pub fn distance(&self, a: [f64; 2], b: [f64; 2]) -> f64 {
        match self {
            Self::Planar { metres_per_unit } => (a[0] - b[0]).hypot(a[1] - b[1]) * metres_per_unit,
            Self::Ellipsoidal(ellipsoid) => ellipsoid.distance(a, b),
        }
    }
}

/// Why distances in a CRS are not those on the ground although it is projected: web mercator stretches them.
pub fn stretches(crs: &Crs) -> bool {
    definition(crs).is_ok_and(|means| compare::is_web_mercator(&means))
}
