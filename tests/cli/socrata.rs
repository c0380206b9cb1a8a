//! Socrata datasets by the command line: tokens from the environment, geometries to choose from.

use std::process::Command;

use geohub_testkit::socrata::{Config, Server, Source, Switches};
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::run::{Bench, finish, repository};

const TOKEN: &str = "q7Xh2TokenOfATest";

/// The sample city's meters, with and without a `location`.
fn serve(switches: Switches) -> Server {
    let table = || Table::open(&repository("data").join("meters.csv")).unwrap();
    let located = Source::new("mete-0001", table()).location("Lat", "Long");
    let plain = Source::new("mete-0002", table());
    let switches = Switches { tokens: vec![TOKEN.to_owned()], ..switches };
    Server::start(Config::one(located).and(plain).switches(switches)).unwrap()
}

fn variable(server: &Server) -> String {
    format!("GEOHUB_TOKEN_127_0_0_1_{}", server.url().rsplit_once(':').unwrap().1)
}

fn with_token(bench: &Bench, server: &Server, token: &str) -> Command {
    let mut command = bench.command();
    command.env(variable(server), token);
    command
}

fn reference(server: &Server, id: &str) -> String {
    format!("socrata:{}/{id}", server.url())
}

#[test]
fn a_token_of_the_environment_opens_the_newer_api_and_is_not_shown() {
    let (open, closed) =
        (serve(Switches::default()), serve(Switches { soda2_refused: Some(403), ..Switches::default() }));
    let bench = Bench::new();
    let older = bench.geohub(["fetch", &reference(&open, "mete-0001"), "-o", "older.geojson"]);
    assert_eq!(older.code, 0, "{}", older.stderr);
    let args = ["fetch", &reference(&closed, "mete-0001"), "-o", "newer.geojson", "-v"];
    let newer = finish(with_token(&bench, &closed, TOKEN).args(args));
    assert_eq!(newer.code, 0, "{}", newer.stderr);
    assert!(newer.stderr.contains("SODA 2.1 is refused"), "{}", newer.stderr);
    assert_eq!(bench.read("older.geojson"), bench.read("newer.geojson"));
    for name in bench.names().iter().filter(|name| name.starts_with("newer")) {
        assert!(!bench.read(name).contains(TOKEN), "{name}");
    }
    assert!(!newer.stderr.contains(TOKEN) && !newer.stdout.contains(TOKEN));
    let without = bench.geohub(["fetch", &reference(&closed, "mete-0001"), "-o", "none.geojson"]);
    assert_eq!(without.code, 4);
    assert!(without.stderr.contains(&variable(&closed)), "{}", without.stderr);
    let wrong =
        finish(with_token(&bench, &closed, "a wrong\none").args(["count", &reference(&closed, "mete-0001")]));
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("holds no token") && !wrong.stderr.contains("a wrong"), "{}", wrong.stderr);
}

#[test]
fn a_refused_token_does_not_stand_in_the_way() {
    let server = serve(Switches::default());
    let bench = Bench::new();
    let args = ["count", &reference(&server, "mete-0001")];
    let ran = finish(with_token(&bench, &server, "of-another-portal").args(args));
    let plain = bench.geohub(args);
    assert_eq!((ran.code, &ran.stdout), (0, &plain.stdout), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("refuses the app token").count(), 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("of-another-portal"));
}

#[test]
fn the_geometry_is_a_choice() {
    let server = serve(Switches::default());
    let bench = Bench::new();
    let kind = |args: [&str; 4]| {
        let ran = bench.geohub(args);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let value: Value = serde_json::from_str(&ran.stdout).unwrap();
        value["layers"][0]["geometry_type"].as_str().map(str::to_owned)
    };
    let plain = reference(&server, "mete-0002");
    assert_eq!(kind(["info", &plain, "--json", "-v"]).as_deref(), Some("Point"));
    assert_eq!(kind(["info", &plain, "--json", "--geometry=lat,long"]).as_deref(), Some("Point"));
    assert_ne!(kind(["info", &plain, "--json", "--geometry=none"]).as_deref(), Some("Point"));
    let ran = bench.geohub(["head", &plain, "--geometry", "lat"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("--geometry LAT,LON"), "{}", ran.stderr);
    let ran = bench.geohub(["head", &plain, "--geometry", "a,b,c"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    bench.write("a.csv", "name,up,right\nhall,34,-118\n");
    let ran = bench.geohub(["head", "a.csv", "--geometry", "up,right"]);
    assert!(ran.stdout.contains(r#""coordinates":[-118.0,34.0]"#), "{} {}", ran.stdout, ran.stderr);
}
