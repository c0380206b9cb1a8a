//! Recorded answers of Socrata portals, where a folder with them is named by `FIXTURES`; each decodes to what its
//! README says. Without it nothing is tested.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use common::recorded::{Recorded, exchange};
use common::{noting, read_all, settings};
use geohub_core::{Batch, GeometryKind, GeometryRow};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, Tokens, fetch, no_progress};
use serde_json::{Value, json};

/// A recording, if there are any; named as `checks/fixtures_covered.py` looks for it.
fn open(path: &str) -> Option<Value> {
    let folder = std::env::var_os("FIXTURES").map(PathBuf::from)?;
    let text = std::fs::read_to_string(folder.join("socrata").join(path)).unwrap();
    eprintln!("covered: socrata/{path}");
    Some(serde_json::from_str(&text).unwrap())
}

fn view(path: &str) -> Option<(u16, String)> {
    open(path).map(|recorded| exchange(&recorded))
}

fn fetched(recorded: Recorded, geometry: Option<&str>) -> (Result<Fetched, FetchError>, String) {
    let server = recorded.start();
    let folder = tempfile::tempdir().unwrap();
    let host = server.url().trim_start_matches("http://").to_owned();
    let settings = Settings {
        tokens: Tokens::default().with(&host, "recorded").unwrap(),
        geometry: geometry.map(|text| text.parse().unwrap()),
        ..settings(folder.path())
    };
    let (context, notes) = noting();
    let reference = Reference::parse(&format!("socrata:{}/abcd-1234", server.url())).unwrap();
    let fetched = fetch(&reference, &Query::default(), &settings, &context, no_progress());
    let notes = notes.lock().unwrap().join("\n");
    (fetched, notes)
}

fn rows(recorded: Recorded, geometry: Option<&str>) -> Batch {
    read_all(fetched(recorded, geometry).0.unwrap().reader).unwrap()
}

fn by_older(view_path: &str, path: &str) -> Option<Recorded> {
    Some(Recorded { view: view(view_path)?, older: exchange(&open(path)?), newer: None })
}

fn column(batch: &Batch, name: &str) -> ArrayRef {
    batch.attributes.column_by_name(name).unwrap_or_else(|| panic!("no {name}")).clone()
}

fn text(batch: &Batch, name: &str, row: usize) -> String {
    column(batch, name).as_string::<i32>().value(row).to_owned()
}

fn nulls(batch: &Batch) -> usize {
    batch.geometry.iter().filter(GeometryRow::is_null).count()
}

#[test]
fn every_type_of_the_demo_table() {
    let Some(recorded) =
        by_older("views/demo-2asz-g9qq-all-types-view.json", "v21/demo-2asz-g9qq-all-types-select-star.json")
    else {
        return;
    };
    let batch = rows(recorded.clone(), None);
    assert_eq!((batch.rows(), batch.geometry.row(0).kind()), (1, GeometryKind::Point));
    assert_eq!(batch.geometry.row(0).xy(), [-122.334_779_544_999_72, 47.598_281_548_000_5]);
    assert!(text(&batch, "location_column_address", 0).contains("83 South King Street"));
    assert!(batch.schema().fields().iter().all(|field| !field.name().starts_with(':')));
    for (name, value) in
        [("number_column", 42), ("money_column", 1_000_000), ("percent_column", 66), ("star_column", 3)]
    {
        assert_eq!(column(&batch, name).as_primitive::<Int64Type>().value(0), value, "{name}");
    }
    let floating = column(&batch, "date_time_column");
    assert_eq!(floating.as_primitive::<TimestampMillisecondType>().value(0), 1_413_158_400_000);
    assert_eq!(floating.as_primitive::<TimestampMillisecondType>().timezone(), None);
    let fixed = column(&batch, "date_time_with_timezone_column");
    assert_eq!(fixed.as_primitive::<TimestampMillisecondType>().value(0), 1_413_270_000_000);
    assert_eq!(fixed.as_primitive::<TimestampMillisecondType>().timezone(), Some("UTC"));
    assert!(column(&batch, "checkbox_column").as_boolean().value(0));
    assert_eq!(text(&batch, "formatted_text_column", 0), "<p>Sample <strong>Rich Text</strong></p>");
    let link = r#"{"url":"http://www.socrata.com","description":"Socrata"}"#;
    assert_eq!(text(&batch, "website_url_column", 0), link);
    assert!(text(&batch, "document", 0).contains("ping-pong.gif"));
    assert_eq!(text(&batch, "photo_column", 0), "ZXF6YilAOjRH26G2TH05mvHMTlDnLCwn6CysLQP18hc");
    let empty = exchange(&open("v21/demo-2asz-g9qq-offset-past-end-empty.json").unwrap());
    assert_eq!(rows(Recorded { older: empty, ..recorded }, None).rows(), 0);
}

