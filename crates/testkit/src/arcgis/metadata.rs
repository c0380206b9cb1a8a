//! Descriptions of layers, services and the catalog.

use serde_json::{Map, Value as Json, json};

use super::config::Service;
use super::layer::{Layer, Stored};
use super::serialise::{field, reference};
use super::statistics::extent;

fn layer_type(layer: &Layer) -> &str {
    let usual = if layer.geometry_type.is_some() { "Feature Layer" } else { "Table" };
    layer.switches.layer_type.as_deref().unwrap_or(usual)
}

fn base(layer: &Layer, id: usize) -> Map<String, Json> {
    let mut out = Map::new();
    let mut put = |name: &str, value: Json| out.insert(name.to_owned(), value);
    if let Some(version) = layer.switches.version {
        put("currentVersion", json!(version));
    }
    put("id", json!(id));
    put("name", json!(layer.name));
    put("type", json!(layer_type(layer)));
    put("description", json!(""));
    put("copyrightText", json!(layer.switches.copyright));
    put("defaultVisibility", json!(true));
    put("relationships", json!([]));
    put("hasAttachments", json!(false));
    if !layer.switches.hide_cap {
        put("maxRecordCount", json!(layer.switches.advertised_cap.unwrap_or(layer.switches.cap)));
    }
    let mut formats = vec!["JSON", if layer.switches.geojson { "geoJSON" } else { "AMF" }];
    if layer.switches.pbf {
        formats.push("PBF");
    }
    put("supportedQueryFormats", json!(formats.join(", ")));
    out
}

fn geometry(layer: &Layer, out: &mut Map<String, Json>) {
    let Some(kind) = layer.geometry_type else {
        out.insert("geometryType".to_owned(), Json::Null);
        return;
    };
    let rows = layer.rows();
    let all: Vec<&Stored> = rows.iter().filter(|stored| stored.row.shape.is_some()).collect();
    out.insert("geometryType".to_owned(), json!(kind));
    out.insert("extent".to_owned(), extent(&all, layer.switches.wkid));
    out.insert("sourceSpatialReference".to_owned(), reference(layer.switches.wkid));
    out.insert("hasZ".to_owned(), json!(layer.has_z));
    out.insert("hasM".to_owned(), json!(layer.has_m));
}

fn abilities(layer: &Layer) -> Json {
    let s = &layer.switches;
    json!({
        "supportsPagination": s.claims_pagination.unwrap_or(s.pagination),
        "supportsStatistics": s.statistics,
        "supportsOrderBy": s.order_by,
        "supportsDistinct": true,
        "supportsReturningQueryExtent": s.extent,
        "supportsQueryWithResultType": false,
        "supportsTrueCurve": false,
    })
}

/// A layer. A `MapServer` leaves `objectIdField` out and lists the geometry among the fields.
pub(super) fn layer(layer: &Layer, id: usize, map: bool) -> Json {
    let mut out = base(layer, id);
    geometry(layer, &mut out);
    let mut fields: Vec<Json> = layer.all_fields().into_iter().map(|index| field(layer, index)).collect();
    if map {
        out.insert("displayField".to_owned(), json!(layer.columns.first().map_or("", |column| &column.name)));
        out.insert("capabilities".to_owned(), json!("Map,Query,Data"));
        out.insert("supportsStatistics".to_owned(), json!(layer.switches.statistics));
        out.insert("supportsAdvancedQueries".to_owned(), json!(layer.switches.order_by));
        if layer.geometry_type.is_some() {
            fields.insert(
                1,
                json!({"name": "Shape", "type": "esriFieldTypeGeometry", "alias": "Shape", "domain": null}),
            );
        }
    } else {
        if !layer.switches.no_object_id {
            out.insert("objectIdField".to_owned(), json!(layer.oid_field));
            out.insert(
                "uniqueIdField".to_owned(),
                json!({"name": layer.oid_field, "isSystemMaintained": true}),
            );
        }
        out.insert("globalIdField".to_owned(), json!(""));
        out.insert("capabilities".to_owned(), json!("Query"));
        if let Some(ms) = layer.last_edit_ms() {
            out.insert("editingInfo".to_owned(), json!({"lastEditDate": ms}));
        }
        if let Some(field) = &layer.switches.edit_field {
            out.insert("editFieldsInfo".to_owned(), json!({"editDateField": field}));
        }
        if let Some(item) = &layer.switches.item {
            out.insert("serviceItemId".to_owned(), json!(item));
        }
    }
    out.insert("fields".to_owned(), json!(fields));
    super::domains::types(layer, &mut out);
    out.insert("advancedQueryCapabilities".to_owned(), abilities(layer));
    Json::Object(out)
}

