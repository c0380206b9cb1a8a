//! Where files come from: carried, checked and cited.

use geohub_testkit::arcgis;
use geohub_testkit::net::Edit;
use geohub_testkit::socrata;
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::run::{Bench, repository};

fn table() -> Table {
    Table::open(&repository("data").join("meters.csv")).unwrap()
}

fn socrata() -> socrata::Server {
    let source = socrata::Source::new("mete-0001", table()).location("Lat", "Long");
    socrata::Server::start(socrata::Config::one(source)).unwrap()
}

fn hoods() -> arcgis::Server {
    let text = std::fs::read_to_string(repository("data/neighborhoods.geojson")).unwrap();
    let switches =
        arcgis::Switches { copyright: "City of LA, ODbL".to_owned(), ..arcgis::Switches::default() };
    let table = Table::from_geojson(&text).unwrap();
    arcgis::Server::start(arcgis::Config::one("hoods", table, switches)).unwrap()
}

fn fetched(bench: &Bench, reference: &str, out: &str) {
    bench.geohub(["fetch", reference, "-o", out]).ok();
}

fn receipt(bench: &Bench, out: &str) -> Value {
    serde_json::from_str(&bench.read(&format!("{out}.receipt.json"))).unwrap()
}

#[test]
fn the_origin_goes_through_every_format_and_verb_and_reruns_are_the_same() {
    let (points, areas, bench) = (socrata(), hoods(), Bench::new());
    fetched(&bench, &format!("socrata:{}/mete-0001", points.url()), "m.geojson");
    fetched(&bench, &areas.layer_url("hoods", "FeatureServer", 0), "h.geojsonl");
    bench.geohub(["convert", "m.geojson", "m.fgb"]).ok();
    bench.geohub(["convert", "m.fgb", "m.parquet"]).ok();
    bench.geohub(["reproject", "m.parquet", "m2.fgb", "--to-crs", "EPSG:2229"]).ok();
    let joined = ["join", "m2.fgb", "h.geojsonl", "-o", "j.csv"];
    bench.geohub(joined).ok();
    let first = (bench.read("j.csv"), bench.read("j.csv.receipt.json"));
    let parents = receipt(&bench, "j.csv")["provenance"]["parents"].clone();
    assert_eq!(parents[0]["licence"], "Public Domain");
    assert_eq!(parents[0]["done"], serde_json::json!(["convert", "reproject", "join left"]));
    assert_eq!(parents[1]["attribution"], "City of LA, ODbL");
    assert_eq!(parents[1]["done"], serde_json::json!(["join right"]));
    assert!(parents[1]["retrieved"].is_string());
    bench.geohub(["join", "m2.fgb", "h.geojsonl", "-o", "j.csv", "--overwrite"]).ok();
    assert_eq!((bench.read("j.csv"), bench.read("j.csv.receipt.json")), first);
    let fgb = std::fs::read(bench.path("m.fgb")).unwrap();
    assert!(!fgb.windows(9).any(|part| part == b"retrieved"));
    bench.geohub(["verify", "j.csv", "m.geojson", "m.fgb"]).ok();
}

#[test]
fn a_file_that_was_tampered_with_does_not_match_and_lends_no_origin() {
    let (points, bench) = (socrata(), Bench::new());
    fetched(&bench, &format!("socrata:{}/mete-0001", points.url()), "m.csv");
    let (whole, paper) = (bench.read("m.csv"), bench.read("m.csv.receipt.json"));
    let flipped = whole.replacen("AVE", "AVF", 1);
    for spoiled in [flipped.as_str(), &whole[..whole.len() - 9]] {
        bench.write("m.csv", spoiled);
        assert_eq!(bench.geohub(["verify", "m.csv"]).code, 6);
        let ran = bench.geohub(["convert", "m.csv", "x.fgb", "--overwrite"]);
        assert!(ran.stderr.contains("is not used"), "{}", ran.stderr);
    }
    bench.write("m.csv", &whole);
    let counted = paper.replacen("\"features\": 1500", "\"features\": 1499", 1);
    assert_ne!(counted, paper);
    bench.write("m.csv.receipt.json", counted);
    assert_eq!(bench.geohub(["verify", "m.csv"]).code, 6);
    for garbage in
        ["", "{", "[]", "{\"format_version\":9,\"output_bytes\":1,\"output_sha256\":\"\",\"features\":1}"]
    {
        bench.write("m.csv.receipt.json", garbage);
        assert_eq!(bench.geohub(["verify", "m.csv"]).code, 7, "{garbage}");
    }
    let evil = paper.replacen("Public Domain", "\\u001b[2Jevil", 1);
    bench.write("m.csv.receipt.json", evil);
    assert!(!bench.geohub(["cite", "m.csv"]).ok().contains('\u{1b}'));
    std::fs::remove_file(bench.path("m.csv.receipt.json")).unwrap();
    assert_eq!(bench.geohub(["verify", "m.csv"]).code, 3);
}

