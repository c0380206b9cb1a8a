//! Coded values and their names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::{Array, Int32Array};
use common::{read_all, settings};
use geohub_core::Context;
use geohub_core::expr::Expr;
use geohub_fetch::{Domains, Fetched, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::arcgis::{Config, Server, Subtype, Subtypes, Switches};
use geohub_testkit::net::Kind;
use geohub_testkit::table::Table;

fn pairs(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
}

/// Land uses by letter, heights by number, and materials whose meaning hangs on the type.
fn server(as_types: bool, pbf: bool) -> (Server, String) {
    let rows = [
        (r#""R""#, "1", "1", "1"),
        (r#""C""#, "2", "2", "1"),
        (r#""X""#, "9", "3", "1"),
        ("null", "null", "1", "2"),
        (r#""R ""#, "1", "2", "null"),
        (r#""R""#, "2", "null", "3"),
    ];
    let feature = |(zone, storeys, kind, material): &(&str, &str, &str, &str)| {
        format!(
            r#"{{"type":"Feature","geometry":null,"properties":
            {{"zone":{zone},"storeys":{storeys},"ZONE_NAME":"own","kind":{kind},"material":{material}}}}}"#
        )
    };
    let features: Vec<String> = rows.iter().map(feature).collect();
    let table = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let domains = BTreeMap::from([
        ("zone".to_owned(), pairs(&[("R", "Residential"), ("C", "Commercial")])),
        ("storeys".to_owned(), pairs(&[("1", "Low"), ("2", "High")])),
        ("material".to_owned(), pairs(&[("1", "Wood"), ("2", "Brick")])),
    ]);
    let subtype = |name: &str, material: Option<&[(&str, &str)]>| Subtype {
        name: name.to_owned(),
        domains: BTreeMap::from([("material".to_owned(), material.map(pairs))]),
    };
    let types = BTreeMap::from([
        ("1".to_owned(), subtype("House", None)),
        ("2".to_owned(), subtype("Road", Some(&[("1", "Asphalt"), ("2", "Gravel")]))),
    ]);
    let subtypes = Some(Subtypes { field: "kind".to_owned(), as_types, types });
    let switches = Switches { domains, subtypes, pbf, ..Switches::default() };
    let server = Server::start(Config::one("coded", Table::from_geojson(&table).unwrap(), switches)).unwrap();
    let url = server.layer_url("coded", "FeatureServer", 0);
    (server, url)
}

fn get(url: &str, domains: Domains, query: &Query) -> Fetched {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { domains, ..settings(folder.path()) };
    fetch(&Reference::parse(url).unwrap(), query, &settings, &Context::new(1), no_progress()).unwrap()
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}")).as_string::<i32>();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

fn names(batch: &RecordBatch) -> Vec<String> {
    batch.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn row(texts: [&str; 6]) -> Vec<Option<String>> {
    texts.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect()
}

#[test]
fn names_stand_beside_their_codes() {
    for (as_types, pbf) in [(false, false), (false, true), (true, false), (true, true)] {
        let (_server, url) = server(as_types, pbf);
        let fetched = get(&url, Domains::Both, &Query::default());
        let codes = fetched.facts.codes.clone();
        let batch = read_all(fetched.reader).unwrap().attributes;
        let expected =
            "OBJECTID zone zone_name_2 storeys storeys_name ZONE_NAME kind kind_name material material_name";
        assert_eq!(names(&batch).join(" "), expected);
        assert_eq!(texts(&batch, "zone"), row(["R", "C", "X", "", "R ", "R"]));
        // Trailing blanks are data, and an unknown code has no name.
        assert_eq!(
            texts(&batch, "zone_name_2"),
            row(["Residential", "Commercial", "", "", "", "Residential"])
        );
        assert_eq!(texts(&batch, "storeys_name"), row(["Low", "High", "", "", "Low", "High"]));
        assert_eq!(texts(&batch, "kind_name"), row(["House", "Road", "", "House", "Road", ""]));
        assert_eq!(texts(&batch, "material_name"), row(["Wood", "Asphalt", "Wood", "Brick", "", ""]));
        assert_eq!(texts(&batch, "ZONE_NAME"), row(["own"; 6]));
        let table = &codes["material"];
        assert_eq!((table.names.as_str(), table.type_column.as_deref()), ("material_name", Some("kind")));
        assert_eq!(table.types["2"][0].name, "Asphalt");
        assert_eq!(codes["zone"].codes.iter().map(|pair| pair.code.as_str()).collect::<Vec<_>>(), ["C", "R"]);
    }
}

#[test]
fn names_take_the_place_of_codes_where_there_are_any() {
    for pbf in [false, true] {
        let (_server, url) = server(false, pbf);
        let batch = read_all(get(&url, Domains::Name, &Query::default()).reader).unwrap().attributes;
        assert_eq!(names(&batch).join(" "), "OBJECTID zone storeys ZONE_NAME kind material");
        assert_eq!(texts(&batch, "zone"), row(["Residential", "Commercial", "X", "", "R ", "Residential"]));
        assert_eq!(texts(&batch, "storeys"), row(["Low", "High", "9", "", "Low", "High"]));
        assert_eq!(texts(&batch, "kind"), row(["House", "Road", "3", "House", "Road", ""]));
        assert_eq!(texts(&batch, "material"), row(["Wood", "Asphalt", "Wood", "Brick", "", "3"]));
    }
}

#[test]
fn codes_alone_are_what_the_server_has() {
    let (_server, url) = server(false, true);
    let fetched = get(&url, Domains::Code, &Query::default());
    assert!(fetched.facts.codes.is_empty());
    let batch = read_all(fetched.reader).unwrap().attributes;
    assert_eq!(names(&batch).join(" "), "OBJECTID zone storeys ZONE_NAME kind material");
    let storeys: &Int32Array = batch.column_by_name("storeys").unwrap().as_primitive();
    assert_eq!((storeys.value(2), storeys.null_count()), (9, 1));
}

#[test]
fn a_column_of_names_brings_its_codes_and_is_never_asked_for() {
    for pbf in [false, true] {
        let (server, url) = server(false, pbf);
        let filter = Some(Expr::parse("material_name = 'Asphalt' AND storeys = 2").unwrap());
        let query = Query { filter, fields: Some(vec!["Material_Name".to_owned()]), ..Query::default() };
        let fetched = get(&url, Domains::Both, &query);
        let batch = read_all(fetched.reader).unwrap().attributes;
        // The filter is applied again behind the reader; what comes is what the server could be trusted with.
        assert_eq!(names(&batch), ["storeys", "material_name"]);
        assert_eq!(texts(&batch, "material_name"), [Some("Asphalt".to_owned()), None]);
        let pages = server.log().of(Kind::Page);
        let asked = |name: &str| pages[0].request.param(name).unwrap_or_default().to_owned();
        assert_eq!(asked("outFields"), "OBJECTID,storeys,material,kind");
        assert_eq!(asked("where"), "(storeys = 2)");
        let filter = Some(Expr::parse("zone = 'Residential'").unwrap());
        let query = Query { filter, ..Query::default() };
        get(&url, Domains::Name, &query);
        let last = server.log().of(Kind::Page).last().unwrap().request.param("where").map(str::to_owned);
        assert!(!last.unwrap().contains("zone"));
    }
}
