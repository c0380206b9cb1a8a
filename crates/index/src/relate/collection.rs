//! Collections of several dimensions.

use geo::algorithm::relate::Relate;
use geo::coordinate_position::CoordPos;
use geo::dimensions::{Dimensions, HasDimensions};
use geo_types::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::shape::{Segment, Shape};
use crate::matrix::{Dimension, Location, Matrix};

const LOCATIONS: [(Location, CoordPos); 3] = [
    (Location::Interior, CoordPos::Inside),
    (Location::Boundary, CoordPos::OnBoundary),
    (Location::Exterior, CoordPos::Outside),
];

/// The matrix by `geo::Relate`; `None` where that gives up on invalid members.
pub(crate) fn relate_mixed(left: &Geometry<f64>, right: &Geometry<f64>) -> Option<Matrix> {
    // The graph code asserts on some invalid geometries; nothing it touches outlives the call.
    let found = geohub_core::panics::contained(|| left.relate(right)).ok()?;
    let mut matrix = Matrix::new(dimension(left.dimensions()), dimension(right.dimensions()));
    for (row, row_position) in LOCATIONS {
        for (column, column_position) in LOCATIONS {
            matrix.raise(row, column, dimension(found.get(row_position, column_position)));
        }
    }
    Some(matrix)
}

fn dimension(dimensions: Dimensions) -> Dimension {
    match dimensions {
        Dimensions::Empty => Dimension::Empty,
        Dimensions::ZeroDimensional => Dimension::Point,
        Dimensions::OneDimensional => Dimension::Line,
        Dimensions::TwoDimensional => Dimension::Area,
    }
}

/// The geometry of a shape, for comparison with a mixed collection.
pub(crate) fn to_geometry(shape: &Shape) -> Geometry<f64> {
    if shape.dimension == Dimension::Point {
        return MultiPoint::new(shape.points.iter().map(|[x, y]| Point::new(*x, *y)).collect()).into();
    }
    let paths = shape.segments.chunk_by(|a, b| a.component == b.component);
    if shape.dimension == Dimension::Line {
        return MultiLineString::new(paths.map(path).collect()).into();
    }
    let mut polygons: Vec<Polygon<f64>> = Vec::new();
    let mut last_part = None;
    for ring in paths {
        match polygons.last_mut() {
            Some(polygon) if last_part == Some(ring[0].part) => polygon.interiors_push(path(ring)),
            _ => polygons.push(Polygon::new(path(ring), Vec::new())),
        }
        last_part = Some(ring[0].part);
    }
    MultiPolygon::new(polygons).into()
}

fn path(segments: &[Segment]) -> LineString<f64> {
    let start = segments.first().map(|first| first.a);
    start.into_iter().chain(segments.iter().map(|segment| segment.b)).collect()
}
