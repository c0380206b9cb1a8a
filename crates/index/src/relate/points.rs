//! The matrix of points with anything.

use super::locate::Side;
use super::segment::Xy;
use crate::matrix::{Dimension, Location, Matrix};

use Location::{Boundary, Exterior, Interior};

/// The matrix of a point geometry, on the left, with any other. Points have no boundary.
pub(crate) fn relate_points(points: Side<'_>, other: Side<'_>) -> Matrix {
    let mut matrix = Matrix::new(Dimension::Point, other.shape.dimension);
    for point in &points.shape.points {
        matrix.raise(Interior, other.locate(*point), Dimension::Point);
    }
    raise_uncovered(&mut matrix, other, |p| points.locate(p) == Interior);
    matrix
}

/// The matrix of one point, on the left, with any geometry.
pub(crate) fn relate_point(point: Xy, other: Side<'_>) -> Matrix {
    let mut matrix = Matrix::new(Dimension::Point, other.shape.dimension);
    matrix.raise(Interior, other.locate(point), Dimension::Point);
    raise_uncovered(&mut matrix, other, |p| p == point);
    matrix
}

/// The matrix of one point, on the left, with an area in which it lies there.
pub(crate) fn point_in_area_matrix(location: Location) -> Matrix {
    let mut matrix = Matrix::new(Dimension::Point, Dimension::Area);
    matrix.raise(Interior, location, Dimension::Point);
    matrix.raise(Exterior, Interior, Dimension::Area);
    matrix.raise(Exterior, Boundary, Dimension::Line);
    matrix
}

/// What of the other geometry finitely many points cannot cover.
fn raise_uncovered(matrix: &mut Matrix, other: Side<'_>, covered: impl Fn(Xy) -> bool) {
    match other.shape.dimension {
        Dimension::Area => {
            matrix.raise(Exterior, Interior, Dimension::Area);
            matrix.raise(Exterior, Boundary, Dimension::Line);
        }
        Dimension::Line => {
            matrix.raise(Exterior, Interior, Dimension::Line);
            if other.shape.ends.iter().any(|end| !covered(*end)) {
                matrix.raise(Exterior, Boundary, Dimension::Point);
            }
        }
        _ => {
            if other.shape.points.iter().any(|point| !covered(*point)) {
                matrix.raise(Exterior, Interior, Dimension::Point);
            }
        }
    }
}
