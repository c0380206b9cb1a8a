//! The ArcGIS stand-in against the rules of the protocol notes, over a raw socket.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Reply, get, post_form, try_get};
use geohub_testkit::arcgis::{Config, Layer, Server, Service, Switches};
use geohub_testkit::city;
use geohub_testkit::table::Table;
use serde_json::Value as Json;

fn table(layer: city::Layer, count: usize) -> Table {
    let mut text = Vec::new();
    city::write(layer, count, 7, city::Format::GeoJson, &mut text).expect("a vector takes all");
    Table::from_geojson(&String::from_utf8(text).expect("UTF-8")).expect("GeoJSON")
}

fn server(switches: Switches) -> (Server, String) {
    let server =
        Server::start(Config::one("parcels", table(city::Layer::Parcels, 250), switches)).expect("a port");
    let url = server.layer_url("parcels", "FeatureServer", 0);
    (server, url)
}

fn capped(cap: usize) -> (Server, String) {
    server(Switches { cap, ..Switches::default() })
}

fn ask(url: &str, more: &[(&str, &str)]) -> Json {
    let base = [("f", "json"), ("where", "1=1"), ("outFields", "*")];
    let extra = base.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let all: Vec<(&str, &str)> = more.iter().chain(extra).copied().collect();
    let reply = get(&format!("{url}/query"), &all);
    assert_eq!(reply.status, 200, "errors come inside 200: {}", reply.text());
    reply.json()
}

fn error_code(json: &Json) -> Option<i64> {
    json.pointer("/error/code").and_then(Json::as_i64)
}

fn ids(json: &Json) -> Vec<i64> {
    let rows = json["features"].as_array().expect("features");
    let id = |row: &Json| {
        let attributes = &row["attributes"];
        attributes["OBJECTID_1"].as_i64().or(attributes["OBJECTID"].as_i64()).expect("an id")
    };
    rows.iter().map(id).collect()
}

#[test]
fn the_cap_holds_whatever_is_asked_and_the_flag_says_so() {
    let (_server, url) = capped(100);
    for asked in ["100000", "101", "100"] {
        let page = ask(&url, &[("resultRecordCount", asked)]);
        assert_eq!((ids(&page).len(), &page["exceededTransferLimit"]), (100, &Json::Bool(true)));
    }
    let last = ask(&url, &[("resultOffset", "200"), ("orderByFields", "OBJECTID_1")]);
    assert_eq!(ids(&last).len(), 50);
    assert!(last.get("exceededTransferLimit").is_none(), "the flag is absent when false");
}

