//! Faults, limits and the log, on the wire.

mod common;

use std::time::{Duration, Instant};

use common::{get, try_get};
use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::net::{Act, Edit, Fault, Kind, Latency, Options, RateLimit, RetryAfter};
use geohub_testkit::table::Table;
use serde_json::{Value as Json, json};

fn table(count: usize) -> Table {
    let row = |n: usize| {
        json!({"type": "Feature", "properties": {"N": n, "TEXT": "x".repeat(40)},
               "geometry": {"type": "Point", "coordinates": [n, 1]}})
    };
    let features: Vec<Json> = (0..count).map(row).collect();
    Table::from_geojson(&json!({"type": "FeatureCollection", "features": features}).to_string())
        .expect("GeoJSON")
}

fn start(net: Options) -> (Server, String) {
    let server = Server::start(Config::one("t", table(60), Switches::default()).net(net)).expect("a port");
    let url = server.layer_url("t", "FeatureServer", 0) + "/query";
    (server, url)
}

const PAGE: [(&str, &str); 4] =
    [("where", "1=1"), ("outFields", "*"), ("f", "json"), ("orderByFields", "OBJECTID")];

fn script(text: &str) -> Options {
    let faults: Vec<Fault> = serde_json::from_str(text).expect("a script");
    Options { faults, ..Options::default() }
}

#[test]
fn a_script_reads_as_json_and_counts_what_matches() {
    let (server, url) = start(script(
        r#"[{"on": {"kind": "page", "nth": 2}, "do": {"status": {"code": 503, "body": "<h1>no</h1>", "headers": {"Content-Type": "text/html", "Retry-After": "1"}}}, "times": 2},
            {"on": {"kind": "count"}, "do": {"count_off": {"by": -3}}, "times": 0},
            {"on": {"params": {"where": "N = 7"}}, "do": {"json200": {"body": {"error": {"code": 500, "message": "Error performing query operation"}}}}}]"#,
    ));
    let count =
        || get(&url, &[("where", "1=1"), ("returnCountOnly", "true"), ("f", "json")]).json()["count"].clone();
    assert_eq!((count(), count()), (json!(57), json!(57)));
    let statuses: Vec<u16> = (0..4).map(|_| get(&url, &PAGE).status).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    let one = || get(&url, &[("where", "N = 7"), ("f", "json")]).json();
    assert_eq!((&one()["error"]["code"], one()["features"].as_array().map(Vec::len)), (&json!(500), Some(1)));
    let hit: Vec<bool> = server.log().of(Kind::Page).iter().map(|entry| entry.fault.is_some()).collect();
    assert_eq!(hit, [false, true, true, false, true, false]);
    let again: Vec<Fault> =
        serde_json::from_str(&serde_json::to_string(&[Fault::at(Kind::Ids, 3, Act::Reset)]).unwrap())
            .unwrap();
    assert_eq!((again[0].on.nth, again[0].times), (3, 1));
}

#[test]
fn bodies_are_cut_truncated_replaced_and_redirected() {
    let (server, url) = start(Options::default());
    let whole = get(&url, &PAGE).body.len();
    for act in [Act::CutBodyAfter { bytes: 500 }, Act::Reset] {
        server.fault(Fault::at(Kind::Page, 1, act));
        assert!(try_get(&url, &PAGE, &[]).is_err());
    }
    server.fault(Fault::at(Kind::Page, 1, Act::TruncatedJson { bytes: None }));
    let half = get(&url, &PAGE);
    assert!(
        half.status == 200
            && half.body.len() == whole / 2
            && serde_json::from_slice::<Json>(&half.body).is_err()
    );
    server.fault(Fault::at(Kind::Page, 1, Act::Html200));
    assert!(get(&url, &PAGE).text().starts_with("<!DOCTYPE html>"));
    server.fault(Fault::at(
        Kind::Page,
        1,
        Act::RedirectTo { url: "http://127.0.0.1:9/elsewhere".to_owned() },
    ));
    let redirect = get(&url, &PAGE);
    assert_eq!((redirect.status, redirect.header("location")), (302, Some("http://127.0.0.1:9/elsewhere")));
    assert_eq!(get(&url, &PAGE).body.len(), whole, "each fault was spent");
}

fn ids(json: &Json) -> Vec<i64> {
    json["features"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["attributes"]["OBJECTID"].as_i64().expect("id"))
        .collect()
}

#[test]
fn rows_vanish_repeat_and_change_under_the_reader() {
    let (server, url) = start(Options::default());
    let all = ids(&get(&url, &PAGE).json());
    server.fault(Fault::at(Kind::Page, 1, Act::DropRows { ids: vec![all[5].to_string()] }));
    assert_eq!(ids(&get(&url, &PAGE).json()).len(), 59);
    server.fault(Fault::at(Kind::Page, 1, Act::DuplicateRows { rows: 2 }));
    let twice = ids(&get(&url, &PAGE).json());
    assert_eq!((twice.len(), &twice[60..]), (62, &all[..2]));
    server.fault(Fault::at(Kind::Page, 1, Act::CapAt { rows: 7 }));
    let short = get(&url, &PAGE).json();
    assert_eq!((ids(&short).len(), &short["exceededTransferLimit"]), (7, &json!(true)));
    server.fault(Fault::at(Kind::Page, 1, Act::EmptyFlagged));
    let empty = get(&url, &PAGE).json();
    assert_eq!((ids(&empty).len(), &empty["exceededTransferLimit"]), (0, &json!(true)));
    for edit in [Edit::Delete { id: all[0].to_string() }, Edit::Insert, Edit::DeleteAt { position: 0 }] {
        server.fault(Fault::at(Kind::Page, 1, Act::Then(edit)));
    }
    assert_eq!(ids(&get(&url, &PAGE).json()), all, "edits come after the answer");
    let after = ids(&get(&url, &PAGE).json());
    assert_eq!((after.len(), after[0], after[58]), (59, all[2], all[59] + 1));
}

