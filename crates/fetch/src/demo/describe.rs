//! What the portal says of its services and layers.

use serde_json::{Value, json};

use super::catalogue::MADE;
use super::layer::{DemoLayer, LAYERS};
use super::query::MAX_ROWS;
use super::table::{Kind, OID};

/// The credit line of the sample data.
pub(super) const CREDIT: &str = "geohub's synthetic sample city";

/// The server, and the portal that it belongs to.
pub(super) fn info() -> Value {
    json!({"currentVersion": 11.1, "owningSystemUrl": format!("https://{}", super::HOST)})
}

/// The list of services.
pub(super) fn folder() -> Value {
    let services: Vec<Value> =
        LAYERS.iter().map(|layer| json!({"name": layer.name, "type": "FeatureServer"})).collect();
    json!({"currentVersion": 11.1, "folders": [], "services": services})
}

/// A service: one layer.
pub(super) fn service(layer: &DemoLayer) -> Value {
    json!({
        "currentVersion": 11.1, "serviceItemId": layer.item, "serviceDescription": layer.description,
        "maxRecordCount": MAX_ROWS, "capabilities": "Query",
        "layers": [{"id": 0, "name": layer.title, "type": "Feature Layer", "geometryType": layer.geometry_type,
            "parentLayerId": -1, "subLayerIds": null}],
        "tables": [],
    })
}

/// The layer.
pub(super) fn layer(layer: &DemoLayer) -> Value {
    let rows = layer.rows();
    let field = |(name, kind): &(String, Kind)| {
        let kind = match kind {
            Kind::Integer if name == OID => "esriFieldTypeOID",
            Kind::Integer => "esriFieldTypeBigInteger",
            Kind::Double => "esriFieldTypeDouble",
            Kind::Text => "esriFieldTypeString",
        };
        json!({"name": name, "type": kind, "alias": name, "domain": null})
    };
    let fields: Vec<Value> = rows.fields.iter().map(field).collect();
    let extent = rows.extent();
    json!({
        "currentVersion": 11.1, "id": 0, "name": layer.title, "type": "Feature Layer", "serviceItemId": layer.item,
        "description": layer.description, "copyrightText": CREDIT, "geometryType": layer.geometry_type,
        "objectIdField": OID, "fields": fields, "maxRecordCount": MAX_ROWS, "capabilities": "Query",
        "supportedQueryFormats": "JSON",
        "editingInfo": {"lastEditDate": MADE, "dataLastEditDate": MADE},
        "extent": {"xmin": extent.min_x, "ymin": extent.min_y, "xmax": extent.max_x, "ymax": extent.max_y,
            "spatialReference": {"wkid": 4326, "latestWkid": 4326}},
        "advancedQueryCapabilities": {"supportsPagination": true, "supportsOrderBy": true},
    })
}
