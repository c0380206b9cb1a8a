//! `geohub search` against stand-ins for every kind of catalogue.

use std::time::Instant;

use geohub_testkit::catalogue::{Config, Record, Server};
use geohub_testkit::net::{Act, Fault, On};
use serde_json::{Value, json};

use crate::portals::file;
use crate::run::{Bench, Ran};

const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";
const OTHER: &str = "0123456789abcdef0123456789abcdef";

fn bench(server: &Server) -> Bench {
    let bench = Bench::new();
    bench.write("config/portals/mine.toml", file("mine", &server.url()));
    bench
}

fn search(bench: &Bench, args: &[&str]) -> Ran {
    let mut command = bench.command();
    crate::run::finish(command.arg("search").args(args).args(["--portal", "mine"]))
}

fn found(bench: &Bench, args: &[&str]) -> Value {
    let ran = search(bench, &[args, &["--json"]].concat());
    serde_json::from_str(&ran.ok()).unwrap()
}

fn titles(value: &Value) -> Vec<&str> {
    value["results"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap()).collect()
}

/// A few datasets of which everything is known.
fn few() -> Config {
    let trees = Record {
        layer: Some(0),
        soda: Some("tree-0001".to_owned()),
        description: "Every <b>street</b> tree &amp; its species.".to_owned(),
        tags: vec!["environment".to_owned()],
        fields: vec!["SPECIES".to_owned(), "dbh".to_owned()],
        licence: Some("CC BY 4.0".to_owned()),
        bbox: Some([-118.5, 34.0, -118.2, 34.2]),
        modified: 1_764_000_000_000,
        ..Record::layer(ITEM, "Street Trees", "https://s.invalid/arcgis/rest/services/Trees/FeatureServer/0")
    };
    let old = Record {
        description: "Counts of pedestrians; trees are not counted.".to_owned(),
        modified: 1_300_000_000_000,
        ..Record::layer(
            OTHER,
            "Pedestrian Counts",
            "https://s.invalid/arcgis/rest/services/Counts/FeatureServer",
        )
    };
    let meters =
        Record { fields: vec!["MeterType".to_owned()], ..Record::rows("mete-0001", "Parking Inventory") };
    Config::new(vec![old, trees, meters])
}

#[test]
fn a_dataset_of_several_catalogues_is_one_result_that_can_be_typed() {
    let server = Server::start(few()).unwrap();
    let bench = bench(&server);
    let value = found(&bench, &["street", "trees"]);
    assert_eq!(titles(&value), ["Street Trees"]);
    let hit = &value["results"][0];
    assert_eq!(hit["reference"], "https://s.invalid/arcgis/rest/services/Trees/FeatureServer/0");
    let catalogues: Vec<&str> =
        hit["places"].as_array().unwrap().iter().map(|place| place["catalogue"].as_str().unwrap()).collect();
    assert_eq!(catalogues, ["Hub search", "ArcGIS organisation", "DCAT feed", "Socrata catalogue"]);
    assert_eq!((&hit["rows"], &hit["licence"]), (&json!(1200), &json!("CC BY 4.0")));
    assert_eq!(hit["description"], "Every street tree & its species.");
    // The title counts for more than the description.
    assert_eq!(titles(&found(&bench, &["trees"])), ["Street Trees", "Pedestrian Counts"]);
    // Columns are found, whichever way their names are joined.
    assert_eq!(titles(&found(&bench, &["meter", "type"])), ["Parking Inventory"]);
    let meters = found(&bench, &["parking"]);
    assert_eq!(meters["results"][0]["reference"], format!("socrata:{}/mete-0001", server.url()));
}

