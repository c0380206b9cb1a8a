//! Layers of a `geohub.toml`, kept up to date.
#![cfg(unix)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use geohub_testkit::net::{Edit, Server};
use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, socrata};
use serde_json::Value;

use crate::run::{Bench, Ran, finish, repository};

fn table(name: &str) -> Table {
    Table::open(&repository("data").join(name)).unwrap()
}

fn tracked() -> arcgis::Switches {
    arcgis::Switches { moves: true, edit_field: Some("EditDate".to_owned()), ..arcgis::Switches::default() }
}

/// So many services and so many datasets, each of two hundred points or so.
fn portals(services: usize, datasets: usize) -> (arcgis::Server, socrata::Server) {
    let mut config = arcgis::Config::default();
    for number in 0..services {
        config = config.and(&format!("layer{number}"), table("neighborhoods.geojson"), tracked());
    }
    let mut soda = socrata::Config::default();
    for number in 0..datasets {
        let source = socrata::Source::new(&dataset(number), table("meters.csv")).location("Lat", "Long");
        soda = soda.and(source);
    }
    (arcgis::Server::start(config).unwrap(), socrata::Server::start(soda).unwrap())
}

fn dataset(number: usize) -> String {
    format!("abcd-{number:04}")
}

/// A configuration of every layer of both portals.
fn configure(
    bench: &Bench,
    arcgis: &arcgis::Server,
    services: usize,
    soda: &socrata::Server,
    datasets: usize,
) {
    let mut text = String::new();
    for number in 0..services {
        let reference = arcgis.layer_url(&format!("layer{number}"), "FeatureServer", 0);
        writeln!(text, "[layers.a{number}]\nreference = \"{reference}\"\noutput = \"a{number}.fgb\"\n")
            .unwrap();
    }
    for number in 0..datasets {
        let reference = format!("socrata:{}/{}", soda.url(), dataset(number));
        writeln!(text, "[layers.s{number}]\nreference = \"{reference}\"\noutput = \"s{number}.geojson\"\n")
            .unwrap();
    }
    bench.write("geohub.toml", text);
}

fn edit(server: &Server, layer: &str, edit: Edit) {
    server.edit(&Edit::In { layer: layer.to_owned(), edit: Box::new(edit) });
}

fn change(field: &str, value: &str) -> Edit {
    Edit::Change { position: 3, field: field.to_owned(), value: value.into() }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{} {}", ran.stdout, ran.stderr))
}

fn status<'a>(found: &'a Value, name: &str) -> &'a Value {
    found["layers"].as_array().unwrap().iter().find(|layer| layer["name"] == name).unwrap()
}

/// The output equals a fresh download in another folder.
#[track_caller]
fn fresh(bench: &Bench, reference: &str, output: &str) {
    let other = format!("fresh/{output}");
    std::fs::create_dir_all(bench.path("fresh")).unwrap();
    finish(bench.command().args(["fetch", reference, "-o", &other, "--overwrite"])).ok();
    let bytes = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert!(bytes(output) == bytes(&other), "{output}");
}

