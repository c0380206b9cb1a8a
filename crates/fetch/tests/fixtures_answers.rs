//! Recorded descriptions, counts, lists of ids and refusals of real ArcGIS servers, where a folder with them is named by
//! `FIXTURES`; without it nothing is tested. Every file that a test has proved is named on standard error.

#![expect(clippy::print_stderr, reason = "checks/fixtures_covered.py reads it")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::PathBuf;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use common::answers::Answers;
use common::replay::Replay;
use common::{get, noting, read_all, settings};
use geohub_core::{Context, GeometryKind, RowCount};
use geohub_fetch::{Description, FetchError, Query, Reference, describe};
use serde_json::{Value, json};

fn folder() -> Option<PathBuf> {
    std::env::var_os("FIXTURES").map(|home| PathBuf::from(home).join("arcgis"))
}

fn recorded(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().unwrap().join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What `checks/fixtures_covered.py` looks for.
fn covered(name: &str) {
    eprintln!("covered: arcgis/{name}");
}

fn described(answers: Answers) -> Result<Description, FetchError> {
    let server = answers.start();
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&format!("{}/a/FeatureServer/0", server.url())).unwrap();
    describe(&reference, &settings(folder.path()), &Context::new(1))
}

/// Description, count, and what they say: name, geometry, CRS, object id, fields, rows.
type Said = (&'static str, &'static str, &'static str, GeometryKind, &'static str, &'static str, usize, u64);

const POINT: GeometryKind = GeometryKind::Point;
const POLYGON: GeometryKind = GeometryKind::Polygon;
const HOSTED: &str = "featureservice/hostedLayerInfo.json";
const SAID: [Said; 12] = [
    (HOSTED, "featureservice/count.json", "download_test", POINT, "EPSG:3857", "FID", 7, 82),
    (
        "featureservice/layer.json",
        "featureservice/count.json",
        "Schools Map",
        POINT,
        "EPSG:4326",
        "id",
        7,
        82,
    ),
    (
        "featureservice/layer10.0.json",
        "featureservice/count.json",
        "Fire Perimeter",
        POLYGON,
        "EPSG:4326",
        "objectid",
        3,
        82,
    ),
    (
        "featureservice/layerInfo.json",
        "featureservice/count.json",
        "MPD - Theft from Auto - Last 30 days",
        POINT,
        "EPSG:26985",
        "ESRI_OID",
        20,
        82,
    ),
    (
        "featureservice/layerNoPaging.json",
        "featureservice/countNoPaging.json",
        "Metro Station Entrances",
        POINT,
        "EPSG:3857",
        "OBJECTID_1",
        10,
        88,
    ),
    (
        "featureservice/layerPaging.json",
        "featureservice/countPaging.json",
        "Rail Crossings (INDOT)",
        POINT,
        "EPSG:26916",
        "OBJECTID",
        3,
        15592,
    ),
    (
        "pyesridump/us-ca-carson/us-ca-carson-metadata.json",
        "pyesridump/us-ca-carson/us-ca-carson-count-only.json",
        "Address Points",
        POINT,
        "EPSG:2229",
        "OBJECTID",
        18,
        30551,
    ),
    (
        "pyesridump/us-esri-test/us-esri-test-metadata.json",
        "pyesridump/us-esri-test/us-esri-test-count-only.json",
        "Facilities",
        POINT,
        "EPSG:4326",
        "objectid",
        6,
        312,
    ),
    (
        "pyesridump/us-fl-polk/us-fl-polk-metadata.json",
        "pyesridump/us-fl-polk/us-fl-polk-count-only.json",
        "Addresses (visible at 1:2500)",
        POINT,
        "EPSG:4326",
        "OBJECTID",
        57,
        338_142,
    ),
    (
        "pyesridump/us-il-chicago/metadata.json",
        "pyesridump/us-il-chicago/count-only.json",
        "Census Designated Places",
        POLYGON,
        "EPSG:3857",
        "OBJECTID",
        20,
        0,
    ),
    (
        "pyesridump/us-mi-kent/us-mi-kent-metadata.json",
        "pyesridump/us-mi-kent/us-mi-kent-count-only.json",
        "Parcels",
        POLYGON,
        "",
        "OBJECTID",
        14,
        222_460,
    ),
    (
        "pyesridump/us-ms-madison/us-ms-madison-metadata.json",
        "pyesridump/us-ms-madison/us-ms-madison-count-only.json",
        "Parcels",
        POLYGON,
        "EPSG:2255",
        "OBJECTID",
        47,
        124,
    ),
];

#[test]
fn descriptions_and_counts() {
    if folder().is_none() {
        return;
    }
    for (description, count, name, kind, crs, id_field, fields, rows) in SAID {
        let answers = Answers {
            description: Some(recorded(description)),
            count: Some(recorded(count)),
            ..Answers::default()
        };
        let found = described(answers).unwrap();
        let layer = &found.layer;
        // Beside a column of codes stands one of their names.
        let named = |column: &str| found.domains.keys().any(|codes| column == format!("{codes}_name"));
        let own = layer.schema.fields().iter().filter(|field| !named(field.name()));
        assert_eq!(
            (layer.name.as_str(), layer.geometry.kind, found.id_field.as_str()),
            (name, kind, id_field),
            "{description}"
        );
        assert_eq!((own.count(), &layer.rows), (fields, &RowCount::Exact(rows)), "{description}");
        // One is told as WKT only, in international feet.
        let wkt = layer.crs.to_string();
        assert!(wkt == crs || (crs.is_empty() && !layer.crs.is_unknown()), "{description}: {wkt}");
        covered(description);
        covered(count);
    }
}

#[test]
fn pages_with_the_descriptions_of_their_layers() {
    if folder().is_none() {
        return;
    }
    for (place, rows, without) in
        [("us-esri-test", 1000, 162), ("us-fl-polk", 10, 0), ("us-mi-kent", 15, 0), ("us-ms-madison", 1, 1)]
    {
        let name = format!("pyesridump/{place}/{place}");
        let (mut description, page) =
            (recorded(&format!("{name}-metadata.json")), recorded(&format!("{name}-0.json")));
        // They were asked for in longitude and latitude.
        description["extent"]["spatialReference"] = page["spatialReference"].clone();
        let oid = SAID.iter().find(|said| said.0.contains(place)).unwrap().5;
        let server = Replay::start(description, page, oid);
        let fetched = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
        let batch = read_all(fetched.reader).unwrap();
        let null = batch.geometry.iter().filter(geohub_core::GeometryRow::is_null).count();
        assert_eq!((batch.rows(), null), (rows, without), "{place}");
        covered(&format!("{name}-0.json"));
    }
}

#[test]
fn a_service_of_one_layer_is_that_layer() {
    if folder().is_none() {
        return;
    }
    let name = "featureservice/serviceInfo.json";
    let answers = Answers {
        service: Some(recorded(name)),
        description: Some(recorded(HOSTED)),
        count: Some(json!({"count": 3})),
        ..Answers::default()
    };
    let server = answers.start();
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&format!("{}/a/FeatureServer", server.url())).unwrap();
    let found = describe(&reference, &settings(folder.path()), &Context::new(1)).unwrap();
    assert!(found.url.ends_with("/a/FeatureServer/0") && found.id_field == "FID", "{}", found.url);
    covered(name);
}

