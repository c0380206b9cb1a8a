//! Catalogues that are broken, endless, huge, slow or hostile: bounded, told, and the others still answer.

use std::time::Instant;

use geohub_testkit::catalogue::{Config, Record, Server};
use geohub_testkit::net::{Act, Fault, On};
use serde_json::{Value, json};

use crate::portals::file;
use crate::run::{Bench, Ran, finish};

fn city() -> (Bench, Server) {
    let trees = Record {
        layer: Some(0),
        soda: Some("tree-0001".to_owned()),
        ..Record::layer(
            "23f48820904b46c38f0d4f2d75c69d23",
            "Street Trees",
            "https://s.invalid/arcgis/rest/services/Trees/FeatureServer/0",
        )
    };
    let server = Server::start(Config::new(vec![trees])).unwrap();
    let bench = Bench::new();
    bench.write("config/portals/mine.toml", file("mine", &server.url()));
    (bench, server)
}

/// What a catalogue answers from now on.
fn answers(server: &Server, path: &str, act: Act) {
    server.fault(Fault { on: On { path: Some(path.to_owned()), ..On::default() }, act, times: 0 });
}

fn body(body: String) -> Act {
    Act::Status { code: 200, body, headers: [].into() }
}

fn search(bench: &Bench, args: &[&str]) -> Ran {
    let mut command = bench.command();
    finish(command.args(["search", "--portal", "mine", "-v"]).args(args))
}

/// The most memory that a search takes, in MB, and what it did.
#[cfg(target_os = "linux")]
fn peak_mb(bench: &Bench, args: &[&str]) -> (u64, std::process::ExitStatus, String) {
    use std::io::Read;
    let mut command = bench.command();
    command.args(["search", "--portal", "mine"]).args(args);
    let mut child =
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut stdout = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text).unwrap()
    });
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kb.unwrap_or(0) / 1024);
        if let Some(status) = child.try_wait().unwrap() {
            return (peak, status, reading.join().unwrap());
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn a_page_of_hundreds_of_megabytes_is_left_out_and_the_others_answer() {
    let (bench, server) = city();
    answers(&server, "/api/search", body("[".repeat(70 << 20)));
    let ran = search(&bench, &["trees"]);
    assert!(ran.stderr.contains("an answer of more than 64 MB"), "{}", ran.stderr);
    let asked =
        server.log().entries().iter().filter(|one| one.request.path.starts_with("/api/search")).count();
    assert_eq!(asked, 1, "it is not asked for again");
    assert!(ran.ok().contains("Street Trees"));
}

#[cfg(target_os = "linux")]
#[test]
fn texts_of_fifty_megabytes_and_lists_without_end_take_little_memory() {
    let (bench, server) = city();
    let long = "\u{1b}[2J<b>\u{7}tr\u{202e}ees</b> ".repeat(3 << 20);
    assert!(long.len() > 50 << 20);
    let (usual, status, _) = peak_mb(&bench, &["trees", "--refresh"]);
    assert!(status.success());
    let feed = json!({"dataset": [
        {"identifier": "https://x.invalid/1", "title": "Odd trees", "description": long},
        {"identifier": "https://x.invalid/2", "title": "More trees", "keyword": vec![0; 5 << 20]},
    ]});
    answers(&server, "/api/feed", body(feed.to_string()));
    let (peak, status, printed) = peak_mb(&bench, &["trees", "--refresh"]);
    assert!(status.success() && printed.contains("Odd trees") && printed.contains("More trees"), "{printed}");
    assert!(!printed.contains('\u{1b}') && !printed.contains('\u{202e}'), "{printed}");
    let sent = feed.to_string().len() as u64 >> 20;
    eprintln!("a feed of {sent} MB: {peak} MB beside {usual} MB");
    // The answer itself, twice while it grows, and no more of it.
    assert!(peak < usual + 3 * sent, "{peak} MB for a feed of {sent} MB, usually {usual} MB");
    let kept: u64 = std::fs::read_dir(bench.path("cache/catalogues"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(kept < 50_000, "{kept} bytes are kept");
}

#[test]
fn a_catalogue_that_never_ends_is_read_as_far_as_it_goes_on() {
    let (bench, server) = city();
    let lines: Vec<Value> = (0..100)
        .map(|at| json!({"id": format!("{at:032x}"), "type": "Feature", "properties": {
            "title": format!("Trees {at}"), "type": "Feature Service", "modified": 1_700_000_000_000_i64 - at}}))
        .collect();
    // The same page, whatever is asked for, of a million or of nobody knows how many.
    let asked = |server: &Server| {
        server.log().entries().iter().filter(|one| one.request.path.starts_with("/api/search")).count()
    };
    for (matched, most) in [(json!(1_000_000_000_u64), 12), (json!("many"), 5), (json!(-1), 5)] {
        answers(
            &server,
            "/api/search",
            body(json!({"features": lines, "numberMatched": matched}).to_string()),
        );
        let before = asked(&server);
        let ran = search(&bench, &["trees", "--refresh", "--json"]);
        let value: Value = serde_json::from_str(&ran.ok()).unwrap();
        let hub = &value["catalogues"][0];
        assert_eq!(hub["entries"], 100, "{hub}");
        let requests = asked(&server) - before;
        assert!(requests <= most, "{matched}: {requests} requests");
        server.clear_faults();
    }
}

#[test]
fn deep_and_circular_answers_are_bounded() {
    let (bench, server) = city();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let good = r#"{"identifier":"https://x.invalid/1","title":"Good trees"}"#;
    answers(&server, "/api/feed", body(format!("{{\"dataset\":[{good},{{\"identifier\":{deep}}}]}}")));
    let here = server.url();
    let around = Act::RedirectTo { url: format!("{here}/*") };
    answers(&server, "/api/search", around);
    let ran = search(&bench, &["trees"]);
    assert!(ran.stderr.contains("it redirects in circles"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked") && ran.code == 0, "{}", ran.stderr);
    // Two catalogues whose datasets are each other's are one dataset.
    server.clear_faults();
    let of =
        |own: &str, other: &str| json!({"identifier": own, "landingPage": other, "title": "Circle of trees"});
    let (a, b, c) =
        ("https://a.invalid/d/aaaa-1111", "https://b.invalid/d/bbbb-2222", "https://c.invalid/d/cccc-3333");
    answers(&server, "/api/feed", body(json!({"dataset": [of(a, b), of(b, c), of(c, a)]}).to_string()));
    let value: Value =
        serde_json::from_str(&search(&bench, &["circle", "--refresh", "--json"]).ok()).unwrap();
    assert_eq!(value["total"], 1, "{value}");
}

#[test]
fn a_slow_catalogue_is_left_out_in_time() {
    let (bench, server) = city();
    answers(&server, "/api/feed", Act::Slow { delay_ms: 60_000, bytes_per_s: 0 });
    let begun = Instant::now();
    let ran = search(&bench, &["trees", "--max-time", "4s"]);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert!(
        ran.stderr.contains("DCAT feed of 127.0.0.1") && ran.stderr.contains("is left out"),
        "{}",
        ran.stderr
    );
    assert!(ran.ok().contains("Street Trees"));
}
