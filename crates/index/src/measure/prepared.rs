//! Distances of prepared geometries.

use geo::MapCoords;
use geo_types::{Coord, Geometry};
use geohub_core::Bbox;
use geohub_crs::Metric;

use super::globe::{self, lower_bound};
use super::pair::{self, NearEnds, Piece};
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
                if near.ends(&from, piece, limit).contains(&true) { piece.from(&spot) } else { f64::INFINITY }
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
        if let Some((a, b)) = self.nearest_in_plane(turn, other, &near) {
            let ends = near.ends(&a.turned(turn), &b, limit);
            if !ends.contains(&true) {
                return None;
            }
            // Then few others are left to be measured.
            least = Some(pair::distance(metric, &a, &b, turn, ends)).filter(|distance| *distance <= limit);
        }
        self.pieces().for_each(|piece| {
            let limit = least.unwrap_or(limit);
            let near = Near::new(metric, &piece.bbox(), turn, limit);
            if near.bound2(other.bbox()) > padded(limit) * padded(limit) {
                return;
            }
            let from = piece.turned(turn);
            let mut exact = |other: &Piece, limit: f64| {
                let ends = near.ends(&from, other, limit);
                if ends.contains(&true) {
                    pair::distance(metric, piece, other, turn, ends)
                } else {
                    f64::INFINITY
                }
            };
            if let Some(found) = other.pieces().nearest(limit, &|bbox| near.bound2(bbox), &mut exact) {
                least = Some(found);
            }
        });
        least
    }

    /// The two pieces that are nearest in the plane, where it is worth looking for them.
    fn nearest_in_plane(&self, turn: f64, other: &Self, near: &Near<'_>) -> Option<(Piece, Piece)> {
        let (few, many) = (self.pieces(), other.pieces());
        if near.screen.is_none() || few.len() * many.len() > MAX_PLANE_PAIRS {
            return None;
        }
        let mut best = (f64::INFINITY, None);
        few.for_each(|piece| {
            let from = piece.turned(turn);
            many.for_each(|other| {
                let apart2 = near.apart2(&from, other).into_iter().fold(f64::INFINITY, f64::min);
                if apart2 < best.0 {
                    best = (apart2, Some((*piece, *other)));
                }
            });
        });
        best.1
    }
}

/// Pairs of pieces up to which looking at all in the plane first is cheaper than measuring what turns out to be far.
const MAX_PLANE_PAIRS: usize = 1_024;

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

    /// Which ends of two pieces may be as near to the other as a limit, going by the plane where there is one.
    fn ends(&self, from: &Piece, to: &Piece, limit: f64) -> NearEnds {
        let limit2 = padded(limit) * padded(limit);
        if self.screen.is_none() { [true; 4] } else { self.apart2(from, to).map(|apart2| apart2 <= limit2) }
    }

    /// How far each end of the first piece is from the second in the plane, and each end of the second from the first:
    /// segments that do not cross are nearest at an end of one. Squared.
    fn apart2(&self, from: &Piece, to: &Piece) -> [f64; 4] {
        let scale = self.screen.map_or([0.0, 0.0], |screen| screen.scale);
        let at = |origin: Xy, at: Xy| [(at[0] - origin[0]) * scale[0], (at[1] - origin[1]) * scale[1]];
        let apart2 = |origin: Xy, edge: &Piece| to_segment2(at(origin, edge.a), at(origin, edge.b));
        if from.is_point() {
            return [apart2(from.a, to); 4];
        }
        [apart2(from.a, to), apart2(from.b, to), apart2(to.a, from), apart2(to.b, from)]
    }
}
