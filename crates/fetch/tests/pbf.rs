//! Pages in protocol buffers: the same rows as in JSON, and JSON where they do not come.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;

use common::{noting, parcels, read_all, settings};
use geohub_core::{Batch, Context, GeometryColumn};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::net::{Act, Fault, Kind, On, Options};
use geohub_testkit::table::Table;

/// What a hosted layer's grid may take from a coordinate in degrees, a rounding included.
const STEP_DEG: f64 = 0.51e-9;

fn serve(table: Table, switches: Switches, faults: &[Fault]) -> (Server, String) {
    let net = Options { faults: faults.to_vec(), ..Options::default() };
    let server = Server::start(Config::one("layer", table, switches).net(net)).unwrap();
    let url = server.layer_url("layer", "FeatureServer", 0);
    (server, url)
}

/// Fetches, and the encodings of the pages by the journal.
fn get(url: &str, exact: bool, context: &Context) -> Result<(Fetched, Vec<String>), FetchError> {
    let folder = tempfile::tempdir().unwrap();
    // One after the other, so that the second page is the second one asked for.
    let settings = Settings { exact, max_connections: Some(1), ..settings(folder.path()) };
    let reference = Reference::parse(url).unwrap();
    let fetched = fetch(&reference, &Query::default(), &settings, context, no_progress())?;
    let lines = std::fs::read_to_string(settings.journal.join("journal.jsonl")).unwrap();
    let line = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let pages = lines.lines().map(line).filter(|line| line["length"] != 0);
    let encodings = pages.map(|line| line["encoding"].as_str().unwrap().to_owned()).collect();
    Ok((fetched, encodings))
}

fn both(url: &str) -> [Batch; 2] {
    [false, true].map(|exact| {
        let (fetched, encodings) = get(url, exact, &Context::new(1)).unwrap();
        let expected = if exact { "esri-json" } else { "esri-pbf" };
        assert!(encodings.iter().all(|found| found == expected), "{encodings:?}");
        read_all(fetched.reader).unwrap()
    })
}

fn assert_same(a: &GeometryColumn, b: &GeometryColumn) {
    let near = |a: Option<&[f64]>, b: Option<&[f64]>| {
        let pairs = a.unwrap_or_default().iter().zip(b.unwrap_or_default());
        let close = |(a, b): (&f64, &f64)| (a - b).abs() <= STEP_DEG || (a.is_nan() && b.is_nan());
        a.map(<[f64]>::len) == b.map(<[f64]>::len) && pairs.into_iter().all(close)
    };
    for (a, b) in a.iter().zip(b.iter()) {
        assert_eq!((a.kind(), a.is_null()), (b.kind(), b.is_null()));
        let shape = |row: &geohub_core::GeometryRow<'_>| -> Vec<Vec<usize>> {
            row.parts().map(|part| part.rings().map(|ring| ring.len()).collect()).collect()
        };
        assert_eq!(shape(&a), shape(&b));
        assert!(near(Some(a.xy()), Some(b.xy())), "{:?} {:?}", a.xy(), b.xy());
        assert!(near(a.z(), b.z()), "{:?} {:?}", a.z(), b.z());
        assert!(near(a.m(), b.m()), "{:?} {:?}", a.m(), b.m());
    }
}

