//! Commands that may not use the network answer from what earlier ones left.

use geohub_testkit::catalogue::{Config as Catalogues, Record, Server as Catalogue};
use geohub_testkit::net::Server;
use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, socrata};
use serde_json::Value;

use crate::portals::file;
use crate::run::{Bench, Ran, finish, repository};

const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";

fn table(name: &str) -> Table {
    Table::open(&repository("data").join(name)).unwrap()
}

fn areas() -> arcgis::Server {
    let table = table("neighborhoods.geojson");
    arcgis::Server::start(arcgis::Config::one("hoods", table, arcgis::Switches::default())).unwrap()
}

fn points() -> socrata::Server {
    let source = socrata::Source::new("mete-0001", table("meters.csv")).location("Lat", "Long");
    socrata::Server::start(socrata::Config::one(source)).unwrap()
}

fn url(server: &arcgis::Server) -> String {
    server.layer_url("hoods", "FeatureServer", 0)
}

fn run(bench: &Bench, args: &[&str]) -> Ran {
    finish(bench.command().args(args))
}

/// Runs without a network; nobody is asked.
#[track_caller]
fn offline(bench: &Bench, server: &Server, args: &[&str]) -> Ran {
    let before = server.log().entries().len();
    let ran = run(bench, &[args, &["--offline"]].concat());
    assert_eq!(server.log().entries().len(), before, "{args:?} asks nobody");
    ran
}

#[test]
fn info_tells_what_it_told_and_when_that_was() {
    let (server, soda, bench) = (areas(), points(), Bench::new());
    let soda_layer = format!("socrata:{}/mete-0001", soda.url());
    for (reference, net) in [(url(&server), &*server), (soda_layer, &*soda)] {
        let never = offline(&bench, net, &["info", &reference]).failed(5);
        assert!(
            never.contains("--offline forbids the network") && never.contains("once with a network"),
            "{never}"
        );
        let online = run(&bench, &["info", &reference]).ok();
        let ran = offline(&bench, net, &["info", &reference]);
        assert!(ran.stderr.contains("as it was on 20") && ran.stderr.contains("UTC"), "{}", ran.stderr);
        assert_eq!(ran.ok(), online);
        let json = offline(&bench, net, &["info", &reference, "--json"]).ok();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert!(json["layers"][0]["as_of"].as_str().unwrap().ends_with('Z'), "{json}");
    }
    // A download tells as much; a selection does not take the count of all rows away.
    let bench = Bench::new();
    run(&bench, &["fetch", &url(&server), "h.fgb"]).ok();
    assert!(offline(&bench, &server, &["info", &url(&server)]).ok().contains("features  40\n"));
    run(&bench, &["fetch", &url(&server), "few.fgb", "--where", "COUNCIL = 1"]).ok();
    assert!(offline(&bench, &server, &["info", &url(&server)]).ok().contains("features  40\n"));
}

#[test]
fn a_file_that_was_downloaded_answers_for_its_layer() {
    let (server, soda, bench) = (areas(), points(), Bench::new());
    let (hoods, meters) = (url(&server), format!("socrata:{}/mete-0001", soda.url()));
    run(&bench, &["fetch", &hoods, "h.fgb"]).ok();
    run(&bench, &["fetch", &meters, "m.parquet"]).ok();
    // The copy is the download's: its receipt counts and can be compared with the source.
    run(&bench, &["fetch", &hoods, "copy.fgb", "--offline"]).ok();
    let same = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert!(same("copy.fgb") == same("h.fgb"));
    assert_eq!(run(&bench, &["verify", "copy.fgb", "--remote"]).code, 0);
    let selection =
        ["--where", "POPULATION > 20000 AND NAME LIKE '%a%'", "--bbox", "-118.4,33.9,-118.2,34.2"];
    for (number, command) in [
        &["fetch", &hoods][..],
        &[&["fetch", &hoods][..], &selection].concat(),
        &[&["query", &hoods][..], &selection].concat(),
        &["convert", &meters],
        &["join", &meters, &hoods, "--right-fields", "NAME"],
        &["join", &hoods, &meters, "--agg", "n=count()"],
        &["query", &meters, "--within", "h.fgb", "--fields", "spaceid"],
    ]
    .into_iter()
    .enumerate()
    {
        let (online, out) = (format!("on{number}.geojson"), format!("off{number}.geojson"));
        run(&bench, &[command, &["-o", &online]].concat()).ok();
        let ran = offline(&bench, &server, &[command, &["-o", &out]].concat());
        assert!(
            ran.stderr.contains("as it was on 20") && ran.stderr.contains("UTC, out of "),
            "{}",
            ran.stderr
        );
        ran.ok();
        let differ = run(&bench, &["diff", &online, &out]);
        assert_eq!(differ.code, 0, "{command:?}: {} {}", differ.stdout, differ.stderr);
        let origin = |name: &str| {
            let text = bench.read(&format!("{name}.receipt.json"));
            serde_json::from_str::<Value>(&text).unwrap()["provenance"].clone()
        };
        let plain = |mut origin: Value| {
            for source in origin["parents"].as_array_mut().into_iter().flatten() {
                source["retrieved"].take();
                source["query"].take();
            }
            (origin["service_url"].clone(), origin["owner"].clone(), origin["parents"].clone())
        };
        assert_eq!(plain(origin(&online)), plain(origin(&out)), "{command:?}");
    }
    assert_eq!(offline(&bench, &server, &["count", &meters]).ok(), "1500\n");
}

