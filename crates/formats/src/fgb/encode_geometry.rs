//! Encoding a row's geometry as a geometry table.

use flatbuffers::{FlatBufferBuilder, ForwardsUOffset, Vector, WIPOffset};
use flatgeobuf::{Geometry, GeometryArgs, GeometryType};
use geohub_core::geometry::{GeometryPart, GeometryRing};
use geohub_core::{Dimensions, GeometryKind, GeometryRow, Result};

use super::encode_wkb;
use super::wire::NO_ORDINATE;

pub(super) type Fbb = FlatBufferBuilder<'static>;
pub(super) type Offset = WIPOffset<Geometry<'static>>;

/// The header's type for rows of a kind; Unknown where they differ.
pub(super) fn geometry_type(kind: GeometryKind) -> GeometryType {
    match kind {
        GeometryKind::Point => GeometryType::Point,
        GeometryKind::LineString => GeometryType::LineString,
        GeometryKind::Polygon => GeometryType::Polygon,
        GeometryKind::MultiPoint => GeometryType::MultiPoint,
        GeometryKind::MultiLineString => GeometryType::MultiLineString,
        GeometryKind::MultiPolygon => GeometryType::MultiPolygon,
        GeometryKind::GeometryCollection => GeometryType::GeometryCollection,
        GeometryKind::None | GeometryKind::Mixed | GeometryKind::Other => GeometryType::Unknown,
    }
}

/// Encodes a geometry; nothing for null. The type is always written: whether the header can state it for all rows
/// is only known at the end. Ordinates in `pad` that the row does not have are written as NaN: where the header says
/// that rows have Z or M, GDAL fails on a row without.
pub(super) fn encode(
    fbb: &mut Fbb,
    row: &GeometryRow<'_>,
    pad: Dimensions,
    ends: &mut Vec<u32>,
) -> Result<Option<Offset>> {
    if row.is_null() {
        return Ok(None);
    }
    if let Some(wkb) = row.wkb() {
        return encode_wkb::encode(fbb, wkb, pad).map(Some);
    }
    let type_ = geometry_type(row.kind());
    match row.kind() {
        GeometryKind::MultiPolygon => return Ok(Some(multi_polygon(fbb, row, pad, ends))),
        GeometryKind::GeometryCollection => return Ok(Some(collection(fbb, &[], type_))),
        GeometryKind::Point if row.is_empty() => return Ok(Some(empty_point(fbb, row, pad))),
        _ => {}
    }
    let ends = ring_ends(fbb, row.rings(), ends);
    let count = row.xy().len() / 2;
    let z = ordinates(fbb, row.z(), pad.z, count);
    let m = ordinates(fbb, row.m(), pad.m, count);
    let xy = Some(fbb.create_vector(row.xy()));
    Ok(Some(Geometry::create(fbb, &GeometryArgs { ends, xy, z, m, type_, ..GeometryArgs::default() })))
}

/// GDAL fails on a point without a position, and reads a position of NaN as an empty point, as in WKB.
fn empty_point(fbb: &mut Fbb, row: &GeometryRow<'_>, pad: Dimensions) -> Offset {
    let own = row.dimensions();
    let z = ordinates(fbb, own.z.then_some(&[f64::NAN]), pad.z, 1);
    let m = ordinates(fbb, own.m.then_some(&[f64::NAN]), pad.m, 1);
    let xy = Some(fbb.create_vector(&[f64::NAN; 2]));
    let type_ = GeometryType::Point;
    Geometry::create(fbb, &GeometryArgs { xy, z, m, type_, ..GeometryArgs::default() })
}

/// The Z or M values of a table with so many coordinates.
pub(super) fn ordinates(
    fbb: &mut Fbb,
    own: Option<&[f64]>,
    pad: bool,
    count: usize,
) -> Option<WIPOffset<Vector<'static, f64>>> {
    match own {
        Some(own) => Some(fbb.create_vector(own)),
        None if pad => Some(fbb.create_vector(&vec![NO_ORDINATE; count])),
        None => None,
    }
}

/// The cumulative ends of several rings; one ring needs none.
fn ring_ends<'a>(
    fbb: &mut Fbb,
    rings: impl Iterator<Item = GeometryRing<'a>>,
    ends: &mut Vec<u32>,
) -> Option<WIPOffset<Vector<'static, u32>>> {
    ends.clear();
    let mut end = 0;
    for ring in rings {
        end += ring.len() as u32;
        ends.push(end);
    }
    (ends.len() > 1).then(|| fbb.create_vector(ends.as_slice()))
}

fn multi_polygon(fbb: &mut Fbb, row: &GeometryRow<'_>, pad: Dimensions, ends: &mut Vec<u32>) -> Offset {
    let parts: Vec<Offset> = row.parts().map(|part| polygon(fbb, &part, pad, ends)).collect();
    collection(fbb, &parts, GeometryType::MultiPolygon)
}

/// A geometry that has parts instead of coordinates.
pub(super) fn collection(fbb: &mut Fbb, parts: &[Offset], type_: GeometryType) -> Offset {
    let parts: WIPOffset<Vector<'static, ForwardsUOffset<Geometry<'static>>>> = fbb.create_vector(parts);
    Geometry::create(fbb, &GeometryArgs { parts: Some(parts), type_, ..GeometryArgs::default() })
}

fn polygon(fbb: &mut Fbb, part: &GeometryPart<'_>, pad: Dimensions, ends: &mut Vec<u32>) -> Offset {
    let ends = ring_ends(fbb, part.rings(), ends);
    let count = part.rings().map(|ring| ring.len()).sum();
    let z = ordinates(fbb, joined(part, GeometryRing::z).as_deref(), pad.z, count);
    let m = ordinates(fbb, joined(part, GeometryRing::m).as_deref(), pad.m, count);
    let mut xy = Vec::new();
    for ring in part.rings() {
        xy.extend_from_slice(ring.xy());
    }
    let xy = Some(fbb.create_vector(&xy));
    let type_ = GeometryType::Polygon;
    Geometry::create(fbb, &GeometryArgs { ends, xy, z, m, type_, ..GeometryArgs::default() })
}

fn joined<'a>(
    part: &GeometryPart<'a>,
    of: impl Fn(&GeometryRing<'a>) -> Option<&'a [f64]>,
) -> Option<Vec<f64>> {
    let mut all = Vec::new();
    for ring in part.rings() {
        all.extend_from_slice(of(&ring)?);
    }
    Some(all)
}
