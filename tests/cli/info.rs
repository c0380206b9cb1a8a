//! What `info` tells of layers of portals, and what it finds when it tries them.

use geohub_testkit::catalogue::{Config as Catalogues, Record, Server as Catalogue};
use geohub_testkit::net::{Act, Edit, Fault, Kind};
use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, socrata};
use serde_json::{Value, json};

use crate::portals::file;
use crate::run::{Bench, repository};

const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";

fn table(name: &str) -> Table {
    Table::open(&repository("data").join(name)).unwrap()
}

fn layers(switches: arcgis::Switches) -> arcgis::Server {
    let switches = arcgis::Switches { item: Some(ITEM.to_owned()), ..switches };
    let mut config = arcgis::Config::one("hoods", table("neighborhoods.geojson"), switches);
    config.items.push(json!({
        "id": ITEM, "owner": "lahub_admin", "licenseInfo": "<b>Public</b> domain", "snippet": "The hoods",
        "modified": 1_549_114_505_000_i64,
    }));
    arcgis::Server::start(config).unwrap()
}

fn url(server: &arcgis::Server) -> String {
    server.layer_url("hoods", "FeatureServer", 0)
}

fn told(bench: &Bench, args: &[&str]) -> Value {
    let ran = crate::run::finish(bench.command().arg("info").args(args).arg("--json"));
    serde_json::from_str(&ran.ok()).unwrap()
}

