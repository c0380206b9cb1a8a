//! `geohub token`: what is taken in, what is refused, where it lies, what hosts say of it.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use geohub_testkit::arcgis;
use geohub_testkit::net::{Act, Fault, Kind, RetryAfter};
use geohub_testkit::socrata::{Config, Server, Source, Switches};
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::run::{Bench, Ran, finish, repository};

const APP: &str = "bQxkV3RyTm90QVJlYWwTok3n1";
const APP_SECRET: &str = "1-Xx4MG5mYbDKbhJyR_NOnPPwb7dUvRcMOc-";
const KEY_ID: &str = "k3v9xk3v9xk3v9xk3v9xk3v9x";
const KEY_SECRET: &str = "p4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8z";

fn meters() -> Source {
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    Source::new("mete-0001", table).location("Lat", "Long")
}

fn serve(switches: Switches) -> Server {
    let keys = vec![(KEY_ID.to_owned(), KEY_SECRET.to_owned())];
    let switches = Switches { tokens: vec![APP.to_owned()], keys, ..switches };
    Server::start(Config::one(meters()).switches(switches)).unwrap()
}

fn add<const N: usize>(bench: &Bench, input: &str, args: [&str; N]) -> Ran {
    let args: Vec<&str> = ["token", "add"].into_iter().chain(args).collect();
    match args.len() {
        3 => bench.geohub_with_input(input.as_bytes(), [args[0], args[1], args[2]]),
        5 => bench.geohub_with_input(input.as_bytes(), [args[0], args[1], args[2], args[3], args[4]]),
        _ => bench.geohub_with_input(input.as_bytes(), [args[0], args[1], args[2], args[3]]),
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_is_pasted_is_told_by_its_shape() {
    let bench = Bench::new();
    let arcgis = "aB3-_.".repeat(20);
    for (input, kind) in [
        (format!("{APP}\r\n"), "socrata-token"),
        (format!("\u{feff}\"{APP}\""), "socrata-token"),
        (format!("{KEY_ID}\n{KEY_SECRET}\n"), "socrata-key"),
        (format!("{KEY_ID}:{KEY_SECRET}"), "socrata-key"),
        (arcgis.clone(), "arcgis-token"),
        (format!("AAPK{arcgis}"), "arcgis-key"),
    ] {
        let added = json(&add(&bench, &input, ["data.example.org", "--json"]).ok());
        assert_eq!((&added["kind"], &added["store"]), (&Value::from(kind), &Value::from("file")), "{added}");
    }
    let login = add(&bench, "ann\n p:w \n", ["maps.example.org", "--kind", "arcgis-login"]);
    assert!(login.stderr.contains("ArcGIS user and password stored in"), "{}", login.stderr);
    let listed = bench.geohub(["token", "list"]).ok();
    assert!(listed.starts_with("data.example.org  ArcGIS API key"), "{listed}");
    assert!(listed.contains("maps.example.org  ArcGIS user and password  file"), "{listed}");
    assert!(!listed.contains("p:w") && !listed.contains("AAPK"));
}

#[test]
fn what_is_no_token_is_refused_with_advice_and_never_echoed() {
    let bench = Bench::new();
    let host = "data.example.org";
    for (input, args, code, words) in [
        (APP_SECRET, vec![host], 4, "25 letters and digits"),
        (APP_SECRET, vec![host, "--kind", "socrata-token"], 4, "paste the app token"),
        (KEY_ID, vec![host], 4, "looks like the id of a Socrata API key"),
        (KEY_SECRET, vec![host], 4, "looks like the secret of a Socrata API key"),
        (KEY_SECRET, vec![host, "--kind", "socrata-token"], 4, "with its other half"),
        ("hunter2hunter2", vec![host], 2, "--kind says what it is"),
        ("hunter2 hunter2", vec![host, "--kind", "arcgis-token"], 2, "blanks or line breaks"),
        ("hunter2", vec![host, "--kind", "arcgis-login"], 2, "--user NAME"),
        ("", vec![host], 2, "holds no token"),
        ("a\nb\nc", vec![host], 2, "3 lines"),
        (APP, vec!["https://me:hunter2@data.example.org"], 2, "leave name and password out"),
        ("", vec![host, "hunter2", "hunter2"], 2, "seen in the list of processes"),
        ("", vec![APP], 2, "looks like a token"),
    ] {
        let args: Vec<&str> = ["token", "add"].into_iter().chain(args).collect();
        let mut command = bench.command();
        let file = bench.write("input.txt", input);
        command.args(&args).stdin(std::fs::File::open(file).unwrap());
        let said = finish(&mut command).failed(code);
        assert!(said.contains(words) && said.contains("hint:"), "{args:?}: {said}");
        assert!(
            ![APP, APP_SECRET, KEY_ID, KEY_SECRET, "hunter2"].iter().any(|secret| said.contains(secret)),
            "{said}"
        );
    }
    assert!(!bench.path("config/tokens/secrets.json").exists());
}

#[test]
fn the_file_is_its_owners_and_is_closed_when_it_is_not() {
    let bench = Bench::new();
    add(&bench, APP, ["data.example.org"]).ok();
    let mode = |name: &str| std::fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    let modes =
        || (mode("config/tokens"), mode("config/tokens/secrets.json"), mode("config/tokens/index.json"));
    assert_eq!(modes(), (0o700, 0o600, 0o600));
    assert!(!bench.read("config/tokens/index.json").contains(APP));
    let open = |name: &str, mode| {
        std::fs::set_permissions(bench.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open("config/tokens", 0o755);
    open("config/tokens/secrets.json", 0o640);
    let ran = add(&bench, APP, ["maps.example.org"]);
    assert!(ran.stderr.contains("secrets.json was open to other users (mode 640)"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(modes(), (0o700, 0o600, 0o600));
    assert_eq!(std::fs::read_dir(bench.path("config/tokens")).unwrap().count(), 3, "index, secrets, lock");
    bench.geohub(["token", "remove", "data.example.org"]).ok();
    bench.geohub(["token", "remove", "data.example.org"]).failed(3);
    bench.geohub(["token", "remove", "maps.example.org"]).ok();
    assert!(!bench.read("config/tokens/secrets.json").contains(APP));
    assert_eq!(bench.geohub(["token", "list"]).ok(), "");
}

#[test]
fn a_session_bus_that_is_broken_or_mute_is_no_hindrance() {
    let bench = Bench::new();
    let socket = bench.path("mute");
    let _listens = UnixListener::bind(&socket).unwrap();
    for (bus, why) in
        [(socket, "no answer within"), (bench.path("nowhere"), "Failed to connect"), (bench.path(""), "")]
    {
        let file = bench.write("input.txt", APP);
        let begun = Instant::now();
        let mut command = bench.command();
        command
            .env("GEOHUB_TOKEN_STORE", "")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()));
        command.args(["token", "add", "data.example.org"]).stdin(std::fs::File::open(file).unwrap());
        let ran = finish(&mut command);
        assert!(
            ran.stderr.contains("(mode 0600), for there is no keyring here") && ran.stderr.contains(why),
            "{}",
            ran.stderr
        );
        assert!(begun.elapsed() < Duration::from_secs(20));
        let file = bench.write("input.txt", APP);
        command.env("GEOHUB_TOKEN_STORE", "keyring").stdin(std::fs::File::open(file).unwrap());
        let said = finish(&mut command).failed(1);
        assert!(said.contains("GEOHUB_TOKEN_STORE=file"), "{said}");
    }
    let mut command = bench.command();
    finish(command.env("GEOHUB_TOKEN_STORE", "pocket").args(["token", "list"])).failed(2);
}

#[test]
fn a_stored_token_is_used_and_the_environment_goes_first() {
    let bench = Bench::new();
    let server = serve(Switches { soda2_refused: Some(403), ..Switches::default() });
    let reference = format!("socrata:{}/mete-0001", server.url());
    let said = bench.geohub(["count", &reference]).failed(4);
    let host = server.address().to_string();
    assert!(said.contains(&format!("geohub token add {host}")), "{said}");
    add(&bench, APP, [&server.url()]).ok();
    assert_eq!(bench.geohub(["count", &reference]).ok(), "1500\n");
    let seen = server.log().entries();
    assert!(seen.iter().any(|entry| entry.request.header("x-app-token") == Some(APP)));
    let mut command = bench.command();
    let variable = format!("GEOHUB_TOKEN_127_0_0_1_{}", server.address().port());
    let ran = finish(command.env(&variable, "of-another-portal").args(["count", &reference]));
    assert!(ran.stderr.contains(&format!("refuses the app token in {variable}")), "{}", ran.stderr);
    let ran = finish(command.env(&variable, APP_SECRET));
    assert!(
        ran.stderr.contains("looks like the secret of an app") && !ran.stderr.contains(APP_SECRET),
        "{}",
        ran.stderr
    );
    assert!(
        server.log().entries().iter().all(|entry| entry.request.header("x-app-token") != Some(APP_SECRET))
    );
}

#[test]
fn a_key_opens_what_is_private() {
    let bench = Bench::new();
    let server = serve(Switches { private: true, ..Switches::default() });
    let reference = format!("socrata:{}/mete-0001", server.url());
    add(&bench, APP, [&server.url()]).ok();
    bench.geohub(["count", &reference]).failed(4);
    add(&bench, &format!("{KEY_ID}\n{KEY_SECRET}"), [&server.url()]).ok();
    assert_eq!(bench.geohub(["count", &reference]).ok(), "1500\n");
    let wrong = KEY_SECRET.replace('p', "q");
    add(&bench, &format!("{KEY_ID}\n{wrong}"), [&server.url()]).ok();
    let said = bench.geohub(["count", &reference]).failed(4);
    assert!(said.contains("refuses the API key stored for"), "{said}");
}

fn check(bench: &Bench, host: &str, code: i32) -> Value {
    let ran = bench.geohub(["token", "check", host, "--json"]);
    assert_eq!(ran.code, code, "{} {}", ran.stdout, ran.stderr);
    json(&ran.stdout)["checks"][0]["result"].clone()
}

#[test]
fn checks_tell_what_a_portal_makes_of_its_token() {
    let bench = Bench::new();
    let server = serve(Switches::default());
    let url = server.url();
    bench.geohub(["token", "check", &url]).failed(4);
    add(&bench, APP, [&url]).ok();
    server.log().clear();
    assert_eq!(check(&bench, &url, 0), "valid");
    assert_eq!(server.log().entries().len(), 1, "one call");
    add(&bench, &APP.replace('Q', "q"), [&url]).ok();
    assert_eq!(check(&bench, &url, 4), "refused");
    add(&bench, &format!("{KEY_ID}\n{KEY_SECRET}"), [&url]).ok();
    assert_eq!(check(&bench, &server.address().to_string(), 0), "valid");
    server.fault(
        Fault::at(Kind::Other, 1, Act::TooManyRequests { retry_after: RetryAfter::Seconds(1) }).times(0),
    );
    assert_eq!(check(&bench, &url, 5), "throttled");
    let layer =
        arcgis::Server::start(arcgis::Config::one("m", meters().table, arcgis::Switches::default())).unwrap();
    add(&bench, APP, [&layer.url()]).ok();
    assert_eq!(check(&bench, &layer.url(), 4), "wrong-host");
    let mut command = bench.command();
    let variable = format!("GEOHUB_TOKEN_127_0_0_1_{}", layer.address().port());
    command.env(variable, APP_SECRET).args(["token", "check", &layer.url(), "--json"]);
    let ran = finish(&mut command);
    assert_eq!((ran.code, json(&ran.stdout)["checks"][0]["result"].as_str()), (4, Some("secret-pasted")));
    // All that are stored, and the worst of them tells the exit code.
    let ran = bench.geohub(["token", "check"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (4, 2), "{}", ran.stdout);
    bench.geohub(["token", "check", "--offline"]).failed(5);
}