#[test]
fn the_rate_is_kept_and_the_three_ways_to_say_so() {
    for (retry_after, said) in [(RetryAfter::Absent, None), (RetryAfter::Seconds(30), Some("30"))] {
        let limit = RateLimit { burst: 3.0, refill: 0.0, retry_after };
        let (_server, url) = start(Options { rate_limit: Some(limit), ..Options::default() });
        let replies: Vec<_> = (0..5).map(|_| get(&url, &PAGE)).collect();
        assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [200, 200, 200, 429, 429]);
        assert_eq!(replies[3].header("retry-after"), said);
        assert_eq!(replies[3].json()["error"]["code"], 429);
    }
    let (_server, url) = start(Options {
        rate_limit: Some(RateLimit { burst: 1.0, refill: 0.0, retry_after: RetryAfter::Absent }),
        ..Options::default()
    });
    let with = |token: &str| try_get(&url, &PAGE, &[("X-App-Token", token)]).unwrap().status;
    assert_eq!(
        [with("a"), with("b"), with("a"), get(&url, &PAGE).status],
        [200, 200, 429, 200],
        "a pool for each token"
    );
    let (server, url) = start(Options::default());
    server.fault(Fault::at(Kind::Page, 1, Act::TooManyRequests { retry_after: RetryAfter::HttpDate(60) }));
    let date = get(&url, &PAGE);
    let at = httpdate::parse_http_date(date.header("retry-after").unwrap()).unwrap();
    let wait = at.duration_since(std::time::SystemTime::now()).unwrap();
    assert!(wait > Duration::from_secs(50) && wait <= Duration::from_mins(1));
}

#[test]
fn answers_are_late_and_slow_when_told() {
    let latency = Latency { request_ms: 60.0, row_ms: 2.0 };
    let (server, url) = start(Options { latency, ..Options::default() });
    let begun = Instant::now();
    get(&url, &PAGE);
    assert!(begun.elapsed() >= Duration::from_millis(180));
    server.fault(Fault::at(Kind::Page, 1, Act::Slow { delay_ms: 100, bytes_per_s: 50_000 }));
    let begun = Instant::now();
    let size = get(&url, &PAGE).body.len();
    let least = Duration::from_millis(100 + 180) + Duration::from_secs_f64((size as f64 - 5000.0) / 50_000.0);
    assert!(begun.elapsed() >= least, "{size} bytes in {:?}", begun.elapsed());
}

#[test]
fn the_log_knows_how_many_were_open_at_once() {
    let (server, url) =
        start(Options { latency: Latency { request_ms: 700.0, row_ms: 0.0 }, ..Options::default() });
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| get(&url, &PAGE));
        }
    });
    assert_eq!(server.log().most_open(), 3);
    server.log().clear();
    get(&url, &PAGE);
    assert_eq!((server.log().entries().len(), server.log().most_open()), (1, 1));
}

#[test]
fn rows_are_refused_pages_sent_on_and_the_log_told() {
    let (server, url) = start(Options { remember: true, ..Options::default() });
    let origin = server.url();
    let star = Act::RedirectTo { url: "http://localhost:9*".to_owned() };
    server.fault(Fault::at(Kind::Page, 2, star));
    let first = get(&url, &PAGE);
    let moved = get(&url, &PAGE);
    let place = moved.header("location").unwrap();
    assert!(
        place.starts_with("http://localhost:9/arcgis/rest/services/t/FeatureServer/0/query?where=1%3D1&"),
        "{place}"
    );
    let refuse = Act::RefuseText { text: "\"N\":7,".to_owned(), code: 500, body: json!({"error": "no"}) };
    server.fault(Fault::at(Kind::Page, 1, refuse).times(0));
    assert_eq!(get(&url, &PAGE).status, 500);
    let without = [("where", "N > 7"), ("outFields", "*"), ("f", "json"), ("orderByFields", "OBJECTID")];
    assert_eq!(ids(&get(&url, &without).json()).len(), 52);
    server.clear_faults();
    assert_eq!(get(&url, &PAGE).body, first.body, "a kept answer is the same answer");
    let log = || get(&format!("{origin}/stand-in/log"), &[("clear", "true")]).json();
    let told = log();
    assert_eq!(
        (&told["requests"], &told["kinds"]["page"], &told["most_open"]),
        (&json!(5), &json!(5), &json!(1))
    );
    assert_eq!(told["rows"], json!(60 + 52 + 60));
    assert_eq!(log()["requests"], json!(0));
}

#[test]
fn gzip_goes_to_those_who_take_it_only() {
    let (_server, url) = start(Options::default());
    let plain = get(&url, &PAGE);
    let zipped = try_get(&url, &PAGE, &[("Accept-Encoding", "deflate, gzip;q=0.8")]).unwrap();
    assert_eq!((plain.header("content-encoding"), zipped.header("content-encoding")), (None, Some("gzip")));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(zipped.body.as_slice()), &mut text)
        .unwrap();
    assert_eq!(text.into_bytes(), plain.body);
    let refused = try_get(&url, &PAGE, &[("Accept-Encoding", "gzip;q=0")]).unwrap();
    assert_eq!(refused.header("content-encoding"), None);
}

#[test]
fn a_dropped_server_lets_go_of_its_port() {
    let (server, url) = start(Options::default());
    assert_eq!(get(&url, &PAGE).status, 200);
    drop(server);
    assert!(try_get(&url, &PAGE, &[]).is_err());
}
