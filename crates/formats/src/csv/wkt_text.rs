//! Geometries as WKT text.

use geohub_core::geometry::{GeometryPart, GeometryRing};
use geohub_core::{GeometryKind, GeometryRow, Result};

/// Appends a row that is not null.
pub(super) fn write(row: &GeometryRow<'_>, precision: Option<u8>, out: &mut String) -> Result<()> {
    if row.wkb().is_some() {
        if let Some(geometry) = row.to_geo()? {
            out.push_str(&wkt::ToWkt::to_wkt(&geometry).to_string());
        }
        return Ok(());
    }
    let dimensions = row.dimensions();
    out.push_str(&row.kind().name().to_ascii_uppercase());
    out.push_str(match (dimensions.z, dimensions.m) {
        (false, false) => " ",
        (true, false) => " Z ",
        (false, true) => " M ",
        (true, true) => " ZM ",
    });
    if row.is_empty() {
        out.push_str("EMPTY");
        return Ok(());
    }
    let ring = |ring: GeometryRing<'_>, out: &mut String| positions(&ring, precision, out);
    let polygon = |part: GeometryPart<'_>, out: &mut String| list(part.rings(), out, ring);
    match row.kind() {
        GeometryKind::Polygon => row.parts().for_each(|part| polygon(part, out)),
        GeometryKind::MultiPolygon => list(row.parts(), out, polygon),
        GeometryKind::MultiLineString => list(row.rings(), out, ring),
        _ => row.rings().for_each(|r| ring(r, out)),
    }
    Ok(())
}

fn list<T>(items: impl Iterator<Item = T>, out: &mut String, write: impl Fn(T, &mut String)) {
    out.push('(');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        write(item, out);
    }
    out.push(')');
}

fn positions(ring: &GeometryRing<'_>, precision: Option<u8>, out: &mut String) {
    let (z, m) = (ring.z(), ring.m());
    list(ring.xy().chunks_exact(2).enumerate(), out, |(at, pair), out| {
        number(pair[0], precision, out);
        for value in [Some(pair[1]), z.map(|z| z[at]), m.map(|m| m[at])].into_iter().flatten() {
            out.push(' ');
            number(value, precision, out);
        }
    });
}

/// Appends a coordinate: shortest text that reads back the same, or so many decimals.
pub(super) fn number(value: f64, precision: Option<u8>, out: &mut String) {
    if let Some(decimals) = precision {
        let text = format!("{value:.*}", usize::from(decimals));
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        out.push_str(if text == "-0" { "0" } else { text });
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format(value);
    out.push_str(text.strip_suffix(".0").unwrap_or(text));
}
