//! Geometries of SODA JSON: `GeoJSON` objects, and the older `location`.

use std::borrow::Cow;

use geohub_core::{GeometryBuilder, GeometryKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::location::Location;
use crate::position::Position;

/// A geometry, or an address with coordinates that may be missing: datasets moved from SODA 2.0 declare the one and
/// send the other.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(default, borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    coordinates: Option<&'a RawValue>,
}

/// Adds a geometry, null for a `location` without coordinates; returns the address of a `location` as JSON text.
pub(super) fn push(json: &str, builder: &mut GeometryBuilder) -> serde_json::Result<Option<String>> {
    let shape: Shape<'_> = serde_json::from_str(json)?;
    if let (Some(kind), Some(coordinates)) = (shape.kind, shape.coordinates) {
        push_shape(&kind, coordinates.get(), builder)?;
        return Ok(None);
    }
    let location: Location<'_> = serde_json::from_str(json)?;
    push_point(location.degrees(), builder);
    Ok(location.address())
}

/// Adds a point of latitude and longitude, or null where one is missing.
pub(super) fn push_point(degrees: Option<(f64, f64)>, builder: &mut GeometryBuilder) {
    match degrees {
        Some((latitude, longitude)) => builder.push_point(longitude, latitude),
        None => builder.push_null(),
    }
}

fn push_shape(kind: &str, text: &str, builder: &mut GeometryBuilder) -> serde_json::Result<()> {
    match kind {
        "Point" => {
            let point: Position = serde_json::from_str(text)?;
            run(std::slice::from_ref(&point), builder);
            finish(GeometryKind::Point, builder);
        }
        "MultiPoint" => {
            run(&serde_json::from_str::<Vec<Position>>(text)?, builder);
            finish(GeometryKind::MultiPoint, builder);
        }
        "LineString" => {
            run(&serde_json::from_str::<Vec<Position>>(text)?, builder);
            finish(GeometryKind::LineString, builder);
        }
        "MultiLineString" => {
            runs(&serde_json::from_str::<Vec<Vec<Position>>>(text)?, builder);
            finish(GeometryKind::MultiLineString, builder);
        }
        "Polygon" => {
            runs(&serde_json::from_str::<Vec<Vec<Position>>>(text)?, builder);
            finish(GeometryKind::Polygon, builder);
        }
        "MultiPolygon" => {
            for polygon in serde_json::from_str::<Vec<Vec<Vec<Position>>>>(text)? {
                runs(&polygon, builder);
                builder.end_part();
            }
            builder.finish_row(GeometryKind::MultiPolygon);
        }
        other => return Err(serde::de::Error::custom(format!("a geometry of type {other}"))),
    }
    Ok(())
}

fn run(vertices: &[Position], builder: &mut GeometryBuilder) {
    for vertex in vertices.iter().filter(|vertex| !vertex.x().is_nan() && !vertex.y().is_nan()) {
        let z = Some(vertex.values[2]).filter(|z| !z.is_nan());
        builder.coordinate_zm(vertex.x(), vertex.y(), z, None);
    }
    builder.end_ring();
}

fn runs(rings: &[Vec<Position>], builder: &mut GeometryBuilder) {
    for ring in rings {
        run(ring, builder);
    }
}

fn finish(kind: GeometryKind, builder: &mut GeometryBuilder) {
    builder.end_part();
    builder.finish_row(kind);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_have_text_or_numbers_or_nothing() {
        let mut builder = GeometryBuilder::default();
        let address = push(
            r#"{"latitude":"47.5","longitude":"-122.25","human_address":"{\"city\": \"Seattle\"}"}"#,
            &mut builder,
        );
        assert_eq!(address.unwrap().as_deref(), Some(r#"{"city": "Seattle"}"#));
        assert_eq!(push(r#"{"latitude":0,"longitude":0.0}"#, &mut builder).unwrap(), None);
        push(r#"{"latitude":null,"human_address":"x"}"#, &mut builder).unwrap();
        let column = builder.finish();
        assert_eq!(column.row(0).xy(), [-122.25, 47.5]);
        assert_eq!(column.row(1).xy(), [0.0, 0.0]);
        assert!(column.row(2).is_null());
    }

    #[test]
    fn shapes_keep_their_parts() {
        let mut builder = GeometryBuilder::default();
        let shape = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[0,4],[0,0]],[[1,1],[1,2],[2,1],[1,1]]],[[[9,9],[10,9],[9,10],[9,9]]]]}"#;
        push(shape, &mut builder).unwrap();
        assert!(push(r#"{"type":"Sphere","coordinates":[]}"#, &mut builder).is_err());
        let column = builder.finish();
        let rings: Vec<usize> = column.row(0).parts().map(|part| part.rings().len()).collect();
        assert_eq!(rings, [2, 1]);
    }
}
