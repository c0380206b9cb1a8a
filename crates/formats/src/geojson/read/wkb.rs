//! Geometries as little-endian ISO WKB, for members of collections.

use geohub_core::{Dimensions, GeometryKind, GeometryRow};

/// Adds byte order, type code and count.
pub(super) fn header(kind: GeometryKind, dimensions: Dimensions, count: u32, out: &mut Vec<u8>) {
    code(kind, dimensions, out);
    out.extend(count.to_le_bytes());
}

fn code(kind: GeometryKind, dimensions: Dimensions, out: &mut Vec<u8>) {
    let base = GeometryKind::ROW_KINDS.iter().position(|&other| other == kind).unwrap_or(0) as u32 + 1;
    let code = base + 1000 * u32::from(dimensions.z) + 2000 * u32::from(dimensions.m);
    out.push(1);
    out.extend(code.to_le_bytes());
}

/// Adds a row that is not null. An empty point becomes one of NaN, as is usual.
pub(super) fn append(row: &GeometryRow<'_>, out: &mut Vec<u8>) {
    if let Some(bytes) = row.wkb() {
        return out.extend_from_slice(bytes);
    }
    let (kind, dimensions) = (row.kind(), row.dimensions());
    let whole = Coordinates { xy: row.xy(), z: row.z(), m: row.m(), dimensions };
    match kind {
        GeometryKind::Point => {
            code(kind, dimensions, out);
            if row.is_empty() {
                (0..dimensions.count()).for_each(|_| out.extend(f64::NAN.to_le_bytes()));
            } else {
                whole.append(0, out);
            }
        }
        GeometryKind::LineString => {
            code(kind, dimensions, out);
            whole.append_all(out);
        }
        GeometryKind::MultiPoint => {
            header(kind, dimensions, (row.xy().len() / 2) as u32, out);
            for at in 0..row.xy().len() / 2 {
                code(GeometryKind::Point, dimensions, out);
                whole.append(at, out);
            }
        }
        GeometryKind::Polygon => polygons(row, kind, out),
        GeometryKind::MultiLineString => {
            header(kind, dimensions, row.rings().count() as u32, out);
            for ring in row.rings() {
                code(GeometryKind::LineString, dimensions, out);
                Coordinates { xy: ring.xy(), z: ring.z(), m: ring.m(), dimensions }.append_all(out);
            }
        }
        _ => {
            header(kind, dimensions, row.parts().len() as u32, out);
            polygons(row, kind, out);
        }
    }
}

/// Each part as a polygon; an empty polygon has no part and no ring.
fn polygons(row: &GeometryRow<'_>, kind: GeometryKind, out: &mut Vec<u8>) {
    let dimensions = row.dimensions();
    if kind == GeometryKind::Polygon && row.parts().len() == 0 {
        return header(GeometryKind::Polygon, dimensions, 0, out);
    }
    for part in row.parts() {
        header(GeometryKind::Polygon, dimensions, part.rings().len() as u32, out);
        for ring in part.rings() {
            Coordinates { xy: ring.xy(), z: ring.z(), m: ring.m(), dimensions }.append_all(out);
        }
    }
}

struct Coordinates<'a> {
    xy: &'a [f64],
    z: Option<&'a [f64]>,
    m: Option<&'a [f64]>,
    dimensions: Dimensions,
}

impl Coordinates<'_> {
    fn append_all(&self, out: &mut Vec<u8>) {
        out.extend((self.xy.len() as u32 / 2).to_le_bytes());
        (0..self.xy.len() / 2).for_each(|at| self.append(at, out));
    }

    fn append(&self, at: usize, out: &mut Vec<u8>) {
        out.extend(self.xy[at * 2].to_le_bytes());
        out.extend(self.xy[at * 2 + 1].to_le_bytes());
        for (wanted, values) in [(self.dimensions.z, self.z), (self.dimensions.m, self.m)] {
            if wanted {
                out.extend(values.map_or(f64::NAN, |values| values[at]).to_le_bytes());
            }
        }
    }
}