#[test]
fn ids_have_gaps_do_not_start_at_one_and_are_not_capped() {
    let (_server, url) = capped(10);
    let answer = ask(&url, &[("returnIdsOnly", "true")]);
    let mut found: Vec<i64> =
        answer["objectIds"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    assert!(!found.is_sorted());
    found.sort_unstable();
    assert_eq!((found.len(), answer["objectIdFieldName"].as_str()), (250, Some("OBJECTID_1")));
    assert!(found[0] > 1 && found[249] - found[0] > 500);
    assert_eq!(ask(&url, &[("returnIdsOnly", "true"), ("where", "1=2")])["objectIds"], Json::Null);
    assert_eq!(ask(&url, &[("returnCountOnly", "true")])["count"], 250);
}

#[test]
fn unordered_offsets_lose_rows_and_an_id_keyset_does_not() {
    let (_server, url) = capped(50);
    let walk: Vec<i64> =
        (0..5).flat_map(|page| ids(&ask(&url, &[("resultOffset", &(page * 50).to_string())]))).collect();
    assert_eq!(walk.len(), 250);
    assert!(walk.iter().collect::<BTreeSet<_>>().len() < 250, "unordered pages overlap");
    let (mut last, mut keyset) = (-1, Vec::new());
    loop {
        let clause = format!("OBJECTID_1 > {last}");
        let page = ids(&ask(&url, &[("where", &clause), ("orderByFields", "OBJECTID_1 ASC")]));
        assert!(page.is_sorted());
        let Some(end) = page.last() else { break };
        last = *end;
        keyset.extend(page);
    }
    assert_eq!(keyset.iter().collect::<BTreeSet<_>>().len(), 250);
}

#[test]
fn where_clauses_hold_and_combine() {
    let (_server, url) = server(Switches::default());
    let count = |clause: &str| ask(&url, &[("where", clause), ("returnCountOnly", "true")])["count"].as_i64();
    for (clause, other) in [
        ("YearBuilt IS NULL", "NOT (YearBuilt IS NOT NULL)"),
        ("Units IN (0, 5)", "Units = 0 OR Units = 5"),
        ("YearBuilt BETWEEN 1950 AND 1960", "YearBuilt >= 1950 AND YearBuilt <= 1960"),
        ("UseCode LIKE '01%' AND UseCode <> '0100'", "UseCode IN ('0101', '010C')"),
        ("usecode = '010C'", "UPPER(UseCode) = '010C'"),
        ("SitusStreet = 'O''SHEA LN'", "SitusStreet LIKE 'O%SHEA LN'"),
    ] {
        let found = count(clause);
        assert!(found.is_some(), "{clause}: {:?}", ask(&url, &[("where", clause)]));
        assert_eq!(found, count(other), "{clause} / {other}");
    }
    assert!(count("YearBuilt IS NULL") > Some(0));
    assert!(count("YearBuilt = NULL") == Some(0) && count("NOT (YearBuilt = NULL)") == Some(0));
}

#[test]
fn what_real_servers_refuse_is_refused_inside_200() {
    let (_server, url) = server(Switches::default());
    for bad in [
        [("where", "BOGUS = 1"), ("outFields", "*")],
        [("where", "YearBuilt >"), ("outFields", "*")],
        [("where", "YearBuilt = 'x'"), ("outFields", "*")],
        [("where", "1=1; DROP TABLE x"), ("outFields", "*")],
        [("outFields", "OBJECTID_1,BOGUS"), ("where", "1=1")],
        [("orderByFields", "BOGUS"), ("where", "1=1")],
        [("resultOffset", "-1"), ("where", "1=1")],
        [("resultRecordCount", "many"), ("where", "1=1")],
        [("returnGeometry", "yes"), ("where", "1=1")],
        [("objectIds", "1,x"), ("where", "1=1")],
        [("geometry", "1,2,3"), ("where", "1=1")],
        [("outSR", "2229000"), ("where", "1=1")],
        [("outStatistics", "[{\"statisticType\":\"mode\"}]"), ("where", "1=1")],
        [("f", "kmz"), ("where", "1=1")],
    ] {
        assert_eq!(error_code(&ask(&url, &bad)), Some(400), "{bad:?}");
    }
    let none = get(&format!("{url}/query"), &[("f", "json")]).json();
    assert_eq!(error_code(&none), Some(400), "a where is needed");
    let html = get(&format!("{url}/query"), &[("where", "1=1")]);
    assert_eq!(html.header("content-type"), Some("text/html;charset=utf-8"));
    for missing in ["/9", "/9/query"] {
        let there = url.trim_end_matches("/0").to_owned() + missing;
        assert_eq!(error_code(&get(&there, &[("f", "json")]).json()), Some(404));
    }
}

#[test]
fn what_a_server_says_it_cannot_it_does_not() {
    let poor = Switches {
        pagination: false,
        order_by: false,
        statistics: false,
        extent: false,
        ..Switches::default()
    };
    let (_server, url) = server(poor);
    let statistics = r#"[{"statisticType":"max","onStatisticField":"OBJECTID_1"}]"#;
    for (name, value) in [
        ("resultOffset", "0"),
        ("resultRecordCount", "5"),
        ("orderByFields", "OBJECTID_1"),
        ("outStatistics", statistics),
        ("returnExtentOnly", "true"),
    ] {
        assert_eq!(error_code(&ask(&url, &[(name, value)])), Some(400), "{name}");
    }
    let said = &get(&url, &[("f", "json")]).json()["advancedQueryCapabilities"];
    assert_eq!(
        (&said["supportsPagination"], &said["supportsStatistics"]),
        (&Json::Bool(false), &Json::Bool(false))
    );
    let (_server, liar) =
        server(Switches { offset_ignored: true, order_ignored: true, ..Switches::default() });
    assert_eq!(ids(&ask(&liar, &[("resultOffset", "249")])).len(), 250);
    assert!(!ids(&ask(&liar, &[("orderByFields", "OBJECTID_1")])).is_sorted());
}

#[test]
fn get_and_form_post_are_the_same_and_long_urls_are_not_taken() {
    let (server, url) = server(Switches::default());
    let list =
        ids(&ask(&url, &[("orderByFields", "OBJECTID_1")])).iter().map(i64::to_string).collect::<Vec<_>>();
    let wanted = list[..60].join(",");
    let form = [("objectIds", wanted.as_str()), ("outFields", "OBJECTID_1"), ("f", "json")];
    let posted = post_form(&format!("{url}/query"), &form).json();
    assert_eq!(ids(&posted).len(), 60);
    let long = "1,".repeat(6000) + "1";
    assert_eq!(get(&format!("{url}/query"), &[("objectIds", &long), ("f", "json")]).status, 414);
    let entry = server.log().entries().into_iter().find(|entry| entry.request.method == "POST").unwrap();
    assert_eq!(entry.request.form[0], ("objectIds".to_owned(), wanted));
    assert!(entry.end.unwrap() >= entry.start && entry.bytes > 0 && entry.rows == 60);
}

fn turn(ring: &Json) -> f64 {
    let at = |i: usize, axis: usize| ring[i][axis].as_f64().expect("a number");
    (1..ring.as_array().expect("a ring").len())
        .map(|i| at(i - 1, 0) * at(i, 1) - at(i, 0) * at(i - 1, 1))
        .sum()
}

#[test]
fn rings_are_closed_shells_clockwise_and_holes_the_other_way() {
    let hoods = Config::one("hoods", table(city::Layer::Neighborhoods, 60), Switches::default());
    let server = Server::start(hoods).unwrap();
    let page = ask(&server.layer_url("hoods", "FeatureServer", 0), &[]);
    assert_eq!(
        (&page["geometryType"], page["spatialReference"]["wkid"].as_i64()),
        (&"esriGeometryPolygon".into(), Some(4326))
    );
    let (mut shells, mut holes) = (0, 0);
    for feature in page["features"].as_array().unwrap() {
        let rings = feature["geometry"]["rings"].as_array().unwrap();
        assert!(turn(&rings[0]) < 0.0);
        for ring in rings {
            assert_eq!(ring[0], ring[ring.as_array().unwrap().len() - 1]);
            if turn(ring) < 0.0 { shells += 1 } else { holes += 1 }
        }
    }
    assert!(shells > 60 && holes > 4, "{shells} shells, {holes} holes");
}

#[test]
fn map_servers_name_no_object_id_field() {
    let (server, url) = server(Switches { alias_keys: true, ..Switches::default() });
    let map = server.layer_url("parcels", "MapServer", 0);
    let described = get(&map, &[("f", "json")]).json();
    assert!(described.get("objectIdField").is_none() && described.get("editingInfo").is_none());
    let oid =
        described["fields"].as_array().unwrap().iter().filter(|field| field["type"] == "esriFieldTypeOID");
    assert_eq!(oid.map(|field| field["name"].as_str().unwrap()).collect::<Vec<_>>(), ["OBJECTID_1"]);
    let page = ask(&map, &[("resultRecordCount", "1")]);
    assert!(page.get("objectIdFieldName").is_none() && page["fieldAliases"].is_object());
    assert!(page["features"][0]["attributes"].get("OBJECTID 1").is_some(), "keys are aliases here");
    assert_eq!(get(&url, &[("f", "json")]).json()["objectIdField"], "OBJECTID_1");
}

#[test]
fn boxes_select_in_both_references_and_never_null_geometries() {
    let server =
        Server::start(Config::one("meters", table(city::Layer::Meters, 3000), Switches::default())).unwrap();
    let url = server.layer_url("meters", "FeatureServer", 0);
    let count = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = more.iter().copied().chain([("returnCountOnly", "true")]).collect();
        ask(&url, &all)["count"].as_i64().unwrap()
    };
    let near = count(&[("geometry", "-118.3,33.95,-118.2,34.1"), ("inSR", "4326")]);
    assert!(near > 100 && near < 2900);
    // The same corners in EPSG:3857 as PROJ gives them.
    let mercator = r#"{"xmin":-13169095.760844,"ymin":4022090.222048,"xmax":-13157963.811765,"ymax":4042237.499676,"spatialReference":{"wkid":102100}}"#;
    let there = count(&[("geometry", mercator), ("geometryType", "esriGeometryEnvelope")]);
    assert_eq!(near, there);
    let world = count(&[("geometry", "-180,-90,180,90"), ("inSR", "4326")]);
    let all = count(&[]);
    assert!(world < all, "{world} of {all}: null geometries meet no box");
    let projected = ask(&url, &[("outSR", "102100"), ("where", "OBJECTID = 37")]);
    let x = projected["features"][0]["geometry"]["x"].as_f64().unwrap();
    assert!((-13_300_000.0..-13_100_000.0).contains(&x), "{x}");
}