#[test]
fn layers_are_fetched_once_and_then_only_what_changed() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(1, 1);
    configure(&bench, &arcgis, 1, &soda, 1);
    let check = json_of(&bench, ["sync", "--check", "--json"], 10);
    assert_eq!(
        (status(&check, "a0")["status"].as_str(), check["requests"].as_u64()),
        (Some("stale"), Some(0))
    );
    assert!(
        !bench.path("geohub.lock").exists() && !bench.path(".geohub").exists(),
        "a check changes nothing"
    );

    let all = json_of(&bench, ["sync", "--json"], 0);
    assert_eq!(all["updated"], 2);
    assert!(bench.path("a0.fgb.receipt.json").exists() && bench.path("geohub.lock").exists());
    let lock = bench.read("geohub.lock");
    assert_eq!(json_of(&bench, ["sync", "--check", "--json"], 0)["stale"], 0);
    assert_eq!(json_of(&bench, ["sync", "--json"], 0)["updated"], 0);
    assert_eq!(bench.read("geohub.lock"), lock, "nothing changed, nothing is written");

    edit(&soda, &dataset(0), change("blockface", "another"));
    edit(&soda, &dataset(0), Edit::DeleteAt { position: 7 });
    let check = json_of(&bench, ["sync", "--check", "--json"], 10);
    assert_eq!(status(&check, "s0")["status"], "stale");
    assert_eq!(status(&check, "a0")["status"], "fresh");
    let done = json_of(&bench, ["sync", "--json"], 0);
    let changes = &status(&done, "s0")["changes"];
    assert_eq!((changes["changed"].as_u64(), changes["removed"].as_u64()), (Some(1), Some(1)), "{done}");
    fresh(&bench, &format!("socrata:{}/{}", soda.url(), dataset(0)), "s0.geojson");
    fresh(&bench, &arcgis.layer_url("layer0", "FeatureServer", 0), "a0.fgb");
    assert_eq!(bench.geohub(["sync", "--check", "s0"]).code, 0);
}

fn json_of<const N: usize>(bench: &Bench, args: [&str; N], code: i32) -> Value {
    let ran = bench.geohub(args);
    assert_eq!(ran.code, code, "{} {}", ran.stdout, ran.stderr);
    json(&ran)
}

#[test]
fn outputs_and_options_that_others_changed_are_noticed() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(1, 0);
    configure(&bench, &arcgis, 1, &soda, 0);
    bench.geohub(["sync"]).ok();
    let whole = std::fs::read(bench.path("a0.fgb")).unwrap();
    for spoil in [
        &(|path: &Path| std::fs::remove_file(path).unwrap()) as &dyn Fn(&Path),
        &|path| std::fs::write(path, "mine").unwrap(),
        // Of the same size.
        &|path| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[5000] ^= 1;
            std::fs::write(path, bytes).unwrap();
        },
    ] {
        spoil(&bench.path("a0.fgb"));
        assert_eq!(bench.geohub(["sync", "--check"]).code, 10);
        bench.geohub(["sync"]).ok();
        assert!(std::fs::read(bench.path("a0.fgb")).unwrap() == whole);
        assert_eq!(bench.geohub(["sync", "--check"]).code, 0);
    }
    // A file that was only touched is read once and is the same.
    std::fs::write(bench.path("a0.fgb"), &whole).unwrap();
    assert_eq!(bench.geohub(["sync", "--check"]).code, 0);

    let text = bench.read("geohub.toml");
    bench.write("geohub.toml", format!("{text}fields = [\"OBJECTID\"]\n"));
    let check = bench.geohub(["sync", "--check"]);
    assert_eq!(check.code, 10);
    assert!(check.stderr.contains("options"), "{}", check.stderr);
    bench.geohub(["sync"]).ok();
    assert!(std::fs::read(bench.path("a0.fgb")).unwrap() != whole);
    bench.write("geohub.toml", text.replace("a0.fgb", "b.fgb"));
    bench.geohub(["sync"]).ok();
    assert!(std::fs::read(bench.path("b.fgb")).unwrap() == whole);
    // What sync has not written it does not replace.
    bench.write("c.fgb", "mine");
    bench.write("geohub.toml", text.replace("a0.fgb", "c.fgb").replace("layers.a0", "layers.c"));
    let refused = bench.geohub(["sync"]).failed(2);
    assert!(refused.contains("was not written by sync"), "{refused}");
    assert_eq!(bench.read("c.fgb"), "mine");
}

