//! Building geometry columns coordinate by coordinate.

use arrow_buffer::{OffsetBuffer, ScalarBuffer};

use super::column::{GeometryColumn, HAS_M, HAS_Z, IS_WKB};
use super::kind::{Dimensions, GeometryKind};
use super::row::GeometryRow;
use crate::Bbox;

/// Builds a [`GeometryColumn`]. A row is: coordinates, [`end_ring`](Self::end_ring) after each ring, line or run of
/// points, [`end_part`](Self::end_part) after each polygon (or once for any other type), then
/// [`finish_row`](Self::finish_row); or one `push_` call.
#[derive(Debug)]
pub struct GeometryBuilder {
    tags: Vec<u8>,
    rows: Vec<i32>,
    parts: Vec<i32>,
    rings: Vec<i32>,
    xy: Vec<f64>,
    z: Option<Vec<f64>>,
    m: Option<Vec<f64>>,
    boxes: Vec<f64>,
    wkb: Option<(Vec<i32>, Vec<u8>)>,
    open: OpenRow,
}

/// What is known of the row under construction.
#[derive(Debug)]
struct OpenRow {
    bbox: Bbox,
    dimensions: Dimensions,
}

impl OpenRow {
    const NEW: Self = Self { bbox: Bbox::EMPTY, dimensions: Dimensions::XY };
}

impl Default for GeometryBuilder {
    fn default() -> Self {
        Self::with_capacity(0, 0)
    }
}

impl GeometryBuilder {
    /// A builder with room for so many rows and coordinates.
    pub fn with_capacity(rows: usize, coordinates: usize) -> Self {
        let offsets = |capacity: usize| {
            let mut offsets = Vec::with_capacity(capacity + 1);
            offsets.push(0);
            offsets
        };
        Self {
            tags: Vec::with_capacity(rows),
            rows: offsets(rows),
            parts: offsets(rows),
            rings: offsets(rows),
            xy: Vec::with_capacity(coordinates * 2),
            z: None,
            m: None,
            boxes: Vec::with_capacity(rows * 4),
            wkb: None,
            open: OpenRow::NEW,
        }
    }

    /// Number of finished rows.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// True before the first finished row.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// Bytes held so far, for bounding a batch.
    pub fn memory_bytes(&self) -> usize {
        self.xy.len() * 8
            + self.rings.len() * 4
            + self.tags.len() * 41
            + self.wkb.as_ref().map_or(0, |(_, bytes)| bytes.len())
    }

    /// Adds a coordinate to the open ring.
    #[inline]
    pub fn coordinate(&mut self, x: f64, y: f64) {
        self.xy.extend([x, y]);
        self.open.bbox.add(x, y);
        if let Some(z) = &mut self.z {
            z.push(f64::NAN);
        }
        if let Some(m) = &mut self.m {
            m.push(f64::NAN);
        }
    }

    /// Adds a coordinate with Z, M or both to the open ring.
    pub fn coordinate_zm(&mut self, x: f64, y: f64, z: Option<f64>, m: Option<f64>) {
        let before = self.xy.len() / 2;
        self.xy.extend([x, y]);
        self.open.bbox.add(x, y);
        self.open.dimensions.z |= z.is_some();
        self.open.dimensions.m |= m.is_some();
        push_ordinate(&mut self.z, before, z);
        push_ordinate(&mut self.m, before, m);
    }

    /// Ends a ring, a line or a run of points.
    pub fn end_ring(&mut self) {
        self.rings.push((self.xy.len() / 2) as i32);
    }

    /// Coordinates in the ring under construction.
    pub fn open_ring_len(&self) -> usize {
        self.xy.len() / 2 - self.rings[self.rings.len() - 1] as usize
    }

    /// The box of the row under construction.
    pub fn open_bbox(&self) -> Bbox {
        self.open.bbox
    }

    /// The ordinates that the row under construction has shown.
    pub fn open_dimensions(&self) -> Dimensions {
        self.open.dimensions
    }

    /// Ends a polygon, or the one part of any other type.
    pub fn end_part(&mut self) {
        self.parts.push((self.rings.len() - 1) as i32);
    }

    /// Ends the row. A row that got no coordinate is empty, not null.
    pub fn finish_row(&mut self, kind: GeometryKind) {
        let dimensions = self.open.dimensions;
        self.finish_row_as(kind, dimensions);
    }

    /// Ends the row with the dimensions its source declares, which an empty geometry cannot show otherwise.
    pub fn finish_row_as(&mut self, kind: GeometryKind, dimensions: Dimensions) {
        let flags = if dimensions.z { HAS_Z } else { 0 } | if dimensions.m { HAS_M } else { 0 };
        let bbox = self.open.bbox;
        if bbox.is_empty() && self.xy.len() == self.committed_coordinates() * 2 {
            // Rings without any coordinate would make two spellings of one empty geometry.
            self.rollback_row();
        }
        self.close(kind.tag() | flags, bbox);
    }