#[test]
fn dates_are_epoch_milliseconds_and_timestamps_compare() {
    let text = r#"{"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"WHEN":"1969-12-31T23:59:59.500Z","BIG":9007199254740993},"geometry":{"type":"Point","coordinates":[0,0,5]}},
      {"type":"Feature","properties":{"WHEN":"2024-03-20T10:00:00Z","BIG":null},"geometry":null}]}"#;
    let server =
        Server::start(Config::one("t", Table::from_geojson(text).unwrap(), Switches::default())).unwrap();
    let url = server.layer_url("t", "FeatureServer", 0);
    let page = ask(&url, &[("orderByFields", "OBJECTID")]);
    let [first, second] = [&page["features"][0], &page["features"][1]];
    assert_eq!(first["attributes"]["WHEN"], -500);
    assert_eq!(first["attributes"]["BIG"], 9_007_199_254_740_993_i64);
    assert_eq!((first["geometry"]["x"].as_f64(), first["geometry"]["z"].as_f64()), (Some(0.0), Some(5.0)));
    assert_eq!((&second["geometry"], &second["attributes"]["BIG"]), (&Json::Null, &Json::Null));
    assert_eq!(page["hasZ"], true);
    let late = ask(&url, &[("where", "WHEN > timestamp '2000-01-01 00:00:00'"), ("returnCountOnly", "true")]);
    assert_eq!(late["count"], 1);
}

