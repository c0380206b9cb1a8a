//! Recorded answers in protocol buffers, where a folder with them is named by `FIXTURES`; without it nothing is tested.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType};
use common::message::Message;
use common::replay::Replay;
use common::{get, read_all};
use geohub_core::{Batch, GeometryKind};
use geohub_fetch::Query;
use geohub_testkit::net::{Answer, Edit, Kind, Options, Portal, Request, Server, Tweaks};
use serde_json::{Value, json};

fn folder() -> Option<PathBuf> {
    std::env::var_os("FIXTURES").map(|home| PathBuf::from(home).join("arcgis"))
}

/// Answers with one recorded page, and with none behind it.
struct Recorded {
    description: Value,
    page: Vec<u8>,
    rows: usize,
}

impl Portal for Recorded {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let after = request.param("where").is_some_and(|text| text.contains("> "));
        let json = |body: &Value| Answer::json(200, "application/json", body);
        if !request.path.ends_with("/query") {
            json(&self.description)
        } else if request.param("returnCountOnly") == Some("true") {
            json(&json!({"count": self.rows}))
        } else if after {
            // A page without rows.
            Answer::new(200, "application/x-protobuf", vec![0x12, 0x02, 0x0a, 0x00])
        } else {
            assert_eq!(request.param("f"), Some("pbf"));
            Answer::new(200, "application/x-protobuf", self.page.clone())
        }
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::html(429, "Too many")
    }
}

/// What `checks/fixtures_covered.py` looks for.
#[expect(clippy::print_stderr, reason = "the recipe reads it")]
fn covered(name: &str) {
    eprintln!("covered: arcgis/{name}");
}

const TYPES: [&str; 14] = [
    "SmallInteger",
    "Integer",
    "Single",
    "Double",
    "String",
    "Date",
    "OID",
    "Geometry",
    "Blob",
    "Raster",
    "GUID",
    "GlobalID",
    "XML",
    "BigInteger",
];
const KINDS: [&str; 4] =
    ["esriGeometryPoint", "esriGeometryMultipoint", "esriGeometryPolyline", "esriGeometryPolygon"];

/// Fetches a recording of so many rows, described by what it says of itself. One without object ids is given some.
fn recorded(name: &str, rows: usize, table: bool) -> Option<Batch> {
    let mut result = Message::read(&std::fs::read(folder()?.join(name)).unwrap()).one(2).one(1);
    let mut fields: Vec<Value> = result
        .all(13)
        .iter()
        .map(|field| {
            let kind = TYPES[field.number(2) as usize];
            json!({"name": field.text(1), "alias": field.text(3), "type": format!("esriFieldType{kind}")})
        })
        .collect();
    if !fields.iter().any(|field| field["type"] == "esriFieldTypeOID") {
        fields.push(json!({"name": "ROW", "alias": "ROW", "type": "esriFieldTypeOID"}));
        result.number_rows();
    }
    let reference =
        result.all(8).first().map(|stated| json!({"wkid": stated.number(1), "latestWkid": stated.number(2)}));
    let kind = if table { Value::Null } else { json!(KINDS[result.number(7) as usize]) };
    let description = json!({
        "name": "recorded", "type": if table { "Table" } else { "Feature Layer" }, "fields": fields,
        "geometryType": kind, "spatialReference": reference, "supportedQueryFormats": "JSON, PBF",
        "hasZ": result.number(10) == 1, "hasM": result.number(11) == 1,
    });
    let page = Message::of(2, &Message::of(1, &result)).bytes();
    let server = Server::start(Arc::new(Recorded { description, page, rows }), Options::default()).unwrap();
    let fetched = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!(batch.rows(), rows, "{name}");
    covered(name);
    Some(batch)
}

fn nulls(batch: &Batch) -> usize {
    batch.geometry.iter().filter(geohub_core::GeometryRow::is_null).count()
}

#[test]
fn pages_of_one_layer_are_what_the_readme_says() {
    let mut all = Vec::new();
    let names = ["Page1", "Page2", "Page3", "Page4", "Page5", "Page6Partial"];
    for (name, rows) in names.iter().zip([500, 500, 500, 500, 500, 131]) {
        let Some(batch) = recorded(&format!("arcgis-rest-js/pbf/PBFPolygon{name}.pbf"), rows, false) else {
            return;
        };
        assert_eq!(nulls(&batch), 0, "{name}");
        let shells = batch.geometry.iter().all(|row| {
            row.parts().all(|part| part.rings().next().is_some_and(|shell| area(shell.xy()) > 0.0))
        });
        assert!(shells, "{name}");
        all.extend(
            batch.attributes.column_by_name("FID").unwrap().as_primitive::<Int64Type>().values().to_vec(),
        );
        // Santa Monica, in web mercator.
        let inside =
            |xy: &[f64]| (xy[0] + 13_190_000.0).abs() < 10_000.0 && (xy[1] - 4_033_000.0).abs() < 10_000.0;
        assert!(batch.geometry.iter().all(|row| row.xy().chunks(2).all(inside)), "{name}");
    }
    let expected: Vec<i64> = (1..=2500).chain(23_401..=23_531).collect();
    assert_eq!(all, expected);
}

