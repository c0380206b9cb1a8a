//! `--place`: areas that a portal knows by name.

use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::net::{Act, Edit, Fault, On};
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::portals::file;
use crate::run::{Bench, Ran, finish, repository};

/// Squares with names: one in two rows, one by a number.
const PLACES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"NAME":"Silver Lake","District":13},"geometry":{"type":"Polygon","coordinates":[[[-118.5,33.9],[-118.4,33.9],[-118.4,34.1],[-118.5,34.1],[-118.5,33.9]]]}},
{"type":"Feature","properties":{"NAME":"Echo Park","District":1},"geometry":{"type":"Polygon","coordinates":[[[-118.3,33.9],[-118.2,33.9],[-118.2,34.1],[-118.3,34.1],[-118.3,33.9]]]}},
{"type":"Feature","properties":{"NAME":"Silver Lake","District":2},"geometry":{"type":"Polygon","coordinates":[[[-118.4,34.1],[-118.3,34.1],[-118.3,34.2],[-118.4,34.2],[-118.4,34.1]]]}}
]}"#;
const WEST: &str = "POLYGON ((-118.5 33.9, -118.4 33.9, -118.4 34.1, -118.5 34.1, -118.5 33.9))";
const BOTH: &str = "MULTIPOLYGON (((-118.5 33.9, -118.4 33.9, -118.4 34.1, -118.5 34.1, -118.5 33.9)), \
                    ((-118.4 34.1, -118.3 34.1, -118.3 34.2, -118.4 34.2, -118.4 34.1)))";

/// A city with meters in degrees and places in Web Mercator.
fn city() -> (Bench, Server, String) {
    let bench = Bench::new();
    let places = Table::open(&bench.write("places.geojson", PLACES)).unwrap();
    let meters = Table::open(&repository("data/meters.geojson")).unwrap();
    let mercator = Switches { wkid: 102_100, ..Switches::default() };
    let config = Config::one("meters", meters, Switches::default()).and("places", places, mercator);
    let server = Server::start(config).unwrap();
    bench.write("config/portals/mine.toml", portal("mine", &server));
    let meters = server.layer_url("meters", "FeatureServer", 0);
    (bench, server, meters)
}

fn portal(id: &str, server: &Server) -> String {
    let layer = server.layer_url("places", "FeatureServer", 0);
    let place = |kind: &str, reference: &str, field: &str| {
        format!(
            "[[place]]\nkind = \"{kind}\"\nref = \"{reference}\"\nfield = \"{field}\"\ntitle = \"Places\"\n\
             source = \"https://x.invalid/\"\n\n"
        )
    };
    let alias =
        format!("[aliases.hoods]\nref = \"{layer}\"\ntitle = \"x\"\nsource = \"https://x.invalid/\"\n\n");
    let hoods = place("hood", &format!("{id}:hoods"), "name");
    file(id, &server.url()) + &alias + &hoods + &place("council-district", &layer, "District")
}

/// Requests to the layer of places so far.
fn asked(server: &Server) -> usize {
    server.log().entries().iter().filter(|entry| entry.request.path.contains("/places/")).count()
}

fn count(bench: &Bench, input: &str, option: &str, area: &str) -> String {
    bench.geohub(["query", input, option, area, "--count"]).ok()
}

/// Makes every kept layer so many days old.
fn age(bench: &Bench, days: u64) {
    let folder = bench.path("cache/places");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let mut receipt: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
            let then = geohub_testkit::table::format_floating(((now - days * 86_400) * 1000) as i64);
            receipt["ended"] = Value::from(format!("{}Z", then.split('.').next().unwrap()));
            std::fs::write(&path, receipt.to_string()).unwrap();
        }
    }
}