#[test]
fn tables_catalogs_domains_and_lies() {
    let meters = Table::from_csv("ID,CODE\n1,R\n2,C\n").unwrap();
    let domains =
        BTreeMap::from([("CODE".to_owned(), BTreeMap::from([("R".to_owned(), "Residential".to_owned())]))]);
    let lying = Switches { domains, cap: 1, advertised_cap: Some(5000), ..Switches::default() };
    let layers = vec![
        Layer::new("parcels", table(city::Layer::Parcels, 5), Switches::default()),
        Layer::new("codes", meters, lying),
    ];
    let config =
        Config { services: vec![Service { name: "Planning/Land".to_owned(), layers }], ..Config::default() };
    let server = Server::start(config).unwrap();
    let root = format!("{}/arcgis/rest/services", server.url());
    let catalog = get(&root, &[("f", "json")]).json();
    assert_eq!((&catalog["folders"][0], &catalog["services"]), (&"Planning".into(), &serde_json::json!([])));
    let folder = get(&format!("{root}/Planning"), &[("f", "pjson")]).json();
    assert_eq!(folder["services"][0]["name"], "Planning/Land");
    let service = get(&format!("{root}/Planning/Land/FeatureServer"), &[("f", "json")]).json();
    assert_eq!((&service["layers"][0]["id"], &service["tables"][0]["id"]), (&0.into(), &1.into()));
    let codes = server.layer_url("Planning/Land", "FeatureServer", 1);
    let described = get(&codes, &[("f", "json")]).json();
    assert_eq!((&described["type"], &described["geometryType"]), (&"Table".into(), &Json::Null));
    assert_eq!(described["maxRecordCount"], 5000);
    let code = described["fields"].as_array().unwrap().iter().find(|field| field["name"] == "CODE").unwrap();
    assert_eq!(code["domain"]["codedValues"][0]["name"], "Residential");
    let page = ask(&codes, &[]);
    assert!(page["features"].as_array().unwrap().len() == 1 && page["features"][0].get("geometry").is_none());
}

#[test]
fn statistics_upper_case_their_names_and_may_be_wrong() {
    let wrong = Switches { wrong_id_range: Some((5, 9)), ..Switches::default() };
    let asked = r#"[{"statisticType":"min","onStatisticField":"OBJECTID_1","outStatisticFieldName":"the_min"},
                    {"statisticType":"max","onStatisticField":"OBJECTID_1","outStatisticFieldName":"the_max"},
                    {"statisticType":"count","onStatisticField":"OBJECTID_1","outStatisticFieldName":"n"}]"#;
    for (switches, range) in [(Switches::default(), None), (wrong, Some((5, 9)))] {
        let (_server, url) = server(switches);
        let all = ids(&ask(&url, &[]));
        let truth = (*all.iter().min().unwrap(), *all.iter().max().unwrap());
        let found = &ask(&url, &[("outStatistics", asked)])["features"][0]["attributes"];
        let (low, high) = range.unwrap_or(truth);
        assert_eq!(found, &serde_json::json!({"THE_MIN": low, "THE_MAX": high, "N": 250}));
    }
}

