//! Downloads that are killed or interrupted, and the same command typed again.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::{Duration, Instant};

use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::city;
use geohub_testkit::net::{Act, Fault, Kind, Latency, Options};
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::run::{Bench, finish};

const ROWS: usize = 2000;

fn serve(request_ms: f64) -> Server {
    let mut text = Vec::new();
    city::write(city::Layer::Parcels, ROWS, 7, city::Format::GeoJson, &mut text).unwrap();
    let table = Table::from_geojson(std::str::from_utf8(&text).unwrap()).unwrap();
    let latency = Latency { request_ms, row_ms: 0.0 };
    let switches = Switches { cap: 100, ..Switches::default() };
    let net = Options { latency, ..Options::default() };
    Server::start(Config::one("parcels", table, switches).net(net)).unwrap()
}

fn url(server: &Server) -> String {
    server.layer_url("parcels", "FeatureServer", 0)
}

fn start(bench: &Bench, reference: &str, out: &str) -> Child {
    let mut command = bench.command();
    command.args(["fetch", reference, "-o", out, "-q"]).spawn().unwrap()
}

/// Waits until so many pages are in the journal.
fn wait_for_pages(bench: &Bench, out: &str, pages: usize) {
    let journal = bench.path(&format!("{out}.geohub-partial/journal.jsonl"));
    let begun = Instant::now();
    while std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count()) < pages {
        assert!(begun.elapsed() < Duration::from_secs(30), "no page came");
        std::thread::sleep(Duration::from_millis(3));
    }
}

fn again(bench: &Bench, reference: &str, out: &str) -> Value {
    let ran = bench.geohub(["fetch", reference, "-o", out, "--json"]);
    serde_json::from_str(&ran.ok()).unwrap()
}

#[test]
fn whatever_ends_a_fetch_the_same_command_goes_on_to_the_same_bytes() {
    let bench = Bench::new();
    let server = serve(10.0);
    let reference = url(&server);
    for out in ["out.fgb", "out.geojson", "out.parquet"] {
        let whole = again(&bench, &reference, &format!("whole-{out}"));
        let undisturbed = std::fs::read(bench.path(&format!("whole-{out}"))).unwrap();
        for (moment, (signal, code)) in
            [("-KILL", 137), ("-INT", 130), ("-TERM", 143), ("-KILL", 137)].into_iter().enumerate()
        {
            server.log().clear();
            let mut child = start(&bench, &reference, out);
            wait_for_pages(&bench, out, 2 + moment * 4);
            finish(bench.command_named("kill").args([signal, &child.id().to_string()]));
            let status = child.wait().unwrap();
            let ended = status.code().or_else(|| status.signal().map(|number| 128 + number));
            assert_eq!(ended, Some(code));
            assert!(!bench.path(out).exists());
            let value = again(&bench, &reference, out);
            assert!(value["resumed_rows"].as_u64().unwrap() >= 200 * (1 + moment as u64), "{value}");
            assert!(std::fs::read(bench.path(out)).unwrap() == undisturbed, "{out} after {signal}");
            assert!(!bench.path(&format!("{out}.geohub-partial")).exists());
            let pages = server.log().of(Kind::Page).len() as u64;
            let most = whole["requests"].as_u64().unwrap() + 8;
            assert!(pages <= most, "{pages} pages, {most} would do");
            let receipt: Value = serde_json::from_str(&bench.read(&format!("{out}.receipt.json"))).unwrap();
            assert_eq!(receipt["resumed_rows"], value["resumed_rows"]);
            std::fs::remove_file(bench.path(out)).unwrap();
        }
    }
}

#[test]
fn a_second_run_is_told_who_works_there_and_fresh_starts_over() {
    let bench = Bench::new();
    let server = serve(60.0);
    let reference = url(&server);
    let mut child = start(&bench, &reference, "out.fgb");
    wait_for_pages(&bench, "out.fgb", 3);
    let second = bench.geohub(["fetch", &reference, "-o", "out.fgb"]).failed(1);
    assert!(second.contains(&format!("in use by process {}", child.id())), "{second}");
    child.kill().unwrap();
    child.wait().unwrap();
    let other = bench.geohub(["fetch", &reference, "-o", "out.fgb", "--limit", "150"]);
    assert!(other.stderr.contains("starting over: the query is another one"), "{}", other.stderr);
    other.ok();
    std::fs::remove_file(bench.path("out.fgb")).unwrap();
    let mut child = start(&bench, &reference, "out.fgb");
    wait_for_pages(&bench, "out.fgb", 3);
    child.kill().unwrap();
    child.wait().unwrap();
    let fresh = bench.geohub(["fetch", &reference, "-o", "out.fgb", "--fresh", "--json"]);
    let value: Value = serde_json::from_str(&fresh.ok()).unwrap();
    assert_eq!(value["resumed_rows"], 0);
}

#[test]
fn rows_that_never_come_end_in_six_unless_a_part_is_welcome() {
    let bench = Bench::new();
    let server = serve(0.0);
    let reference = url(&server);
    let ids: Vec<String> = (0..90).map(|at| (37 + at).to_string()).collect();
    server.fault(Fault::at(Kind::Page, 1, Act::DropRows { ids }).times(0));
    let said = bench.geohub(["fetch", &reference, "-o", "out.csv"]).failed(6);
    assert!(said.contains("missing ids: 37,") && said.contains("missing.json"), "{said}");
    let missing: Value = serde_json::from_str(&bench.read("out.csv.geohub-partial/missing.json")).unwrap();
    let named = missing["missing_ids"].as_array().unwrap().len();
    assert!(named > 20 && !bench.path("out.csv").exists());
    server.log().clear();
    let ran = bench.geohub(["fetch", &reference, "-o", "out.csv", "--allow-partial", "--json"]);
    assert!(ran.stderr.contains("--allow-partial"), "{}", ran.stderr);
    let value: Value = serde_json::from_str(&ran.ok()).unwrap();
    assert_eq!((&value["complete"], &value["features"]), (&Value::Bool(false), &Value::from(ROWS - named)));
    assert!(server.log().of(Kind::Page).len() < 5);
    let receipt: Value = serde_json::from_str(&bench.read("out.csv.receipt.json")).unwrap();
    assert_eq!(receipt["proof"]["missing_ids"], missing["missing_ids"]);
    assert!(!bench.path("out.csv.geohub-partial").exists());
}