#[test]
fn whatever_a_service_states_is_told_and_what_it_does_not_as_well() {
    let codes = [("1".to_owned(), "First".to_owned())].into();
    let domains = [("COUNCIL".to_owned(), codes)].into();
    let server = layers(arcgis::Switches { domains, ..arcgis::Switches::default() });
    let bench = Bench::new();
    let layer = told(&bench, &[&url(&server)])["layers"][0].clone();
    assert_eq!((&layer["features"], &layer["geometry_type"]), (&json!(40), &json!("Polygon")));
    assert_eq!(layer["crs"], "EPSG:4326");
    let service = &layer["service"];
    for (member, value) in [
        ("title", json!("hoods")),
        ("owner", json!("lahub_admin")),
        ("description", json!("The hoods")),
        ("licence", json!("Public domain")),
        ("terms", json!(null)),
        ("last_edit", json!("2025-11-24T16:00:00Z")),
        ("last_metadata_edit", json!("2019-02-02T13:35:05Z")),
        ("page_limit", json!(1000)),
        ("formats", json!(["JSON", "geoJSON", "PBF"])),
        ("item", json!(ITEM)),
        ("places", json!([])),
    ] {
        assert_eq!(service[member], value, "{member}");
    }
    let field = |name: &str| {
        layer["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("COUNCIL")["domain"]["codes"][0], json!({"code": "1", "name": "First"}));
    assert_eq!(field("NAME_ALT")["alias"], "NAME ALT");
    let text = bench.geohub(["info", &url(&server)]).ok();
    assert!(text.contains("terms     not stated\n") && text.contains("metadata  2019"), "{text}");

    let source = socrata::Source::new("mete-0001", table("meters.csv")).location("Lat", "Long");
    let soda = socrata::Server::start(socrata::Config::one(source)).unwrap();
    let layer = told(&bench, &[&format!("socrata:{}/mete-0001", soda.url())])["layers"][0].clone();
    assert_eq!(layer["service"]["update_frequency"], "Daily");
    assert_eq!(layer["fields"][0]["alias"], "SpaceID");
    assert_eq!(layer["fields"][0]["description"], "What tells the rows apart.");
}

#[test]
fn those_who_list_a_layer_are_named_and_nobody_is_asked_for_them() {
    let server = layers(arcgis::Switches::default());
    let record = Record::layer(ITEM, "The Hoods", url(&server).trim_end_matches("/0"));
    let link = Record { soda: Some("abcd-1234".to_owned()), ..record.clone() };
    let catalogue = Catalogue::start(Catalogues::new(vec![link])).unwrap();
    let bench = Bench::new();
    bench.write("config/portals/mine.toml", file("mine", &catalogue.url()));
    assert_eq!(told(&bench, &[&url(&server)])["layers"][0]["service"]["places"], json!([]));
    bench.geohub(["search", "hoods", "--portal", "mine"]).ok();
    catalogue.log().clear();
    let places = told(&bench, &[&url(&server)])["layers"][0]["service"]["places"].clone();
    let named = |catalogue: &str| {
        places
            .as_array()
            .unwrap()
            .iter()
            .any(|place| place["catalogue"] == catalogue && place["portal"] == "mine")
    };
    assert!(named("Hub search") && named("Socrata catalogue"), "{places}");
    assert_eq!(catalogue.log().entries().len(), 0);
    assert!(bench.geohub(["info", &url(&server)]).ok().contains("listed by Socrata catalogue of 127.0.0.1"));
}

#[test]
fn what_fetch_will_do_is_what_it_does() {
    let usual = arcgis::Switches::default;
    for switches in [
        arcgis::Switches { cap: 7, advertised_cap: Some(2000), ..usual() },
        arcgis::Switches { order_by: false, cap: 9, ..usual() },
        arcgis::Switches { order_ignored: true, ..usual() },
        arcgis::Switches { pagination: false, cap: 9, ..usual() },
        arcgis::Switches { offset_ignored: true, pbf: false, ..usual() },
        arcgis::Switches { only_ignored: true, order_by: false, pagination: false, cap: 9, ..usual() },
        arcgis::Switches { no_object_id: true, ..usual() },
    ] {
        let shown = format!("{switches:?}");
        let (server, bench) = (layers(switches.clone()), Bench::new());
        let health = told(&bench, &["--health", &url(&server)])["health"].clone();
        bench.geohub(["fetch", &url(&server), "h.fgb"]).ok();
        let receipt: Value = serde_json::from_str(&bench.read("h.fgb.receipt.json")).unwrap();
        let fetch = &health["fetch"];
        assert_eq!(fetch["rung"], receipt["strategy"], "{shown} {health}");
        assert!(receipt["pages"].get(fetch["encoding"].as_str().unwrap()).is_some(), "{shown} {receipt}");
        if switches.advertised_cap.is_some() {
            assert_eq!(
                (&health["page_cap"], &health["page_limit"], &fetch["page_rows"]),
                (&json!(7), &json!(2000), &json!(7))
            );
        }
        if let Some(expected) = fetch["requests"].as_u64().filter(|_| !switches.no_object_id) {
            let sent = receipt["requests"].as_u64().unwrap();
            assert!(sent.abs_diff(expected) <= 3, "{expected} expected, {sent} sent: {shown}");
        }
        assert_eq!(fetch["requests"].is_null(), switches.only_ignored, "{shown}");
        let trial = |what: &str| {
            let all = health["trials"].as_array().unwrap();
            all.iter().find(|trial| trial["what"] == what).map_or(json!(null), |trial| trial["well"].clone())
        };
        if !switches.no_object_id {
            assert_eq!(
                trial("order"),
                json!(switches.order_by && !switches.order_ignored),
                "{shown} {health}"
            );
            let positions = switches.order_by && switches.pagination && !switches.offset_ignored;
            // Rows in no order may be others by chance.
            if !switches.order_ignored {
                assert_eq!(trial("positions") == json!(true), positions, "{shown} {health}");
            }
        }
    }
}

#[test]
fn trying_a_layer_costs_a_few_small_requests_and_a_dead_one_ends_as_a_fetch_would() {
    let (server, bench) = (layers(arcgis::Switches::default()), Bench::new());
    let text = bench.geohub(["info", "--health", &url(&server)]).ok();
    assert!(text.contains("fetch     by keyset, 1,000 rows a page, about 7 requests, 2 at once"), "{text}");
    let rows: usize = server.log().entries().iter().map(|entry| entry.rows).sum();
    assert!(server.log().entries().len() <= 10 && rows <= 120, "{rows}");
    server.fault(
        Fault::at(
            Kind::Page,
            1,
            Act::Json200 { body: json!({"error": {"code": 499, "message": "Token Required"}}) },
        )
        .times(0),
    );
    bench.geohub(["info", "--health", &url(&server)]).failed(4);
    server.clear_faults();
    server.edit(&Edit::Gone { gone: true });
    bench.geohub(["info", "--health", &url(&server)]).failed(3);
    bench.geohub(["info", "--health", "http://127.0.0.1:9/arcgis/rest/services/x/FeatureServer/0"]).failed(5);
    bench.geohub(["info", "--health", &url(&server), "--offline"]).failed(5);
    bench.write("a.csv", "a\n1\n");
    assert!(bench.geohub(["info", "--health", "a.csv"]).failed(2).contains("is a file"));
    let demo = bench.geohub(["info", "--health", "demo:streets", "--offline"]).ok();
    assert!(demo.contains("by keyset"), "{demo}");
}