#[test]
fn whatever_is_wrong_in_the_list_is_told_with_its_place() {
    let bench = Bench::new();
    let layer = "[layers.a]\nreference = \"socrata:h.org/abcd-1234\"\noutput = \"a.fgb\"\n";
    for (text, place, words) in [
        ("[layers.a]\noutput = \"a.fgb\"\n".to_owned(), "1:1", "missing field `reference`"),
        (format!("{layer}bbx = 1\n"), "4:1", "unknown field `bbx`"),
        (format!("layer = 3\n{layer}"), "1:1", "unknown field `layer`"),
        (format!("{layer}limit = \"many\"\n"), "4:9", "invalid type"),
        (format!("{layer}bbox = \"1,2,3\"\n"), "4:8", "west,south,east,north"),
        (format!("{layer}bbox = [1, 2, 3]\n"), "4:8", "a rectangle"),
        (format!("{layer}where = \"a = \"\n"), "4:9", "expect"),
        (format!("{layer}to_crs = \"EPSG:1\"\n"), "4:10", "EPSG:1"),
        (format!("{layer}domains = \"all\"\n"), "4:11", "\"both\""),
        (format!("{layer}precision = 30\n"), "4:13", "17"),
        (format!("{layer}limit = = 3\n"), "4:9", ""),
        (layer.replace("socrata:h.org/", "file:"), "2:13", "no reference"),
        (layer.replace("a.fgb", "a.xyz"), "3:10", "a.xyz"),
        (layer.replace("layers.a", "layers.'a/b'"), "1:9", "no name of a layer"),
        (format!("{layer}{}", layer.replace("layers.a", "layers.b")), "6:10", "`a` has the same output"),
    ] {
        bench.write("geohub.toml", &text);
        let error = bench.geohub(["sync"]).failed(2);
        assert!(
            error.contains(&format!("geohub.toml:{place}: ")) && error.contains(words),
            "{text}\n{error}"
        );
    }
    bench.write("geohub.toml", layer);
    assert!(bench.geohub(["sync", "aa"]).failed(2).contains("did you mean a?"));
    assert!(bench.geohub(["sync", "--config", "none.toml"]).failed(3).contains("docs/sync.md"));
}

#[test]
fn dead_references_keep_the_file_and_name_candidates() {
    let bench = Bench::new();
    let mut soda = socrata::Config::default();
    for (id, name) in [("abcd-0001", "Meters"), ("abcd-0002", "meters"), ("abcd-0003", "Other")] {
        let source = socrata::Source::new(id, table("meters.csv")).location("Lat", "Long");
        soda = soda.and(socrata::Source { name: name.to_owned(), ..source });
    }
    let soda = socrata::Server::start(soda).unwrap();
    let (hoods, item) = (|| table("neighborhoods.geojson"), Some("0123456789abcdef".to_owned()));
    let config = arcgis::Config::default()
        .and("hoods", hoods(), arcgis::Switches { item, ..tracked() })
        .and("Plan/hoods", hoods(), tracked())
        .and("other", hoods(), tracked());
    let arcgis = arcgis::Server::start(config).unwrap();
    bench.write("geohub.toml", {
        let layer = |name: &str, reference: &str| {
            format!("[layers.{name}]\nreference = \"{reference}\"\noutput = \"{name}.fgb\"\n")
        };
        [
            layer("moved", &format!("socrata:{}/abcd-0001", soda.url())),
            layer("private", &format!("socrata:{}/abcd-0003", soda.url())),
            layer("deleted", &arcgis.layer_url("hoods", "FeatureServer", 0)),
            layer("secret", &arcgis.layer_url("other", "FeatureServer", 0)),
        ]
        .concat()
    });
    bench.geohub(["sync"]).ok();
    let before = std::fs::read(bench.path("moved.fgb")).unwrap();
    let lock = bench.read("geohub.lock");
    edit(&soda, "abcd-0001", Edit::Gone { gone: true });
    edit(&soda, "abcd-0003", Edit::Private { private: true });
    edit(&arcgis, "hoods", Edit::Gone { gone: true });
    edit(&arcgis, "other", Edit::Private { private: true });
    for args in [["sync", "--json"], ["sync", "--check"]] {
        let ran = bench.geohub(args);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        if args[1] == "--check" {
            assert!(
                ran.stderr.contains("was moved") && ran.stderr.contains("stays as it is"),
                "{}",
                ran.stderr
            );
            assert!(ran.stderr.contains("hint: of the same title"), "{}", ran.stderr);
            continue;
        }
        let found = json(&ran);
        let fate = |name: &str| status(&found, name)["fate"].clone();
        assert_eq!(fate("moved")["lot"], "moved");
        let candidate = fate("moved")["candidates"][0]["reference"].as_str().unwrap().to_owned();
        assert_eq!(candidate, format!("socrata:{}/abcd-0002", soda.url()));
        assert_eq!(fate("private")["lot"], "private");
        assert_eq!(fate("secret")["lot"], "private");
        assert_eq!(fate("deleted")["lot"], "deleted_or_private", "{found} {}", ran.stderr);
        assert!(fate("deleted")["words"].as_str().unwrap().contains("inaccessible"));
    }
    assert!(std::fs::read(bench.path("moved.fgb")).unwrap() == before);
    assert_eq!(bench.read("geohub.lock"), lock);
}

