//! The DE-9IM matrix.

use std::fmt;

/// One of the three parts into which a geometry divides the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// Inside an area, on a line but not at its ends, or at a point.
    Interior = 0,
    /// On an area's border, or at a line's end (an odd number of the geometry's lines end there).
    Boundary = 1,
    /// Elsewhere.
    Exterior = 2,
}

use Location::{Boundary, Exterior, Interior};

/// Dimension of a geometry or of an intersection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Nothing.
    Empty,
    /// Points.
    Point,
    /// Lines.
    Line,
    /// Areas.
    Area,
}

/// The dimensionally extended nine-intersection matrix of two non-empty geometries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matrix {
    cells: [[Dimension; 3]; 3],
    left: Dimension,
    right: Dimension,
}

impl Matrix {
    /// The matrix of two geometries of which nothing is known yet but their dimensions: only the exteriors
    /// meet.
    pub fn new(left: Dimension, right: Dimension) -> Self {
        let mut matrix = Self { cells: [[Dimension::Empty; 3]; 3], left, right };
        matrix.raise(Exterior, Exterior, Dimension::Area);
        matrix
    }

    /// The dimension in which a part of the left geometry meets a part of the right one.
    pub fn get(&self, left: Location, right: Location) -> Dimension {
        self.cells[left as usize][right as usize]
    }

    /// Records an intersection; a cell only ever grows.
    pub fn raise(&mut self, left: Location, right: Location, dimension: Dimension) {
        let cell = &mut self.cells[left as usize][right as usize];
        *cell = dimension.max(*cell);
    }

    /// The matrix of `(right, left)`.
    #[must_use]
    pub fn transpose(&self) -> Self {
        let cells = [0, 1, 2].map(|row| [0, 1, 2].map(|column| self.cells[column][row]));
        Self { cells, left: self.right, right: self.left }
    }

    /// The dimensions of the left and the right geometry.
    pub fn dimensions(&self) -> (Dimension, Dimension) {
        (self.left, self.right)
    }

    fn meets(&self, left: Location, right: Location) -> bool {
        self.get(left, right) != Dimension::Empty
    }

    pub(crate) fn is_intersects(&self) -> bool {
        self.meets(Interior, Interior)
            || self.meets(Interior, Boundary)
            || self.meets(Boundary, Interior)
            || self.meets(Boundary, Boundary)
    }

    pub(crate) fn is_touches(&self) -> bool {
        self.is_intersects() && !self.meets(Interior, Interior)
    }

    pub(crate) fn is_crosses(&self) -> bool {
        use Dimension::{Line, Point};
        match (self.left, self.right) {
            (left, right) if left < right => self.meets(Interior, Interior) && self.meets(Interior, Exterior),
            (left, right) if left > right => self.meets(Interior, Interior) && self.meets(Exterior, Interior),
            (Line, Line) => self.get(Interior, Interior) == Point,
            _ => false,
        }
    }

    pub(crate) fn is_covered_by(&self) -> bool {
        self.is_intersects() && !self.meets(Interior, Exterior) && !self.meets(Boundary, Exterior)
    }

    pub(crate) fn is_within(&self) -> bool {
        self.is_covered_by() && self.meets(Interior, Interior)
    }

    pub(crate) fn is_equals(&self) -> bool {
        self.is_within() && self.transpose().is_within()
    }

    pub(crate) fn is_overlaps(&self) -> bool {
        self.left == self.right
            && self.meets(Interior, Exterior)
            && self.meets(Exterior, Interior)
            && match self.left {
                Dimension::Line => self.get(Interior, Interior) == Dimension::Line,
                _ => self.meets(Interior, Interior),
            }
    }
}

impl fmt::Display for Matrix {
    /// The nine cells row by row, as in `212101212`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cell in self.cells.as_flattened() {
            formatter.write_str(match cell {
                Dimension::Empty => "F",
                Dimension::Point => "0",
                Dimension::Line => "1",
                Dimension::Area => "2",
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_only_grow_and_transpose() {
        let mut matrix = Matrix::new(Dimension::Line, Dimension::Area);
        matrix.raise(Interior, Boundary, Dimension::Line);
        matrix.raise(Interior, Boundary, Dimension::Point);
        assert_eq!(matrix.to_string(), "F1FFFFFF2");
        assert_eq!(matrix.transpose().to_string(), "FFF1FFFF2");
        assert!(matrix.is_touches() && matrix.is_covered_by() && !matrix.is_within());
    }

    #[test]
    fn crosses_depends_on_the_dimensions() {
        for (left, right, expected) in [
            (Dimension::Line, Dimension::Line, true),
            (Dimension::Point, Dimension::Point, false),
            (Dimension::Point, Dimension::Line, false),
        ] {
            let mut matrix = Matrix::new(left, right);
            matrix.raise(Interior, Interior, Dimension::Point);
            assert_eq!(matrix.is_crosses(), expected, "{left:?} {right:?}");
        }
    }
}
