//! Fetching from the Socrata stand-in, in good health.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use common::{get, parcels, read_all, settings};
use geohub_core::expr::Expr;
use geohub_core::{Bbox, Context, GeometryKind, RowCount, schema};
use geohub_fetch::{FetchError, Query, Reference, describe};
use geohub_testkit::net::Kind;
use geohub_testkit::socrata::{Asset, Config, Server, Source, Switches};
use geohub_testkit::table::Table;

/// Parking meters: a location, a number, a money-like number, a text with leading zeros, some cells empty.
fn meters(rows: usize) -> Source {
    let line = |row: usize| {
        let (lat, lon) = (34.0 + (row / 50) as f64 * 0.001, -118.3 + (row % 50) as f64 * 0.001);
        let limit = if row % 5 == 4 { String::new() } else { (row % 4 * 60).to_string() };
        format!("WW{row},{limit},{}.50,0{},{lat},{lon}", row % 3, 9000 + row)
    };
    let lines: Vec<String> = (0..rows).map(line).collect();
    let text = format!("spaceid,timelimit,rate,code,lat,lng\n{}\n", lines.join("\n"));
    let mut source = Source::new("s49e-q6j2", Table::from_csv(&text).unwrap()).location("lat", "lng");
    "latlng".clone_into(&mut source.location_field);
    source
}

fn serve(config: Config) -> (Server, String) {
    let server = Server::start(config).unwrap();
    let reference = format!("socrata:{}/s49e-q6j2", server.url());
    (server, reference)
}

#[test]
fn a_dataset_comes_whole_with_types_and_points() {
    let switches = Switches { cap_limit: Some(70), computed_region: true, ..Switches::default() };
    let (server, reference) = serve(Config::one(meters(500)).switches(switches));
    let fetched = get(&reference, &Query::default()).unwrap();
    assert_eq!(fetched.proof.distinct_ids, 500);
    assert!(fetched.proof.complete && fetched.proof.repeated_rows == 0);
    assert_eq!(fetched.reader.layer().geometry.kind, GeometryKind::Point);
    assert_eq!(fetched.reader.layer().provenance.origin.licence.as_deref(), Some("Public Domain"));
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!(batch.rows(), 500);
    let kind = |name: &str| batch.attributes.column_by_name(name).unwrap().data_type().clone();
    assert_eq!(kind("timelimit"), DataType::Int64);
    assert_eq!(kind("rate"), DataType::Float64);
    assert_eq!(kind("code"), DataType::Utf8);
    let schema = batch.schema();
    assert!(schema::is_json(schema.field_with_name("latlng_address").unwrap()));
    assert!(schema.fields().iter().all(|field| !field.name().starts_with(':')));
    let limits = batch.attributes.column_by_name("timelimit").unwrap().as_primitive::<Int64Type>();
    assert_eq!(limits.null_count(), 100);
    let spaces = batch.attributes.column_by_name("spaceid").unwrap().as_string::<i32>();
    for (space, row) in spaces.iter().zip(batch.geometry.iter()) {
        let at: usize = space.unwrap()[2..].parse().unwrap();
        assert_eq!(row.xy(), [-118.3 + (at % 50) as f64 * 0.001, 34.0 + (at / 50) as f64 * 0.001]);
    }
    assert!(server.log().of(Kind::Page).len() >= 8);
}

#[test]
fn selections_go_down_to_the_portal() {
    let (server, reference) = serve(Config::one(meters(500)));
    let query = Query { bbox: Some(Bbox::new(-118.3, 34.0, -118.295, 34.001)), ..Query::default() };
    assert_eq!(get(&reference, &query).unwrap().proof.distinct_ids, 12);
    let filter = Expr::parse("TimeLimit = 120 AND code LIKE '%1'").unwrap();
    let query = Query {
        filter: Some(filter),
        fields: Some(vec!["rate".to_owned(), ":id".to_owned()]),
        ..Query::default()
    };
    let batch = read_all(get(&reference, &query).unwrap().reader).unwrap();
    assert_eq!(batch.rows(), 100);
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, [":id", "timelimit", "rate", "code"]);
    let query = Query { limit: Some(7), server_where: Some("rate > 1".to_owned()), ..Query::default() };
    assert_eq!(get(&reference, &query).unwrap().proof.distinct_ids, 7);
    let wheres: Vec<String> = server
        .log()
        .of(Kind::Page)
        .iter()
        .filter_map(|e| e.request.param("$where").map(str::to_owned))
        .collect();
    assert!(wheres.iter().any(|text| text == "(`timelimit` = 120)"), "{wheres:?}");
    let query = Query { server_where: Some("nonsense = 1".to_owned()), ..Query::default() };
    match get(&reference, &query).err().unwrap() {
        FetchError::Server { code: 400, words, .. } => assert!(words.contains("no-such-column"), "{words}"),
        other => panic!("{other}"),
    }
}

#[test]
fn polygons_filter_views_and_uploaded_maps() {
    let shapes = Source::new("abcd-1234", parcels(60));
    let config = Config {
        assets: vec![
            Asset::Filter {
                id: "view-0001".to_owned(),
                parent: "abcd-1234".to_owned(),
                condition: "apn < 10".to_owned(),
                hidden: vec!["area".to_owned()],
            },
            Asset::GeoParent { id: "geop-0001".to_owned(), children: vec!["abcd-1234".to_owned()] },
            Asset::Other {
                id: "link-0001".to_owned(),
                kind: "href".to_owned(),
                url: Some("https://example.org/x".to_owned()),
            },
        ],
        ..Config::one(shapes)
    };
    let (server, _) = serve(config);
    let reference = |id: &str| format!("{}/d/{id}", server.url());
    let batch = read_all(get(&reference("abcd-1234"), &Query::default()).unwrap().reader).unwrap();
    assert_eq!(
        (batch.rows(), batch.geometry.iter().filter(geohub_core::GeometryRow::is_null).count()),
        (60, 6)
    );
    let view = read_all(get(&reference("view-0001"), &Query::default()).unwrap().reader).unwrap();
    assert_eq!(view.rows(), 10);
    assert!(view.schema().index_of("area").is_err());
    let map = read_all(get(&reference("geop-0001"), &Query::default()).unwrap().reader).unwrap();
    assert_eq!(map.rows(), 60);
    let query = Query { bbox: Some(Bbox::new(-118.5, 33.9, -118.47, 33.91)), ..Query::default() };
    let boxed = read_all(get(&reference("abcd-1234"), &query).unwrap().reader).unwrap();
    assert_eq!(boxed.rows(), 4);
    match get(&reference("link-0001"), &Query::default()).err().unwrap() {
        error @ FetchError::Unsupported { .. } => assert!(error.hint().unwrap().contains("example.org")),
        other => panic!("{other}"),
    }
    assert!(matches!(
        get(&reference("none-0000"), &Query::default()).err().unwrap(),
        FetchError::NotFound { .. }
    ));
}

#[test]
fn descriptions_say_what_the_portal_says() {
    let (_server, reference) = serve(Config::one(meters(20)));
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&reference).unwrap();
    let found = describe(&reference, &settings(folder.path()), &Context::new(1)).unwrap();
    assert_eq!(found.layer.rows, RowCount::Exact(20));
    assert_eq!(found.layer.name, "Dataset s49e-q6j2");
    assert!(found.layer.crs.is_crs84());
    assert!(found.last_edit.is_some());
    assert_eq!(found.layer.provenance.origin.owner.as_deref(), Some("Stand-in"));
}
