//! WKB to `geo_types`, without Z and M.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::MAX_NESTING;
use super::cursor::Cursor;
use crate::{Dimensions, GeometryKind};

/// The geometry; none if it is or holds a curve or a surface, or is not WKB.
///
/// An empty point is an empty multipoint, for `geo_types` has no empty point.
pub(crate) fn to_geo(bytes: &[u8]) -> Option<Geometry<f64>> {
    geometry(&mut Cursor::new(bytes), 0)
}

fn geometry(cursor: &mut Cursor<'_>, depth: usize) -> Option<Geometry<f64>> {
    let header = cursor.header().ok().filter(|_| depth <= MAX_NESTING)?;
    let dimensions = header.dimensions;
    Some(match header.code.kind() {
        GeometryKind::Point => match point(cursor, dimensions)? {
            Some(point) => point.into(),
            None => MultiPoint::new(Vec::new()).into(),
        },
        GeometryKind::LineString => line(cursor, dimensions)?.into(),
        GeometryKind::Polygon => polygon(cursor, dimensions)?.into(),
        GeometryKind::MultiPoint => {
            let points: Vec<_> = members(cursor, point)?;
            MultiPoint::new(points.into_iter().flatten().collect()).into()
        }
        GeometryKind::MultiLineString => MultiLineString::new(members(cursor, line)?).into(),
        GeometryKind::MultiPolygon => MultiPolygon::new(members(cursor, polygon)?).into(),
        GeometryKind::GeometryCollection => {
            let count = cursor.member_count().ok()?;
            let members: Option<Vec<_>> = (0..count).map(|_| geometry(cursor, depth + 1)).collect();
            Geometry::GeometryCollection(GeometryCollection::new_from(members?))
        }
        _ => return None,
    })
}

type ReadMember<T> = fn(&mut Cursor<'_>, Dimensions) -> Option<T>;

fn members<T>(cursor: &mut Cursor<'_>, member: ReadMember<T>) -> Option<Vec<T>> {
    let count = cursor.member_count().ok()?;
    (0..count)
        .map(|_| {
            let header = cursor.header().ok()?;
            member(cursor, header.dimensions)
        })
        .collect()
}

#[expect(clippy::option_option, reason = "the outer level is validity, the inner one emptiness")]
fn point(cursor: &mut Cursor<'_>, dimensions: Dimensions) -> Option<Option<Point<f64>>> {
    let [x, y, ..] = cursor.coordinate(dimensions).ok()?;
    Some((!x.is_nan()).then(|| Point::new(x, y)))
}

fn line(cursor: &mut Cursor<'_>, dimensions: Dimensions) -> Option<LineString<f64>> {
    let coordinates = cursor.coordinates(dimensions).ok()?;
    Some(coordinates.map(|[x, y, ..]| Coord { x, y }).collect())
}

fn polygon(cursor: &mut Cursor<'_>, dimensions: Dimensions) -> Option<Polygon<f64>> {
    let count = cursor.ring_count().ok()?;
    let rings = (0..count).map(|_| line(cursor, dimensions)).collect::<Option<Vec<_>>>()?;
    let mut rings = rings.into_iter();
    let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Some(Polygon::new(shell, rings.collect()))
}