#[test]
fn the_source_is_asked_whether_it_has_moved_on() {
    let (areas, points, bench) = (hoods(), socrata(), Bench::new());
    fetched(&bench, &areas.layer_url("hoods", "FeatureServer", 0), "h.fgb");
    fetched(&bench, &format!("socrata:{}/mete-0001", points.url()), "m.geojson");
    let asked = |file: &str, code: i32| -> Value {
        let ran = bench.geohub(["verify", "--remote", file, "--json"]);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["files"][0]["remote"].clone()
    };
    assert_eq!(asked("h.fgb", 0)["ids"]["same"], true);
    assert_eq!(asked("m.geojson", 0)["ids"]["same"], true);
    areas.edit(&Edit::Insert);
    areas.edit(&Edit::Delete { id: "37".to_owned() });
    let moved = asked("h.fgb", 10);
    assert_eq!(moved["ids"]["removed_ids"], serde_json::json!(["37"]));
    assert_eq!((&moved["ids"]["added"], &moved["ids"]["removed"]), (&Value::from(1), &Value::from(1)));
    points.edit(&Edit::Touch { id: String::new() });
    let touched = asked("m.geojson", 10);
    assert_eq!((&touched["ids"]["same"], &touched["rows_now"]), (&Value::Bool(true), &touched["rows_then"]));
    points.edit(&Edit::DeleteAt { position: 3 });
    points.edit(&Edit::Insert);
    let moved = asked("m.geojson", 10);
    assert_eq!(moved["ids"]["added_ids"].as_array().unwrap().len(), 1);
    assert_eq!(moved["ids"]["removed"], 1);
    let more = areas_differ(&bench, &areas);
    assert_eq!((&more["ids"]["added"], &more["ids"]["removed"]), (&Value::from(301), &Value::from(1)));
    let text = bench.read("h.fgb.receipt.json");
    bench.write("h.fgb.receipt.json", text.replace("/hoods/", "/gone/"));
    assert_eq!(bench.geohub(["verify", "--remote", "h.fgb"]).code, 3);
}

/// More ids than a receipt can name: the file's own column does.
fn areas_differ(bench: &Bench, areas: &arcgis::Server) -> Value {
    (0..300).for_each(|_| areas.edit(&Edit::Insert));
    let ran = bench.geohub(["verify", "--remote", "h.fgb", "--json"]);
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["files"][0]["remote"].clone()
}

#[test]
fn a_receipt_stands_for_its_file() {
    let (areas, bench) = (hoods(), Bench::new());
    fetched(&bench, &areas.layer_url("hoods", "FeatureServer", 0), "h.fgb");
    for files in [["h.fgb", "h.fgb.receipt.json"], ["h.fgb.receipt.json"; 2]] {
        let ran = bench.geohub(["verify", "--json", files[0], files[1]]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let checked = serde_json::from_str::<Value>(&ran.stdout).unwrap()["files"].clone();
        assert_eq!(checked.as_array().unwrap().len(), 1);
        assert_eq!(checked[0]["file"], "h.fgb");
    }
}

#[test]
fn a_join_warns_of_licences_that_may_not_go_together() {
    let (points, areas, bench) = (socrata(), hoods(), Bench::new());
    fetched(&bench, &format!("socrata:{}/mete-0001", points.url()), "m.geojson");
    fetched(&bench, &areas.layer_url("hoods", "FeatureServer", 0), "h.geojson");
    let licensed = |file: &str, licence: &str| {
        let mut receipt = receipt(&bench, file);
        receipt["provenance"]["licence"] = Value::from(licence);
        bench.write(&format!("{file}.receipt.json"), receipt.to_string());
    };
    let warned = |left: &str, right: &str| {
        licensed("m.geojson", left);
        licensed("h.geojson", right);
        let ran = bench.geohub(["join", "m.geojson", "h.geojson", "-o", "j.fgb", "--overwrite"]);
        ran.stderr.matches("under their own terms").count()
    };
    assert_eq!(warned("ODbL", "CC BY-SA 4.0"), 1);
    assert_eq!(warned("ODbL", "CC0"), 0);
    bench.geohub(["convert", "m.geojson", "alone.fgb"]).ok();
}

#[test]
fn sources_are_cited_once_and_mixtures_and_personal_columns_warned_of() {
    let bench = Bench::new();
    let (points, areas) = (socrata(), hoods());
    fetched(&bench, &format!("socrata:{}/mete-0001", points.url()), "m.fgb");
    fetched(&bench, &areas.layer_url("hoods", "FeatureServer", 0), "h.fgb");
    bench.geohub(["join", "m.fgb", "h.fgb", "-o", "j.parquet"]).ok();
    let ran = bench.geohub(["cite", "j.parquet", "j.parquet"]);
    assert!(ran.stderr.contains("1 of 2 sources is not stated"), "{}", ran.stderr);
    let said = ran.ok();
    assert_eq!(said.matches("  licence ").count(), 2, "{said}");
    assert!(said.contains("not stated") && said.contains("City of LA, ODbL"), "{said}");
    assert!(
        bench.geohub(["cite", "m.fgb", "-f", "markdown"]).ok().starts_with("- [Dataset mete-0001](<http")
    );
    let items: Value =
        serde_json::from_str(&bench.geohub(["cite", "m.fgb", "h.fgb", "-f", "csl"]).ok()).unwrap();
    let known = ["id", "type", "title", "author", "URL", "accessed", "note"];
    for item in items.as_array().unwrap() {
        assert_eq!(item["type"], "dataset");
        assert!(item["id"].is_string() && item["title"].is_string());
        assert!(item.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())));
        assert_eq!(item["accessed"]["date-parts"][0].as_array().unwrap().len(), 3);
    }
    bench.write("people.csv", "owner_name,x,y\nA,1,2\n");
    let ran = bench.geohub(["convert", "people.csv", "people.fgb"]);
    assert_eq!(ran.stderr.matches("personal data: owner_name").count(), 1, "{}", ran.stderr);
}
