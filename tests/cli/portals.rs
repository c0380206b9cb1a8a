//! `geohub portal`: files of facts, and whether what they name answers.

use geohub_testkit::catalogue::{Config, Server};
use geohub_testkit::net::{Act, Fault, On};
use serde_json::Value;

use crate::run::Bench;

/// A portal file whose every host is the stand-in.
pub fn file(id: &str, server: &str) -> String {
    format!(
        r#"id = "{id}"
name = "City of Stand-in"
bbox = [-118.7, 33.6, -118.1, 34.4]
read = 2026-11-26

[hub]
hosts = ["{server}"]
organisation = "StandInCityOrg01"
sharing = "{server}"
source = "{server}/"

[socrata]
hosts = ["{server}"]
source = "{server}/"

[[dcat]]
url = "{server}/api/feed/dcat-us/1.1.json"
source = "{server}/"
"#
    )
}

#[test]
fn the_portals_inside_are_listed_shown_and_checked() {
    let bench = Bench::new();
    let listed = bench.geohub(["portal", "list"]).ok();
    assert!(listed.contains("la ") && listed.contains("Los Angeles") && listed.contains("demo"), "{listed}");
    let value: Value = serde_json::from_str(&bench.geohub(["portal", "list", "--json"]).ok()).unwrap();
    let ids: Vec<&str> =
        value["portals"].as_array().unwrap().iter().map(|portal| portal["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"la") && ids.contains(&"demo"), "{ids:?}");
    for portal in value["portals"].as_array().unwrap() {
        let mut hosts: Vec<&str> =
            portal["hosts"].as_array().unwrap().iter().map(|host| host.as_str().unwrap()).collect();
        let all = hosts.len();
        hosts.sort_unstable();
        hosts.dedup();
        assert_eq!(hosts.len(), all, "each host once: {portal}");
    }
    let shown = bench.geohub(["portal", "show", "la"]).ok();
    for said in [
        "Los Angeles (la)",
        "Hub search of geohub.lacity.org",
        "Socrata catalogue of data.lacity.org",
        "la:parking-meters",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let value: Value = serde_json::from_str(&bench.geohub(["portal", "show", "la", "--json"]).ok()).unwrap();
    assert_eq!(value["portal"]["default_crs"], "EPSG:2229");
    let checked = bench.geohub(["portal", "check", "demo", "--offline"]).ok();
    assert!(checked.contains("has 3 entries"), "{checked}");
    let missing = bench.geohub(["portal", "show", "demos"]).failed(3);
    assert!(missing.contains("did you mean demo"), "{missing}");
    bench.geohub(["portal", "check", "la", "--offline"]).failed(5);
}

#[test]
fn a_file_of_ones_own_is_added_comes_first_and_is_checked() {
    let bench = Bench::new();
    let server = Server::start(Config::made(120, 5)).unwrap();
    bench.write("mine.toml", file("mine", &server.url()));
    bench.geohub(["portal", "add", "mine.toml"]).ok();
    let again = bench.geohub(["portal", "add", "mine.toml"]).failed(2);
    assert!(again.contains("--overwrite"), "{again}");
    bench.geohub(["portal", "add", "mine.toml", "--overwrite"]).ok();
    let checked = bench.geohub(["portal", "check", "mine"]).ok();
    assert_eq!(checked.matches("answers in").count(), 4, "{checked}");
    assert_eq!(server.log().entries().len(), 4, "each is called once");
    server.fault(Fault {
        on: On { path: Some("/api/catalog".to_owned()), ..On::default() },
        act: Act::Status { code: 404, body: "{}".to_owned(), headers: std::collections::BTreeMap::default() },
        times: 0,
    });
    let ran = bench.geohub(["portal", "check", "mine"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stdout.contains("FAILS") && ran.stdout.matches("answers in").count() == 3, "{}", ran.stdout);
    bench.write("config/portals/la.toml", file("la", &server.url()));
    let shown = bench.geohub(["portal", "show", "la"]).ok();
    assert!(shown.contains("City of Stand-in") && shown.contains("la.toml"), "{shown}");
}

#[test]
fn a_typo_in_a_portal_file_does_not_stop_who_names_a_layer_by_its_address() {
    let bench = Bench::new();
    bench.write("config/portals/mine.toml", file("mine", "http://127.0.0.1:9").replacen("name", "nam", 1));
    let address = "https://demo.geohub.invalid/arcgis/rest/services/streets/FeatureServer/0";
    assert_eq!(bench.geohub(["count", address]).ok(), "300\n");
    let failed = bench.geohub(["count", "demo:streets"]).failed(2);
    assert!(failed.contains("mine.toml:2:1"), "{failed}");
}

#[test]
fn a_typo_is_told_with_line_and_column() {
    let bench = Bench::new();
    let good = file("mine", "http://127.0.0.1:9");
    for (from, to, place, said) in [
        ("organisation", "organization", "8:1", "unknown field `organization`"),
        ("read = 2026", "read = x2026", "4:8", ""),
        ("id = \"mine\"", "id = \"My Id\"", "1:6", "an id is"),
        ("[[dcat]]", "[dcat]", "16:1", ""),
    ] {
        bench.write("bad.toml", good.replacen(from, to, 1));
        let failed = bench.geohub(["portal", "add", "bad.toml"]).failed(2);
        assert!(failed.contains(&format!("bad.toml:{place}")) && failed.contains(said), "{from}: {failed}");
    }
    bench.write("config/portals/broken.toml", "id = ");
    for args in [["portal", "list"], ["search", "x"]] {
        let failed = bench.geohub(args).failed(2);
        assert!(failed.contains("broken.toml:1:"), "{failed}");
    }
    bench.write("config/portals/broken.toml", b"id = \"x\"\n\xff");
    assert!(bench.geohub(["portal", "list"]).failed(2).contains("broken.toml:2:1: this is not UTF-8"));
}