#[test]
fn a_newcomer_asks_for_a_neighborhood_without_a_network() {
    let bench = Bench::new();
    let text = std::fs::read_to_string(repository("data/neighborhoods.geojson")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let lake =
        all["features"].as_array().unwrap().iter().find(|one| one["properties"]["NAME"] == "Silver Lake");
    let polygon = lake.unwrap()["geometry"].to_string();
    let meters = repository("data/meters.geojson").display().to_string();
    let expected = count(&bench, &meters, "--within", &polygon);
    assert_ne!(expected.trim(), "0");
    for name in ["neighborhood:Silver Lake", "Neighbourhoods:silver-lake", "demo/neighborhood:SILVER LAKE"] {
        let ran = bench.geohub(["query", "demo:parking-meters", "--place", name, "--offline", "--count"]);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (expected.as_str(), ""), "{name}");
    }
    // A file tells by its receipt of which portal it is.
    bench.geohub(["fetch", "demo:parking-meters", "meters.csv", "--offline"]).ok();
    assert_eq!(count(&bench, "meters.csv", "--place", "neighborhood:Silver Lake"), expected);
    let typo =
        bench.geohub(["query", "meters.csv", "--place", "neighborhood:Silvr Lake", "--count"]).failed(3);
    assert!(typo.contains("did you mean Silver Lake"), "{typo}");
    let names = bench.geohub(["count", "meters.csv", "--json"]).ok();
    assert!(names.contains("1500"), "{names}");
    let names = bench.geohub(["query", "meters.csv", "--place", "neighborhood:?"]).failed(3);
    assert!(names.contains("Bel Air, Boyle Heights") && names.contains("Wilmington 2"), "{names}");
    let kinds = bench.geohub(["query", "meters.csv", "--place", "ward:3"]).failed(3);
    assert!(kinds.contains("kinds: neighborhood"), "{kinds}");
}

#[test]
fn the_layer_of_places_is_fetched_once_and_is_a_parent_of_what_comes_out() {
    let (bench, server, meters) = city();
    assert_eq!(
        count(&bench, &meters, "--place", "hood:silver lake"),
        count(&bench, &meters, "--within", BOTH)
    );
    let first = asked(&server);
    assert!(first > 0);
    let west = count(&bench, &meters, "--within", WEST);
    for name in ["council-district:13", "council-district:13.0", "mine/council-district:District 13"] {
        assert_eq!(count(&bench, &meters, "--place", name), west, "{name}");
    }
    let second = asked(&server);
    assert_eq!(count(&bench, "mine:hoods", "--place", "hood:Echo Park").trim(), "1");
    let ran = bench.geohub(["fetch", &meters, "-o", "west.csv", "--place", "mine:council-district:13"]);
    assert!(ran.stderr.starts_with(west.trim()), "{}", ran.stderr);
    assert!(asked(&server) > second, "the layer itself was asked of");
    let receipt: Value = serde_json::from_str(&bench.read("west.csv.receipt.json")).unwrap();
    let parents = receipt["provenance"]["parents"].as_array().unwrap();
    assert!(parents[1]["service_url"].as_str().unwrap().contains("/places/"), "{receipt}");
    assert_eq!(parents[1]["done"][0], "fetch place council-district:13");
    // Only what lies in the rectangle around it is asked of the server.
    let counted = receipt["proof"]["server_count_after"].as_u64().unwrap();
    assert!(counted < 1400 && counted >= west.trim().parse().unwrap(), "{counted}");
    let kept: Vec<_> = std::fs::read_dir(bench.path("cache/places")).unwrap().collect();
    assert_eq!(kept.len(), 4, "two layers and their receipts");
    assert_eq!(std::fs::read_dir(bench.path("cache/fetch")).unwrap().count(), 0, "no journal is left");
}

#[test]
fn an_old_layer_is_fetched_again_and_stands_in_for_a_service_that_is_down() {
    let (bench, server, meters) = city();
    let echo = count(&bench, &meters, "--place", "hood:Echo Park");
    let first = asked(&server);
    age(&bench, 29);
    assert_eq!(count(&bench, &meters, "--place", "hood:Echo Park"), echo);
    assert_eq!(asked(&server), first);
    // A name that is not there may be new.
    bench.geohub(["query", &meters, "--place", "hood:Atwater", "--count"]).failed(3);
    let second = asked(&server);
    assert!(second > first);
    bench.geohub(["query", &meters, "--place", "hood:Atwater", "--count"]).failed(3);
    assert_eq!(asked(&server), second, "not again on the same day");
    age(&bench, 2);
    server.edit(&Edit::In {
        layer: "places".to_owned(),
        edit: Box::new(Edit::Change { position: 1, field: "NAME".to_owned(), value: "Atwater".into() }),
    });
    assert_eq!(count(&bench, &meters, "--place", "hood:Atwater"), echo);
    age(&bench, 31);
    let on = On { path: Some("/places/".to_owned()), ..On::default() };
    let down = Act::Status { code: 404, body: "{}".to_owned(), headers: [].into() };
    server.fault(Fault { on, act: down, times: 0 });
    let ran = bench.geohub(["query", &meters, "--place", "hood:Atwater", "--count"]);
    assert!(ran.stderr.contains("taking hood of mine as fetched on 20"), "{}", ran.stderr);
    assert_eq!(ran.ok(), echo);
    let ran =
        bench.geohub(["query", "places.geojson", "--place", "mine/hood:Atwater", "--count", "--offline"]);
    assert!(ran.stderr.contains("hood of mine as fetched on 20") && ran.code == 0, "{}", ran.stderr);
    std::fs::remove_dir_all(bench.path("cache/places")).unwrap();
    let dead = bench.geohub(["query", &meters, "--place", "hood:Atwater", "--count"]).failed(3);
    assert!(dead.contains("hood of mine (mine:hoods)"), "{dead}");
    let never =
        bench.geohub(["query", "places.geojson", "--place", "mine/hood:x", "--count", "--offline"]).failed(5);
    assert!(never.contains("--offline forbids"), "{never}");
}

