//! What people paste leads to a layer: aliases, items, Hub pages.

use geohub_testkit::arcgis::{self, Service, Switches};
use geohub_testkit::catalogue::{Config, Record, Server};
use geohub_testkit::table::Table;

use crate::portals::file;
use crate::run::{Bench, repository};

const METERS: &str = "23f48820904b46c38f0d4f2d75c69d23";
const TWO: &str = "0123456789abcdef0123456789abcdef";
const MAP: &str = "ffffffffffffffffffffffffffffffff";
const BOARD: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0";
const DEAD: &str = "dddddddddddddddddddddddddddddddd";
const PRIVATE: &str = "cccccccccccccccccccccccccccccccc";

/// A city with a service of one layer and one of two, and a portal file whose aliases lead to them.
fn city() -> (Bench, Server, arcgis::Server) {
    let table = || Table::open(&repository("data").join("meters.geojson")).unwrap();
    let mut config = arcgis::Config::one("meters", table(), Switches::default());
    let layer = |name: &str| arcgis::Layer::new(name, table(), Switches::default());
    config.services.push(Service { name: "two".to_owned(), layers: vec![layer("first"), layer("second")] });
    let services = arcgis::Server::start(config).unwrap();
    let service = |name: &str| format!("{}/arcgis/rest/services/{name}/FeatureServer", services.url());
    let record = |item: &str, title: &str, name: &str| Record::layer(item, title, &service(name));
    let map = Record { kind: "Web Map".to_owned(), url: None, ..record(MAP, "Nice Map", "two") };
    let board = Record { kind: "Dashboard".to_owned(), url: None, ..record(BOARD, "Dials", "two") };
    let twin =
        |item: &str| Record { slug: "city::twins".to_owned(), ..record(&item.repeat(32), "Twins", "two") };
    let records = vec![
        record(METERS, "Parking Meters", "meters"),
        record(TWO, "Both", "two"),
        map,
        board,
        Record { dead: true, ..record(DEAD, "Gone", "meters") },
        Record { private: true, ..record(PRIVATE, "Secret", "meters") },
        twin("a"),
        twin("b"),
    ];
    let server = Server::start(Config::new(records)).unwrap();
    let bench = Bench::new();
    let alias = |name: &str, reference: &str| {
        format!("[aliases.{name}]\nref = \"{reference}\"\ntitle = \"x\"\nsource = \"https://x.invalid/\"\n\n")
    };
    let aliases = [
        alias("meters", &format!("item:{METERS}")),
        alias("second", &format!("item:{TWO}_1")),
        alias("again", "mine:meters"),
        alias("circle", "mine:circle"),
    ];
    bench.write("config/portals/mine.toml", file("mine", &server.url()) + &aliases.concat());
    (bench, server, services)
}

#[test]
fn whatever_leads_to_a_layer_can_be_used_in_its_place() {
    let (bench, server, services) = city();
    let url = server.url();
    let host = url.trim_start_matches("http://");
    for reference in [
        "mine:meters".to_owned(),
        "MINE:Meters".to_owned(),
        "mine:again".to_owned(),
        "mine:second".to_owned(),
        format!("hub:{url}/{METERS}"),
        format!("hub:{url}/city::parking-meters"),
        format!("item:{url}/{TWO}_0"),
        format!("{url}/home/item.html?id={METERS}"),
        format!("{url}/home/item.html?id={TWO}&sublayer=1"),
        format!("{url}/datasets/{TWO}_1/explore?location=34.05,-118.24,10"),
        format!("{url}/datasets/city::parking-meters/about"),
        format!("{url}/datasets/parking-meters"),
        format!("{url}/maps/{METERS}"),
        format!("{url}/datasets/city::parking-meters/api"),
        format!("{url}/datasets/{TWO}_1.geojson"),
        format!("{url}/datasets/{TWO}_1.csv?outSR=1"),
        format!("{}/arcgis/rest/services/meters/FeatureServer/0/query?where=1%3D1&f=json", services.url()),
        format!("{}/ArcGIS/rest/services/meters/featureserver/0/", services.url()),
        format!("{}/arcgis/rest/services/meters/FeatureServer", services.url()),
    ] {
        let ran = bench.geohub(["count", &reference]);
        assert_eq!((ran.code, ran.stdout.trim()), (0, "1500"), "{reference}: {}", ran.stderr);
    }
    let html =
        server.log().entries().iter().filter(|entry| entry.request.path.starts_with("/datasets")).count();
    assert_eq!(html, 0, "no page of {host} is read");
    let fetched = bench.geohub(["fetch", "mine:meters", "out.fgb"]);
    assert_eq!(fetched.code, 0, "{}", fetched.stderr);
    assert!(bench.read("out.fgb.receipt.json").contains("\"mine:meters\""));
    let counted = bench.geohub(["count", "demo:streets", "--offline"]).ok();
    assert_eq!(counted.trim(), "300");
}

