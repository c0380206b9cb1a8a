//! Decoding a feature's geometry table into the flat column.

use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryKind};

use super::geometry_wkb;
use super::table::{Checked, Spend, Table, Vector, f64_of, malformed};
use super::wire::NO_ORDINATE;

/// Nesting deeper than this is no map.
pub(super) const MAX_DEPTH: usize = 32;

/// Fields of a geometry table, in the schema's order.
pub(super) mod slot {
    pub(in super::super) const ENDS: usize = 0;
    pub(in super::super) const XY: usize = 1;
    pub(in super::super) const Z: usize = 2;
    pub(in super::super) const M: usize = 3;
    pub(in super::super) const TYPE: usize = 6;
    pub(in super::super) const PARTS: usize = 7;
}

/// Adds the geometry of a feature as a row. `layer_type` is the header's type, 0 where every feature has its own.
pub(super) fn decode(
    feature: &Table<'_>,
    layer_type: u8,
    spend: &mut Spend,
    out: &mut GeometryBuilder,
) -> Checked<()> {
    let Some(table) = feature.table(0)? else {
        out.push_null();
        return Ok(());
    };
    let kind = if layer_type == 0 { table.byte(slot::TYPE)? } else { layer_type };
    match kind {
        1 => point(&table, spend, out),
        2 => simple(&table, GeometryKind::LineString, spend, out),
        3 => ringed(&table, GeometryKind::Polygon, spend, out),
        4 => simple(&table, GeometryKind::MultiPoint, spend, out),
        5 => ringed(&table, GeometryKind::MultiLineString, spend, out),
        6 => multi_polygon(&table, spend, out),
        7..=12 | 15..=17 => geometry_wkb::decode(&table, kind, spend, out),
        0 if is_blank(&table, spend)? => {
            out.push_null();
            Ok(())
        }
        _ => malformed(table.at, "a geometry has no type that could be read"),
    }
}

/// The box of a feature's geometry, without decoding it; empty for null.
pub(super) fn bbox(feature: &Table<'_>, spend: &Spend) -> Checked<Bbox> {
    let mut bbox = Bbox::EMPTY;
    if let Some(table) = feature.table(0)? {
        add_box(&table, &mut spend.again(), &mut bbox, 0)?;
    }
    Ok(bbox)
}

fn add_box(table: &Table<'_>, spend: &mut Spend, bbox: &mut Bbox, depth: usize) -> Checked<()> {
    if depth > MAX_DEPTH {
        return malformed(table.at, "a geometry is nested too deeply");
    }
    let xy = table.vector(slot::XY, 8, spend)?;
    for pair in xy.iter().flat_map(|xy| xy.bytes.chunks_exact(16)) {
        bbox.add(f64_of(pair, 0), f64_of(pair, 1));
    }
    for part in table.tables(slot::PARTS, spend)?.into_iter().flat_map(|parts| parts.iter()) {
        add_box(&part?, spend, bbox, depth + 1)?;
    }
    Ok(())
}

fn is_blank(table: &Table<'_>, spend: &mut Spend) -> Checked<bool> {
    let xy = table.vector(slot::XY, 8, spend)?;
    Ok(xy.is_none_or(|xy| xy.bytes.is_empty()) && table.tables(slot::PARTS, spend)?.is_none())
}

/// The coordinate vectors of one table, of equal length.
pub(super) struct Coordinates<'a> {
    xy: Vector<'a>,
    z: Option<&'a [u8]>,
    m: Option<&'a [u8]>,
}

impl<'a> Coordinates<'a> {
    pub(super) fn of(table: &Table<'a>, spend: &mut Spend) -> Checked<Self> {
        let none = Vector { bytes: &[], at: table.at };
        let xy = table.vector(slot::XY, 8, spend)?.unwrap_or(none);
        if xy.bytes.len() % 16 != 0 {
            return malformed(xy.at, "a coordinate has no y");
        }
        let mut ordinates = |slot| match table.vector(slot, 8, spend)? {
            Some(vector) if vector.bytes.len() * 2 == xy.bytes.len() => {
                Ok(Some(vector.bytes).filter(|_| !is_padding(vector.bytes)))
            }
            Some(vector) if vector.bytes.is_empty() => Ok(None),
            Some(vector) => malformed(vector.at, "there are not as many Z or M values as coordinates"),
            None => Ok(None),
        };
        Ok(Self { z: ordinates(slot::Z)?, m: ordinates(slot::M)?, xy })
    }

    pub(super) fn len(&self) -> usize {
        self.xy.bytes.len() / 16
    }

    pub(super) fn dimensions(&self) -> Dimensions {
        Dimensions { z: self.z.is_some(), m: self.m.is_some() }
    }

