//! `geohub terms`, and terms of portal files in what is written.

use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, socrata};
use serde_json::Value;

use crate::run::{Bench, repository};

const TERMS: &str = "https://city.example/terms-of-use";

fn hoods() -> arcgis::Server {
    let text = std::fs::read_to_string(repository("data/neighborhoods.geojson")).unwrap();
    let table = Table::from_geojson(&text).unwrap();
    arcgis::Server::start(arcgis::Config::one("hoods", table, arcgis::Switches::default())).unwrap()
}

fn meters() -> socrata::Server {
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    let source = socrata::Source::new("mete-0001", table).location("Lat", "Long");
    socrata::Server::start(socrata::Config::one(source)).unwrap()
}

/// A portal file that names terms of hosts.
fn portal(hosts: &[&str]) -> String {
    let terms = |host: &&str| {
        format!(
            "[[terms]]\nhost = \"{host}\"\nurl = \"{TERMS}\"\nsummary = \"Name the city.\"\n\
             source = \"https://city.example/about\"\nread = 2026-11-20\n\n"
        )
    };
    let limit = format!(
        "[[limit]]\nhost = \"{}\"\ntext = \"At most 9 requests a minute.\"\nsource = \"https://city.example/limits\"\n",
        hosts[0]
    );
    crate::portals::file("mine", "http://127.0.0.1:9") + &hosts.iter().map(terms).collect::<String>() + &limit
}

fn receipt(bench: &Bench, out: &str) -> Value {
    serde_json::from_str(&bench.read(&format!("{out}.receipt.json"))).unwrap()
}