#[test]
fn a_damaged_layer_is_fetched_again() {
    let (bench, _server, meters) = city();
    let echo = count(&bench, &meters, "--place", "hood:Echo Park");
    for entry in std::fs::read_dir(bench.path("cache/places")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "fgb") {
            let mut bytes = std::fs::read(&path).unwrap();
            let end = bytes.len() - 1;
            bytes[end] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    assert_eq!(count(&bench, &meters, "--place", "hood:Echo Park"), echo);
}

#[test]
fn a_place_of_several_portals_is_listed_unless_something_tells_which() {
    let (bench, server, _) = city();
    let other = portal("other", &server).replace(&server.url(), "http://127.0.0.1:9");
    bench.write("config/portals/other.toml", other);
    let meters = repository("data/meters.geojson").display().to_string();
    let ask = |portal: &str| -> Ran {
        let mut command = bench.command();
        command.env("GEOHUB_PORTAL", portal);
        finish(command.args(["query", &meters, "--place", "hood:Echo Park", "--count"]))
    };
    let several = ask("").failed(3);
    assert!(several.contains("mine/hood:Echo Park") && several.contains("other/hood:Echo Park"), "{several}");
    let echo = "POLYGON ((-118.3 33.9, -118.2 33.9, -118.2 34.1, -118.3 34.1, -118.3 33.9))";
    assert_eq!(ask("la,mine").ok(), count(&bench, &meters, "--within", echo));
    assert!(ask("nowhere").failed(3).contains("no portal `nowhere`"));
    let json = bench.geohub(["query", "places.geojson", "--place", "hood:x", "--count", "--json"]).failed(3);
    let error: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(error["error"]["code"], "ambiguous");
    bench.geohub(["query", "places.geojson", "--place", "Echo Park"]).failed(2);
    bench.geohub(["query", "places.geojson", "--place", "hood:x", "--within", WEST]).failed(2);
    let field = portal("mine", &server).replace("\"name\"", "\"label\"");
    bench.write("config/portals/mine.toml", field);
    let wrong = bench.geohub(["query", "places.geojson", "--place", "mine/hood:x"]).failed(2);
    assert!(wrong.contains("no column `label`") && wrong.contains("NAME"), "{wrong}");
}

#[test]
fn sync_follows_a_place_that_changes() {
    let (bench, server, meters) = city();
    let layer = |area: &str| format!("[layers.m]\nreference = \"{meters}\"\noutput = \"m.fgb\"\n{area}\n");
    bench.write("geohub.toml", layer("place = \"council-district:13\""));
    let ran = bench.geohub(["sync"]);
    let west = count(&bench, &meters, "--within", WEST);
    assert!(ran.stderr.contains(&format!("{} features written", west.trim())), "{}", ran.stderr);
    assert!(bench.geohub(["sync"]).stderr.contains("m: fresh"));
    server.edit(&Edit::In {
        layer: "places".to_owned(),
        edit: Box::new(Edit::Change { position: 2, field: "District".to_owned(), value: "13".into() }),
    });
    age(&bench, 31);
    let ran = bench.geohub(["sync"]);
    let both = count(&bench, &meters, "--within", BOTH);
    assert!(ran.stderr.contains(&format!("{} features written", both.trim())), "{}", ran.stderr);
    bench.write("geohub.toml", layer("place = \"hood:x\"\nwithin = \"POLYGON EMPTY\""));
    let two = bench.geohub(["sync"]).failed(2);
    assert!(two.contains("geohub.toml:4:9: place and within"), "{two}");
}