/// Twice the signed area.
fn area(xy: &[f64]) -> f64 {
    let at: Vec<(f64, f64)> = xy.chunks(2).map(|pair| (pair[0] - xy[0], pair[1] - xy[1])).collect();
    at.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum()
}

#[test]
fn twins_hold_the_same() {
    let Some(home) = folder() else { return };
    let twins = [
        ("PBFPointResponse", "arcGISPointResponse", 1),
        ("PBFLineResponse", "arcGISLineResponse", 1),
        ("PBFPolygonResponse", "arcGISPolygonResponse", 1),
        ("PBFPointHasZ", "PointHasZ", 3),
        ("PBFPointHasZM", "PointHasZM", 3),
        ("PBFLineHasZ", "LineHasZ", 3),
        ("PBFLineHasZM", "LineHasZM", 3),
        ("PBFPolygonHasZ", "PolygonHasZ", 3),
    ];
    for (pbf, twin, rows) in twins {
        let ours = recorded(&format!("arcgis-rest-js/pbf/{pbf}.pbf"), rows, false).unwrap();
        let text = std::fs::read_to_string(home.join(format!("arcgis-rest-js/json/{twin}.json"))).unwrap();
        let page: Value = serde_json::from_str(&text).unwrap();
        let oid = page["objectIdFieldName"].as_str().unwrap().to_owned();
        let description = json!({
            "name": "twin", "type": "Feature Layer", "fields": page["fields"], "geometryType": page["geometryType"],
            "spatialReference": page["spatialReference"], "hasZ": page["hasZ"], "hasM": page["hasM"],
        });
        let server = Replay::start(description, page, &oid);
        let theirs = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
        let theirs = read_all(theirs.reader).unwrap();
        assert_eq!(ours.attributes.columns(), theirs.attributes.columns(), "{twin}");
        for (a, b) in ours.geometry.iter().zip(theirs.geometry.iter()) {
            assert_eq!(
                (a.kind(), a.is_null(), a.dimensions()),
                (b.kind(), b.is_null(), b.dimensions()),
                "{twin}"
            );
            let lists = [(Some(a.xy()), Some(b.xy())), (a.z(), b.z()), (a.m(), b.m())];
            for (ours, theirs) in lists {
                let (ours, theirs) = (ours.unwrap_or_default(), theirs.unwrap_or_default());
                assert_eq!(ours.len(), theirs.len(), "{twin}");
                let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 0.51e-4 || (a.is_nan() && b.is_nan());
                assert!(ours.iter().zip(theirs).all(close), "{twin}: {ours:?} {theirs:?}");
            }
        }
    }
}

/// The numbers of a GeoJSON geometry, in order.
fn numbers(json: &Value, into: &mut Vec<f64>) {
    match json {
        Value::Array(parts) if parts.first().is_some_and(Value::is_number) => {
            into.extend(parts[..2].iter().filter_map(Value::as_f64));
        }
        Value::Array(parts) => parts.iter().for_each(|part| numbers(part, into)),
        _ => {}
    }
}

#[test]
fn degrees_agree_with_the_geojson_of_the_same_server() {
    let Some(home) = folder() else { return };
    for (pbf, twin, rows) in [
        ("PBFPointResponseCRS4326", "geoJSONPointResponse", 1),
        ("PBFLineResponseCRS4326", "geoJSONLineResponse", 1),
        ("PBFPolygonResponseCRS4326", "geoJSONPolygonResponse", 1),
        ("PBFLineHasZCRS4326", "geoJSONLineHasZCRS4326", 3),
    ] {
        let ours = recorded(&format!("arcgis-rest-js/pbf/{pbf}.pbf"), rows, false).unwrap();
        let text = std::fs::read_to_string(home.join(format!("arcgis-rest-js/geojson/{twin}.json"))).unwrap();
        let collection: Value = serde_json::from_str(&text).unwrap();
        for (row, feature) in ours.geometry.iter().zip(collection["features"].as_array().unwrap()) {
            let mut theirs = Vec::new();
            numbers(&feature["geometry"]["coordinates"], &mut theirs);
            let mut ours = row.xy().to_vec();
            assert_eq!(ours.len(), theirs.len(), "{twin}");
            if feature["geometry"]["type"] == "Polygon" && area(&ours) * area(&theirs) < 0.0 {
                ours = ours.chunks(2).rev().flatten().copied().collect();
            }
            let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-8;
            assert!(ours.iter().zip(&theirs).all(close), "{twin}: {ours:?} {theirs:?}");
        }
        covered(&format!("arcgis-rest-js/geojson/{twin}.json"));
    }
}