#[test]
fn a_table_fits_its_terminal_and_keeps_references_whole() {
    let server = Server::start(few()).unwrap();
    let bench = bench(&server);
    for columns in ["40", "80", "150", "300"] {
        let mut command = bench.command();
        command.env("COLUMNS", columns).args(["search", "trees", "--portal", "mine"]);
        let printed = crate::run::finish(&mut command).ok();
        let width: usize = columns.parse().unwrap();
        let reference = "https://s.invalid/arcgis/rest/services/Trees/FeatureServer/0";
        assert!(printed.contains(reference) && printed.contains("Street Trees"), "{printed}");
        for line in printed.lines().filter(|line| !line.contains("https://s.invalid")) {
            assert!(line.chars().count() <= width, "{columns}: {line}");
        }
    }
}

#[test]
fn options_narrow_and_nothing_is_exit_3_with_what_comes_near() {
    let server = Server::start(few()).unwrap();
    let bench = bench(&server);
    assert_eq!(titles(&found(&bench, &["trees", "--updated-since", "2020-01-01"])), ["Street Trees"]);
    assert_eq!(titles(&found(&bench, &["trees", "--licence", "cc by"])), ["Street Trees"]);
    assert_eq!(titles(&found(&bench, &["trees", "--bbox", "-118.3,34.1,-118,35"])), ["Street Trees"]);
    assert_eq!(titles(&found(&bench, &["trees", "--type", "service"])), ["Pedestrian Counts"]);
    assert_eq!(titles(&found(&bench, &["--type", "table"])), ["Parking Inventory"]);
    assert_eq!(found(&bench, &["--owner", "stand-in", "--limit", "2"])["total"], 3);
    let far = search(&bench, &["trees", "--bbox", "10,50,11,51"]);
    assert!(far.stderr.contains("whose catalogue does not say"), "{}", far.stderr);
    far.failed(3);
    let typo = search(&bench, &["street", "treez"]).failed(3);
    assert!(typo.contains("did you mean trees"), "{typo}");
    let value: Value = serde_json::from_str(&search(&bench, &["zebras", "--json"]).failed(3)).unwrap();
    assert_eq!(value["error"]["code"], "no-hit");
    for args in [&["x", "--type", "dog"][..], &["x", "--updated-since", "soon"], &["x", "--bbox", "1,2"]] {
        search(&bench, args).failed(2);
    }
}

#[test]
fn what_is_kept_answers_for_an_hour_and_without_a_network() {
    let server = Server::start(few()).unwrap();
    let bench = bench(&server);
    let never = search(&bench, &["trees", "--offline"]).failed(5);
    assert!(never.contains("has been read on this machine yet"), "{never}");
    assert_eq!(server.log().entries().len(), 0);
    let first = found(&bench, &["trees"]);
    let asked = server.log().entries().len();
    assert!((4..=8).contains(&asked), "{asked}");
    let again = found(&bench, &["parking"]);
    assert_eq!(server.log().entries().len(), asked, "the cache answers");
    assert_eq!(
        (&first["catalogues"][0]["state"], &again["catalogues"][0]["state"]),
        (&json!("asked"), &json!("kept"))
    );
    let offline = search(&bench, &["trees", "--offline"]);
    assert!(offline.stderr.contains("as it was read on 20"), "{}", offline.stderr);
    assert_eq!(offline.code, 0);
    found(&bench, &["trees", "--refresh"]);
    assert!(server.log().entries().len() > asked);
    // Two hours later.
    for entry in std::fs::read_dir(bench.path("cache/catalogues")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text.find("\"read\":").unwrap() + 7;
        let end = at + text[at..].find(',').unwrap();
        let read: i64 = text[at..end].parse().unwrap();
        std::fs::write(&path, format!("{}{}{}", &text[..at], read - 7_200_000, &text[end..])).unwrap();
    }
    let before = server.log().entries().len();
    found(&bench, &["trees"]);
    assert!(server.log().entries().len() > before, "it is asked again");
}

