//! Commands that run at the same time, end in time, and keep to what servers ask.
#![cfg(unix)]

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use geohub_testkit::arcgis;
use geohub_testkit::net::{Act, Fault, Kind, Latency, Log, Options};
use geohub_testkit::table::Table;

use crate::run::{Bench, finish, repository};

/// So many requests at once, and so much time between starts, are the default for a server of this machine.
const AT_ONCE: usize = 2;
const SPACING: Duration = Duration::from_millis(100);

fn meters(cap: usize, net: Options) -> arcgis::Server {
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    let switches = arcgis::Switches { cap, ..arcgis::Switches::default() };
    arcgis::Server::start(arcgis::Config::one("meters", table, switches).net(net)).unwrap()
}

fn layer(server: &arcgis::Server) -> String {
    server.layer_url("meters", "FeatureServer", 0)
}

fn start(bench: &Bench, args: &[&str]) -> Child {
    bench.command().args(args).stderr(Stdio::piped()).spawn().unwrap()
}

/// Exit code and standard error.
fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The least time from one arrival to the `n`-th after it.
fn least_span(log: &Log, n: usize) -> Duration {
    let starts: Vec<Duration> = log.entries().iter().map(|entry| entry.start).collect();
    starts.windows(n + 1).map(|span| span[n].checked_sub(span[0]).unwrap()).min().unwrap()
}

#[test]
fn processes_share_the_limit_of_a_host() {
    let bench = Bench::new();
    let latency = Latency { request_ms: 300.0, row_ms: 0.0 };
    let server = meters(300, Options { latency, ..Options::default() });
    let url = layer(&server);
    let runs: Vec<Child> = ["a.csv", "b.csv", "c.csv"]
        .iter()
        .map(|out| start(&bench, &["fetch", &url, "-o", out, "--max-connections", "2"]))
        .collect();
    for run in runs {
        let (code, said) = end(run);
        assert_eq!(code, Some(0), "{said}");
    }
    assert!(bench.read("a.csv") == bench.read("b.csv") && bench.read("b.csv") == bench.read("c.csv"));
    let log = server.log();
    assert!(log.entries().len() >= 24);
    assert_eq!(log.most_open(), AT_ONCE);
    assert!(least_span(&log, 10) >= SPACING * 9, "{:?}", least_span(&log, 10));
}

#[test]
fn a_killed_process_gives_its_place_back() {
    let bench = Bench::new();
    let server = meters(300, Options::default());
    let endless = Act::Slow { delay_ms: 600_000, bytes_per_s: 0 };
    server.fault(Fault::at(Kind::Page, 2, endless));
    let url = layer(&server);
    let one = |out| start(&bench, &["fetch", &url, "-o", out, "--max-connections", "1"]);
    let mut first = one("a.csv");
    while server.log().of(Kind::Page).len() < 2 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let asked = server.log().entries().len();
    let second = one("b.csv");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(server.log().entries().len(), asked, "the place is taken");
    first.kill().unwrap();
    first.wait().unwrap();
    let killed = Instant::now();
    let (code, said) = end(second);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("waiting for other geohub commands that ask 127.0.0.1:").count(), 1, "{said}");
    assert!(killed.elapsed() < Duration::from_secs(20));
}

#[test]
fn the_time_allowed_ends_a_command_with_advice() {
    let bench = Bench::new();
    let server = meters(300, Options::default());
    server.fault(Fault::at(Kind::Page, 2, Act::Slow { delay_ms: 600_000, bytes_per_s: 0 }).times(0));
    let begun = Instant::now();
    let said = bench.geohub(["fetch", &layer(&server), "-o", "a.csv", "--max-time", "1.5s"]).failed(5);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(said.contains("time allowed") && said.contains("goes on from here"), "{said}");
    assert!(!bench.path("a.csv").exists());
    server.clear_faults();
    server.log().clear();
    bench.geohub(["fetch", &layer(&server), "-o", "a.csv"]).ok();
    // The first of five pages is not asked for again.
    let first =
        server.log().of(Kind::Page).iter().filter(|entry| entry.request.raw_query.contains("1%3D1")).count();
    assert_eq!((first, bench.read("a.csv").lines().count()), (0, 1501));
    bench.geohub(["count", &layer(&server), "--max-time", "soon"]).failed(2);
}

#[test]
fn more_than_eight_at_once_is_cut_and_said() {
    let bench = Bench::new();
    let server = meters(300, Options::default());
    let ran = bench.geohub(["head", &layer(&server), "--max-connections", "50"]);
    assert_eq!(ran.stderr.matches("--max-connections is 8 at most").count(), 1, "{}", ran.stderr);
    ran.ok();
}

#[test]
fn without_a_cache_folder_each_keeps_the_limit_alone() {
    let bench = Bench::new();
    let server = meters(300, Options::default());
    let mut command = bench.command();
    command.env("GEOHUB_CACHE_DIR", "/dev/null/nowhere").args(["fetch", &layer(&server), "-o", "a.csv"]);
    assert!(!finish(&mut command).stderr.contains("alone"));
    let said = finish(command.args(["-v", "--overwrite"])).stderr;
    assert_eq!(
        said.matches("detail: the limits of hosts are kept by this process alone").count(),
        1,
        "{said}"
    );
    assert!(bench.path("a.csv").exists());
}

#[test]
fn a_signal_ends_waits_and_requests_at_once() {
    let silent = Act::Slow { delay_ms: 600_000, bytes_per_s: 0 };
    let refusing = Act::Status {
        code: 503,
        body: "{}".to_owned(),
        headers: [("Retry-After".to_owned(), "300".to_owned())].into(),
    };
    for (act, kind) in [(silent, Kind::Metadata), (refusing, Kind::Count)] {
        let bench = Bench::new();
        let server = meters(300, Options::default());
        server.fault(Fault::at(kind, 1, act).times(0));
        let mut child = start(&bench, &["fetch", &layer(&server), "-o", "a.csv"]);
        while server.log().of(kind).is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(200));
        let sent = Instant::now();
        finish(bench.command_named("kill").args(["-INT", &child.id().to_string()]));
        let code = child.wait().unwrap().code();
        // 0.2 s are promised; this machine runs other tests beside.
        assert!(sent.elapsed() < Duration::from_secs(2), "{:?}", sent.elapsed());
        assert_eq!(code, Some(130));
    }
}

#[test]
fn proxies_of_the_environment_are_used_but_for_this_machine() {
    let bench = Bench::new();
    // A stand-in answers what is asked of it as a proxy, too.
    let server = meters(300, Options::default());
    let outside = "http://portal.invalid/arcgis/rest/services/meters/FeatureServer/0";
    let count = |url: &str, variables: &[(&str, &str)]| {
        let mut command = bench.command();
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        finish(command.args(["count", url, "--max-time", "30s"]).envs(variables.iter().copied()))
    };
    assert_eq!(count(outside, &[("HTTP_PROXY", &server.url())]).ok(), "1500\n");
    let seen = server.log().entries();
    assert!(seen.iter().all(|entry| entry.request.header("host") == Some("portal.invalid")));
    server.log().clear();
    count(outside, &[("HTTP_PROXY", &server.url()), ("NO_PROXY", "portal.invalid")]).failed(5);
    assert_eq!(server.log().entries().len(), 0);
    // Nothing listens there.
    assert_eq!(count(&layer(&server), &[("HTTP_PROXY", "http://127.0.0.1:9")]).ok(), "1500\n");
}