#[test]
fn only_what_a_file_has_is_taken_from_it() {
    let (server, bench) = (areas(), Bench::new());
    let hoods = url(&server);
    let part = ["fetch", &hoods, "part.fgb", "--where", "COUNCIL = 4"];
    run(&bench, &part).ok();
    for args in [
        &["fetch", &hoods, "x.fgb"][..],
        &["fetch", &hoods, "x.fgb", "--where", "COUNCIL = 5"],
        &["fetch", &hoods, "x.fgb", "--where", "COUNCIL = 4", "--domains", "code"],
        &["query", &hoods, "--where", "COUNCIL = 4", "-o", "x.geojson"],
        &["count", &hoods],
    ] {
        let refused = offline(&bench, &server, args).failed(5);
        assert!(refused.contains("--offline forbids"), "{args:?} {refused}");
    }
    let refused = offline(&bench, &server, &["fetch", &hoods, "x.fgb"]).failed(5);
    assert!(
        refused.contains("part.fgb, fetched on 20") && refused.contains("has a selection of it"),
        "{refused}"
    );
    offline(&bench, &server, &["fetch", &hoods, "same.fgb", "--where", "COUNCIL = 4"]).ok();
    let same = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert!(same("same.fgb") == same("part.fgb"));

    run(&bench, &["fetch", &hoods, "h.fgb"]).ok();
    offline(&bench, &server, &["count", &hoods]).ok();
    // A pasted condition is in the server's words.
    offline(&bench, &server, &["count", &format!("{hoods}/query?where=COUNCIL%3D4&f=json")]).failed(5);
    offline(&bench, &server, &["fetch", &hoods, "x.fgb", "--server-where", "COUNCIL = 4"]).failed(5);
    let whole = std::fs::read(bench.path("h.fgb")).unwrap();
    let mut spoiled = whole.clone();
    spoiled[3000] ^= 1;
    bench.write("h.fgb", spoiled);
    let changed = offline(&bench, &server, &["count", &hoods]).failed(5);
    assert!(changed.contains("h.fgb") && changed.contains("is another file now"), "{changed}");
    std::fs::remove_file(bench.path("h.fgb")).unwrap();
    assert!(offline(&bench, &server, &["count", &hoods]).failed(5).contains("is gone"));
    bench.write("h.fgb", whole);
    offline(&bench, &server, &["count", &hoods]).ok();
}

/// Every file of the cache, by its folder.
fn kept(bench: &Bench) -> Vec<std::path::PathBuf> {
    let mut open =
        vec![bench.path("cache/layers"), bench.path("cache/downloads"), bench.path("cache/addresses")];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.exists() {
            files.push(path);
        }
    }
    files
}

#[test]
fn references_lead_where_they_led_and_what_is_damaged_is_nothing() {
    let (server, bench) = (areas(), Bench::new());
    let service = url(&server).trim_end_matches("/0").to_owned();
    let records = vec![Record::layer(ITEM, "The Hoods", &service)];
    let catalogue = Catalogue::start(Catalogues::new(records)).unwrap();
    let base = catalogue.url();
    let alias =
        format!("[aliases.hoods]\nref = \"item:{ITEM}\"\ntitle = \"x\"\nsource = \"https://x.invalid/\"\n");
    bench.write("config/portals/mine.toml", file("mine", &base) + "\n" + &alias);
    let slug = format!("{base}/datasets/city::the-hoods/about?secret=s3cr3t-in-page");
    for reference in ["mine:hoods", &format!("item:{base}/{ITEM}"), &slug] {
        run(&bench, &["info", reference]).ok();
        let ran = offline(&bench, &catalogue, &["info", reference]);
        assert!(ran.stderr.contains("as it was on 20"), "{}", ran.stderr);
        ran.ok();
    }
    run(&bench, &["fetch", "mine:hoods", "h.fgb"]).ok();
    assert_eq!(offline(&bench, &catalogue, &["count", "mine:hoods"]).ok(), "40\n");
    // The layer by its own address is the same.
    assert_eq!(offline(&bench, &server, &["count", &url(&server)]).ok(), "40\n");
    let with_token = format!("{}?token=s3cr3t-in-address", url(&server));
    run(&bench, &["info", &with_token]).ok();
    offline(&bench, &server, &["info", &with_token]).ok();

    let files = kept(&bench);
    assert!(files.len() >= 5, "{files:?}");
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("s3cr3t"), "{text}");
        std::fs::write(path, &text[..text.len() / 2]).unwrap();
    }
    for args in [["info", "mine:hoods"], ["count", "mine:hoods"], ["count", &url(&server)]] {
        offline(&bench, &catalogue, &args).failed(5);
    }
    run(&bench, &["info", "mine:hoods"]).ok();
    offline(&bench, &catalogue, &["info", "mine:hoods"]).ok();
}
