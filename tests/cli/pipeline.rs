//! The main job through the documented pipeline: two portals, fetch, join, count, convert.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::process::Command;

use geohub_testkit::net::{Act, Fault, Kind};
use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, socrata};

use crate::run::{Bench, Ran, finish, repository};

fn table(name: &str) -> Table {
    Table::open(&repository("data").join(name)).unwrap()
}

fn neighborhoods() -> arcgis::Server {
    let switches = arcgis::Switches { cap: 7, ..arcgis::Switches::default() };
    arcgis::Server::start(arcgis::Config::one("neighborhoods", table("neighborhoods.geojson"), switches))
        .unwrap()
}

fn meters() -> socrata::Server {
    let source = socrata::Source::new("abcd-1234", table("meters.csv")).location("Lat", "Long");
    socrata::Server::start(socrata::Config::one(source)).unwrap()
}

/// The recipes of a justfile run in order, without `just`: names, dependencies and `{{ variables }}` are understood.
fn run_recipes(bench: &Bench, justfile: &str, variables: &BTreeMap<&str, String>, goal: &str) -> Ran {
    let mut script = String::from("set -eu\n");
    add_recipe(justfile, variables, goal, &mut script);
    finish(bench.command_named("sh").arg("-c").arg(script))
}

fn add_recipe(justfile: &str, variables: &BTreeMap<&str, String>, name: &str, script: &mut String) {
    let head = |line: &&str| line.split(':').next() == Some(name) && !line.contains(":=");
    let mut lines = justfile.lines().skip_while(|line| !head(line));
    let first = lines.next().unwrap_or_else(|| panic!("recipe {name}"));
    for dependency in first.split_once(':').unwrap().1.split_whitespace() {
        add_recipe(justfile, variables, dependency, script);
    }
    for line in lines.take_while(|line| line.starts_with("    ")) {
        let filled = variables.iter().fold(line.trim().to_owned(), |line, (name, value)| {
            line.replace(&format!("{{{{ {name} }}}}"), value)
        });
        assert!(!filled.contains("{{"), "{filled}");
        *script += &(filled + "\n");
    }
}

#[test]
fn the_documented_pipeline_brings_joins_counts_and_converts() {
    let bench = Bench::new();
    let (hoods, meters) = (neighborhoods(), meters());
    let variables = BTreeMap::from([
        ("meters", format!("socrata:{}/abcd-1234", meters.url())),
        ("neighborhoods", hoods.layer_url("neighborhoods", "FeatureServer", 0)),
        ("folder", "out".to_owned()),
        ("geohub", env!("CARGO_BIN_EXE_geohub").to_owned()),
    ]);
    let justfile = std::fs::read_to_string(repository("docs/pipeline/justfile")).unwrap();
    let ran = run_recipes(&bench, &justfile, &variables, "all");
    assert_eq!(ran.code, 0, "{}", ran.stderr);

    let counted = bench.read("out/meters-by-neighborhood.geojson");
    let counted: serde_json::Value = serde_json::from_str(&counted).unwrap();
    let features = counted["features"].as_array().unwrap();
    let total: u64 = features.iter().map(|feature| feature["properties"]["meters"].as_u64().unwrap()).sum();
    let outside = bench.read("out/meters-outside.geojsonl").lines().count();
    assert_eq!((features.len(), total, outside), (40, 1_409, 91));
    assert_eq!(bench.read("out/meters-by-neighborhood.csv").lines().count(), 41);

    let receipt: serde_json::Value =
        serde_json::from_str(&bench.read("out/meters.fgb.receipt.json")).unwrap();
    assert_eq!(receipt["features"], 1_500);
    let mut names: Vec<_> =
        std::fs::read_dir(bench.path("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names.len(), 10, "five outputs and their receipts: {names:?}");

    // What is there is not fetched again.
    let requests = meters.log().entries().len();
    assert_eq!(run_recipes(&bench, &justfile, &variables, "all").code, 0);
    assert_eq!(meters.log().entries().len(), requests);
}

#[test]
fn just_reads_the_documented_pipeline() {
    let listed = Command::new("just")
        .arg("--justfile")
        .arg(repository("docs/pipeline/justfile"))
        .arg("--summary")
        .output();
    // A machine without just has nothing to read it with; CI has it.
    let Ok(listed) = listed else { return };
    assert_eq!(String::from_utf8_lossy(&listed.stdout).trim(), "all clean count fetch summary");
}

#[test]
fn a_selection_of_a_portals_layer_equals_that_of_the_whole() {
    let bench = Bench::new();
    let meters = meters();
    let reference = format!("socrata:{}/abcd-1234", meters.url());
    bench.geohub(["fetch", &reference, "-o", "all.geojson"]).ok();
    let select =
        ["--bbox", "-118.4,33.9,-118.2,34.1", "--where", "MeterType = 'Single-Space'", "--fields", "SpaceID"];
    let by_server = finish(bench.command().args(["fetch", &reference, "-f", "geojsonl"]).args(select)).ok();
    let from_file =
        finish(bench.command().args(["query", "all.geojson", "-f", "geojsonl"]).args(select)).ok();
    assert!(by_server.lines().count() > 50);
    assert_eq!(by_server, from_file);
    let count = finish(bench.command().args(["query", &reference, "--count"]).args(&select[..4])).ok();
    assert_eq!(count.trim(), by_server.lines().count().to_string());
    assert_eq!(bench.geohub(["count", &reference]).ok(), "1500\n");
    assert_eq!(std::fs::read_dir(bench.path("cache/fetch")).unwrap().count(), 0, "journals are removed");
}

#[test]
fn rows_that_cannot_be_had_are_named_and_nothing_is_written() {
    let bench = Bench::new();
    let hoods = neighborhoods();
    let layer = hoods.layer_url("neighborhoods", "FeatureServer", 0);
    bench.geohub(["fetch", &layer, "-o", "hoods.csv"]).ok();
    let whole = bench.read("hoods.csv");
    let column =
        whole.lines().next().unwrap().split(',').position(|name| name.starts_with("OBJECTID")).unwrap();
    let id = whole.lines().nth(5).unwrap().split(',').nth(column).unwrap().to_owned();

    let lost = Act::DropRows { ids: vec![id.clone()] };
    hoods.fault(Fault::at(Kind::Page, 1, lost).times(0));
    let before = bench.names();
    let error = bench.geohub(["fetch", &layer, "-o", "again.fgb"]).failed(6);
    assert!(error.contains(&id) && error.contains("missing"), "{error}");
    let mut after = bench.names();
    // What came is kept for the same command typed again.
    after.retain(|name| name != "again.fgb.geohub-partial");
    assert_eq!(after, before);
}
