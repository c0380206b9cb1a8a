//! Geometries as `GeoJSON`.

use geohub_core::geometry::GeometryRing;
use geohub_core::{GeometryKind, GeometryRow};

use super::number::OrdinateFormat;
use super::wkb;

/// Why a geometry cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A coordinate is NaN or infinite.
    NotFinite,
    /// A type of SQL/MM that `GeoJSON` does not have.
    Type(&'static str),
    /// Bytes that are no WKB.
    Broken,
}

/// What was lost in writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) measures: bool,
}

/// Adds a geometry, or `null`.
pub(super) fn geometry(
    row: &GeometryRow<'_>,
    format: OrdinateFormat,
    out: &mut Vec<u8>,
) -> Result<Lost, Refusal> {
    if let Some(bytes) = row.wkb() {
        return wkb::geometry(bytes, format, out);
    }
    let kind = row.kind();
    if kind == GeometryKind::None {
        out.extend_from_slice(b"null");
        return Ok(Lost::default());
    }
    begin(kind.name(), out);
    let mut writer = Positions { format, lost: Lost::default(), out };
    match kind {
        GeometryKind::Point => writer.point(row)?,
        GeometryKind::LineString | GeometryKind::MultiPoint => writer.first(row)?,
        GeometryKind::Polygon | GeometryKind::MultiLineString => writer.rings(row.rings())?,
        _ => {
            let mut parts = Commas::open(writer.out);
            for part in row.parts() {
                parts.next(writer.out);
                writer.rings(part.rings())?;
            }
            writer.out.push(b']');
        }
    }
    let lost = writer.lost;
    out.push(b'}');
    Ok(lost)
}

/// Adds everything before the coordinates.
pub(super) fn begin(kind: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"coordinates\":");
}

/// Puts commas between the elements of an array.
pub(super) struct Commas(bool);

impl Commas {
    pub(super) fn open(out: &mut Vec<u8>) -> Self {
        out.push(b'[');
        Self(false)
    }

    #[inline]
    pub(super) fn next(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.0, true) {
            out.push(b',');
        }
    }
}

struct Positions<'a> {
    format: OrdinateFormat,
    lost: Lost,
    out: &'a mut Vec<u8>,
}

impl Positions<'_> {
    fn point(&mut self, row: &GeometryRow<'_>) -> Result<(), Refusal> {
        match row.rings().next() {
            Some(ring) if !ring.is_empty() => self.position(&ring, 0),
            _ => {
                self.out.extend_from_slice(b"[]");
                Ok(())
            }
        }
    }

    fn first(&mut self, row: &GeometryRow<'_>) -> Result<(), Refusal> {
        if let Some(ring) = row.rings().next() {
            return self.ring(&ring);
        }
        self.out.extend_from_slice(b"[]");
        Ok(())
    }

    fn rings<'r>(&mut self, rings: impl Iterator<Item = GeometryRing<'r>>) -> Result<(), Refusal> {
        let mut commas = Commas::open(self.out);
        for ring in rings {
            commas.next(self.out);
            self.ring(&ring)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn ring(&mut self, ring: &GeometryRing<'_>) -> Result<(), Refusal> {
        let mut commas = Commas::open(self.out);
        for at in 0..ring.len() {
            commas.next(self.out);
            self.position(ring, at)?;
        }
        self.out.push(b']');
        Ok(())
    }

    #[inline]
    fn position(&mut self, ring: &GeometryRing<'_>, at: usize) -> Result<(), Refusal> {
        let xy = ring.xy();
        let z = ring.z().map_or(f64::NAN, |z| z[at]);
        let m = ring.m().map_or(f64::NAN, |m| m[at]);
        self.lost.measures |= position([xy[at * 2], xy[at * 2 + 1], z, m], self.format, self.out)?;
        Ok(())
    }
}

/// Adds a position; Z and M are NaN where there is none. True when an M had no Z to stand behind.
#[inline]
pub(super) fn position(
    [x, y, z, m]: [f64; 4],
    format: OrdinateFormat,
    out: &mut Vec<u8>,
) -> Result<bool, Refusal> {
    if !(x.is_finite() && y.is_finite()) || z.is_infinite() || m.is_infinite() {
        return Err(Refusal::NotFinite);
    }
    out.push(b'[');
    format.write(x, out);
    out.push(b',');
    format.write(y, out);
    if !z.is_nan() {
        out.push(b',');
        format.write(z, out);
        if !m.is_nan() {
            out.push(b',');
            format.write(m, out);
        }
    }
    out.push(b']');
    Ok(z.is_nan() && !m.is_nan())
}
