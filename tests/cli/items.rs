//! The item of an ArcGIS layer: its licence, owner, credit and terms go where the rows go.
#![cfg(unix)]

use std::time::{Duration, Instant};

use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::city;
use geohub_testkit::net::{Act, Edit, Fault, Kind, Latency, On, Options};
use geohub_testkit::table::Table;
use serde_json::{Value, json};

use crate::run::{Bench, finish};

const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";

fn item(licence: &str) -> Value {
    json!({
        "id": ITEM, "title": "Parcels of the city", "owner": "lahub_admin", "accessInformation": "Bureau of Lots",
        "licenseInfo": licence, "description": "<p>Every <b>lot</b>.</p>", "modified": 1_549_114_505_000_i64,
    })
}

const LICENCE: &str =
    "<p>Under <a href='https://creativecommons.org/licenses/by/4.0/'>CC BY 4.0</a> &amp; no warranty</p>";

fn serve(rows: usize, items: Vec<Value>, request_ms: f64) -> Server {
    let mut text = Vec::new();
    city::write(city::Layer::Parcels, rows, 7, city::Format::GeoJson, &mut text).unwrap();
    let table = Table::from_geojson(std::str::from_utf8(&text).unwrap()).unwrap();
    let switches = Switches {
        cap: 100,
        item: Some(ITEM.to_owned()),
        copyright: "City of LA".to_owned(),
        moves: true,
        edit_field: Some("EditDate".to_owned()),
        ..Switches::default()
    };
    let net = Options { latency: Latency { request_ms, row_ms: 0.0 }, ..Options::default() };
    let mut config = Config::one("parcels", table, switches).net(net);
    config.items = items;
    Server::start(config).unwrap()
}

fn url(server: &Server) -> String {
    server.layer_url("parcels", "FeatureServer", 0)
}

fn on_item(act: Act, times: u64) -> Fault {
    Fault { on: On { path: Some("/portal/".to_owned()), ..On::default() }, act, times }
}

fn asked(server: &Server) -> usize {
    server.log().of(Kind::Other).iter().filter(|entry| entry.request.path.contains("/portal/")).count()
}

fn origin(bench: &Bench, out: &str) -> Value {
    let receipt: Value = serde_json::from_str(&bench.read(&format!("{out}.receipt.json"))).unwrap();
    receipt["provenance"].clone()
}

#[test]
fn what_the_item_says_goes_into_file_receipt_and_citation() {
    let (server, bench) = (serve(50, vec![item(LICENCE)], 0.0), Bench::new());
    bench.geohub(["fetch", &url(&server), "p.fgb"]).ok();
    let said = origin(&bench, "p.fgb");
    assert_eq!(said["licence"], "Under https://creativecommons.org/licenses/by/4.0/ CC BY 4.0 & no warranty");
    assert_eq!(said["terms"], "https://creativecommons.org/licenses/by/4.0/");
    assert_eq!((&said["owner"], &said["title"]), (&json!("lahub_admin"), &json!("parcels")));
    assert_eq!(said["attribution"], "City of LA; Bureau of Lots");
    assert_eq!(said["description"], "Every lot .");
    let cited = bench.geohub(["cite", "p.fgb"]).ok();
    assert!(cited.contains("(CC-BY)") && cited.contains("lahub_admin"), "{cited}");
    // The file itself has it: without its receipt nothing is lost.
    std::fs::remove_file(bench.path("p.fgb.receipt.json")).unwrap();
    bench.geohub(["convert", "p.fgb", "p.csv"]).ok();
    assert_eq!(origin(&bench, "p.csv")["parents"][0]["owner"], "lahub_admin");
    let info = bench.geohub(["info", &url(&server), "--json"]).ok();
    assert_eq!(
        serde_json::from_str::<Value>(&info).unwrap()["layers"][0]["provenance"]["owner"],
        "lahub_admin"
    );
}

