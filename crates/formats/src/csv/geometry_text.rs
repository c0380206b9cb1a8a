//! Geometries out of text cells.

use geohub_core::wkt::push_wkt;
use geohub_core::{GeometryBuilder, GeometryKind};
use geojson::{GeometryValue, Position};

use super::shape::lat_lon;

/// Adds the geometry a cell holds, whichever of the three forms it has. An error leaves the builder as it was.
pub(super) fn push(builder: &mut GeometryBuilder, cell: &str) -> Result<(), String> {
    let text = cell.trim();
    if text.starts_with('{') {
        return push_geojson(builder, text);
    }
    if text.ends_with(')')
        && let Some((lat, lon)) = lat_lon(text.as_bytes())
    {
        builder.push_point(lon, lat);
        return Ok(());
    }
    push_wkt(builder, text).map(|_| ()).map_err(|error| error.message)
}

fn push_geojson(builder: &mut GeometryBuilder, text: &str) -> Result<(), String> {
    let geometry: geojson::Geometry = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let GeometryValue::GeometryCollection { .. } = geometry.value {
        let mut wkt = String::new();
        write_member(&geometry.value, &mut wkt);
        return push_wkt(builder, &wkt).map(|_| ()).map_err(|error| error.message);
    }
    push_value(builder, &geometry.value).inspect_err(|_| builder.rollback_row())
}

fn push_value(builder: &mut GeometryBuilder, value: &GeometryValue) -> Result<(), String> {
    let kind = match value {
        GeometryValue::Point { coordinates } => {
            push_ring(builder, std::slice::from_ref(coordinates))?;
            builder.end_part();
            GeometryKind::Point
        }
        GeometryValue::MultiPoint { coordinates } => {
            push_rings(builder, std::slice::from_ref(coordinates))?;
            GeometryKind::MultiPoint
        }
        GeometryValue::LineString { coordinates } => {
            push_rings(builder, std::slice::from_ref(coordinates))?;
            GeometryKind::LineString
        }
        GeometryValue::MultiLineString { coordinates } => {
            push_rings(builder, coordinates)?;
            GeometryKind::MultiLineString
        }
        GeometryValue::Polygon { coordinates } => {
            push_rings(builder, coordinates)?;
            GeometryKind::Polygon
        }
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().try_for_each(|rings| push_rings(builder, rings))?;
            GeometryKind::MultiPolygon
        }
        GeometryValue::GeometryCollection { .. } => return Err("a collection in a collection".to_owned()),
    };
    builder.finish_row(kind);
    Ok(())
}

fn push_rings(builder: &mut GeometryBuilder, rings: &[Vec<Position>]) -> Result<(), String> {
    rings.iter().try_for_each(|ring| push_ring(builder, ring))?;
    builder.end_part();
    Ok(())
}

fn push_ring(builder: &mut GeometryBuilder, ring: &[Position]) -> Result<(), String> {
    for position in ring {
        match *position.as_slice() {
            [x, y] => builder.coordinate(x, y),
            [x, y, z, ..] => builder.coordinate_zm(x, y, Some(z), None),
            _ => return Err("a position has fewer than two numbers".to_owned()),
        }
    }
    builder.end_ring();
    Ok(())
}

/// A collection or a member of one as WKT, which keeps its heights on the way into a row.
fn write_member(value: &GeometryValue, out: &mut String) {
    let rings = |rings: &Vec<Vec<Position>>, out: &mut String| {
        list(rings, out, |ring, out| write_positions(ring, out));
    };
    out.push_str(value.type_name());
    match value {
        GeometryValue::Point { coordinates } => write_positions(std::slice::from_ref(coordinates), out),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            write_positions(coordinates, out);
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            rings(coordinates, out);
        }
        GeometryValue::MultiPolygon { coordinates } => list(coordinates, out, rings),
        GeometryValue::GeometryCollection { geometries } => {
            list(geometries, out, |member, out| write_member(&member.value, out));
        }
    }
}

fn write_positions(positions: &[Position], out: &mut String) {
    list(positions, out, |position, out| {
        for ordinate in position.as_slice().iter().take(3) {
            out.push_str(zmij::Buffer::new().format(*ordinate));
            out.push(' ');
        }
    });
}

fn list<T>(items: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    if items.is_empty() {
        out.push_str(" EMPTY");
        return;
    }
    for (at, item) in items.iter().enumerate() {
        out.push(if at == 0 { '(' } else { ',' });
        write(item, out);
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wkt(text: &str) -> Result<String, String> {
        let mut builder = GeometryBuilder::default();
        push(&mut builder, text)?;
        let mut out = Vec::new();
        geohub_core::wkt::write_wkt(&builder.finish().row(0), &mut out).unwrap();
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_form_becomes_the_geometry_it_spells() {
        for (text, expected) in [
            (" (34.5, -118) ", "POINT (-118 34.5)"),
            ("SRID=4326;point(1 2)", "POINT (1 2)"),
            (
                r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
                "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
            ),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3]},
                    {"type":"MultiLineString","coordinates":[[[0,0,1],[1,1,1]]]}]}"#,
                "GEOMETRYCOLLECTION Z (POINT Z (1 2 3), MULTILINESTRING Z ((0 0 1, 1 1 1)))",
            ),
            (r#"{"type":"GeometryCollection","geometries":[]}"#, "GEOMETRYCOLLECTION EMPTY"),
        ] {
            assert_eq!(wkt(text).as_deref(), Ok(expected), "{text}");
        }
        let deep = format!("{}POINT (1 2){}", "GEOMETRYCOLLECTION (".repeat(10_000), ")".repeat(10_000));
        for bad in ["x", "POINT (1)", "{", r#"{"type":"Point","coordinates":[1]}"#, "(91, 0)", &deep] {
            assert!(wkt(bad).is_err(), "{bad:.40}");
        }
    }
}