/// The groups of a service's layers: number, name, members.
pub(super) fn groups(service: &Service) -> Vec<(usize, &str, Vec<usize>)> {
    let mut groups: Vec<(usize, &str, Vec<usize>)> = Vec::new();
    for (id, layer) in service.layers.iter().enumerate() {
        let Some(name) = layer.switches.group.as_deref() else { continue };
        match groups.iter_mut().find(|(_, other, _)| *other == name) {
            Some((_, _, members)) => members.push(id),
            None => groups.push((service.layers.len() + groups.len(), name, vec![id])),
        }
    }
    groups
}

/// A group layer: no fields, no rows.
pub(super) fn group(service: &Service, id: usize) -> Option<Json> {
    let (_, name, members) = groups(service).into_iter().find(|(group, ..)| *group == id)?;
    let member = |id: usize| json!({"id": id, "name": service.layers[id].name});
    let members: Vec<Json> = members.into_iter().map(member).collect();
    Some(json!({"currentVersion": 11.2, "id": id, "name": name, "type": "Group Layer", "geometryType": null,
        "subLayers": members, "fields": null}))
}

/// A service root.
pub(super) fn service(service: &Service, map: bool) -> Json {
    let groups = groups(service);
    let parent =
        |id: usize| groups.iter().find(|(_, _, all)| all.contains(&id)).map_or(-1, |(id, ..)| *id as i64);
    let entry = |(id, layer): (usize, &Layer)| {
        json!({"id": id, "name": layer.name, "type": layer_type(layer), "geometryType": layer.geometry_type,
               "parentLayerId": parent(id), "subLayerIds": null, "minScale": 0, "maxScale": 0})
    };
    let pick = |shapes: bool| {
        let here = |(_, layer): &(usize, &Layer)| !layer.gone.load(std::sync::atomic::Ordering::Relaxed);
        let all = service.layers.iter().enumerate().filter(here);
        all.filter(|(_, layer)| layer.geometry_type.is_some() == shapes).map(entry).collect::<Vec<_>>()
    };
    let mut layers = pick(true);
    layers.extend(groups.iter().map(|(id, name, members)| {
        json!({"id": id, "name": name, "type": "Group Layer", "parentLayerId": -1, "subLayerIds": members})
    }));
    let first = service.layers.first();
    let mut out = json!({
        "serviceDescription": "",
        "maxRecordCount": first.map(|layer| layer.switches.advertised_cap.unwrap_or(layer.switches.cap)),
        "capabilities": if map { "Map,Query,Data" } else { "Query" },
        "copyrightText": first.map_or("", |layer| &layer.switches.copyright),
        "spatialReference": reference(first.map_or(4326, |layer| layer.switches.wkid)),
        "layers": layers,
        "tables": pick(false),
    });
    if let Some(version) = first.and_then(|layer| layer.switches.version) {
        out["currentVersion"] = json!(version);
    }
    out
}

/// The catalog, or a folder of it: names carry the folder and are relative to the root.
pub(super) fn catalog(services: &[Service], folder: Option<&str>) -> Json {
    let folder_of = |service: &Service| service.name.split_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders: Vec<String> = services.iter().filter_map(folder_of).collect();
    folders.sort();
    folders.dedup();
    let here =
        services.iter().filter(|service| folder_of(service).as_deref() == folder && !service.is_gone());
    let list: Vec<Json> = here
        .flat_map(|service| {
            ["FeatureServer", "MapServer"].map(|kind| json!({"name": service.name, "type": kind}))
        })
        .collect();
    json!({"currentVersion": 11.2, "folders": if folder.is_none() { folders } else { Vec::new() }, "services": list})
}