#[test]
fn an_item_that_cannot_be_had_is_no_reason_to_do_without_the_rows() {
    let huge = format!("{{\"id\":\"{ITEM}\",\"licenseInfo\":\"{}\"}}", "x".repeat(6 << 20));
    let status = |code, body: &str| Act::Status { code, body: body.to_owned(), headers: [].into() };
    for (act, words) in [
        (status(404, "{}"), "not found"),
        (status(503, "{}"), "/portal/"),
        (status(200, &huge), "more than 4 MB"),
        (status(200, "[1, 2]"), "not what was asked for"),
        (status(200, "{\"id\":\"other\"}"), "another item"),
        (
            Act::Json200 { body: json!({"error": {"code": 403, "message": "You do not have permissions"}}) },
            "permissions",
        ),
        (
            Act::TooManyRequests {
                retry_after: serde_json::from_str("{\"seconds\":60}").unwrap_or_default(),
            },
            "/portal/",
        ),
        (Act::TruncatedJson { bytes: Some(20) }, "cut short"),
        (Act::Html200, "people"),
        (Act::Reset, "/portal/"),
        (Act::Slow { delay_ms: 20_000, bytes_per_s: 0 }, "in 5.0 s"),
    ] {
        let (server, bench) = (serve(50, vec![item(LICENCE)], 0.0), Bench::new());
        server.fault(on_item(act, 0));
        let begun = Instant::now();
        let ran = bench.geohub(["fetch", &url(&server), "p.fgb", "-v"]);
        assert!(begun.elapsed() < Duration::from_secs(9), "{words}: {:?}", begun.elapsed());
        let told = ran.stderr.contains("its item cannot be had") && ran.stderr.contains(words);
        assert!(told && !ran.stderr.contains("warning"), "{words}: {}", ran.stderr);
        ran.ok();
        assert_eq!(asked(&server), 1, "{words}");
        let said = origin(&bench, "p.fgb");
        assert_eq!((said.get("licence"), said.get("owner")), (None, None), "{words}");
        assert_eq!(said["attribution"], "City of LA");
        assert!(bench.geohub(["cite", "p.fgb"]).ok().contains("licence      not stated"));
    }
}

