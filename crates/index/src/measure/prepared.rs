//! Distances of prepared geometries.

use geo::MapCoords;
use geo_types::{Coord, Geometry};
use geohub_core::Bbox;
use geohub_crs::Metric;

use super::globe::{self, lower_bound};
use super::pair::{self, Piece};
use super::screen::{Screen, is_plane_of_use, padded, to_segment2};
use super::standpoint::Standpoint;
use crate::predicate::Predicate;
use crate::prepared::Prepared;
use crate::relate::Xy;

impl Prepared {
    /// The distance from a point in metres, 0 where it lies on or in the geometry; `None` where it is more than `limit`
    /// (not beyond the standpoint's reach) or the geometry matches nothing.
    pub fn distance_from(&self, point: &Standpoint<'_>, limit: f64) -> Option<f64> {
        let [x, y] = point.spot.at;
        if self.is_empty() || !(x.is_finite() && y.is_finite()) {
            return None;
        }
        let place = Bbox::new(x, y, x, y);
        let of_turn = |turn: f64| {
            if self.matches_point(Predicate::Intersects, x + turn, y, true) {
                return Some(0.0);
            }
            let spot = point.spot.turned(turn);
            let near = Near::new(point.spot.metric, &place, turn, limit);
            let from = Piece::point(spot.place());
            let mut exact = |piece: &Piece, limit: f64| {
                if near.is_beyond(&from, piece, limit) { f64::INFINITY } else { piece.from(&spot) }
            };
            self.pieces().nearest(limit, &|bbox| near.bound2(bbox), &mut exact)
        };
        globe::turns(point.spot.metric, &place, self.bbox()).filter_map(of_turn).reduce(f64::min)
    }

    /// The distance between two geometries in metres, 0 where they meet; `None` where it is more than `limit`, or one of
    /// them matches nothing. Exchanging them changes no bit.
    pub fn distance(&self, metric: &Metric, other: &Self, limit: f64) -> Option<f64> {
        if self.is_empty() || other.is_empty() {
            return None;
        }
        // The side with fewer pieces asks the other's tree; where both have as many, either gives the same.
        let (few, many) =
            if self.pieces().len() <= other.pieces().len() { (self, other) } else { (other, self) };
        let turns = globe::turns(metric, few.bbox(), many.bbox());
        turns.filter_map(|turn| few.after(turn, metric, many, limit)).reduce(f64::min)
    }

    fn after(&self, turn: f64, metric: &Metric, other: &Self, limit: f64) -> Option<f64> {
        let near = Near::new(metric, self.bbox(), turn, limit);
        if near.bound2(other.bbox()) > padded(limit) * padded(limit) {
            return None;
        }
        let meets = if turn == 0.0 {
            self.matches_prepared(Predicate::Intersects, other)
        } else {
            Self::new(&turned(&self.geometry(), turn)).matches_prepared(Predicate::Intersects, other)
        };
        if meets {
            return Some(0.0);
        }
        let mut least = None;
        self.pieces().for_each(|piece| {
            let limit = least.unwrap_or(limit);
            let near = Near::new(metric, &piece.bbox(), turn, limit);
            if near.bound2(other.bbox()) > padded(limit) * padded(limit) {
                return;
            }
            let from = piece.turned(turn);
            let mut exact = |other: &Piece, limit: f64| {
                if near.is_beyond(&from, other, limit) {
                    f64::INFINITY
                } else {
                    pair::distance(metric, piece, other, turn)
                }
            };
            if let Some(found) = other.pieces().nearest(limit, &|bbox| near.bound2(bbox), &mut exact) {
                least = Some(found);
            }
        });
        least
    }
}

fn turned(geometry: &Geometry<f64>, turn: f64) -> Geometry<f64> {
    geometry.map_coords(|Coord { x, y }| Coord { x: x + turn, y })
}

/// What is near a place, up to a limit: a plane where that is of use, else bounds on the globe.
struct Near<'m> {
    metric: &'m Metric,
    /// After its turn.
    place: Bbox,
    screen: Option<Screen>,
}

impl<'m> Near<'m> {
    fn new(metric: &'m Metric, place: &Bbox, turn: f64, limit: f64) -> Self {
        let screen =
            is_plane_of_use(metric, place, limit).then(|| Screen::about(metric, place, padded(limit)));
        let place = Bbox::new(place.min_x + turn, place.min_y, place.max_x + turn, place.max_y);
        Self { metric, place, screen }
    }

    fn bound2(&self, bbox: &Bbox) -> f64 {
        match (&self.screen, self.metric) {
            (Some(screen), _) => screen.boxes2(&self.place, bbox),
            (None, Metric::Ellipsoidal(ellipsoid)) => lower_bound(ellipsoid, &self.place, bbox).powi(2),
            (None, Metric::Planar { .. }) => 0.0,
        }
    }

    /// Whether the plane tells that two pieces are farther apart than a limit.
    fn is_beyond(&self, from: &Piece, to: &Piece, limit: f64) -> bool {
        let Some(screen) = &self.screen else { return false };
        let limit2 = padded(limit) * padded(limit);
        let at = |origin: Xy, at: Xy| {
            [(at[0] - origin[0]) * screen.scale[0], (at[1] - origin[1]) * screen.scale[1]]
        };
        let apart2 = |origin: Xy, edge: &Piece| to_segment2(at(origin, edge.a), at(origin, edge.b));
        if from.is_point() {
            return apart2(from.a, to) > limit2;
        }
        // Segments that do not cross are nearest at an end of one.
        let ends = [(from.a, to), (from.b, to), (to.a, from), (to.b, from)];
        ends.into_iter().all(|(end, edge)| apart2(end, edge) > limit2)
    }
}