/// Servers that page by nothing but lists of ids.
#[test]
fn lists_of_ids() {
    if folder().is_none() {
        return;
    }
    let kent = "pyesridump/us-mi-kent/us-mi-kent-ids-only.json";
    let madison = "pyesridump/us-ms-madison/us-ms-madison-ids-only.json";
    let polk = "pyesridump/us-fl-polk/us-fl-polk-ids-only.json";
    let carson = "pyesridump/us-ca-carson/us-ca-carson-ids-only.json";
    let esri = "pyesridump/us-esri-test/us-esri-test-ids-only.json";
    let lists = [
        ("featureservice/ids10.0.json", 6),
        ("featureservice/objectIds.json", 82),
        (kent, 15),
        (madison, 1),
        (polk, 10),
        (carson, 100),
        (esri, 1000),
    ];
    for (name, rows) in lists {
        let ids = recorded(name);
        let description = json!({"name": "t", "type": "Table", "objectIdField": "OID", "fields": [{"name": "OID", "type": "esriFieldTypeOID"}]});
        let answers = Answers {
            description: Some(description),
            count: Some(json!({"count": rows})),
            ids: Some(ids),
            rows_by_id: Some("OID".to_owned()),
            ..Answers::default()
        };
        let server = answers.start();
        let fetched = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
        assert_eq!(
            (fetched.proof.distinct_ids, read_all(fetched.reader).unwrap().rows()),
            (rows, rows as usize),
            "{name}"
        );
        covered(name);
    }
}

#[test]
fn empty_pages_with_the_flag_and_rows_without_ids() {
    if folder().is_none() {
        return;
    }
    let (empty, odd) = ("featureservice/features-empty.json", "featureservice/features.json");
    let full = json!({"objectIdFieldName": "FID", "features": [{"attributes": {"FID": 7}, "geometry": {"x": 1, "y": 2}}]});
    let last = json!({"objectIdFieldName": "FID", "features": []});
    let answers = |pages: Vec<Value>| Answers {
        description: Some(recorded(HOSTED)),
        count: Some(json!({"count": 1})),
        ids: Some(json!({"objectIds": [7]})),
        pages,
        ..Answers::default()
    };
    let server = answers(vec![recorded(empty), full, last]).start();
    let fetched = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
    assert_eq!((fetched.proof.distinct_ids, fetched.proof.complete), (1, true));
    covered(empty);
    let server = answers(vec![recorded(odd)]).start();
    let error = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).err().unwrap();
    assert!(error.to_string().contains("FID"), "{error}");
    covered(odd);
}