/// Kills a download once some pages are here and it is ripe.
fn kill(bench: &Bench, reference: &str, ripe: impl Fn() -> bool) {
    let mut child = bench.command().args(["fetch", reference, "p.fgb", "-q"]).spawn().unwrap();
    let begun = Instant::now();
    let journal = bench.path("p.fgb.geohub-partial");
    let pages =
        || std::fs::read_to_string(journal.join("journal.jsonl")).map_or(0, |text| text.lines().count());
    while pages() < 3 || !ripe() {
        assert!(begun.elapsed() < Duration::from_secs(30), "no page came");
        std::thread::sleep(Duration::from_millis(3));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_download_that_goes_on_has_what_was_said_when_it_began() {
    let (server, bench) = (serve(2000, vec![item(LICENCE)], 15.0), Bench::new());
    bench.geohub(["fetch", &url(&server), "whole.fgb"]).ok();
    let whole = std::fs::read(bench.path("whole.fgb")).unwrap();
    kill(&bench, &url(&server), || bench.path("p.fgb.geohub-partial/item.json").exists());
    // Changed meanwhile, and then gone: the bytes are those of an undisturbed run.
    server.fault(on_item(Act::Json200 { body: item("another licence") }, 0));
    server.log().clear();
    let ran = bench.geohub(["fetch", &url(&server), "p.fgb"]);
    assert!(ran.stderr.contains("resuming"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(asked(&server), 0);
    assert!(std::fs::read(bench.path("p.fgb")).unwrap() == whole);
    // Begun anew it is asked anew.
    bench.geohub(["fetch", &url(&server), "p.fgb", "--overwrite"]).ok();
    assert_eq!(origin(&bench, "p.fgb")["licence"], "another licence");
}

#[test]
fn what_was_not_said_to_the_first_run_may_be_said_to_the_next() {
    let (server, bench) = (serve(2000, vec![item(LICENCE)], 15.0), Bench::new());
    bench.geohub(["fetch", &url(&server), "whole.fgb"]).ok();
    server.log().clear();
    server.fault(on_item(Act::Status { code: 503, body: "{}".to_owned(), headers: [].into() }, 1));
    kill(&bench, &url(&server), || asked(&server) > 0);
    assert!(!bench.path("p.fgb.geohub-partial/item.json").exists());
    let ran = bench.geohub(["fetch", &url(&server), "p.fgb"]);
    assert!(ran.stderr.contains("resuming"), "{}", ran.stderr);
    ran.ok();
    let bytes = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert!(bytes("p.fgb") == bytes("whole.fgb"));
}

#[test]
fn whoever_only_looks_asks_no_item_and_a_portal_that_is_down_takes_no_licence_away() {
    let (server, bench) = (serve(120, vec![item(LICENCE)], 0.0), Bench::new());
    bench.write("geohub.toml", format!("[layers.p]\nreference = \"{}\"\noutput = \"p.fgb\"\n", url(&server)));
    bench.geohub(["sync"]).ok();
    assert_eq!(asked(&server), 1);
    server.log().clear();
    for args in [&["sync", "--check"][..], &["count", &url(&server)], &["verify", "--remote", "p.fgb"]] {
        finish(bench.command().args(args)).ok();
    }
    assert_eq!(asked(&server), 0, "nobody asks");
    server.fault(on_item(Act::Reset, 0));
    server.edit(&Edit::Wait { ms: 86_400_000 });
    server.edit(&Edit::DeleteAt { position: 5 });
    let ran = finish(bench.command().args(["sync", "-v"]));
    assert!(ran.stderr.contains("1 removed") && ran.stderr.contains("item cannot be had"), "{}", ran.stderr);
    assert_eq!(origin(&bench, "p.fgb")["owner"], "lahub_admin");
    // Made private it is no longer said.
    let refused = json!({"error": {"code": 403, "message": "You do not have permissions"}});
    let (server, bench) = (serve(120, vec![item(LICENCE)], 0.0), Bench::new());
    bench.write("geohub.toml", format!("[layers.p]\nreference = \"{}\"\noutput = \"p.fgb\"\n", url(&server)));
    bench.geohub(["sync"]).ok();
    server.fault(on_item(Act::Json200 { body: refused }, 0));
    server.edit(&Edit::Wait { ms: 86_400_000 });
    server.edit(&Edit::DeleteAt { position: 5 });
    bench.geohub(["sync"]).ok();
    assert_eq!(origin(&bench, "p.fgb").get("owner"), None);
}

#[test]
fn a_token_for_the_layer_does_not_go_to_the_portal_that_has_its_item() {
    const TOKEN: &str = "s3cret-of-the-layer-0123456789";
    let (layer, portal, bench) =
        (serve(50, Vec::new(), 0.0), serve(5, vec![item(LICENCE)], 0.0), Bench::new());
    let info = json!({"currentVersion": 11.2, "owningSystemUrl": format!("{}/portal", portal.url())});
    let on = On { path: Some("/arcgis/rest/info".to_owned()), ..On::default() };
    layer.fault(Fault { on, act: Act::Json200 { body: info }, times: 0 });
    let variable = format!("GEOHUB_TOKEN_127_0_0_1_{}", layer.address().port());
    finish(bench.command().env(variable, TOKEN).args(["fetch", &url(&layer), "p.fgb"])).ok();
    assert_eq!(origin(&bench, "p.fgb")["owner"], "lahub_admin");
    let seen = |server: &Server| {
        server.log().entries().iter().any(|entry| format!("{:?}", entry.request).contains(TOKEN))
    };
    assert!(seen(&layer) && !seen(&portal));
    assert_eq!(asked(&portal), 1);
}