#[test]
fn a_layer_under_another_number_or_address_is_found() {
    let bench = Bench::new();
    let hoods = || arcgis::Layer::new("Hoods", table("neighborhoods.geojson"), tracked());
    let item = serde_json::json!({"id": "fedc", "title": "Roads", "url": "https://new.example/arcgis/rest/services/Roads/FeatureServer"});
    let roads = arcgis::Switches { item: Some("fedc".to_owned()), ..tracked() };
    let other = arcgis::Layer::new("Other", table("neighborhoods.geojson"), tracked());
    let mut config = arcgis::Config::one("roads", table("neighborhoods.geojson"), roads);
    let service = |name: &str, layers| arcgis::Service { name: name.to_owned(), layers };
    config.services.push(service(
        "City/Base",
        vec![arcgis::Layer::new("hoods ", table("neighborhoods.geojson"), tracked()), other, hoods()],
    ));
    config.services.push(service("City/Areas", vec![hoods()]));
    config.items.push(item);
    let server = arcgis::Server::start(config).unwrap();
    let areas = server.layer_url("City/Areas", "FeatureServer", 0);
    let roads = server.layer_url("roads", "FeatureServer", 0);
    bench.write(
        "geohub.toml",
        format!("[layers.a]\nreference = \"{areas}\"\noutput = \"a.fgb\"\n[layers.r]\nreference = \"{roads}\"\noutput = \"r.fgb\"\n"),
    );
    bench.geohub(["sync"]).ok();
    edit(&server, "roads", Edit::Gone { gone: true });
    // Every layer of its service: the other one, called the same, is elsewhere.
    edit(&server, "Hoods", Edit::Gone { gone: true });
    let found = json(&bench.geohub(["sync", "--json"]));
    let fate = |name: &str| status(&found, name)["fate"].clone();
    assert_eq!(fate("a")["lot"], "moved", "{found}");
    let candidate = fate("a")["candidates"][0]["reference"].as_str().unwrap().to_owned();
    assert_eq!(candidate, server.layer_url("City/Base", "FeatureServer", 0));
    assert_eq!(fate("r")["lot"], "moved");
    let candidate = fate("r")["candidates"][0]["reference"].as_str().unwrap().to_owned();
    assert_eq!(candidate, "https://new.example/arcgis/rest/services/Roads/FeatureServer/0");
}

