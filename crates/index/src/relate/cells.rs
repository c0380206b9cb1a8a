//! What an area is to the cells of a grid laid over it.

use geohub_core::Bbox;

use super::locate::Side;
use super::segment::Xy;
use super::shape::Shape;
use crate::matrix::{Dimension, Location};

/// Areas of fewer edges are compared edge by edge.
const MIN_SEGMENTS: usize = 64;
/// Cells for each edge: of 5,000 edges of a district's border, 3 % of the cells then hold one.
const CELLS_PER_SEGMENT: usize = 4;
/// Cells along one side.
const MAX_SIDE: usize = 512;
/// Boxes over more cells are not worth the look.
const MAX_CELLS_OF_BOX: usize = 256;
/// Smallest cell, relative to the largest coordinate, whose edges are found in spite of rounding.
const MIN_CELL: f64 = 1e-9;

/// For each cell of a grid over an area's box: inside, outside, or near the border.
///
/// Cells that no edge reaches lie wholly in one part of the plane, so most points and most small geometries are
/// settled by the cells that their box covers.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    grid: Grid,
    /// Row by row from the south.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unknown,
    Border,
    Inside,
    Outside,
}

#[derive(Debug, Clone)]
struct Grid {
    bbox: Bbox,
    side: usize,
    columns_per_unit: f64,
    rows_per_unit: f64,
}

impl Grid {
    fn new(shape: &Shape) -> Option<Self> {
        if shape.dimension != Dimension::Area || shape.segments.len() < MIN_SEGMENTS {
            return None;
        }
        let bbox = shape.bbox;
        let side = side(shape);
        let (width, height) = (bbox.max_x - bbox.min_x, bbox.max_y - bbox.min_y);
        let largest = [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y]
            .into_iter()
            .fold(0.0, |a: f64, b| a.max(b.abs()));
        // Also false for a width that is not a finite number.
        let fine = width.min(height) / side as f64 > largest * MIN_CELL && width.max(height) < f64::INFINITY;
        fine.then(|| Self {
            bbox,
            side,
            columns_per_unit: side as f64 / width,
            rows_per_unit: side as f64 / height,
        })
    }

    /// Not decreasing in `x`, so that cells cover what lies between two coordinates.
    #[inline]
    fn column(&self, x: f64) -> usize {
        (((x - self.bbox.min_x) * self.columns_per_unit) as usize).min(self.side - 1)
    }

    #[inline]
    fn row(&self, y: f64) -> usize {
        (((y - self.bbox.min_y) * self.rows_per_unit) as usize).min(self.side - 1)
    }

    fn centre(&self, column: usize, row: usize) -> Xy {
        let x = self.bbox.min_x + (column as f64 + 0.5) / self.columns_per_unit;
        [x, self.bbox.min_y + (row as f64 + 0.5) / self.rows_per_unit]
    }
}

fn side(shape: &Shape) -> usize {
    (shape.segments.len() * CELLS_PER_SEGMENT).isqrt().clamp(16, MAX_SIDE)
}

impl Cells {
    /// Lays the grid; `None` where it would not pay or the cells would be too small to be sure of.
    pub(crate) fn new(side: Side<'_>) -> Option<Self> {
        let grid = Grid::new(side.shape)?;
        let mut cells = Self { marks: vec![Mark::Unknown; grid.side * grid.side], grid };
        for segment in &side.shape.segments {
            cells.mark_border(segment.a, segment.b);
        }
        for row in 0..cells.grid.side {
            cells.mark_row(row, side);
        }
        Some(cells)
    }

    /// Memory that the cells of a shape take, in bytes; 0 where it gets none.
    pub(crate) fn bytes_for(shape: &Shape) -> usize {
        Grid::new(shape).map_or(0, |grid| grid.side * grid.side)
    }

    /// Where everything within a box lies: in the area's interior, in its exterior, or `None` if that takes a closer
    /// look.
    #[inline]
    pub(crate) fn location(&self, bbox: &Bbox) -> Option<Location> {
        let area = &self.grid.bbox;
        if !area.intersects(bbox) {
            return Some(Location::Exterior);
        }
        let columns = self.grid.column(bbox.min_x)..=self.grid.column(bbox.max_x);
        let rows = self.grid.row(bbox.min_y)..=self.grid.row(bbox.max_y);
        let (width, height) = (columns.end() - columns.start() + 1, rows.end() - rows.start() + 1);
        if width * height > MAX_CELLS_OF_BOX {
            return None;
        }
        let first = self.marks[rows.start() * self.grid.side + columns.start()];
        let location = match first {
            Mark::Inside if area.contains(bbox) => Location::Interior,
            Mark::Outside => Location::Exterior,
            _ => return None,
        };
        let alike = rows.into_iter().all(|row| {
            let start = row * self.grid.side;
            self.marks[start + columns.start()..=start + columns.end()].iter().all(|mark| *mark == first)
        });
        alike.then_some(location)
    }

    /// Marks the cells that an edge reaches, and a few beside them.
    fn mark_border(&mut self, a: Xy, b: Xy) {
        let (lower, upper) = if a[1] <= b[1] { (a, b) } else { (b, a) };
        let columns = self.grid.column(a[0].min(b[0]))..=self.grid.column(a[0].max(b[0]));
        let rows = self.grid.row(lower[1])..=self.grid.row(upper[1]);
        let is_flat = rows.start() == rows.end();
        for row in rows {
            let (mut first, mut last) = (*columns.start(), *columns.end());
            if !is_flat {
                // Where the edge may be at the heights of the row, with half a row to spare for rounding.
                let height =
                    |steps: f64| self.grid.bbox.min_y + (row as f64 + steps) / self.grid.rows_per_unit;
                let at = |y: f64| {
                    let part = ((y - lower[1]) / (upper[1] - lower[1])).clamp(0.0, 1.0);
                    self.grid.column(lower[0] + part * (upper[0] - lower[0]))
                };
                let ends = [at(height(-0.5)), at(height(1.5))];
                first = first.max(ends[0].min(ends[1]).saturating_sub(1));
                last = last.min(ends[0].max(ends[1]) + 1);
            }
            let start = row * self.grid.side;
            self.marks[start + first..=start + last].fill(Mark::Border);
        }
    }

    /// Neighbours in a row that no edge reaches lie in the same part of the plane: one point tells for all.
    fn mark_row(&mut self, row: usize, side: Side<'_>) {
        let start = row * self.grid.side;
        let mut known = Mark::Border;
        for column in 0..self.grid.side {
            let mark = &mut self.marks[start + column];
            if *mark == Mark::Unknown {
                if known == Mark::Border {
                    known = match side.locate(self.grid.centre(column, row)) {
                        Location::Interior => Mark::Inside,
                        Location::Exterior => Mark::Outside,
                        Location::Boundary => Mark::Border,
                    };
                }
                *mark = known;
            } else {
                known = Mark::Border;
            }
        }
    }
}