#[test]
fn refusals_within_200() {
    if folder().is_none() {
        return;
    }
    let of = |name: &str| {
        described(Answers { description: Some(recorded(name)), ..Answers::default() }).err().unwrap()
    };
    assert!(matches!(of("featureservice/secured.json"), FetchError::TokenWanted { .. }));
    covered("featureservice/secured.json");
    // The same refusal as that of us-mi-kent to give statistics.
    let name = "featureservice/statsFail.json";
    match of(name) {
        FetchError::Server { code: 400, .. } => covered(name),
        other => panic!("{name}: {other}"),
    }
}

/// A server that counts 124 rows and lists one: the difference is said.
#[test]
fn counts_that_contradict_the_ids_are_told() {
    if folder().is_none() {
        return;
    }
    let name = "pyesridump/us-ms-madison/us-ms-madison";
    let (mut description, page) =
        (recorded(&format!("{name}-metadata.json")), recorded(&format!("{name}-0.json")));
    description["extent"]["spatialReference"] = page["spatialReference"].clone();
    let none = json!({"objectIdFieldName": "OBJECTID", "features": []});
    let answers = Answers {
        description: Some(description),
        count: Some(recorded(&format!("{name}-count-only.json"))),
        ids: Some(recorded(&format!("{name}-ids-only.json"))),
        pages: vec![page, none],
        ..Answers::default()
    };
    let server = answers.start();
    let reference = Reference::parse(&format!("{}/a/FeatureServer/0", server.url())).unwrap();
    let (context, notes) = noting();
    let folder = tempfile::tempdir().unwrap();
    let fetched = geohub_fetch::fetch(
        &reference,
        &Query::default(),
        &settings(folder.path()),
        &context,
        geohub_fetch::no_progress(),
    );
    let said = notes.lock().unwrap().join("\n");
    match fetched {
        Ok(fetched) => assert!(fetched.proof.distinct_ids == 1 && said.contains("124"), "{said}"),
        Err(error) => assert!(error.to_string().contains("124"), "{error}"),
    }
}

/// pyesridump keeps what it made of this layer: the same values and coordinates, to the last digit.
#[test]
fn pyesridumps_output_of_the_same_rows() {
    if folder().is_none() {
        return;
    }
    let carson = "pyesridump/us-ca-carson/us-ca-carson";
    let output = format!("{carson}-cache.geojson");
    let text = std::fs::read_to_string(folder().unwrap().join(&output)).unwrap();
    // It is cut off behind its last row.
    let rows = text.lines().filter(|line| line.starts_with("{\"geometry\""));
    let rows: Vec<Value> = rows.map(|row| serde_json::from_str(row.trim_end_matches(',')).unwrap()).collect();
    let of = |id: &Value| rows.iter().find(|row| row["properties"]["OBJECTID"] == *id);
    let (mut description, mut page) =
        (recorded(&format!("{carson}-metadata.json")), recorded(&format!("{carson}-0.json")));
    description["extent"]["spatialReference"] = page["spatialReference"].clone();
    // One id comes twice, the second time without a geometry.
    page["features"].as_array_mut().unwrap().retain(|row| !row["geometry"].is_null());
    let page_rows = page["features"].as_array().unwrap().clone();
    let server = Replay::start(description, page, "OBJECTID");
    let fetched = get(&format!("{}/a/FeatureServer/0", server.url()), &Query::default()).unwrap();
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!((batch.rows(), page_rows.len()), (5, 5));
    for (at, row) in page_rows.iter().enumerate() {
        let theirs = of(&row["attributes"]["OBJECTID"]).unwrap();
        let xy = &theirs["geometry"]["coordinates"];
        assert_eq!(batch.geometry.row(at).xy(), [xy[0].as_f64().unwrap(), xy[1].as_f64().unwrap()]);
        for (name, value) in theirs["properties"].as_object().unwrap() {
            let column = batch.attributes.column_by_name(name).unwrap();
            let ours = match column.as_string_opt::<i32>() {
                Some(texts) if column.is_valid(at) => json!(texts.value(at)),
                Some(_) => Value::Null,
                None if column.is_null(at) => Value::Null,
                None => json!(column.as_primitive::<arrow_array::types::Int64Type>().value(at)),
            };
            assert_eq!(ours, *value, "{name}");
        }
    }
    covered(&output);
}