#[test]
fn tokens_are_asked_for_inside_200() {
    let (_server, url) = server(Switches { token: Some("s3cret".to_owned()), ..Switches::default() });
    assert_eq!(error_code(&ask(&url, &[])), Some(499));
    assert_eq!(error_code(&ask(&url, &[("token", "other")])), Some(498));
    assert!(ask(&url, &[("token", "s3cret")])["features"].is_array());
    let header = [("X-Esri-Authorization", "Bearer s3cret")];
    let reply: Reply = try_get(&format!("{url}/query?where=1%3D1&f=json"), &[], &header).unwrap();
    assert!(reply.json()["features"].is_array());
}

#[test]
fn geojson_has_ids_esri_winding_and_the_flag_below_properties() {
    let (_server, url) = capped(3);
    let page = ask(&url, &[("f", "geojson")]);
    assert_eq!(page["properties"]["exceededTransferLimit"], true);
    for feature in page["features"].as_array().unwrap() {
        assert!(feature["id"].as_i64() > Some(1));
        if feature["geometry"]["type"] == "Polygon" {
            assert!(turn(&feature["geometry"]["coordinates"][0]) < 0.0);
        }
    }
}

#[test]
fn old_servers_ignore_counts_hide_their_cap_and_refuse_one_equals_one() {
    let old = Switches {
        only_ignored: true,
        hide_cap: true,
        version: None,
        geojson: false,
        refuse_one_equals_one: true,
        last_edit_ms: None,
        ..Switches::default()
    };
    let (_server, url) = server(old);
    let described = get(&url, &[("f", "json")]).json();
    for absent in ["currentVersion", "maxRecordCount", "editingInfo"] {
        assert!(described.get(absent).is_none(), "{absent}");
    }
    assert_eq!(error_code(&ask(&url, &[])), Some(400));
    let clause = ("where", "OBJECTID_1 > -1");
    for only in ["returnCountOnly", "returnIdsOnly"] {
        assert_eq!(ids(&ask(&url, &[clause, (only, "true")])).len(), 250);
    }
    assert_eq!(error_code(&ask(&url, &[clause, ("f", "geojson")])), Some(400));
}

#[test]
fn a_layer_kept_in_web_mercator_answers_in_it_unless_told() {
    let (_server, url) = server(Switches { wkid: 102_100, ..Switches::default() });
    let x = |more: &[(&str, &str)]| {
        let page = ask(&url, more);
        let first = &page["features"][0]["geometry"]["rings"][0][0];
        (page["spatialReference"]["latestWkid"].as_i64(), first[0].as_f64().unwrap_or(f64::NAN) < -1000.0)
    };
    assert_eq!(x(&[]), (Some(3857), true));
    assert_eq!(x(&[("outSR", "4326")]), (Some(4326), false));
    let extent = ask(&url, &[("returnExtentOnly", "true"), ("returnCountOnly", "true")]);
    assert!(extent["extent"]["xmin"].as_f64() < Some(-1e7) && extent["count"] == 250);
    let none = ask(&url, &[("returnExtentOnly", "true"), ("where", "1=2")]);
    assert_eq!(none["extent"]["xmin"], "NaN");
}

#[test]
fn nothing_in_a_clause_takes_the_server_down() {
    let (_server, url) = server(Switches::default());
    let long = "1=1 OR ".repeat(60_000) + "1=1";
    let deep = "(".repeat(60_000);
    let nots = "NOT ".repeat(60_000) + "1=1";
    for clause in [
        "'",
        "\u{0}",
        "\u{e9}",
        "1e999 = 1",
        "99999999999999999999 = 1",
        "- - 1 = 1",
        "1 % 0 = 1",
        &long,
        &deep,
        &nots,
    ] {
        let reply = post_form(
            &format!("{url}/query"),
            &[("where", clause), ("f", "json"), ("returnCountOnly", "true")],
        );
        assert_eq!(reply.status, 200, "{}", &clause[..clause.len().min(20)]);
    }
}
