//! Geometries out of text cells.

use geohub_core::{GeometryBuilder, GeometryKind};
use geojson::{GeometryValue, Position};
use wkt::TryFromWkt;

use super::shape::{lat_lon, shape, split_srid};

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
    let text = std::str::from_utf8(split_srid(text.as_bytes()).1).unwrap_or(text);
    push_wkt(builder, text)
}

fn push_wkt(builder: &mut GeometryBuilder, text: &str) -> Result<(), String> {
    const DEEPEST: usize = 64;
    let look = shape(text.as_bytes()).ok_or_else(|| "it is no WKT".to_owned())?;
    if text.len() >= 5 && text.as_bytes()[text.len() - 5..].eq_ignore_ascii_case(b"EMPTY") {
        builder.push_empty(look.kind);
        return Ok(());
    }
    if text.bytes().filter(|&byte| byte == b'(').take(DEEPEST).count() == DEEPEST
        && look.kind == GeometryKind::GeometryCollection
    {
        return Err("the collection is nested too deeply".to_owned());
    }
    let geometry = geo_types::Geometry::<f64>::try_from_wkt_str(text).map_err(|error| error.to_string())?;
    builder.push_geo(&geometry).map_err(|error| error.to_string())
}

fn push_geojson(builder: &mut GeometryBuilder, text: &str) -> Result<(), String> {
    let geometry: geojson::Geometry = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let GeometryValue::GeometryCollection { .. } = geometry.value {
        let geometry = geo_types::Geometry::try_from(geometry).map_err(|error| error.to_string())?;
        return builder.push_geo(&geometry).map_err(|error| error.to_string());
    }
    push_value(builder, &geometry.value).inspect_err(|_| builder.rollback_row())
}

fn push_value(builder: &mut GeometryBuilder, value: &GeometryValue) -> Result<(), String> {
    let kind = match value {
        GeometryValue::Point { coordinates } => {
            if !coordinates.as_slice().is_empty() {
                push_ring(builder, std::slice::from_ref(coordinates))?;
                builder.end_part();
            }
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
