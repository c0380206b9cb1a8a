//! Rows of a geometry column to WKB.

use super::code::Code;
use crate::{Dimensions, GeometryKind, GeometryPart, GeometryRing, GeometryRow};

/// Appends the row as ISO WKB, little-endian, with Z and M. False, and nothing appended, for a null geometry.
///
/// An empty point is a point at NaN, NaN, the convention of `GeoPackage` and `PostGIS`.
pub fn write_wkb(row: &GeometryRow<'_>, out: &mut Vec<u8>) -> bool {
    if let Some(bytes) = row.wkb() {
        out.extend_from_slice(bytes);
        return true;
    }
    let Some(code) = Code::of_flat(row.kind()) else { return false };
    let mut encoder = Encoder { out, dimensions: row.dimensions() };
    encoder.header(code);
    match row.kind() {
        GeometryKind::Point => encoder.point(row.rings().next()),
        GeometryKind::LineString => encoder.line(row.rings().next()),
        GeometryKind::Polygon => encoder.polygon(row.parts().next()),
        GeometryKind::MultiPoint => encoder.points(row.rings().next()),
        GeometryKind::MultiLineString => {
            let lines: Vec<_> = row.rings().collect();
            encoder.count(lines.len());
            for line in lines {
                encoder.header(Code::LINE_STRING);
                encoder.line(Some(line));
            }
        }
        _ => {
            encoder.count(row.parts().len());
            for part in row.parts() {
                encoder.header(Code::POLYGON);
                encoder.polygon(Some(part));
            }
        }
    }
    true
}

struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    dimensions: Dimensions,
}

impl Encoder<'_> {
    fn header(&mut self, code: Code) {
        self.out.push(1);
        self.out.extend(code.word(self.dimensions).to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.out.extend((count as u32).to_le_bytes());
    }

    fn point(&mut self, ring: Option<GeometryRing<'_>>) {
        match ring.filter(|ring| !ring.is_empty()) {
            Some(ring) => self.coordinates(&ring),
            None => self
                .out
                .extend([f64::NAN.to_le_bytes(); 4].as_flattened().iter().take(self.dimensions.count() * 8)),
        }
    }

    fn points(&mut self, ring: Option<GeometryRing<'_>>) {
        let Some(ring) = ring else { return self.count(0) };
        self.count(ring.len());
        for index in 0..ring.len() {
            self.header(Code::POINT);
            self.coordinate(&ring, index);
        }
    }

    fn polygon(&mut self, part: Option<GeometryPart<'_>>) {
        let Some(part) = part else { return self.count(0) };
        self.count(part.rings().len());
        for ring in part.rings() {
            self.line(Some(ring));
        }
    }

    fn line(&mut self, ring: Option<GeometryRing<'_>>) {
        let Some(ring) = ring else { return self.count(0) };
        self.count(ring.len());
        self.coordinates(&ring);
    }

    fn coordinates(&mut self, ring: &GeometryRing<'_>) {
        if self.dimensions == Dimensions::XY {
            self.out.reserve(ring.xy().len() * 8);
            for number in ring.xy() {
                self.out.extend_from_slice(&number.to_le_bytes());
            }
            return;
        }
        for index in 0..ring.len() {
            self.coordinate(ring, index);
        }
    }

    fn coordinate(&mut self, ring: &GeometryRing<'_>, index: usize) {
        let xy = &ring.xy()[index * 2..index * 2 + 2];
        let wanted = [(self.dimensions.z, ring.z()), (self.dimensions.m, ring.m())].into_iter();
        // A column without any Z keeps none, even if a row declares it.
        let extra =
            wanted.filter(|(wanted, _)| *wanted).map(|(_, values)| values.map_or(f64::NAN, |all| all[index]));
        for number in xy.iter().copied().chain(extra) {
            self.out.extend_from_slice(&number.to_le_bytes());
        }
    }
}
