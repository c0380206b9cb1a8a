//! The geometry column of a batch.

use arrow_buffer::{OffsetBuffer, ScalarBuffer};

use super::kind::GeometryKind;
use super::row::GeometryRow;
use super::{Dimensions, GeometryBuilder};
use crate::wkb::map_wkb;
use crate::{Bbox, Result};

pub(super) const HAS_Z: u8 = 0x10;
pub(super) const HAS_M: u8 = 0x20;
/// The row's bytes are in `wkb`, not in the coordinate buffers.
pub(super) const IS_WKB: u8 = 0x40;

/// Geometries of a batch, row by row: row → parts → rings → coordinates.
///
/// A part is a polygon; every other type has one part (none when empty) whose rings are its lines, or one ring with
/// its points. Rows that this layout cannot hold (nested collections, curves, surfaces) are kept as ISO WKB.
/// Slices share the buffers.
#[derive(Clone, Debug)]
pub struct GeometryColumn {
    pub(super) tags: ScalarBuffer<u8>,
    pub(super) rows: OffsetBuffer<i32>,
    pub(super) parts: OffsetBuffer<i32>,
    pub(super) rings: OffsetBuffer<i32>,
    /// x, y, x, y, ...
    pub(super) xy: ScalarBuffer<f64>,
    /// One per coordinate; NaN where the row has no Z.
    pub(super) z: Option<ScalarBuffer<f64>>,
    pub(super) m: Option<ScalarBuffer<f64>>,
    /// Four per row, [`Bbox::EMPTY`] for null and empty.
    pub(super) boxes: ScalarBuffer<f64>,
    pub(super) wkb: Option<(OffsetBuffer<i32>, ScalarBuffer<u8>)>,
}

impl GeometryColumn {
    /// A column of null geometries, as a table has.
    pub fn nulls(rows: usize) -> Self {
        let mut builder = GeometryBuilder::with_capacity(rows, 0);
        for _ in 0..rows {
            builder.push_null();
        }
        builder.finish()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// True for a column without rows.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// The view of one row.
    ///
    /// # Panics
    /// When `row` is not below [`Self::len`].
    #[inline]
    pub fn row(&self, row: usize) -> GeometryRow<'_> {
        assert!(row < self.len(), "row {row} of {}", self.len());
        GeometryRow { column: self, row }
    }

    /// The views of all rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = GeometryRow<'_>> {
        (0..self.len()).map(|row| GeometryRow { column: self, row })
    }

    /// The box of one row.
    #[inline]
    pub fn bbox(&self, row: usize) -> Bbox {
        let at = row * 4;
        Bbox::new(self.boxes[at], self.boxes[at + 1], self.boxes[at + 2], self.boxes[at + 3])
    }

    /// The box of all rows.
    pub fn extent(&self) -> Bbox {
        (0..self.len()).fold(Bbox::EMPTY, |extent, row| extent.union(&self.bbox(row)))
    }

    /// The type all rows with a geometry share, or `Mixed`; `None` when every row is null.
    pub fn kind(&self) -> GeometryKind {
        self.tags.iter().fold(GeometryKind::None, |kind, &tag| kind.join(GeometryKind::from_tag(tag)))
    }

    /// The ordinates that any row has.
    pub fn dimensions(&self) -> Dimensions {
        let union = self.tags.iter().fold(0, |union, &tag| union | tag);
        Dimensions { z: union & HAS_Z != 0, m: union & HAS_M != 0 }
    }

    /// Rows `offset .. offset + len` without copying.
    #[must_use]
    pub fn slice(&self, offset: usize, len: usize) -> Self {
        Self {
            tags: self.tags.slice(offset, len),
            rows: self.rows.slice(offset, len),
            boxes: self.boxes.slice(offset * 4, len * 4),
            wkb: self.wkb.as_ref().map(|(offsets, bytes)| (offsets.slice(offset, len), bytes.clone())),
            ..self.clone()
        }
    }

    /// The rows at the given positions, in that order, copied.
    #[must_use]
    pub fn take(&self, rows: impl ExactSizeIterator<Item = usize>) -> Self {
        let mut builder = GeometryBuilder::with_capacity(rows.len(), 0);
        for row in rows {
            builder.push_row(&self.row(row));
        }
        builder.finish()
    }

    /// All rows of all columns, in order, copied.
    #[must_use]
    pub fn concat<'a>(columns: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut builder = GeometryBuilder::default();
        for column in columns {
            for row in column.iter() {
                builder.push_row(&row);
            }
        }
        builder.finish()
    }

    /// Bytes that this column's rows use; a slice counts its share only.
    pub fn memory_bytes(&self) -> usize {
        let rows = self.len();
        let (Some(&first), Some(&last)) = (self.rows.first(), self.rows.last()) else { return 0 };
        let (first_ring, last_ring) =
            (self.parts[first as usize] as usize, self.parts[last as usize] as usize);
        let coordinates = (self.rings[last_ring] - self.rings[first_ring]) as usize;
        let ordinates = 2 + usize::from(self.z.is_some()) + usize::from(self.m.is_some());
        let wkb = self.wkb.as_ref().map_or(0, |(offsets, _)| (offsets[rows] - offsets[0]) as usize);
        rows * (1 + 4 + 32)
            + (last - first) as usize * 4
            + (last_ring - first_ring) * 4
            + coordinates * ordinates * 8
            + wkb
    }

    /// The coordinates of all rows moved through `apply` (interleaved x, y in place), boxes recomputed; Z and M stay.
    ///
    /// `apply` is called once for the flat coordinates and once for each row kept as WKB.
    ///
    /// # Errors
    /// Those of `apply`, and [`crate::Error::Data`] if a row kept as WKB is not WKB.
    pub fn map_coordinates(&self, apply: &mut dyn FnMut(&mut [f64]) -> Result<()>) -> Result<Self> {
        let whole = if self.is_compact() { self.clone() } else { self.take(0..self.len()) };
        let mut xy = whole.xy.to_vec();
        apply(&mut xy)?;
        let mut wkb = whole.wkb.as_ref().map(|(ends, bytes)| (ends.clone(), bytes.to_vec()));
        let mut moved = Self { xy: xy.into(), wkb: None, ..whole };
        let mut boxes = Vec::with_capacity(moved.len() * 4);
        for row in 0..moved.len() {
            let bbox = match &mut wkb {
                Some((ends, bytes)) if moved.tags[row] & IS_WKB != 0 => {
                    map_wkb(&mut bytes[ends[row] as usize..ends[row + 1] as usize], apply)?
                }
                _ => moved.row(row).computed_bbox(),
            };
            boxes.extend([bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y]);
        }
        moved.boxes = boxes.into();
        moved.wkb = wkb.map(|(ends, bytes)| (ends, bytes.into()));
        Ok(moved)
    }

    /// True where the buffers hold this column's rows and no others.
    fn is_compact(&self) -> bool {
        let (first, last) = (self.rows[0] as usize, self.rows[self.len()] as usize);
        let (start, end) = (self.rings[self.parts[first] as usize], self.rings[self.parts[last] as usize]);
        let wkb_is_whole = self
            .wkb
            .as_ref()
            .is_none_or(|(ends, bytes)| ends[0] == 0 && ends[self.len()] as usize == bytes.len());
        start == 0 && end as usize * 2 == self.xy.len() && wkb_is_whole
    }
}