    /// Forgets the coordinates of the open row.
    pub fn rollback_row(&mut self) {
        let parts = self.rows[self.rows.len() - 1] as usize;
        self.parts.truncate(parts + 1);
        let rings = self.parts[parts] as usize;
        self.rings.truncate(rings + 1);
        let coordinates = self.rings[rings] as usize;
        self.xy.truncate(coordinates * 2);
        for ordinates in [&mut self.z, &mut self.m].into_iter().flatten() {
            ordinates.truncate(coordinates);
        }
        self.open = OpenRow::NEW;
    }

    /// Adds a null geometry.
    pub fn push_null(&mut self) {
        self.close(0, Bbox::EMPTY);
    }

    /// Adds a geometry without coordinates.
    pub fn push_empty(&mut self, kind: GeometryKind) {
        self.finish_row(kind);
    }

    /// Adds a point.
    #[inline]
    pub fn push_point(&mut self, x: f64, y: f64) {
        self.coordinate(x, y);
        self.end_ring();
        self.end_part();
        self.finish_row(GeometryKind::Point);
    }

    /// Adds a row kept as ISO WKB; the caller states its kind, dimensions and box.
    pub fn push_wkb(&mut self, kind: GeometryKind, dimensions: Dimensions, bbox: Bbox, wkb: &[u8]) {
        let rows = self.tags.len();
        let (_, bytes) = self.wkb.get_or_insert_with(|| (vec![0; rows + 1], Vec::new()));
        bytes.extend_from_slice(wkb);
        let flags = if dimensions.z { HAS_Z } else { 0 } | if dimensions.m { HAS_M } else { 0 };
        self.close(kind.tag() | flags | IS_WKB, bbox);
    }

    /// Adds a copy of another column's row.
    pub fn push_row(&mut self, row: &GeometryRow<'_>) {
        if row.is_null() {
            return self.push_null();
        }
        if let Some(wkb) = row.wkb() {
            return self.push_wkb(row.kind(), row.dimensions(), row.bbox(), wkb);
        }
        let (base, start) = (self.xy.len() / 2, self.rings.len() - 1);
        for part in row.parts() {
            for ring in part.rings() {
                let end = self.rings[self.rings.len() - 1] + ring.len() as i32;
                self.rings.push(end);
            }
            self.parts.push((self.rings.len() - 1) as i32);
        }
        debug_assert!(self.rings[start] as usize == base);
        self.xy.extend_from_slice(row.xy());
        let count = row.xy().len() / 2;
        copy_ordinates(&mut self.z, base, count, row.z());
        copy_ordinates(&mut self.m, base, count, row.m());
        self.open.bbox = row.bbox();
        self.finish_row_as(row.kind(), row.dimensions());
    }

    /// The finished column.
    pub fn finish(self) -> GeometryColumn {
        let offsets = |values: Vec<i32>| OffsetBuffer::new(ScalarBuffer::from(values));
        GeometryColumn {
            tags: self.tags.into(),
            rows: offsets(self.rows),
            parts: offsets(self.parts),
            rings: offsets(self.rings),
            xy: self.xy.into(),
            z: self.z.map(Into::into),
            m: self.m.map(Into::into),
            boxes: self.boxes.into(),
            wkb: self.wkb.map(|(ends, bytes)| (offsets(ends), bytes.into())),
        }
    }

    fn committed_coordinates(&self) -> usize {
        let parts = self.rows[self.rows.len() - 1] as usize;
        self.rings[self.parts[parts] as usize] as usize
    }

    fn close(&mut self, tag: u8, bbox: Bbox) {
        self.tags.push(tag);
        self.rows.push((self.parts.len() - 1) as i32);
        self.boxes.extend([bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y]);
        if let Some((ends, bytes)) = &mut self.wkb {
            ends.push(bytes.len() as i32);
        }
        self.open = OpenRow::NEW;
    }
}

fn push_ordinate(values: &mut Option<Vec<f64>>, before: usize, value: Option<f64>) {
    match (values.as_mut(), value) {
        (Some(values), value) => values.push(value.unwrap_or(f64::NAN)),
        (None, Some(value)) => {
            let mut filled = vec![f64::NAN; before];
            filled.push(value);
            *values = Some(filled);
        }
        (None, None) => {}
    }
}

fn copy_ordinates(values: &mut Option<Vec<f64>>, before: usize, count: usize, from: Option<&[f64]>) {
    match (values.as_mut(), from) {
        (Some(values), Some(from)) => values.extend_from_slice(from),
        (Some(values), None) => values.extend(std::iter::repeat_n(f64::NAN, count)),
        (None, Some(from)) => {
            let mut filled = vec![f64::NAN; before];
            filled.extend_from_slice(from);
            *values = Some(filled);
        }
        (None, None) => {}
    }
}
