//! GeoJSON geometries as ArcGIS servers write them.

use geohub_core::Bbox;
use serde_json::{Value, json};

/// Esri's outer rings go clockwise, those of RFC 7946 the other way round.
pub(super) fn esri(geometry: &Value) -> Value {
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    match geometry.get("type").and_then(Value::as_str) {
        Some("Point") => json!({"x": coordinates[0], "y": coordinates[1]}),
        Some("LineString") => json!({"paths": [coordinates]}),
        Some("MultiLineString") => json!({"paths": coordinates}),
        Some("Polygon") => json!({"rings": turned(coordinates)}),
        Some("MultiPolygon") => {
            json!({"rings": list(coordinates).iter().flat_map(turned).collect::<Vec<_>>()})
        }
        _ => Value::Null,
    }
}

fn turned(rings: &Value) -> Vec<Value> {
    list(rings).iter().map(|ring| list(ring).iter().rev().cloned().collect()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The box of a geometry, empty without one.
pub(super) fn bbox(geometry: &Value) -> Bbox {
    let mut all = Bbox::EMPTY;
    extend(&mut all, geometry.get("coordinates").unwrap_or(&Value::Null));
    all
}

fn extend(all: &mut Bbox, coordinates: &Value) {
    match list(coordinates) {
        [x, y, ..] if x.is_number() => {
            if let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) {
                *all = all.union(&Bbox::new(x, y, x, y));
            }
        }
        inner => inner.iter().for_each(|part| extend(all, part)),
    }
}
