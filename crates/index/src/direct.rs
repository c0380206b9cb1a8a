//! Points against small areas as they lie in a column, without preparing either.

use geohub_core::{GeometryKind, GeometryRing, GeometryRow};

use crate::matrix::Location;
use crate::predicate::Predicate;
use crate::relate::{PartEdge, Xy, for_each_part, point_in_area_matrix};

/// Coordinates up to which looking at every edge is cheaper than preparing an area that is asked a few times.
const MAX_COORDINATES: usize = 64;

/// Whether the predicate holds of a point and a small polygon or multipolygon, the area being the left geometry (the
/// subject) or the right one. The same answer as [`Prepared::matches_point`](crate::Prepared::matches_point).
///
/// `None` where the row is something else, is large, is not an area throughout, or has a coordinate that is not finite:
/// such rows are prepared.
pub fn matches_point(
    predicate: Predicate,
    row: GeometryRow<'_>,
    x: f64,
    y: f64,
    area_is_left: bool,
) -> Option<bool> {
    let plain =
        matches!(row.kind(), GeometryKind::Polygon | GeometryKind::MultiPolygon) && row.wkb().is_none();
    if !plain || row.xy().len() > 2 * MAX_COORDINATES || !(x.is_finite() && y.is_finite()) {
        return None;
    }
    let location = locate([x + 0.0, y + 0.0], row)?;
    let predicate = if area_is_left { predicate.invert() } else { predicate };
    Some(predicate.holds(&point_in_area_matrix(location)))
}

/// Whether a point lies in a polygon or multipolygon or on its border, by the even-odd rule within each polygon.
pub(crate) fn covers(point: Xy, row: GeometryRow<'_>) -> bool {
    let mut covered = false;
    for part in row.parts() {
        for_each_part(point, part.rings().flat_map(edges), |membership| {
            covered |= membership.on_edge || membership.odd;
        });
    }
    covered
}

fn locate(point: Xy, row: GeometryRow<'_>) -> Option<Location> {
    // 0 for finite numbers, NaN otherwise.
    if row.xy().iter().map(|value| value * 0.0).sum::<f64>() != 0.0 {
        return None;
    }
    let mut location = Location::Exterior;
    for part in row.parts() {
        let mut is_area = false;
        let edges = part.rings().flat_map(edges).inspect(|_| is_area = true);
        for_each_part(point, edges, |membership| {
            if !membership.on_edge && membership.odd {
                location = Location::Interior;
            } else if membership.on_edge && location == Location::Exterior {
                location = Location::Boundary;
            }
        });
        if !is_area {
            return None;
        }
    }
    Some(location)
}

/// The edges of a ring, closed, without those that have no length.
fn edges(ring: GeometryRing<'_>) -> impl Iterator<Item = PartEdge> {
    let xy = ring.xy();
    let points = move |at: usize| [xy[at * 2] + 0.0, xy[at * 2 + 1] + 0.0];
    let count = ring.len();
    (0..count)
        .map(move |at| (points(at), points(if at + 1 == count { 0 } else { at + 1 }), 0))
        .filter(|(a, b, _)| a != b)
}
