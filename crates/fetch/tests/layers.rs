//! Which layer of a service is meant, and layers that are unlike others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{get, parcels, read_all, settings};
use geohub_core::{Batch, Context, GeometryKind};
use geohub_fetch::{FetchError, Layers, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::arcgis::{Config, Layer, Server, Service, Switches};
use geohub_testkit::table::Table;

fn get_layer(reference: &str, layer: Option<&str>) -> Result<Batch, FetchError> {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { layer: layer.map(str::to_owned), ..settings(folder.path()) };
    let reference = Reference::parse(reference)?;
    let fetched = fetch(&reference, &Query::default(), &settings, &Context::new(1), no_progress())?;
    Ok(read_all(fetched.reader).unwrap())
}

fn listed(result: Result<Batch, FetchError>) -> Layers {
    match result {
        Err(FetchError::Layers(layers)) => *layers,
        other => panic!("{other:?}"),
    }
}

fn table(rows: usize) -> Table {
    let mut table = parcels(rows);
    table.rows.iter_mut().for_each(|row| row.shape = None);
    table
}

fn service() -> (Server, String) {
    let in_group = Switches { group: Some("Land".to_owned()), ..Switches::default() };
    let raster = Switches { layer_type: Some("Raster Layer".to_owned()), ..Switches::default() };
    let layers = vec![
        Layer::new("Parcels", parcels(21), in_group.clone()),
        Layer::new("Lots", parcels(12), in_group),
        Layer::new("Relief", parcels(3), raster),
        Layer::new("Owners", table(33), Switches::default()),
    ];
    let service = Service { name: "Planning/Land".to_owned(), layers };
    let server = Server::start(Config { services: vec![service], ..Config::default() }).unwrap();
    let root = server.layer_url("Planning/Land", "MapServer", 0);
    (server, root.trim_end_matches("/0").to_owned())
}

#[test]
fn a_service_of_several_layers_lists_them() {
    let (_server, root) = service();
    let layers = listed(get_layer(&root, None));
    assert_eq!(layers.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [0, 1, 3]);
    assert_eq!(layers.entries[0].line(), "   0  Parcels  (Feature Layer, Polygon)");
    assert_eq!(layers.entries[2].line(), "   3  Owners  (Table)");
    assert_eq!(layers.hint().as_deref(), Some("add --layer 0, or --layer \"Parcels\""));
    assert_eq!(get_layer(&root, Some("lots")).unwrap().rows(), 12);
    assert_eq!(get_layer(&format!("{root}/"), Some("0")).unwrap().rows(), 21);
    assert_eq!(get_layer(&format!("{root}?f=pjson"), Some("Owners")).unwrap().rows(), 33);
    let missing = listed(get_layer(&root, Some("Streets")));
    assert_eq!((missing.missing.as_deref(), missing.entries.len()), (Some("Streets"), 5));
    let error = get_layer(&root, Some("Relief")).unwrap_err();
    assert!(error.to_string().contains("is a Raster Layer"), "{error}");
}

#[test]
fn a_group_is_what_is_in_it() {
    let (_server, root) = service();
    let group = format!("{root}/4");
    let layers = listed(get_layer(&group, None));
    assert_eq!(layers.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(listed(get_layer(&root, Some("Land"))).entries.len(), 2);
    assert_eq!(get_layer(&group, Some("Lots")).unwrap().rows(), 12);
    assert!(listed(get_layer(&group, Some("Owners"))).missing.is_some());
}

#[test]
fn the_only_layer_of_a_service_is_meant_and_a_named_layer_is_no_service() {
    let server = Server::start(Config::one("parcels", parcels(8), Switches::default())).unwrap();
    let layer = server.layer_url("parcels", "FeatureServer", 0);
    let root = layer.trim_end_matches("/0");
    assert_eq!(get_layer(root, None).unwrap().rows(), 8);
    let error = get_layer(&layer, Some("parcels")).unwrap_err();
    assert!(matches!(error, FetchError::Reference { .. }), "{error}");
    let nothing = server.layer_url("other", "FeatureServer", 0);
    let error = get_layer(nothing.trim_end_matches("/0"), None).unwrap_err();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
}

#[test]
fn a_pasted_query_keeps_its_condition_and_fields() {
    let server = Server::start(Config::one("parcels", parcels(50), Switches::default())).unwrap();
    let layer = server.layer_url("parcels", "FeatureServer", 0);
    let pasted = format!("{layer}/query?where=apn%20%3C%2010&outFields=zip&returnGeometry=true&f=pjson");
    let fetched = get(&pasted, &Query::default()).unwrap();
    assert!(fetched.facts.query.contains("apn < 10"), "{}", fetched.facts.query);
    assert!(fetched.reader.layer().provenance.origin.query.is_some());
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!((batch.rows(), batch.attributes.num_columns()), (10, 1));
    let query = Query {
        server_where: Some("apn >= 5".to_owned()),
        fields: Some(vec!["apn".to_owned()]),
        ..Query::default()
    };
    let batch = read_all(get(&pasted, &query).unwrap().reader).unwrap();
    assert_eq!((batch.rows(), batch.schema().field(0).name().as_str()), (5, "apn"));
}

#[test]
fn tables_have_rows_and_no_geometry() {
    let server = Server::start(Config::one("owners", table(40), Switches { cap: 7, ..Switches::default() }));
    let server = server.unwrap();
    let query =
        Query { bbox: Some(geohub_core::Bbox::new(-118.5, 33.9, -118.45, 33.905)), ..Query::default() };
    for flavour in ["FeatureServer", "MapServer"] {
        let fetched = get(&server.layer_url("owners", flavour, 0), &query).unwrap();
        assert_eq!(fetched.proven.layer().geometry.kind, GeometryKind::None);
        assert_eq!(read_all(fetched.reader).unwrap().rows(), 40);
    }
}

#[test]
fn an_objectid_that_is_not_the_object_id() {
    // `OBJECTID` is an ordinary column here, and the layer's ids are in `OBJECTID_1`.
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":null,"properties":{"OBJECTID":7}},
        {"type":"Feature","geometry":null,"properties":{"OBJECTID":7}},
        {"type":"Feature","geometry":null,"properties":{"OBJECTID":null}}]}"#;
    let table = Table::from_geojson(text).unwrap();
    let server = Server::start(Config::one("odd", table, Switches::default())).unwrap();
    for flavour in ["FeatureServer", "MapServer"] {
        let fetched = get(&server.layer_url("odd", flavour, 0), &Query::default()).unwrap();
        assert_eq!(fetched.proof.distinct_ids, 3);
        let batch = read_all(fetched.reader).unwrap();
        let ids = batch.attributes.column_by_name("OBJECTID_1").unwrap();
        assert_eq!(
            (ids.null_count(), batch.attributes.column_by_name("OBJECTID").unwrap().null_count()),
            (0, 1)
        );
    }
}
