//! A point and the distances from it to rows as they lie in a column, without preparing or allocating anything.

use geohub_core::{Bbox, GeometryKind, GeometryRing, GeometryRow};
use geohub_crs::Metric;

use super::globe;
use super::screen::{Screen, is_plane_of_use, padded, to_segment2};
use super::spot::Spot;
use crate::direct;
use crate::relate::{Xy, on_segment};

/// Coordinates up to which a geometry is measured edge by edge.
pub(crate) const MAX_COORDINATES: usize = 64;

/// A point from which rows are measured.
#[derive(Clone, Copy, Debug)]
pub struct Standpoint<'m> {
    pub(crate) spot: Spot<'m>,
    /// Its plane; without one every edge is measured exactly.
    screen: Option<Screen>,
}

impl<'m> Standpoint<'m> {
    /// Stands at a point in a layer's coordinates, to measure distances up to `reach` metres (infinity for any).
    pub fn new(metric: &'m Metric, x: f64, y: f64, reach: f64) -> Self {
        // Adding 0 turns -0 into 0, as in shapes.
        let spot = Spot::new(metric, [x + 0.0, y + 0.0]);
        let place = Bbox::new(x, y, x, y);
        let screen = is_plane_of_use(metric, &place, reach).then(|| match (metric, &spot.latitude) {
            (Metric::Ellipsoidal(ellipsoid), Some(latitude)) => {
                Screen::at(ellipsoid, latitude, padded(reach))
            }
            _ => Screen::about(metric, &place, padded(reach)),
        });
        Self { spot, screen }
    }

    /// Whether a row is measured as it lies: it is small and no collection.
    pub fn measures(row: &GeometryRow<'_>) -> bool {
        row.wkb().is_none()
            && row.kind() != GeometryKind::GeometryCollection
            && row.xy().len() <= 2 * MAX_COORDINATES
    }

    /// The distance to a row in metres, 0 where the point lies on or in it; `None` where it is more than `limit` (not
    /// beyond the reach), or the row has no geometry or a coordinate that is not finite.
    ///
    /// For rows that [`Self::measures`] accepts.
    pub fn distance_to(&self, row: GeometryRow<'_>, limit: f64) -> Option<f64> {
        let bbox = row.bbox();
        let here = Bbox::new(self.spot.at[0], self.spot.at[1], self.spot.at[0], self.spot.at[1]);
        if bbox.is_empty() || !self.spot.at.iter().all(|value| value.is_finite()) {
            return None;
        }
        let turns = globe::turns(self.spot.metric, &here, &bbox);
        turns.filter_map(|turn| self.after(turn, row, &bbox, limit)).reduce(f64::min)
    }

    fn after(&self, turn: f64, row: GeometryRow<'_>, bbox: &Bbox, limit: f64) -> Option<f64> {
        let spot = self.spot.turned(turn);
        let place = spot.place();
        let inside = bbox.contains(&Bbox::new(place[0], place[1], place[0], place[1]));
        if inside && meets(place, row) {
            return Some(0.0);
        }
        let scale = self.screen.map_or([0.0, 0.0], |screen| screen.scale);
        let [x, y] = place;
        let scaled = |xy: &[f64]| [(xy[0] - x) * scale[0], (xy[1] - y) * scale[1]];
        let mut least = f64::INFINITY;
        let mut nearest = ([f64::NAN; 2], [f64::NAN; 2]);
        for_each_edge(row, |a, b| {
            let bound = to_segment2(scaled(a), scaled(b));
            if bound < least {
                (least, nearest) = (bound, ([a[0], a[1]], [b[0], b[1]]));
            }
        });
        let squared = |limit: f64| padded(limit) * padded(limit);
        if least > squared(limit) || !is_finite(row) {
            return None;
        }
        let mut distance = exact(&spot, nearest);
        let mut within = squared(limit.min(distance));
        for_each_edge(row, |a, b| {
            let edge = ([a[0], a[1]], [b[0], b[1]]);
            if to_segment2(scaled(a), scaled(b)) <= within && edge != nearest {
                distance = distance.min(exact(&spot, edge));
                within = squared(limit.min(distance));
            }
        });
        (distance <= limit).then_some(distance)
    }
}

fn exact(spot: &Spot<'_>, (a, b): (Xy, Xy)) -> f64 {
    if a == b { spot.distance_to(a) } else { spot.distance_to_edge(a, b) }
}

/// Calls `visit` with both ends of every edge, closing rings; points are edges without length.
#[inline]
fn for_each_edge<'g>(row: GeometryRow<'g>, mut visit: impl FnMut(&'g [f64], &'g [f64])) {
    let points = matches!(row.kind(), GeometryKind::Point | GeometryKind::MultiPoint);
    let closed = matches!(row.kind(), GeometryKind::Polygon | GeometryKind::MultiPolygon);
    for ring in row.rings() {
        let mut coordinates = ring.xy().chunks_exact(2);
        if points {
            coordinates.for_each(|at| visit(at, at));
            continue;
        }
        let Some(first) = coordinates.next() else { continue };
        let mut last = first;
        for next in coordinates {
            visit(last, next);
            last = next;
        }
        if ring.len() == 1 || (closed && last != first) {
            visit(last, first);
        }
    }
}

/// Whether the point lies in an area or on a line, exactly.
fn meets(point: Xy, row: GeometryRow<'_>) -> bool {
    match row.kind() {
        GeometryKind::Polygon | GeometryKind::MultiPolygon => direct::covers(point, row),
        GeometryKind::LineString | GeometryKind::MultiLineString => {
            row.rings().any(|line| on_line(point, line))
        }
        _ => false,
    }
}

fn on_line(point: Xy, line: GeometryRing<'_>) -> bool {
    let xy = line.xy();
    let at = |position: usize| [xy[position * 2] + 0.0, xy[position * 2 + 1] + 0.0];
    (1..line.len()).any(|end| on_segment(point, at(end - 1), at(end)))
}

fn is_finite(row: GeometryRow<'_>) -> bool {
    // 0 for finite numbers, NaN otherwise.
    row.xy().iter().map(|value| value * 0.0).sum::<f64>() == 0.0
}