#[test]
fn lines_agree_with_another_decoder() {
    let Some(home) = folder() else { return };
    for (name, rows, digits) in
        [("pbf-points", 10, 1e-3), ("pbf-multilinestring", 1, 1e-7), ("pbf-lines-quantization", 2, 1e-6)]
    {
        let ours = recorded(&format!("arcgis-pbf-parser/{name}.pbf"), rows, false).unwrap();
        let text = std::fs::read_to_string(home.join(format!("arcgis-pbf-parser/{name}.json"))).unwrap();
        let decoded: Value = serde_json::from_str(&text).unwrap();
        let collection = decoded.get("featureCollection").unwrap_or(&decoded);
        let features = collection["features"].as_array().unwrap();
        let column = |name: &str| {
            let found = ours.attributes.column_by_name(name)?;
            (found.data_type() == &arrow_schema::DataType::Int64).then(|| found.as_primitive::<Int64Type>())
        };
        let ids = column("OBJECTID").unwrap();
        for feature in features {
            let id = feature["properties"]["OBJECTID"].as_i64().unwrap();
            let at = ids.values().iter().position(|found| *found == id).unwrap();
            let mut theirs = Vec::new();
            numbers(&feature["geometry"]["coordinates"], &mut theirs);
            let ours = ours.geometry.row(at);
            assert_eq!(ours.xy().len(), theirs.len(), "{name}");
            let close = |(a, b): (&f64, &f64)| (a - b).abs() < digits;
            assert!(ours.xy().iter().zip(&theirs).all(close), "{name}");
        }
        covered(&format!("arcgis-pbf-parser/{name}.json"));
    }
}

#[test]
fn odd_recordings_are_what_the_readme_says() {
    let Some(domains) = recorded("arcgis-rest-js/pbf/PBFWithDomainResponse.pbf", 85, false) else { return };
    assert_eq!((domains.attributes.num_columns(), nulls(&domains)), (43, 8));
    let missing: usize = domains.attributes.columns().iter().map(Array::null_count).sum();
    assert!(missing > 500, "{missing}");
    let table = recorded("arcgis-rest-js/pbf/MaritalStatusBoundariesResponse.pbf", 1, false).unwrap();
    assert_eq!((table.attributes.num_columns(), nulls(&table)), (7, 1));
    let table = recorded("arcpbf/small-table.pbf", 3, true).unwrap();
    assert_eq!((table.attributes.num_columns(), nulls(&table)), (8, 3));
    let fires = recorded("arcpbf/small-polys.pbf", 10, false).unwrap();
    let dates =
        fires.attributes.column_by_name("StartDate").unwrap().as_primitive::<TimestampMillisecondType>();
    // Modjeska: 26 January 1984.
    assert_eq!(dates.value(0), 443_923_200_000);
    let xy = fires.geometry.row(0).xy();
    assert!((xy[0] + 117.6).abs() < 0.2 && (xy[1] - 33.7).abs() < 0.2, "{xy:?}");
    let points = recorded("arcpbf/pnts.pbf", 10, false).unwrap();
    let text =
        |name: &str| points.attributes.column_by_name(name).unwrap().as_string::<i32>().value(0).to_owned();
    assert_eq!(text("postcode"), "RG30 3UQ");
    let lines = recorded("arcpbf/small-lines.pbf", 10, false).unwrap();
    let xy = lines.geometry.row(0).xy();
    // The British grid: a road on Shetland.
    assert!(xy[0] > 440_000.0 && xy[0] < 470_000.0 && xy[1] > 1_000_000.0 && xy[1] < 1_220_000.0, "{xy:?}");
    let many = recorded("arcpbf/multipoint.pbf", 5, false).unwrap();
    assert_eq!(
        (many.geometry.row(0).kind(), many.geometry.row(0).xy().len()),
        (GeometryKind::MultiPoint, 34)
    );
    let islands = recorded("arcpbf/two-polygons-with-centroid.pbf", 2, false).unwrap();
    assert_eq!((nulls(&islands), islands.geometry.row(0).xy().len()), (0, 2 * 3103));
}
