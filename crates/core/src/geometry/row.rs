//! Views of one geometry.

use std::ops::Range;

use super::column::{GeometryColumn, HAS_M, HAS_Z, IS_WKB};
use super::kind::{Dimensions, GeometryKind};
use crate::Bbox;

/// One row of a [`GeometryColumn`].
#[derive(Clone, Copy, Debug)]
pub struct GeometryRow<'a> {
    pub(super) column: &'a GeometryColumn,
    pub(super) row: usize,
}

impl<'a> GeometryRow<'a> {
    fn tag(&self) -> u8 {
        self.column.tags[self.row]
    }

    /// The type of the row; [`GeometryKind::None`] for null.
    pub fn kind(&self) -> GeometryKind {
        GeometryKind::from_tag(self.tag())
    }

    /// The ordinates of the row.
    pub fn dimensions(&self) -> Dimensions {
        Dimensions { z: self.tag() & HAS_Z != 0, m: self.tag() & HAS_M != 0 }
    }

    /// True for a null geometry.
    pub fn is_null(&self) -> bool {
        self.kind() == GeometryKind::None
    }

    /// True for a geometry without coordinates that is not null.
    pub fn is_empty(&self) -> bool {
        !self.is_null() && self.bbox().is_empty()
    }

    /// The box of the row.
    pub fn bbox(&self) -> Bbox {
        self.column.bbox(self.row)
    }

    /// The ISO WKB of a row that the flat layout cannot hold.
    pub fn wkb(&self) -> Option<&'a [u8]> {
        if self.tag() & IS_WKB == 0 {
            return None;
        }
        let (offsets, bytes) = self.column.wkb.as_ref()?;
        Some(&bytes[offsets[self.row] as usize..offsets[self.row + 1] as usize])
    }

    /// The parts: polygons of a polygonal row, else one part holding everything; none when empty.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = GeometryPart<'a>> + use<'a> {
        let (column, tag) = (self.column, self.tag());
        range(&column.rows, self.row).map(move |part| GeometryPart { column, part, tag })
    }

    /// The rings or lines of all parts in order.
    pub fn rings(&self) -> impl Iterator<Item = GeometryRing<'a>> + use<'a> {
        self.parts().flat_map(|part| part.rings())
    }

    /// All coordinates of the row as x, y, x, y, ...; one slice, whatever the type.
    pub fn xy(&self) -> &'a [f64] {
        let coordinates = self.coordinate_range();
        &self.column.xy[coordinates.start * 2..coordinates.end * 2]
    }

    /// The Z of every coordinate, for a row that has Z.
    pub fn z(&self) -> Option<&'a [f64]> {
        ordinate(self.column.z.as_deref(), self.tag() & HAS_Z, self.coordinate_range())
    }

    /// The M of every coordinate, for a row that has M.
    pub fn m(&self) -> Option<&'a [f64]> {
        ordinate(self.column.m.as_deref(), self.tag() & HAS_M, self.coordinate_range())
    }

    pub(super) fn computed_bbox(&self) -> Bbox {
        let mut bbox = Bbox::EMPTY;
        for pair in self.xy().chunks_exact(2) {
            bbox.add(pair[0], pair[1]);
        }
        bbox
    }

    fn coordinate_range(&self) -> Range<usize> {
        let column = self.column;
        let parts = range(&column.rows, self.row);
        let rings = column.parts[parts.start] as usize..column.parts[parts.end] as usize;
        column.rings[rings.start] as usize..column.rings[rings.end] as usize
    }
}

/// A polygon, or the single part of any other type.
#[derive(Clone, Copy, Debug)]
pub struct GeometryPart<'a> {
    column: &'a GeometryColumn,
    part: usize,
    tag: u8,
}

impl<'a> GeometryPart<'a> {
    /// The rings of a polygon (shell first), the lines, or one ring with all points.
    pub fn rings(&self) -> impl ExactSizeIterator<Item = GeometryRing<'a>> + use<'a> {
        let (column, tag) = (self.column, self.tag);
        range(&column.parts, self.part).map(move |ring| GeometryRing { column, ring, tag })
    }
}

/// A run of coordinates: a ring, a line, or points.
#[derive(Clone, Copy, Debug)]
pub struct GeometryRing<'a> {
    column: &'a GeometryColumn,
    ring: usize,
    tag: u8,
}

impl<'a> GeometryRing<'a> {
    /// Number of coordinates.
    pub fn len(&self) -> usize {
        range(&self.column.rings, self.ring).len()
    }

    /// True for a ring without coordinates.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// x, y, x, y, ...
    pub fn xy(&self) -> &'a [f64] {
        let coordinates = range(&self.column.rings, self.ring);
        &self.column.xy[coordinates.start * 2..coordinates.end * 2]
    }

    /// Z per coordinate, for a row that has Z.
    pub fn z(&self) -> Option<&'a [f64]> {
        ordinate(self.column.z.as_deref(), self.tag & HAS_Z, range(&self.column.rings, self.ring))
    }

    /// M per coordinate, for a row that has M.
    pub fn m(&self) -> Option<&'a [f64]> {
        ordinate(self.column.m.as_deref(), self.tag & HAS_M, range(&self.column.rings, self.ring))
    }
}

fn range(offsets: &[i32], at: usize) -> Range<usize> {
    offsets[at] as usize..offsets[at + 1] as usize
}

fn ordinate(values: Option<&[f64]>, flag: u8, at: Range<usize>) -> Option<&[f64]> {
    if flag == 0 { None } else { values.map(|values| &values[at]) }
}
