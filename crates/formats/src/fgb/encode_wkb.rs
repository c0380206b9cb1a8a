//! Collections, curves and surfaces: from ISO WKB rows to geometry tables.

use flatgeobuf::{Geometry, GeometryArgs, GeometryType};
use geohub_core::{DataError, Dimensions, Result};

use super::encode_geometry::{Fbb, Offset, collection, ordinates};
use super::geometry::MAX_DEPTH;

/// Encodes a row of WKB.
///
/// # Errors
/// [`Error::Data`](geohub_core::Error::Data) when the bytes are no ISO WKB.
pub(super) fn encode(fbb: &mut Fbb, wkb: &[u8], pad: Dimensions) -> Result<Offset> {
    let mut cursor = Cursor { bytes: wkb, little: true, pad };
    geometry(fbb, &mut cursor, 0).ok_or_else(|| DataError::new("a geometry's WKB is broken").into())
}

/// Coordinates of one table as they are gathered.
#[derive(Default)]
struct Ordinates {
    xy: Vec<f64>,
    z: Vec<f64>,
    m: Vec<f64>,
    ends: Vec<u32>,
}

fn geometry(fbb: &mut Fbb, cursor: &mut Cursor<'_>, depth: usize) -> Option<Offset> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (kind, dimensions) = cursor.head()?;
    let mut own = Ordinates::default();
    match kind {
        1 => cursor.coordinate(dimensions, &mut own)?,
        2 | 8 => cursor.line(dimensions, &mut own)?,
        3 | 17 => cursor.lines(dimensions, &mut own)?,
        4 | 5 | 16 => {
            for _ in 0..cursor.count(5)? {
                let (member, dimensions) = cursor.head()?;
                match (kind, member) {
                    (4, 1) => cursor.member_point(dimensions, &mut own)?,
                    (5, 2) => cursor.line_with_end(dimensions, &mut own)?,
                    (16, 17) => cursor.lines(dimensions, &mut own)?,
                    _ => return None,
                }
            }
        }
        6 | 7 | 9..=12 | 15 => {
            let mut parts = Vec::new();
            for _ in 0..cursor.count(5)? {
                parts.push(geometry(fbb, cursor, depth + 1)?);
            }
            return Some(collection(fbb, &parts, GeometryType(kind)));
        }
        _ => return None,
    }
    Some(table(fbb, kind, dimensions, cursor.pad, &own))
}

fn table(fbb: &mut Fbb, kind: u8, dimensions: Dimensions, pad: Dimensions, own: &Ordinates) -> Offset {
    let ends = (own.ends.len() > 1).then(|| fbb.create_vector(&own.ends));
    let count = own.xy.len() / 2;
    let z = ordinates(fbb, dimensions.z.then_some(&*own.z), pad.z, count);
    let m = ordinates(fbb, dimensions.m.then_some(&*own.m), pad.m, count);
    let xy = Some(fbb.create_vector(&own.xy));
    let type_ = GeometryType(kind);
    Geometry::create(fbb, &GeometryArgs { ends, xy, z, m, type_, ..GeometryArgs::default() })
}

struct Cursor<'a> {
    bytes: &'a [u8],
    little: bool,
    /// Ordinates to write as NaN where the geometry has none.
    pad: Dimensions,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        let raw = self.take()?;
        Some(if self.little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    fn f64(&mut self) -> Option<f64> {
        let raw = self.take()?;
        Some(if self.little { f64::from_le_bytes(raw) } else { f64::from_be_bytes(raw) })
    }

    /// Byte order, type and dimensions.
    fn head(&mut self) -> Option<(u8, Dimensions)> {
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        let code = self.u32()?;
        let dimensions = Dimensions { z: code / 1000 % 2 == 1, m: code / 2000 == 1 };
        (code < 4000).then_some(((code % 1000) as u8, dimensions))
    }

    /// A count of items of at least so many bytes each.
    fn count(&mut self, item_bytes: usize) -> Option<usize> {
        let count = self.u32()? as usize;
        (count <= self.bytes.len() / item_bytes).then_some(count)
    }

    fn coordinate(&mut self, dimensions: Dimensions, own: &mut Ordinates) -> Option<()> {
        own.xy.push(self.f64()?);
        own.xy.push(self.f64()?);
        if dimensions.z {
            own.z.push(self.f64()?);
        }
        if dimensions.m {
            own.m.push(self.f64()?);
        }
        Some(())
    }

    /// A point of a multi-point; one without a position leaves no trace.
    fn member_point(&mut self, dimensions: Dimensions, own: &mut Ordinates) -> Option<()> {
        let before = own.xy.len();
        self.coordinate(dimensions, own)?;
        if own.xy[before].is_nan() && own.xy[before + 1].is_nan() {
            // WKB has no other way to write an empty point.
            own.xy.truncate(before);
            own.z.truncate(before / 2);
            own.m.truncate(before / 2);
        }
        Some(())
    }

    fn line(&mut self, dimensions: Dimensions, own: &mut Ordinates) -> Option<()> {
        for _ in 0..self.count(dimensions.count() * 8)? {
            self.coordinate(dimensions, own)?;
        }
        Some(())
    }

    fn line_with_end(&mut self, dimensions: Dimensions, own: &mut Ordinates) -> Option<()> {
        self.line(dimensions, own)?;
        own.ends.push((own.xy.len() / 2) as u32);
        Some(())
    }

    fn lines(&mut self, dimensions: Dimensions, own: &mut Ordinates) -> Option<()> {
        for _ in 0..self.count(4)? {
            self.line_with_end(dimensions, own)?;
        }
        Some(())
    }
}
