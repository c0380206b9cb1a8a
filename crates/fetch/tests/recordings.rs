//! Answers written by hand: types, shapes and lies that the stand-ins do not produce.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use common::replay::{Replay, offering_pbf};
use common::{get, get_with, read_all, settings};
use geohub_core::{Batch, Context, Error, GeometryKind, schema};
use geohub_fetch::{Fetched, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::net::Server;
use serde_json::{Value, json};

fn recording(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A recording fetched as it stands, and once more out of protocol buffers made of it.
fn esri(name: &str, oid: &str) -> [(Server, Fetched); 2] {
    [false, true].map(|pbf| {
        let mut recorded = recording(name);
        let layer = recorded["layer"].take();
        let layer = if pbf { offering_pbf(layer) } else { layer };
        let server = Replay::start(layer, recorded["page"].take(), oid);
        let fetched = get(&format!("{}/a/MapServer/3", server.url()), &Query::default()).unwrap();
        (server, fetched)
    })
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap().as_string::<i32>();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

#[test]
fn every_esri_type() {
    for (_server, fetched) in esri("esri-types.json", "ESRI_OID") {
        assert_eq!(fetched.reader.layer().crs.id().as_deref(), Some("EPSG:2229"));
        assert_eq!(fetched.reader.layer().extent, None);
        let Batch { geometry, attributes } = read_all(fetched.reader).unwrap();
        assert_eq!(attributes.num_columns(), 12);
        let ids = attributes.column_by_name("ESRI_OID").unwrap().as_primitive::<Int64Type>();
        assert_eq!(ids.values().to_vec(), [4, 64_579_816, 64_579_817]);
        let small = attributes.column_by_name("small").unwrap().as_primitive::<Int16Type>();
        assert_eq!(small.values().to_vec(), [-5, 7, 9]);
        let big = attributes.column_by_name("big").unwrap().as_primitive::<Int64Type>();
        assert_eq!(
            (big.value(0), big.value(1), big.is_null(2)),
            (9_007_199_254_740_993, 410_106_100_009, true)
        );
        let single = attributes.column_by_name("single").unwrap().as_primitive::<Float32Type>();
        assert_eq!((single.value(0), single.null_count()), (0.1, 2));
        let double = attributes.column_by_name("double").unwrap().as_primitive::<Float64Type>();
        assert_eq!((double.value(0), double.value(1)), (2.5, 3.0));
        assert_eq!(texts(&attributes, "zip"), [Some("00501".to_owned()), Some("90012".to_owned()), None]);
        let when = attributes.column_by_name("when").unwrap().as_primitive::<TimestampMillisecondType>();
        assert_eq!((when.value(0), when.value(1)), (-2_209_161_600_000, 1_700_000_000_000));
        assert_eq!(when.timezone(), Some("UTC"));
        let day = attributes.column_by_name("day").unwrap().as_primitive::<Date32Type>();
        assert_eq!((day.value(0), day.null_count()), (19_802, 2));
        assert_eq!(texts(&attributes, "clock")[1], Some(String::new()));
        assert!(schema::is_date_time_text(attributes.schema().field_with_name("local").unwrap()));
        assert_eq!(texts(&attributes, "guid")[0].as_deref(), Some("{A}"));
        assert_eq!(geometry.row(0).xy(), [0.0, 0.0]);
        assert!(geometry.row(1).is_null() && geometry.row(2).is_null());
    }
}

#[test]
fn odd_values() {
    for (_server, fetched) in esri("esri-odd-values.json", "FID") {
        let batch = read_all(fetched.reader).unwrap().attributes;
        let whole = batch.column_by_name("whole").unwrap().as_primitive::<Int32Type>();
        assert_eq!(whole.iter().collect::<Vec<_>>(), [None, Some(12), Some(3)]);
        let double = batch.column_by_name("double").unwrap().as_primitive::<Float64Type>();
        assert!(double.value(0).is_nan() && double.null_count() == 0);
        assert_eq!((double.value(1), double.value(2)), (f64::NEG_INFINITY, 12.0));
        let single = batch.column_by_name("single").unwrap().as_primitive::<Float32Type>();
        assert_eq!(single.values().to_vec(), [0.1, 2.5, 16_777_216.0]);
        let big = batch.column_by_name("big").unwrap().as_primitive::<Int64Type>();
        assert_eq!(big.values().to_vec(), [i64::MIN, i64::MAX, 1000]);
        let when = batch.column_by_name("when").unwrap().as_primitive::<TimestampMillisecondType>();
        // Wall time: nobody knows where.
        assert_eq!((when.timezone(), when.value(0), when.value(1)), (None, -1, -62_135_596_800_000));
        let day = batch.column_by_name("day").unwrap().as_primitive::<Date32Type>();
        assert_eq!(day.iter().collect::<Vec<_>>(), [Some(-25_569), Some(-719_162), None]);
        assert!(when.is_null(2));
        assert_eq!(texts(&batch, "clock")[..2], some(&["23:59:59", "00:00:00"]));
        assert_eq!(texts(&batch, "moment")[0].as_deref(), Some("1969-12-31T16:00:00.000-08:00"));
        assert_eq!(texts(&batch, "guid")[..2], some(&["{7D1A-x}", "{}"]));
        assert_eq!(texts(&batch, "words"), some(&[" trailing ", "NaN", ""]));
    }
}

#[test]
fn declared_types_that_do_not_hold_are_widened_after_one_restart() {
    for (_server, fetched) in esri("esri-lying-types.json", "FID") {
        assert!(matches!(read_all(fetched.reader), Err(Error::Misfit(_))));
        let reader = fetched.proven.reader().complete(&Context::new(1)).unwrap();
        let batch = read_all(reader).unwrap();
        let kinds: Vec<DataType> =
            batch.schema().fields().iter().map(|field| field.data_type().clone()).collect();
        let expected = [DataType::Int32, DataType::Float64, DataType::Int64, DataType::Utf8, DataType::Int32];
        assert_eq!(kinds, expected);
        assert_eq!(texts(&batch.attributes, "when"), some(&["0", "last week"]));
    }
}

#[test]
fn rings_become_polygons() {
    for (_server, fetched) in esri("esri-shapes.json", "FID") {
        let geometry = read_all(fetched.reader).unwrap().geometry;
        let shape = |row: usize| -> (GeometryKind, Vec<usize>) {
            let row = geometry.row(row);
            (row.kind(), row.parts().map(|part| part.rings().len()).collect())
        };
        assert_eq!(shape(0), (GeometryKind::Polygon, vec![2]));
        assert_eq!(shape(1), (GeometryKind::Polygon, vec![1]));
        assert_eq!(shape(2), (GeometryKind::MultiPolygon, vec![1, 1]));
        assert_eq!(shape(3), (GeometryKind::MultiPolygon, vec![2, 1]));
        assert_eq!(shape(4), (GeometryKind::Polygon, vec![1]));
        assert_eq!(geometry.row(4).xy().len(), 10);
        assert!(geometry.row(5).is_null() && geometry.row(6).is_null());
    }
}

#[test]
fn lines_keep_z_and_m() {
    for (_server, fetched) in esri("esri-zm.json", "FID") {
        let geometry = read_all(fetched.reader).unwrap().geometry;
        assert_eq!(geometry.row(0).kind(), GeometryKind::LineString);
        assert_eq!(geometry.row(0).z(), Some(&[1.0, 3.0][..]));
        let m = geometry.row(0).m().unwrap();
        assert!(m[0] == 2.0 && m[1].is_nan());
        assert_eq!(geometry.row(1).kind(), GeometryKind::MultiLineString);
        assert_eq!(geometry.row(1).m(), None);
        assert_eq!(geometry.row(1).z().unwrap()[..3], [1.0, 3.0, 1.0]);
    }
}

#[test]
fn curves_are_kept() {
    for (_server, fetched) in esri("esri-curves.json", "FID") {
        let geometry = read_all(fetched.reader).unwrap().geometry;
        assert_eq!(geometry.row(0).kind(), GeometryKind::LineString);
        let mut text = Vec::new();
        geohub_core::wkt::write_wkt(&geometry.row(1), &mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "CIRCULARSTRING (0 0, 1 4, 3 3)");
        assert!(geometry.row(1).bbox().max_y > 4.0);
    }
}

#[test]
fn a_server_that_straightens_curves_is_told_of_once() {
    let mut recorded = recording("esri-curves.json");
    recorded["layer"]["advancedQueryCapabilities"] = json!({"supportsTrueCurve": true});
    let server = Replay::start(recorded["layer"].take(), recorded["page"].take(), "FID");
    let reference = format!("{}/a/MapServer/3", server.url());
    for (true_curves, expected) in [(false, 1), (true, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { true_curves, ..settings(folder.path()) };
        let (fetched, notes) = get_with(&reference, &Query::default(), &settings);
        assert!(fetched.is_ok());
        assert_eq!(notes.iter().filter(|note| note.contains("--true-curves")).count(), expected, "{notes:?}");
    }
}

#[test]
fn curves_that_cannot_be_kept_are_refused_with_their_row() {
    let mut recorded = recording("esri-curves.json");
    recorded["page"]["features"][1]["geometry"] =
        json!({"curvePaths": [[[0, 0], {"b": [[3, 3], [1, 4], [2, 4]]}]]});
    let server = Replay::start(recorded["layer"].take(), recorded["page"].take(), "FID");
    let fetched = get(&format!("{}/a/MapServer/3", server.url()), &Query::default()).unwrap();
    let error = read_all(fetched.reader).unwrap_err().to_string();
    assert!(error.contains("row 12") && error.contains("Bezier"), "{error}");
}

#[test]
fn every_soda_type() {
    let mut recorded = recording("soda-types.json");
    let server = Replay::start(recorded["view"].take(), recorded["page"].take(), ":id");
    let reference = Reference::parse(&format!("socrata:{}/abcd-1234", server.url())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { geometry: Some("place".parse().unwrap()), ..settings(folder.path()) };
    let fetched = fetch(&reference, &Query::default(), &settings, &Context::new(1), no_progress()).unwrap();
    let Batch { geometry, attributes } = read_all(fetched.reader).unwrap();
    let names: Vec<String> = attributes.schema().fields().iter().map(|field| field.name().clone()).collect();
    let expected =
        "words whole broken padded never money precise local moment place_address link ticked area";
    assert_eq!(names.join(" "), expected);
    let kind = |name: &str| attributes.column_by_name(name).unwrap().data_type().clone();
    assert_eq!(
        (kind("whole"), kind("broken"), kind("never")),
        (DataType::Int64, DataType::Float64, DataType::Float64)
    );
    assert_eq!((kind("padded"), kind("money")), (DataType::Utf8, DataType::Int64));
    assert_eq!(texts(&attributes, "padded")[..2], some(&["007", "12"]));
    assert_eq!(texts(&attributes, "words"), [Some(String::new()), None, None]);
    let local = attributes.column_by_name("local").unwrap().as_primitive::<TimestampMillisecondType>();
    assert_eq!((local.value(0), local.timezone()), (1_413_158_400_000, None));
    let moment = attributes.column_by_name("moment").unwrap().as_primitive::<TimestampMillisecondType>();
    assert_eq!((moment.value(0), moment.timezone()), (1_413_270_000_000, Some("UTC")));
    let addresses = texts(&attributes, "place_address");
    assert_eq!(addresses[0].as_deref(), Some(r#"{"address": "", "city": "LA"}"#));
    assert_eq!(addresses[1].as_deref(), Some(r#""nowhere""#));
    assert_eq!(
        texts(&attributes, "link")[0].as_deref(),
        Some(r#"{"url":"http://example.org","description":"x"}"#)
    );
    assert_eq!(attributes.column_by_name("ticked").unwrap().as_boolean().true_count(), 1);
    assert!(texts(&attributes, "area")[0].as_deref().unwrap().contains("Polygon"));
    assert_eq!(geometry.row(0).xy(), [-118.25, 34.05]);
    assert!(geometry.row(1).is_null() && geometry.row(2).is_null());
}