#[test]
fn one_layer_that_fails_does_not_stop_the_others() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(2, 1);
    configure(&bench, &arcgis, 2, &soda, 1);
    let text = bench.read("geohub.toml");
    bench.write("geohub.toml", text.replace("a1.fgb", "no/folder/a1.fgb"));
    edit(&soda, &dataset(0), Edit::Private { private: true });
    let found = json(&bench.geohub(["sync", "--json"]));
    assert_eq!(
        (found["updated"].as_u64(), found["failed"].as_u64(), found["exit"].as_u64()),
        (Some(1), Some(2), Some(3))
    );
    assert!(bench.path("a0.fgb").exists());
    assert_eq!(status(&found, "a1")["error"]["exit"], 3);
}

#[test]
fn two_runs_on_one_list_do_not_meet() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(1, 0);
    configure(&bench, &arcgis, 1, &soda, 0);
    std::fs::create_dir_all(bench.path(".geohub")).unwrap();
    let lock = std::fs::File::create(bench.path(".geohub/lock")).unwrap();
    lock.lock().unwrap();
    std::fs::write(bench.path(".geohub/lock"), "4711").unwrap();
    assert!(bench.geohub(["sync"]).failed(1).contains("in use by process 4711"));
    drop(lock);
    bench.geohub(["sync"]).ok();
}

#[test]
fn pages_are_kept_only_where_they_are_wanted_and_lists_are_tidied() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(2, 0);
    configure(&bench, &arcgis, 2, &soda, 0);
    let text = bench.read("geohub.toml");
    bench.write("geohub.toml", text.replace("output = \"a1.fgb\"", "output = \"a1.fgb\"\nkeep = false"));
    bench.geohub(["sync"]).ok();
    assert!(bench.path(".geohub/a0/pages.bin").exists() && !bench.path(".geohub/a1").exists());
    edit(&arcgis, "layer1", Edit::DeleteAt { position: 3 });
    let done = bench.geohub(["sync"]);
    assert!(done.stderr.contains("every row fetched: nothing was kept"), "{}", done.stderr);
    fresh(&bench, &arcgis.layer_url("layer1", "FeatureServer", 0), "a1.fgb");
    // A layer that is taken off the list.
    bench.write("geohub.toml", text.split("\n\n").next().unwrap());
    let done = bench.geohub(["sync"]);
    assert!(done.stderr.contains("a1 is not in geohub.toml any more"), "{}", done.stderr);
    assert!(bench.path("a1.fgb").exists() && !bench.read("geohub.lock").contains("a1.fgb"));
}

/// The figures of the documentation: requests and bytes beside a full fetch.
#[test]
fn of_twenty_layers_three_changed_ones_cost_little() {
    let bench = Bench::new();
    let (arcgis, soda) = portals(10, 10);
    configure(&bench, &arcgis, 10, &soda, 10);
    let whole = json_of(&bench, ["sync", "--json"], 0);
    arcgis.edit(&Edit::Wait { ms: 86_400_000 });
    soda.edit(&Edit::Wait { ms: 86_400_000 });
    edit(&arcgis, "layer3", change("name", "Elsewhere"));
    edit(&soda, &dataset(4), Edit::DeleteAt { position: 7 });
    edit(&soda, &dataset(7), Edit::Insert);
    let check = json_of(&bench, ["sync", "--check", "--json"], 10);
    let done = json_of(&bench, ["sync", "--json"], 0);
    let full = json_of(&bench, ["sync", "--full", "--json"], 0);
    for (what, found) in [("first", &whole), ("check", &check), ("sync", &done), ("full", &full)] {
        eprintln!(
            "{what}: {} requests, {} bytes, {} s",
            found["requests"], found["bytes"], found["elapsed_s"]
        );
    }
    assert_eq!((check["stale"].as_u64(), done["updated"].as_u64()), (Some(3), Some(3)));
    let bytes = |found: &Value| found["bytes"].as_u64().unwrap();
    assert!(bytes(&done) * 5 < bytes(&full), "{done}");
    for layer in ["a3.fgb", "s4.geojson", "s7.geojson"] {
        assert!(status(&full, layer.split('.').next().unwrap())["status"] == "unchanged", "{full}");
    }
}

