//! `f=geojson` as recorded from ArcGIS Online: WGS84, ids, epoch milliseconds, the flag below `properties`, and
//! rings wound as Esri winds them (`protocols/arcgis.md` section 3.3).

use serde_json::{Value as Json, json};

use super::layer::{Layer, Stored};
use super::params::Query;
use super::serialise::attributes;
use crate::table::{Position, Shape};

fn reversed(rings: &[Vec<Position>]) -> Vec<Vec<Position>> {
    rings.iter().map(|ring| ring.iter().rev().copied().collect()).collect()
}

/// The clockwise outer rings of the recorded answer.
fn esri_wound(shape: &Shape) -> Shape {
    match shape {
        Shape::Polygon(rings) => Shape::Polygon(reversed(rings)),
        Shape::MultiPolygon(parts) => {
            Shape::MultiPolygon(parts.iter().map(|rings| reversed(rings)).collect())
        }
        other => other.clone(),
    }
}

fn feature(layer: &Layer, stored: &Stored, query: &Query) -> Json {
    let shape = Layer::shape(stored, 4326).filter(|_| query.geometry);
    json!({
        "type": "Feature",
        "id": stored.oid,
        "geometry": shape.map(|shape| esri_wound(&shape).to_geojson()),
        "properties": attributes(layer, stored, &query.fields),
    })
}

/// A page.
pub(super) fn page(layer: &Layer, rows: &[&Stored], query: &Query, more: bool) -> Json {
    let features: Vec<Json> = rows.iter().map(|stored| feature(layer, stored, query)).collect();
    let mut out = json!({"type": "FeatureCollection", "features": features});
    if more {
        out["properties"] = json!({"exceededTransferLimit": true});
    }
    out
}