#[test]
fn of_a_portal_that_is_down_the_others_answer_and_it_is_said() {
    let server = Server::start(few()).unwrap();
    let bench = bench(&server);
    let down = |path: &str, act: Act| {
        server.fault(Fault { on: On { path: Some(path.to_owned()), ..On::default() }, act, times: 0 });
    };
    down("/api/search", Act::Reset);
    down("/api/feed", Act::Html200);
    let ran = search(&bench, &["trees"]);
    assert!(
        ran.stderr.contains("Hub search of 127.0.0.1") && ran.stderr.contains("is left out"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("DCAT feed of 127.0.0.1"), "{}", ran.stderr);
    assert!(ran.ok().contains("Street Trees"));
    // What was kept stands in.
    down("/api/catalog", Act::Reset);
    let ran = search(&bench, &["parking", "--refresh"]);
    assert!(ran.stderr.contains("does not answer, taking it as of 20"), "{}", ran.stderr);
    assert!(ran.ok().contains("Parking Inventory"));
    down("/sharing", Act::Reset);
    std::fs::remove_dir_all(bench.path("cache/catalogues")).unwrap();
    let all = search(&bench, &["trees"]).failed(5);
    assert!(all.contains("no catalogue answered"), "{all}");
}

#[test]
fn odd_lines_are_left_out_and_odd_text_is_harmless() {
    let mut config = few();
    let long = "\u{1b}[2J<p>\u{7}trees</p> ".repeat(300_000);
    config.odd = vec![
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!({"id": 5, "properties": "none", "title": {}, "resource": []}),
        json!({"id": OTHER.replace('0', "f"), "identifier": "https://x.invalid/1", "title": "Odd \u{1b}[31mtrees\u{202e}",
               "type": ["x"], "tags": "trees", "modified": "never", "extent": [[1e9, "x"]], "description": long,
               "properties": {"title": "Odd \u{1b}[31mtrees", "description": long, "fields": [{"name": 4}], "tags": [null]},
               "resource": {"name": "Odd \u{1b}[31mtrees", "id": "oddd-0001", "type": 4, "description": long},
               "metadata": 5, "classification": {"tags": {"a": 1}}}),
    ];
    let server = Server::start(config).unwrap();
    let bench = bench(&server);
    let ran = search(&bench, &["trees", "-v", "--limit", "100"]);
    assert!(ran.stderr.contains("5 entries without id or title"), "{}", ran.stderr);
    let printed = ran.ok();
    assert!(printed.contains("Street Trees") && printed.contains("Odd"), "{printed}");
    assert!(
        !printed.contains('\u{1b}') && !printed.contains('\u{202e}') && !printed.contains('\u{7}'),
        "{printed}"
    );
    let kept: u64 = std::fs::read_dir(bench.path("cache/catalogues"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(kept < 50_000, "{kept} bytes are kept");
}

#[test]
fn twenty_thousand_entries_come_whole_and_are_searched_in_no_time() {
    let config = Config::made(20_000, 11);
    let on_hub = config.records.iter().filter(|record| !record.item.is_empty()).count();
    let on_soda = config.records.iter().filter(|record| record.soda.is_some()).count();
    let mut rare = config.records[12_345].clone();
    rare.title = "Quetzal nesting sites".to_owned();
    let mut config = config;
    config.records[12_345] = rare;
    let server = Server::start(config).unwrap();
    let bench = bench(&server);
    let value = found(&bench, &["quetzal"]);
    let entries = |kind: &str| {
        let all = value["catalogues"].as_array().unwrap();
        let one = all.iter().find(|one| one["name"].as_str().unwrap().starts_with(kind)).unwrap();
        (one["entries"].as_u64().unwrap() as usize, one["missing"].as_u64().unwrap())
    };
    assert_eq!(entries("Hub search"), (on_hub, 0));
    assert_eq!(entries("Socrata catalogue"), (on_soda, 0));
    assert_eq!(titles(&value), ["Quetzal nesting sites"]);
    let begun = Instant::now();
    let again = found(&bench, &["harbor", "parking", "meters"]);
    let took = begun.elapsed();
    assert!(again["total"].as_u64().unwrap() > 0);
    eprintln!("a search over {on_hub} + {on_soda} kept entries and their twins took {took:?}");
    assert!(took.as_secs_f64() < 5.0, "{took:?}");
}