#[test]
fn the_terms_of_a_host_are_shown_with_source_and_date_whatever_names_it() {
    let bench = Bench::new();
    let shown = bench.geohub(["terms", "data.lacity.org", "--offline"]).ok();
    for said in [
        "terms     https://www.tylertech.com/terms\n",
        "licence   https://creativecommons.org/publicdomain/zero/1.0/\n",
        "limit     No figure is published.",
        "read 2026-11-26 at https://dev.socrata.com/docs/app-tokens\n",
        "token     https://data.lacity.org/profile/edit/developer_settings\n",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    for same in
        ["la:parking-meters", "socrata:data.lacity.org/s49e-q6j2", "https://DATA.lacity.org/d/s49e-q6j2?x=y"]
    {
        assert_eq!(bench.geohub(["terms", same]).ok(), shown, "{same}");
    }
    let hosted = "https://services5.arcgis.com/7nsPwEMP38bSkCjy/arcgis/rest/services/x/FeatureServer/0";
    let shown = bench.geohub(["terms", hosted]).ok();
    assert!(
        shown.starts_with("host      geohub.lacity.org") && shown.contains("by its organisation"),
        "{shown}"
    );
    let value: Value = serde_json::from_str(&bench.geohub(["terms", "la", "--json"]).ok()).unwrap();
    let hosts: Vec<&str> =
        value["hosts"].as_array().unwrap().iter().map(|it| it["host"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["geohub.lacity.org", "data.lacity.org"]);
    assert_eq!(value["hosts"][1]["terms"][0]["read"], "2026-11-26");
    assert_eq!(value["hosts"][1]["geohub"]["requests_at_once"], 2);
    let none = bench.geohub(["terms", "data.nashville.gov"]).ok();
    assert!(none.contains("terms     none found"), "{none}");
}

#[test]
fn a_host_that_no_file_knows_is_exit_3_with_what_is_known_in_general() {
    let bench = Bench::new();
    for (host, hint) in [
        ("data.lacity.com", "did you mean data.lacity.org"),
        ("seatle", "did you mean seattle"),
        ("services5.arcgis.com", "each layer's item states its own, which geohub info"),
        ("item:23f48820904b46c38f0d4f2d75c69d23", "each layer's item states its own"),
        ("https://zzz.example/a?token=secret", "geohub info REF"),
    ] {
        let failed = bench.geohub(["terms", host]).failed(3);
        assert!(failed.contains(hint) && !failed.contains("secret"), "{host}: {failed}");
    }
    bench.geohub(["terms", "la:parking-metre"]).failed(3);
    let value: Value =
        serde_json::from_str(&bench.geohub(["terms", "x.example", "--json"]).failed(3)).unwrap();
    assert_eq!(value["error"]["code"], "no-terms");
}

#[test]
fn terms_of_portal_files_go_into_every_output_where_the_service_states_none() {
    let (areas, points, bench) = (hoods(), meters(), Bench::new());
    bench.write("config/portals/mine.toml", portal(&[&areas.url(), &points.url()]));
    let (area, point) =
        (areas.layer_url("hoods", "FeatureServer", 0), format!("socrata:{}/mete-0001", points.url()));
    let source = "https://city.example/about, read 2026-11-20";
    for (reference, out) in [(area.as_str(), "h.fgb"), (&point, "m.csv")] {
        let ran = bench.geohub(["fetch", reference, "-o", out]);
        assert!(!ran.stderr.contains("terms"), "no first-use lines without a terminal: {}", ran.stderr);
        let origin = &receipt(&bench, out)["provenance"];
        assert_eq!((&origin["terms"], &origin["terms_source"]), (&TERMS.into(), &source.into()), "{origin}");
    }
    assert!(bench.geohub(["info", "h.fgb", "--json"]).ok().contains(TERMS), "embedded too");
    assert!(bench.geohub(["info", &area, "--json"]).ok().contains(TERMS));
    bench.geohub(["query", &point, "-o", "q.geojson", "--limit", "3"]).ok();
    assert_eq!(receipt(&bench, "q.geojson")["provenance"]["terms"], TERMS);
    bench.geohub(["join", &area, &point, "--agg", "n=count()", "-o", "j.csv"]).ok();
    let parents = receipt(&bench, "j.csv")["provenance"]["parents"].clone();
    assert_eq!((&parents[0]["terms"], &parents[1]["terms"]), (&TERMS.into(), &TERMS.into()));
    // The terms of a site are no licence of a layer.
    let cited = bench.geohub(["cite", "h.fgb"]).ok();
    assert!(cited.contains("licence      not stated") && cited.contains(TERMS), "{cited}");
    let shown = bench.geohub(["terms", &areas.url()]).ok();
    assert!(
        shown.contains("At most 9 requests a minute.") && shown.contains("read 2026-11-20 at"),
        "{shown}"
    );
}

#[test]
fn sync_gives_the_bytes_of_fetch_and_notices_other_terms() {
    let (areas, bench) = (hoods(), Bench::new());
    let file = portal(&[&areas.url()]);
    bench.write("config/portals/mine.toml", &file);
    let reference = areas.layer_url("hoods", "FeatureServer", 0);
    bench.write("geohub.toml", format!("[layers.h]\nreference = \"{reference}\"\noutput = \"h.fgb\"\n"));
    let same = || {
        bench.geohub(["fetch", &reference, "-o", "other.fgb", "--overwrite"]).ok();
        std::fs::read(bench.path("h.fgb")).unwrap() == std::fs::read(bench.path("other.fgb")).unwrap()
    };
    bench.geohub(["sync"]).ok();
    assert!(same());
    assert_eq!(receipt(&bench, "h.fgb")["provenance"]["terms"], TERMS);
    bench.write("config/portals/mine.toml", file.replace(TERMS, "https://city.example/new-terms"));
    assert_eq!(bench.geohub(["sync", "--check"]).code, 10, "another receipt would be written now");
    bench.geohub(["sync"]).ok();
    assert!(same());
    assert_eq!(receipt(&bench, "h.fgb")["provenance"]["terms"], "https://city.example/new-terms");
}

#[test]
fn a_broken_portal_file_is_left_out_and_breaks_no_fetch() {
    let (areas, bench) = (hoods(), Bench::new());
    bench.write("config/portals/broken.toml", "id = ");
    bench.write("config/portals/mine.toml", portal(&[&areas.url()]));
    let reference = areas.layer_url("hoods", "FeatureServer", 0);
    let ran = bench.geohub(["fetch", &reference, "-o", "h.fgb", "-v"]);
    assert!(
        ran.stderr.contains("a portal file is left out") && ran.stderr.contains("broken.toml:1:"),
        "{}",
        ran.stderr
    );
    assert_eq!(receipt(&bench, "h.fgb")["provenance"]["terms"], TERMS);
    let ran = bench.geohub(["fetch", &reference, "-o", "i.fgb"]);
    assert!(ran.code == 0 && !ran.stderr.contains("broken.toml"), "{}", ran.stderr);
}