#[test]
fn several_are_listed_and_what_is_no_dataset_says_so() {
    let (bench, server, _services) = city();
    let url = server.url();
    let several = bench.geohub(["count", &format!("item:{url}/{TWO}")]).failed(3);
    assert!(several.contains("has 2 layers") && several.contains("--layer 0"), "{several}");
    let named = bench.geohub(["count", &format!("item:{url}/{TWO}"), "--layer", "second"]).ok();
    assert_eq!(named.trim(), "1500");
    let twins = bench.geohub(["info", &format!("{url}/datasets/city::twins")]).failed(3);
    assert!(twins.contains("the name of 2 datasets") && twins.contains(&"a".repeat(32)), "{twins}");
    let map = bench.geohub(["info", &format!("{url}/home/item.html?id={MAP}")]).failed(7);
    assert!(map.contains("`Nice Map` is no dataset but a Web Map"), "{map}");
    bench.geohub(["info", &format!("item:{url}/{DEAD}")]).failed(3);
    bench.geohub(["info", &format!("item:{url}/{PRIVATE}")]).failed(4);
    let none = bench.geohub(["info", &format!("{url}/datasets/city::nothing-here")]).failed(3);
    assert!(none.contains("geohub search nothing here"), "{none}");
    let typo = bench.geohub(["info", "mine:metres"]).failed(3);
    assert!(typo.contains("did you mean mine:meters"), "{typo}");
    assert!(bench.geohub(["info", "mine:circle"]).failed(2).contains("circles"));
    bench.geohub(["info", "item:xyz"]).failed(2);
    for (page, told) in [
        (format!("{url}/search?q=parking%20meters&type=x"), "geohub search parking meters --portal mine"),
        (format!("{url}/browse?limitTo=datasets"), "no dataset but a search of a portal"),
        (format!("{url}/pages/our-team"), "no dataset but a page of a Hub site"),
        (format!("{url}/"), "no dataset but the front page"),
        (format!("{url}/home/group.html?id=1"), "no dataset but the page of a group"),
        (format!("{url}/apps/dashboards/{BOARD}#mode=edit"), "`Dials` is no dataset but a Dashboard"),
        (format!("{url}/apps/webappviewer/index.html?id={BOARD}"), "no dataset but a Dashboard"),
        (format!("{url}/apps/{BOARD}/explore"), "no dataset but a Dashboard"),
        (format!("{url}/home/webmap/viewer.html?webmap={MAP}"), "no dataset but a Web Map"),
    ] {
        let said = bench.geohub(["info", &page]).failed(7);
        assert!(said.contains(told), "{page}: {said}");
    }
    let offline = bench.geohub(["info", "mine:meters", "--offline"]).failed(5);
    assert!(offline.contains("--offline forbids"), "{offline}");
}

#[test]
fn the_layers_of_a_service_are_listed() {
    let (bench, server, services) = city();
    for reference in [
        format!("{}/arcgis/rest/services/two/FeatureServer", services.url()),
        format!("{}/arcgis/rest/services/two/FeatureServer/1", services.url()),
        format!("item:{}/{TWO}", server.url()),
    ] {
        let listed = bench.geohub(["layers", &reference]).ok();
        assert!(listed.contains("0  first") && listed.contains("1  second"), "{listed}");
    }
    let value: serde_json::Value =
        serde_json::from_str(&bench.geohub(["layers", "demo:streets", "--offline", "--json"]).ok()).unwrap();
    assert_eq!(value["layers"].as_array().unwrap().len(), 1);
    bench.geohub(["layers", "socrata:data.example.invalid/abcd-1234"]).failed(2);
    bench.geohub(["layers", "a.geojson"]).failed(2);
}