/// The same rows by both APIs: `location` has text in the one and numbers in the other, the line ends differ, and one
/// has a computed region.
#[test]
fn twins_of_both_apis_become_the_same_rows() {
    for (view_path, older, newer, count) in [
        (
            "demo-2asz-g9qq-all-types-view",
            "demo-2asz-g9qq-all-types-select-star",
            "demo-2asz-g9qq-all-types-page1",
            1,
        ),
        (
            "demo-2asz-g9qq-all-types-view",
            "demo-2asz-g9qq-offset-past-end-empty",
            "demo-2asz-g9qq-page2-empty",
            0,
        ),
        (
            "demo-4tka-6guv-view",
            "demo-4tka-6guv-where-depth-null-location-omitted",
            "demo-4tka-6guv-where-depth-null-location-omitted",
            1,
        ),
    ] {
        let view = format!("views/{view_path}.json");
        let Some(recorded) = by_older(&view, &format!("v21/{older}.json")) else { return };
        let (_, body) = exchange(&open(&format!("v3/{newer}.json")).unwrap());
        let login =
            (403, r#"{"message":"You must be logged in to access this resource","error":true}"#.to_owned());
        let newer = Recorded { view: recorded.view.clone(), older: login, newer: Some(body) };
        for geometry in [None, Some("none")] {
            let first = rows(recorded.clone(), geometry);
            let (second, notes) = fetched(newer.clone(), geometry);
            let second = read_all(second.unwrap().reader).unwrap();
            assert!(notes.contains("SODA 2.1 is refused"), "{notes}");
            assert_eq!((first.rows(), second.rows()), (count, count));
            assert_eq!(first.attributes, second.attributes);
            for (a, b) in first.geometry.iter().zip(second.geometry.iter()) {
                assert_eq!((a.is_null(), a.xy()), (b.is_null(), b.xy()));
            }
        }
    }
}

#[test]
fn what_is_left_out_is_null_and_false_is_false() {
    let Some(recorded) =
        by_older("views/demo-w8wm-g3qx-view.json", "v21/demo-w8wm-g3qx-checkbox-null-omitted.json")
    else {
        return;
    };
    let batch = rows(recorded, None);
    let ticks = column(&batch, "checkbox");
    let ticks: Vec<Option<bool>> = ticks.as_boolean().iter().collect();
    assert_eq!(ticks, [Some(true), None, Some(false)]);
    let place = "v21/demo-4tka-6guv-where-depth-null-location-omitted.json";
    let batch = rows(by_older("views/demo-4tka-6guv-view.json", place).unwrap(), None);
    assert_eq!((batch.rows(), nulls(&batch)), (1, 1));
    assert!(column(&batch, "version").is_null(0));
    assert_eq!(column(&batch, "depth").as_primitive::<Float64Type>().value(0), 635.78);
}

#[test]
fn floating_timestamps_of_live_earthquakes() {
    let Some(recorded) =
        by_older("views/demo-jatp-jqxg-view.json", "v21/demo-jatp-jqxg-floating-timestamps.json")
    else {
        return;
    };
    let expected = serde_json::from_str::<Vec<Value>>(&recorded.older.1).unwrap().len();
    let (found, notes) = fetched(recorded, None);
    assert!(notes.contains("points are made of columns latitude and longitude"), "{notes}");
    let batch = read_all(found.unwrap().reader).unwrap();
    // The recorded query asked for the times alone.
    assert_eq!((batch.rows(), nulls(&batch)), (expected, expected));
    let time = column(&batch, "time");
    assert_eq!(time.as_primitive::<TimestampMillisecondType>().value(0), 1_378_418_750_000);
    assert_eq!((time.null_count(), column(&batch, "updated").null_count()), (0, 0));
}

#[test]
fn bicycle_counts_of_new_york() {
    let view_path = "views/nyc-uczf-rk3c-view.json";
    let Some(recorded) = by_older(view_path, "v21/nyc-uczf-rk3c-default-1000-rows.json") else { return };
    let batch = rows(recorded.clone(), None);
    assert_eq!((batch.rows(), nulls(&batch)), (1000, 1000));
    for name in ["countid", "id", "counts", "status"] {
        assert_eq!(column(&batch, name).data_type(), &DataType::Int64, "{name}");
    }
    assert_eq!(column(&batch, "countid").as_primitive::<Int64Type>().value(0), 19_831_896);
    let pages = open("v21/nyc-uczf-rk3c-two-offset-pages-no-order.json").unwrap();
    let walk = open("v21/nyc-uczf-rk3c-limit1-offset-walk-first40.json").unwrap();
    for exchanges in [pages, walk] {
        let stamp = |of: &Value| of["response"]["headers"]["X-SODA2-Truth-Last-Modified"].clone();
        for one in exchanges.as_array().unwrap() {
            assert_eq!(stamp(one), stamp(&exchanges[0]));
            let older = exchange(one);
            let expected = serde_json::from_str::<Vec<Value>>(&older.1).unwrap().len();
            assert_eq!(rows(Recorded { older, ..recorded.clone() }, None).rows(), expected);
        }
    }
}

#[test]
fn schools_of_soda_2_0_lie_where_another_program_put_them() {
    let Some(view) = open("v20-legacy/koop-schools-view.json") else { return };
    let page = open("v20-legacy/koop-schools-page.json").unwrap();
    let oracle = open("v20-legacy/koop-schools-geojson.json").unwrap();
    let batch =
        rows(Recorded { view: (200, view.to_string()), older: (200, page.to_string()), newer: None }, None);
    let features = oracle["features"].as_array().unwrap();
    assert_eq!((batch.rows(), nulls(&batch)), (features.len(), 0));
    let ids = column(&batch, "objectid");
    let ids = ids.as_primitive::<Int64Type>().values();
    for feature in features {
        let id = feature["properties"]["objectid"].as_str().unwrap().parse::<i64>().unwrap();
        let at = ids.iter().position(|found| *found == id).unwrap();
        assert_eq!(json!(batch.geometry.row(at).xy()), feature["geometry"]["coordinates"], "row {at}");
        for name in ["name", "address", "phone", "website", "grade", "city", "zip"] {
            // The other program leaves apostrophes out.
            let plain = text(&batch, name, at).replace('\'', "");
            assert_eq!(json!(plain), feature["properties"][name], "row {at} {name}");
        }
    }
}

#[test]
fn incidents_of_soda_2_0_keep_every_character() {
    let Some(view) = open("v20-legacy/koop-crimes-views.json") else { return };
    let page = open("v20-legacy/koop-crimes-first.json").unwrap();
    let batch =
        rows(Recorded { view: (200, view.to_string()), older: (200, page.to_string()), newer: None }, None);
    assert_eq!(batch.geometry.row(0).xy(), [-122.338_146_748, 47.610_975_163]);
    assert_eq!(text(&batch, "cad_cdw_id", 0), "\u{feff}15736");
    assert_eq!(column(&batch, "longitude").as_primitive::<Float64Type>().value(0), -122.338_146_748);
}

/// The bulk file has the description and the rows as arrays; written as SODA has them they decode.
#[test]
fn a_bulk_file_of_los_angeles() {
    let Some(file) = open("los-angeles/lacity-rijp-9dwj-rows.json") else { return };
    let columns = file["meta"]["view"]["columns"].as_array().unwrap();
    let row = |cells: &Value| -> Value {
        let member = |(at, column): (usize, &Value)| {
            let (field, cell) = (column["fieldName"].as_str().unwrap(), &cells[at]);
            let value = match column["dataTypeName"].as_str() {
                Some("location") => {
                    json!({"human_address": cell[0], "latitude": cell[1], "longitude": cell[2], "needs_recoding": cell[4]})
                }
                _ => cell.clone(),
            };
            (!field.starts_with(':') && !cell.is_null()).then(|| (field.to_owned(), value))
        };
        Value::Object(columns.iter().enumerate().filter_map(member).collect())
    };
    let data = file["data"].as_array().unwrap();
    let page: Vec<Value> = data.iter().map(row).collect();
    let view = (200, file["meta"]["view"].to_string());
    let batch = rows(Recorded { view, older: (200, json!(page).to_string()), newer: None }, None);
    assert_eq!((batch.rows(), batch.schema().fields().len()), (data.len(), 9));
    assert_eq!(batch.geometry.row(0).xy(), [-118.248_969_598_999_68, 33.973_271_508_000_494]);
    let address = r#"{"address":"","city":"","state":"","zip":"90001"}"#;
    assert_eq!(text(&batch, "location_1_address", 0), address);
    assert_eq!(column(&batch, "fy_05_06").as_primitive::<Int64Type>().value(0), 334);
}

#[test]
fn recorded_errors_are_what_they_say() {
    let Some(good) =
        by_older("views/demo-w8wm-g3qx-view.json", "v21/demo-w8wm-g3qx-checkbox-null-omitted.json")
    else {
        return;
    };
    let error = |recorded: Recorded| fetched(recorded, None).0.err().unwrap();
    let raw = |path: &str| open(path).unwrap().to_string();
    let missing = [
        (view("views/error-404-view-not_found.json").unwrap(), "Not found (not_found)"),
        ((404, raw("v20-legacy/koop-missing-views.json")), "Cannot find view with id missing (not_found)"),
        ((404, raw("v20-legacy/koop-missing-first.json")), "No service found for this URL. (not_found)"),
    ];
    for (view, words) in missing {
        let found = error(Recorded { view, ..good.clone() });
        assert!(matches!(&found, FetchError::NotFound { words: found, .. } if found == words), "{found}");
    }
    let resource = exchange(&open("v21/error-404-resource-dataset.missing.json").unwrap());
    for older in [resource, (404, raw("v20-legacy/koop-missing-count.json"))] {
        let found = error(Recorded { older, ..good.clone() });
        assert!(matches!(&found, FetchError::NotFound { .. }), "{found}");
    }
    let malformed = (400, raw("v21/error-400-query.compiler.malformed.body.json"));
    let found = error(Recorded { older: malformed, ..good });
    assert!(
        matches!(&found, FetchError::Server { code: 400, words, .. } if words.contains("Expected an expression, but got `LIMIT'")),
        "{found}"
    );
}

/// The pages that catalogues give are references.
#[test]
fn catalogued_pages_are_references() {
    let mut found = 0;
    for name in ["us-two-results", "us-three-results-two-domains", "us-ten-of-twenty", "nyc-domain-limit7"] {
        let Some(recorded) = open(&format!("catalog/{name}.json")) else { return };
        let body =
            recorded["response"]["body"].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
        let body = body.unwrap_or(recorded);
        for result in body["results"].as_array().unwrap() {
            assert!(result["resource"]["parent_fxf"].is_array());
            let reference = Reference::parse(result["permalink"].as_str().unwrap()).unwrap();
            assert_eq!(reference.provider(), "Socrata");
            let target = format!("{reference:?}");
            assert!(target.contains(result["resource"]["id"].as_str().unwrap()), "{target}");
            assert!(target.contains(result["metadata"]["domain"].as_str().unwrap()), "{target}");
            found += 1;
        }
    }
    assert_eq!(found, 2 + 3 + 10 + 7);
}