/// The body of a recipe as `just` runs it.
fn recipe(justfile: &str, name: &str) -> String {
    let lines = justfile.lines().skip_while(|line| !line.starts_with(&format!("{name}:"))).skip(1);
    let body: Vec<&str> = lines.take_while(|line| line.starts_with("    ")).map(|line| &line[4..]).collect();
    body.join("\n").replace("{{ geohub }}", env!("CARGO_BIN_EXE_geohub"))
}

#[test]
fn the_documented_pipeline_joins_again_only_when_something_changed() {
    let bench = Bench::new();
    let hoods =
        arcgis::Server::start(arcgis::Config::one("hoods", table("neighborhoods.geojson"), tracked()))
            .unwrap();
    let source = socrata::Source::new("abcd-1234", table("meters.csv")).location("Lat", "Long");
    let meters = socrata::Server::start(socrata::Config::one(source)).unwrap();
    let list = std::fs::read_to_string(repository("docs/sync/geohub.toml")).unwrap();
    let reference = |name: &str| {
        let layer = list.split(&format!("[layers.{name}]\nreference = \"")).nth(1).unwrap();
        layer.split('"').next().unwrap().to_owned()
    };
    let list = list
        .replace(&reference("meters"), &format!("socrata:{}/abcd-1234", meters.url()))
        .replace(&reference("neighborhoods"), &hoods.layer_url("hoods", "FeatureServer", 0));
    bench.write("geohub.toml", list);
    let justfile = std::fs::read_to_string(repository("docs/sync/justfile")).unwrap();
    bench.write("justfile", justfile.replace("\"geohub\"", &format!("\"{}\"", env!("CARGO_BIN_EXE_geohub"))));
    let just = Command::new("just").arg("--version").output().is_ok();
    let refresh = || {
        if just {
            return finish(bench.command_named("just").arg("refresh"));
        }
        finish(bench.command_named("sh").arg("-c").arg(recipe(&justfile, "refresh")))
    };
    let joined =
        || std::fs::metadata(bench.path("meters-by-neighborhood.geojson")).unwrap().modified().unwrap();
    assert_eq!(refresh().code, 0);
    let before = joined();
    let ran = refresh();
    assert_eq!((ran.code, joined()), (0, before), "{}", ran.stderr);
    edit(&meters, "abcd-1234", Edit::DeleteAt { position: 3 });
    let ran = refresh();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(joined() > before);
    edit(&hoods, "hoods", Edit::Gone { gone: true });
    assert_eq!(refresh().code, 3);
}

#[test]
fn what_is_done_stays_after_an_interruption() {
    let bench = Bench::new();
    let latency = geohub_testkit::net::Latency { request_ms: 150.0, row_ms: 0.0 };
    let net = geohub_testkit::net::Options { latency, ..Default::default() };
    let mut config = arcgis::Config::default();
    for number in 0..6 {
        config = config.and(&format!("layer{number}"), table("neighborhoods.geojson"), tracked());
    }
    let server = arcgis::Server::start(config.net(net)).unwrap();
    let (_, soda) = portals(0, 0);
    configure(&bench, &server, 6, &soda, 0);
    let child = bench.command().arg("sync").stderr(std::process::Stdio::null()).spawn().unwrap();
    let begun = std::time::Instant::now();
    while !bench.path("geohub.lock").exists() && begun.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    finish(Command::new("kill").args(["-INT", &child.id().to_string()])).ok();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    let lock: Value = serde_json::from_str(&bench.read("geohub.lock")).unwrap();
    let done = lock["layers"].as_object().unwrap().len();
    assert!((1..6).contains(&done), "{done}");
    for name in lock["layers"].as_object().unwrap().keys() {
        assert!(bench.path(&format!("{name}.fgb")).exists());
    }
    let rest = json_of(&bench, ["sync", "--json"], 0);
    assert_eq!(rest["updated"].as_u64(), Some(6 - done as u64), "{rest}");
}
