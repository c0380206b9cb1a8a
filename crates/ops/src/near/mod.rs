//! Rows near a place.

mod filter;
mod nearest;
mod place;
mod range;

pub use filter::NearFilter;
pub use nearest::nearest;
pub use place::{Place, PlaceCrs};

use geohub_core::Bbox;
use geohub_crs::{Distance, Ellipsoid, Metric};
use geohub_index::reach;

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

/// How much shorter than on the ground distances in a layer's plane may be for a server to be asked for a rectangle:
/// projections in use shrink by less at the latitudes below.
const SHRINKS: f64 = 2.0;
const MAX_LATITUDE: f64 = 60.0;
/// Room for edges that are straight in the place's coordinates, as a part of its size.
const ROOM: f64 = 0.02;

impl Near {
    /// A rectangle of degrees in which all rows within the distance lie, whatever CRS their layer is in; for a server,
    /// whose layer's CRS is not known yet. `None` where there is no limit or no such rectangle.
    pub fn degrees(&self) -> Option<Bbox> {
        let place = self.place.degrees()?;
        let room = (place.max_x - place.min_x).max(place.max_y - place.min_y) * ROOM;
        let roomy = Bbox::new(place.min_x - room, place.min_y - room, place.max_x + room, place.max_y + room);
        let window = reach(&Metric::Ellipsoidal(Ellipsoid::wgs84()), &roomy, self.limit?.metres() * SHRINKS);
        let plain = window.min_x >= -180.0 && window.max_x <= 180.0;
        (plain && window.min_y >= -MAX_LATITUDE && window.max_y <= MAX_LATITUDE).then_some(window)
    }
}

#[cfg(test)]
mod tests {
    use geohub_core::Crs;

    use super::*;

    #[test]
    fn a_server_is_asked_for_no_less_than_the_distance() {
        let near = |x: f64, y: f64, metres: f64| Near {
            place: Place::point(x, y, PlaceCrs::Crs(Crs::crs84())).unwrap(),
            limit: Distance::from_metres(metres),
            distance_field: None,
        };
        let window = near(-118.25, 34.05, 1_000.0).degrees().unwrap();
        // A kilometre is 0.0108 degrees of longitude here and 0.0090 of latitude.
        assert!((window.max_x + 118.25 - 0.0217).abs() < 1e-4, "{window}");
        assert!((window.max_y - 34.05 - 0.0180).abs() < 1e-4, "{window}");
        assert_eq!(near(179.99, 34.0, 1_000.0).degrees(), None);
        assert_eq!(near(0.0, 59.99, 1_000.0).degrees(), None);
        assert_eq!(Near { limit: None, ..near(0.0, 0.0, 0.0) }.degrees(), None);
        let of_layer = Place::point(6.4e6, 1.8e6, PlaceCrs::Layer).unwrap();
        assert_eq!(Near { place: of_layer, ..near(0.0, 0.0, 1.0) }.degrees(), None);
    }
}