    /// A coordinate: x, y, Z, M.
    pub(super) fn get(&self, index: usize) -> (f64, f64, Option<f64>, Option<f64>) {
        let xy = &self.xy.bytes[index * 16..index * 16 + 16];
        (f64_of(xy, 0), f64_of(xy, 1), self.z.map(|z| f64_of(z, index)), self.m.map(|m| f64_of(m, index)))
    }

    pub(super) fn check_finite(&self) -> Checked<()> {
        let finite = |bytes: &[u8]| bytes.chunks_exact(8).all(|raw| f64_of(raw, 0).is_finite());
        if finite(self.xy.bytes) {
            Ok(())
        } else {
            malformed(self.xy.at, "a coordinate is not a finite number")
        }
    }

    /// A position of NaN is how WKB and some writers spell an empty point.
    pub(super) fn is_nan_point(&self) -> bool {
        self.len() == 1 && self.get(0).0.is_nan() && self.get(0).1.is_nan()
    }

    fn push(&self, from: usize, to: usize, out: &mut GeometryBuilder) {
        if self.z.is_none() && self.m.is_none() {
            for xy in self.xy.bytes[from * 16..to * 16].chunks_exact(16) {
                out.coordinate(f64_of(xy, 0), f64_of(xy, 1));
            }
        } else {
            for index in from..to {
                let (x, y, z, m) = self.get(index);
                out.coordinate_zm(x, y, z, m);
            }
        }
    }
}

/// True for ordinates that only say that there are none.
fn is_padding(ordinates: &[u8]) -> bool {
    let none = NO_ORDINATE.to_bits();
    !ordinates.is_empty() && ordinates.chunks_exact(8).all(|ordinate| f64_of(ordinate, 0).to_bits() == none)
}

/// Where the rings or lines of a table end, checked against its coordinates.
pub(super) fn ring_ends(table: &Table<'_>, coordinates: usize, spend: &mut Spend) -> Checked<Vec<usize>> {
    let vector = table.vector(slot::ENDS, 4, spend)?;
    let Some(vector) = vector.filter(|vector| !vector.bytes.is_empty()) else {
        return Ok(if coordinates == 0 { Vec::new() } else { vec![coordinates] });
    };
    let ends: Vec<usize> = vector
        .bytes
        .chunks_exact(4)
        .map(|raw| u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]) as usize)
        .collect();
    if ends.is_sorted() && ends.last() == Some(&coordinates) {
        return Ok(ends);
    }
    malformed(vector.at, "the ends of the rings do not match the coordinates")
}

fn point(table: &Table<'_>, spend: &mut Spend, out: &mut GeometryBuilder) -> Checked<()> {
    let coordinates = Coordinates::of(table, spend)?;
    if coordinates.len() > 1 {
        return malformed(table.at, "a point has several positions");
    }
    if coordinates.is_nan_point() {
        out.finish_row_as(GeometryKind::Point, coordinates.dimensions());
        return Ok(());
    }
    finish_line(&coordinates, GeometryKind::Point, out)
}

fn simple(
    table: &Table<'_>,
    kind: GeometryKind,
    spend: &mut Spend,
    out: &mut GeometryBuilder,
) -> Checked<()> {
    finish_line(&Coordinates::of(table, spend)?, kind, out)
}

fn finish_line(coordinates: &Coordinates<'_>, kind: GeometryKind, out: &mut GeometryBuilder) -> Checked<()> {
    coordinates.check_finite()?;
    coordinates.push(0, coordinates.len(), out);
    out.end_ring();
    out.end_part();
    out.finish_row_as(kind, coordinates.dimensions());
    Ok(())
}

fn ringed(
    table: &Table<'_>,
    kind: GeometryKind,
    spend: &mut Spend,
    out: &mut GeometryBuilder,
) -> Checked<()> {
    let dimensions = rings(table, spend, out)?;
    out.end_part();
    out.finish_row_as(kind, dimensions);
    Ok(())
}

fn multi_polygon(table: &Table<'_>, spend: &mut Spend, out: &mut GeometryBuilder) -> Checked<()> {
    let mut dimensions = Dimensions::XY;
    for part in table.tables(slot::PARTS, spend)?.into_iter().flat_map(|parts| parts.iter()) {
        let own = rings(&part?, spend, out)?;
        out.end_part();
        dimensions = Dimensions { z: dimensions.z || own.z, m: dimensions.m || own.m };
    }
    out.finish_row_as(GeometryKind::MultiPolygon, dimensions);
    Ok(())
}

fn rings(table: &Table<'_>, spend: &mut Spend, out: &mut GeometryBuilder) -> Checked<Dimensions> {
    let coordinates = Coordinates::of(table, spend)?;
    coordinates.check_finite()?;
    let mut start = 0;
    for end in ring_ends(table, coordinates.len(), spend)? {
        coordinates.push(start, end, out);
        out.end_ring();
        start = end;
    }
    Ok(coordinates.dimensions())
}