fn geojson(features: &[&str]) -> Table {
    Table::from_geojson(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
        .unwrap()
}

fn feature(geometry: &str, properties: &str) -> String {
    format!(r#"{{"type":"Feature","geometry":{geometry},"properties":{{{properties}}}}}"#)
}

/// Every type that the stand-in has, with nulls, in one column each.
fn typed(geometry: &dyn Fn(usize) -> String) -> Table {
    let rows: Vec<String> = (0..40)
        .map(|row| {
            let sign = if row % 2 == 0 { 1 } else { -1 };
            let or_null = |at: usize, text: String| if row % 7 == at { "null".to_owned() } else { text };
            let values = [
                ("small", or_null(1, (sign * row as i64 * 1000).to_string())),
                ("big", or_null(2, (sign * (9_007_199_254_740_993 + row as i64)).to_string())),
                ("real", or_null(3, format!("{}.125", sign * row as i64))),
                ("yes", or_null(4, (row % 3 == 0).to_string())),
                ("words", or_null(5, format!(r#""{}ü %&\" ""#, "x".repeat(row * 9)))),
                ("day", or_null(6, format!(r#""{}-02-28T12:30:05.120""#, 1890 + row * 3))),
                ("empty", r#""""#.to_owned()),
            ];
            let text: Vec<String> =
                values.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
            feature(&geometry(row), &text.join(","))
        })
        .collect();
    geojson(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn all_types_and_shapes_come_alike() {
    let at = |row: usize| (-118.123_456_789_012 + row as f64 * 1.1, 34.987_654_321_098 - row as f64 * 1.3);
    let shapes: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("points", &|row| {
            let (x, y) = at(row);
            if row % 9 == 4 {
                "null".to_owned()
            } else {
                format!(r#"{{"type":"Point","coordinates":[{x},{y}]}}"#)
            }
        }),
        ("points with z", &|row| {
            let (x, y) = at(row);
            format!(r#"{{"type":"Point","coordinates":[{x},{y},{}.25]}}"#, row as i64 - 20)
        }),
        ("multipoints", &|row| {
            let (x, y) = at(row);
            format!(
                r#"{{"type":"MultiPoint","coordinates":[[{x},{y}],[{},{y}],[{x},{}]]}}"#,
                x + 1.0,
                y - 1.0
            )
        }),
        ("lines", &|row| {
            let (x, y) = at(row);
            let line = format!("[[{x},{y},1.5],[{},{},{row}]]", x - 0.5, y + 0.25);
            if row % 3 == 0 {
                format!(r#"{{"type":"MultiLineString","coordinates":[{line},{line}]}}"#)
            } else {
                format!(r#"{{"type":"LineString","coordinates":{line}}}"#)
            }
        }),
        ("a table", &|_| "null".to_owned()),
    ];
    for (name, shape) in shapes {
        let (_server, url) = serve(typed(shape), Switches { cap: 17, ..Switches::default() }, &[]);
        let [pbf, json] = both(&url);
        assert_eq!(pbf.attributes, json.attributes, "{name}");
        assert_eq!((pbf.rows(), pbf.attributes.num_columns()), (40, 8), "{name}");
        assert_same(&pbf.geometry, &json.geometry);
    }
}

#[test]
fn polygons_with_holes_and_parts_come_alike() {
    for wkid in [4326, 102_100] {
        let (_server, url) = serve(parcels(200), Switches { cap: 33, wkid, ..Switches::default() }, &[]);
        let [pbf, json] = both(&url);
        assert_eq!(pbf.attributes, json.attributes);
        if wkid == 4326 {
            assert_same(&pbf.geometry, &json.geometry);
            continue;
        }
        let pairs = pbf.geometry.iter().zip(json.geometry.iter());
        let apart = |(a, b): (&f64, &f64)| (a - b).abs();
        let most = pairs.flat_map(|(a, b)| a.xy().iter().zip(b.xy()).map(apart).collect::<Vec<_>>());
        let most = most.fold(0.0, f64::max);
        assert!(most > 1e-6 && most <= 0.51e-4, "{most}");
    }
}

#[test]
fn aliases_and_other_cases_are_found() {
    let switches = Switches {
        alias_keys: true,
        object_id_field: Some("CITY.DBO.PARCELS.OBJECT_ID".to_owned()),
        ..Switches::default()
    };
    let (_server, url) = serve(parcels(30), switches, &[]);
    let [pbf, json] = both(&url);
    assert_eq!(pbf.attributes, json.attributes);
    assert_eq!(pbf.attributes.column_by_name("CITY.DBO.PARCELS.OBJECT_ID").unwrap().null_count(), 0);
    let switches = Switches { upper_case_keys: true, ..Switches::default() };
    let (_server, url) = serve(parcels(30), switches, &[]);
    let [pbf, json] = both(&url);
    assert_eq!(pbf.attributes, json.attributes);
    assert!(pbf.attributes.columns().iter().all(|column| column.null_count() == 0));
}

fn at_pbf(act: Act) -> Fault {
    let params = BTreeMap::from([("f".to_owned(), "pbf".to_owned())]);
    Fault { on: On { kind: Some(Kind::Page), params, ..On::default() }, act, times: 1 }
}

#[test]
fn a_page_that_fails_comes_as_json() {
    let error =
        |code: u16| serde_json::json!({"error": {"code": code, "message": "Error performing query."}});
    for act in [Act::TruncatedJson { bytes: None }, Act::Html200, Act::Json200 { body: error(400) }] {
        // As often as one page is asked for, so that the second page is the one that fails.
        let times = if matches!(act, Act::Json200 { .. }) { 3 } else { 2 };
        let mut fault = at_pbf(act.clone()).times(times);
        fault.on.nth = 2;
        let (_server, url) = serve(parcels(60), Switches { cap: 20, ..Switches::default() }, &[fault]);
        let (context, notes) = noting();
        let (fetched, encodings) = get(&url, false, &context).unwrap();
        assert!(fetched.proof.complete, "{act:?}");
        assert_eq!(encodings, ["esri-pbf", "esri-json", "esri-pbf"], "{act:?}");
        assert!(notes.lock().unwrap().iter().any(|note| note.contains("came as JSON")), "{act:?}");
        let rows = read_all(fetched.reader).unwrap();
        let (exact, _) = get(&url, true, &Context::new(1)).unwrap();
        assert_eq!(rows.attributes, read_all(exact.reader).unwrap().attributes, "{act:?}");
    }
}

#[test]
fn a_cut_page_is_asked_for_again_and_never_short() {
    let table = parcels(60);
    let whole = {
        let (_server, url) = serve(table.clone(), Switches { cap: 20, ..Switches::default() }, &[]);
        read_all(get(&url, false, &Context::new(1)).unwrap().0.reader).unwrap()
    };
    for bytes in [1, 7, 60, 400, 1000, 1500] {
        let cut = at_pbf(Act::TruncatedJson { bytes: Some(bytes) });
        let (_server, url) = serve(table.clone(), Switches { cap: 20, ..Switches::default() }, &[cut]);
        let (fetched, encodings) = get(&url, false, &Context::new(1)).unwrap();
        assert_eq!((fetched.retries, encodings), (1, vec!["esri-pbf".to_owned(); 3]), "{bytes}");
        assert_eq!(read_all(fetched.reader).unwrap().attributes, whole.attributes);
    }
}

#[test]
fn a_polygon_that_vanishes_on_the_grid_comes_as_json() {
    let tiny = |side: f64| {
        let (x, y) = (-118.25, 34.05);
        let ring = format!("[[{x},{y}],[{},{y}],[{x},{}],[{x},{y}]]", x + side, y + side);
        feature(&format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#), "\"a\":1")
    };
    let (_server, url) = serve(geojson(&[&tiny(1e-3), &tiny(1e-10)]), Switches::default(), &[]);
    let (fetched, encodings) = get(&url, false, &Context::new(1)).unwrap();
    assert_eq!(encodings, ["esri-json"]);
    assert!(read_all(fetched.reader).unwrap().geometry.iter().all(|row| !row.is_null()));
    let (_server, url) = serve(geojson(&[&tiny(1e-3), &tiny(2e-9)]), Switches::default(), &[]);
    let (_, encodings) = get(&url, false, &Context::new(1)).unwrap();
    assert_eq!(encodings, ["esri-pbf"]);
}

#[test]
fn what_is_advertised_and_not_served_is_asked_for_twice() {
    let switches = Switches { cap: 10, serves_pbf: Some(false), ..Switches::default() };
    let (server, url) = serve(parcels(60), switches, &[]);
    let (fetched, encodings) = get(&url, false, &Context::new(1)).unwrap();
    assert_eq!(fetched.proof.distinct_ids, 60);
    assert_eq!(encodings, ["esri-json"; 6]);
    let asked = |format: &str| {
        let pages = server.log().of(Kind::Page);
        pages.iter().filter(|entry| entry.request.param("f") == Some(format)).count()
    };
    assert_eq!(asked("pbf"), 2);
    let (server, url) = serve(parcels(60), Switches { pbf: false, ..Switches::default() }, &[]);
    let (_, encodings) = get(&url, false, &Context::new(1)).unwrap();
    assert_eq!(encodings, ["esri-json"]);
    assert!(server.log().of(Kind::Page).iter().all(|entry| entry.request.param("f") == Some("json")));
}

#[test]
fn errors_that_are_no_fault_of_the_encoding_are_not_repeated_in_the_other() {
    let body = serde_json::json!({"error": {"code": 499, "message": "Token Required"}});
    let (server, url) = serve(parcels(60), Switches::default(), &[at_pbf(Act::Json200 { body }).times(0)]);
    let error = get(&url, false, &Context::new(1)).err().unwrap();
    assert!(matches!(error, FetchError::TokenWanted { .. }), "{error}");
    assert_eq!(server.log().of(Kind::Page).len(), 1);
}
