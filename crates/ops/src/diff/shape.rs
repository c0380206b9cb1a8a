//! Geometries in one form: a single geometry is the multiple one with one part, as some formats know only the latter.

use std::hash::{DefaultHasher, Hash, Hasher};

use geohub_core::{GeometryKind, GeometryRow};

/// Feeds a geometry to a hasher.
pub(super) fn hash(row: GeometryRow<'_>, state: &mut impl Hasher) {
    (multiple(row.kind()) as u8).hash(state);
    if let Some(wkb) = row.wkb() {
        return wkb.hash(state);
    }
    for part in row.parts() {
        state.write_u8(1);
        for ring in part.rings() {
            state.write_usize(ring.len());
            ring.xy().iter().for_each(|value| state.write_u64((value + 0.0).to_bits()));
        }
    }
    for ordinate in [row.z(), row.m()] {
        state.write_u8(u8::from(ordinate.is_some()));
        for value in ordinate.unwrap_or_default() {
            // A missing ordinate is NaN, of which there are many.
            let value = if value.is_nan() { f64::NAN } else { value + 0.0 };
            state.write_u64(value.to_bits());
        }
    }
}

fn multiple(kind: GeometryKind) -> GeometryKind {
    match kind {
        GeometryKind::Point => GeometryKind::MultiPoint,
        GeometryKind::LineString => GeometryKind::MultiLineString,
        GeometryKind::Polygon => GeometryKind::MultiPolygon,
        kind => kind,
    }
}

/// Whether two geometries are the same, vertex by vertex.
pub(super) fn same(a: GeometryRow<'_>, b: GeometryRow<'_>) -> bool {
    let print = |row| {
        let mut state = DefaultHasher::new();
        hash(row, &mut state);
        state.finish()
    };
    print(a) == print(b)
}
