//! How servers are treated, and what the way to them may do to an answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use common::tamper::{Call, Step, Tamper, Trick};
use common::{noting, parcels, read_all, settings};
use geohub_core::{Context, RowCount};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::arcgis;
use geohub_testkit::net::{Act, Entry, Fault, Kind, Latency, Log, Options, RetryAfter};

const ROWS: usize = 120;
const LAYER: &str = "arcgis/rest/services/parcels/FeatureServer/0";
/// In the first line of requests for rows.
const PAGES: &str = "orderByFields=";

fn server(net: Options) -> arcgis::Server {
    encoded(net, false)
}

/// With pages as JSON, or as protocol buffers.
fn encoded(net: Options, pbf: bool) -> arcgis::Server {
    let switches = arcgis::Switches { cap: 25, pbf, ..arcgis::Switches::default() };
    arcgis::Server::start(arcgis::Config::one("parcels", parcels(ROWS), switches).net(net)).unwrap()
}

fn slow(request_ms: f64) -> Options {
    Options { latency: Latency { request_ms, row_ms: 0.0 }, ..Options::default() }
}

fn fetch_from(url: &str, settings: &Settings, context: &Context) -> Result<Fetched, FetchError> {
    let reference = Reference::parse(&format!("{url}/{LAYER}"))?;
    fetch(&reference, &Query::default(), settings, context, no_progress())
}

/// Settings of a process that shares the limits of hosts with others.
fn shared(folder: &Path, hosts: &Path, spacing_ms: u64) -> Settings {
    Settings { hosts: Some(hosts.to_owned()), spacing: Duration::from_millis(spacing_ms), ..settings(folder) }
}

/// Three at once, each with its own client, pool and locks, as if they were processes.
fn three_at_once(url: &str, hosts: &Path, spacing_ms: u64) {
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                let settings = shared(folder.path(), hosts, spacing_ms);
                let fetched = fetch_from(url, &settings, &Context::new(1)).unwrap();
                assert_eq!(fetched.proof.distinct_ids, ROWS as u64);
            });
        }
    });
}

/// The least time between the arrival of a request and that of the `n`-th after it.
fn least_span(log: &Log, n: usize) -> Duration {
    let starts: Vec<Duration> = log.entries().iter().map(|entry| entry.start).collect();
    starts.windows(n + 1).map(|span| span[n].checked_sub(span[0]).unwrap()).min().unwrap()
}

#[test]
fn commands_at_once_keep_one_limit_together() {
    let (server, hosts) = (server(slow(120.0)), tempfile::tempdir().unwrap());
    three_at_once(&server.url(), hosts.path(), 20);
    let requests = server.log().entries().len();
    assert!(requests >= 24, "{requests}");
    assert_eq!(server.log().most_open(), 2);
    // Without the folder they would not.
    server.log().clear();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                fetch_from(&server.url(), &settings(folder.path()), &Context::new(1)).unwrap();
            });
        }
    });
    assert!(server.log().most_open() >= 3);
}

#[test]
fn commands_at_once_start_one_after_the_other() {
    let (server, hosts) = (server(Options::default()), tempfile::tempdir().unwrap());
    let begun = Instant::now();
    three_at_once(&server.url(), hosts.path(), 50);
    let requests = server.log().entries().len() as u32;
    assert!(begun.elapsed() >= Duration::from_millis(50) * (requests - 1));
    // A request may be late on its way; ten are not all.
    assert!(
        least_span(&server.log(), 10) >= Duration::from_millis(450),
        "{:?}",
        least_span(&server.log(), 10)
    );
}

#[test]
fn a_pause_asked_of_one_is_kept_by_all() {
    let retry_after = RetryAfter::Seconds(2);
    let server = server(slow(20.0));
    server.fault(Fault::at(Kind::Page, 3, Act::TooManyRequests { retry_after }));
    let hosts = tempfile::tempdir().unwrap();
    let told: Vec<Vec<String>> = std::thread::scope(|scope| {
        let run = || {
            let folder = tempfile::tempdir().unwrap();
            let (context, notes) = noting();
            let settings = shared(folder.path(), hosts.path(), 10);
            fetch_from(&server.url(), &settings, &context).unwrap();
            let notes = notes.lock().unwrap();
            notes.iter().filter(|note| note.contains("asked by server")).cloned().collect()
        };
        let runs = [scope.spawn(run), scope.spawn(run), scope.spawn(run)];
        runs.map(|run| run.join().unwrap()).to_vec()
    });
    assert!(told.iter().all(|told| told.len() == 1 && told[0].starts_with("waiting ")), "{told:?}");
    let entries = server.log().entries();
    let refused = entries.iter().find(|entry| entry.status == 429).unwrap().end.unwrap();
    let early = |start: Duration| {
        start > refused + Duration::from_millis(100) && start < refused + Duration::from_millis(1900)
    };
    assert!(entries.iter().all(|entry| !early(entry.start)), "{refused:?}: {entries:?}");
    assert!(entries.iter().filter(|entry| entry.start > refused).count() > 6);
}

#[test]
fn a_folder_that_cannot_be_written_leaves_each_its_own_limit() {
    let (server, folder) = (server(Options::default()), tempfile::tempdir().unwrap());
    let file = tempfile::NamedTempFile::new().unwrap();
    let (context, notes) = noting();
    let fetched = fetch_from(&server.url(), &shared(folder.path(), file.path(), 5), &context).unwrap();
    assert_eq!(fetched.proof.distinct_ids, ROWS as u64);
    let notes = notes.lock().unwrap();
    assert_eq!(notes.iter().filter(|note| note.contains("by this process alone")).count(), 1, "{notes:?}");
}

#[test]
fn waits_are_on_the_progress_display_and_within_the_time_allowed() {
    let retry_after = RetryAfter::Seconds(2);
    let server = server(Options::default());
    server.fault(Fault::at(Kind::Page, 2, Act::TooManyRequests { retry_after }).times(0));
    let folder = tempfile::tempdir().unwrap();
    let context = Context::new(1);
    context.progress.begin("fetching", RowCount::Unknown);
    let (begun, progress) = (Instant::now(), Arc::clone(&context.progress));
    let watch = std::thread::spawn(move || {
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(waiting) = progress.now().unwrap().waiting {
                return Some(waiting);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    });
    let mut settings = settings(folder.path());
    settings.deadline = Some(begun + Duration::from_secs(3));
    let error = fetch_from(&server.url(), &settings, &context).err().unwrap();
    // The second pause would end too late and is not begun.
    assert!(matches!(error, FetchError::Deadline(_)), "{error}");
    assert!(begun.elapsed() < Duration::from_millis(2900), "{:?}", begun.elapsed());
    let (left, why) = watch.join().unwrap().unwrap();
    assert!(left <= Duration::from_secs(2) && why == "asked by server");
}

/// Fetches through something that plays tricks; the notes too.
fn tricked(
    part: &'static str,
    trick: impl Fn(&Call) -> Option<Vec<Step>> + Send + Sync + 'static,
    change: impl Fn(&mut Settings, &mut Query),
) -> (Result<Fetched, FetchError>, Vec<String>, Tamper) {
    let (server, folder) = (server(Options::default()), tempfile::tempdir().unwrap());
    let trick: Arc<Trick> = Arc::new(trick);
    let tamper = Tamper::before(&server.url(), part, trick);
    let (context, notes) = noting();
    let (mut settings, mut query) = (settings(folder.path()), Query::default());
    change(&mut settings, &mut query);
    let reference = Reference::parse(&format!("{}/{LAYER}", tamper.url)).unwrap();
    let fetched = fetch(&reference, &query, &settings, &context, no_progress());
    let notes = notes.lock().unwrap().clone();
    (fetched, notes, tamper)
}

fn head(length: usize) -> Vec<u8> {
    let kind = "application/json\r\nConnection: close";
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n").into_bytes()
}

/// The answer's body as it was before compression.
fn plain(call: &Call) -> Vec<u8> {
    assert!(!String::from_utf8_lossy(&call.answer).contains("gzip"), "asked for plain answers");
    call.body().to_vec()
}

#[test]
fn what_the_way_does_to_an_answer_is_noticed() {
    type Make = fn(&Call) -> Vec<Step>;
    let tricks: [(&str, Make); 9] = [
        ("longer than its length", |call| vec![Step::Send([head(40), plain(call)].concat())]),
        ("shorter than its length", |call| {
            let body = plain(call);
            vec![Step::Send([head(body.len() + 7), body].concat())]
        }),
        ("no body", |_| vec![Step::Send(head(0))]),
        ("nothing", |_| Vec::new()),
        ("half a head", |_| vec![Step::Send(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec())]),
        ("no HTTP", |_| vec![Step::Send(b"220 mail.example ESMTP\r\n\r\n".to_vec())]),
        ("cut in the middle", |call| vec![Step::Send(call.answer[..call.answer.len() / 2].to_vec())]),
        ("silence", |_| vec![Step::Rest(Duration::from_secs(3))]),
        ("a drip", |call| {
            let body = plain(call);
            vec![Step::Send(head(body.len())), Step::Drip(body, 20.0)]
        }),
    ];
    for (name, make) in tricks {
        for pbf in [false, true] {
            let trick = move |call: &Call| (call.number == 2).then(|| make(call));
            let (fetched, notes, tamper) = tricked_plain(trick, pbf);
            let fetched = fetched.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(fetched.proof.distinct_ids, ROWS as u64, "{name}");
            assert!(tamper.heads.lock().unwrap().len() >= 9, "{name}: {notes:?}");
        }
    }
}

fn tricked_plain(
    trick: impl Fn(&Call) -> Option<Vec<Step>> + Send + Sync + 'static,
    pbf: bool,
) -> (Result<Fetched, FetchError>, Vec<String>, Tamper) {
    let net = Options { plain: true, ..Options::default() };
    let (server, folder) = (encoded(net, pbf), tempfile::tempdir().unwrap());
    let tamper = Tamper::before(&server.url(), PAGES, Arc::new(trick));
    let (context, notes) = noting();
    let settings = Settings {
        read_timeout: Duration::from_secs(1),
        drip_window: Duration::from_millis(700),
        ..settings(folder.path())
    };
    let fetched = fetch_from(&tamper.url, &settings, &context);
    let notes = notes.lock().unwrap().clone();
    (fetched, notes, tamper)
}

#[test]
fn a_compressed_answer_that_is_cut_short_is_noticed() {
    let cut = |call: &Call| {
        assert!(String::from_utf8_lossy(&call.answer).contains("gzip"));
        let body = call.body();
        let short = &body[..body.len() - 20];
        let head = String::from_utf8_lossy(&head(short.len()))
            .replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");
        (call.number == 2).then(|| vec![Step::Send([head.as_bytes(), short].concat())])
    };
    let (fetched, notes, _) = tricked(PAGES, cut, |_, _| {});
    assert_eq!(fetched.unwrap().proof.distinct_ids, ROWS as u64);
    assert!(notes.iter().any(|note| note.contains("broke off")), "{notes:?}");
}

#[test]
fn a_page_for_people_behind_the_json_does_no_harm() {
    let trick = |call: &Call| {
        let body = [&plain(call)[..], b"\n<!-- filtered by gateway -->\n<html></html>"].concat();
        Some(vec![Step::Send([head(body.len()), body].concat())])
    };
    let (fetched, ..) = tricked_plain(trick, false);
    let fetched = fetched.unwrap();
    assert_eq!((fetched.proof.distinct_ids, fetched.retries), (ROWS as u64, 0));
}

#[test]
fn a_refusal_now_and_then_is_an_accident() {
    let server = server(Options::default());
    let body = serde_json::json!({"error": {"code": 400, "message": "Unable to complete operation.", "details": []}});
    server.fault(Fault::at(Kind::Page, 3, Act::Json200 { body: body.clone() }).times(2));
    let folder = tempfile::tempdir().unwrap();
    let fetched = fetch_from(&server.url(), &settings(folder.path()), &Context::new(1)).unwrap();
    assert_eq!((fetched.facts.strategy.as_str(), fetched.retries), ("keyset", 2));
    // One that is refused from the first is not asked again as it is.
    server.clear_faults();
    server.log().clear();
    server.fault(Fault::at(Kind::Page, 1, Act::Json200 { body }).times(0));
    let folder = tempfile::tempdir().unwrap();
    let failed = fetch_from(&server.url(), &settings(folder.path()), &Context::new(1)).err().unwrap();
    assert!(matches!(failed, FetchError::Unsupported { .. }), "{failed}");
    let pages = server.log().of(Kind::Page);
    let ordered =
        pages.iter().map(|entry| &entry.request.raw_query).filter(|query| query.contains("orderByFields"));
    let ordered: Vec<&String> = ordered.collect();
    let distinct: std::collections::HashSet<&&String> = ordered.iter().collect();
    assert!(ordered.len() == distinct.len() && !ordered.is_empty(), "{ordered:?}");
}

/// A condition too long for GET as a rule, and true of all rows.
fn long_condition(_: &mut Settings, query: &mut Query) {
    let list: Vec<String> = (0..400).map(|number| number.to_string()).collect();
    query.server_where = Some(format!("apn IN ({})", list.join(",")));
}

#[test]
fn where_post_is_refused_get_goes_on() {
    let refusals: [fn() -> Vec<u8>; 2] = [
        || b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n".to_vec(),
        || {
            b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 22\r\n\r\n<html>Blocked.</html>\n".to_vec()
        },
    ];
    for refusal in refusals {
        let trick = move |call: &Call| call.is_post().then(|| vec![Step::Send(refusal())]);
        let (fetched, notes, tamper) = tricked("POST ", trick, long_condition);
        assert_eq!(fetched.unwrap().proof.distinct_ids, ROWS as u64);
        assert_eq!(notes.iter().filter(|note| note.contains("POST is refused")).count(), 1, "{notes:?}");
        let posts = tamper.heads.lock().unwrap().iter().filter(|head| head.starts_with("POST")).count();
        assert!((1..=2).contains(&posts), "{posts}");
    }
}

#[test]
fn where_post_is_refused_lists_of_ids_become_shorter() {
    // With a long address a list of 250 ids is too long for GET.
    let name = "parcels".repeat(100);
    let config = arcgis::Config::one(&name, parcels(600), arcgis::Switches::default());
    let server = arcgis::Server::start(config).unwrap();
    let forbidden = b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
    let trick = move |call: &Call| call.is_post().then(|| vec![Step::Send(forbidden.to_vec())]);
    let tamper = Tamper::before(&server.url(), "POST ", Arc::new(trick));
    let url = format!("{}/arcgis/rest/services/{name}/FeatureServer/0", tamper.url);
    let reference = Reference::parse(&url).unwrap();
    let run = || {
        let folder = tempfile::tempdir().unwrap();
        let (query, settings) = (Query::default(), settings(folder.path()));
        let fetched = fetch(&reference, &query, &settings, &Context::new(1), no_progress()).unwrap();
        assert_eq!(fetched.proof.distinct_ids, 600);
        read_all(fetched.reader).unwrap()
    };
    let whole = run();
    let ids = whole.attributes.column_by_name("OBJECTID").unwrap().as_primitive::<Int64Type>().clone();
    let ids: Vec<String> = ids.values().iter().skip(100).take(400).map(ToString::to_string).collect();
    // Rows that do not come with their page are asked for by lists.
    server.fault(Fault::at(Kind::Page, 1, Act::DropRows { ids }));
    tamper.heads.lock().unwrap().clear();
    assert_eq!(run().attributes, whole.attributes);
    let heads = tamper.heads.lock().unwrap();
    assert!(heads.iter().any(|head| head.starts_with("GET") && head.contains("objectIds")));
    let longest = heads.iter().map(|head| head.lines().next().unwrap().len()).max().unwrap();
    // `GET ` and ` HTTP/1.1` stand around the address, whose host the line leaves out.
    assert!(longest <= 2000, "{longest}");
    let posts = heads.iter().filter(|head| head.starts_with("POST")).count();
    assert!((1..=2).contains(&posts), "{posts}");
}

#[test]
fn a_server_that_nears_its_limit_is_given_a_rest() {
    let trick = |call: &Call| {
        let headers = "RateLimit-Limit: 100\r\nRateLimit-Remaining: 4\r\nRateLimit-Reset: 1";
        (call.number == 2).then(|| vec![Step::Send(call.with_header(headers))])
    };
    let begun = Instant::now();
    let (fetched, notes, _) = tricked(PAGES, trick, |_, _| {});
    assert_eq!(fetched.unwrap().proof.distinct_ids, ROWS as u64);
    assert!(begun.elapsed() >= Duration::from_millis(950));
    let rests: Vec<_> = notes.iter().filter(|note| note.contains("limit is nearly used up")).collect();
    assert_eq!(rests.len(), 1, "{notes:?}");
}

#[test]
fn credentials_stay_with_their_host_and_redirects_are_said_once() {
    let server = server(Options::default());
    let other = format!("{}/", server.url().replace("127.0.0.1", "localhost"));
    let trick = move |call: &Call| {
        let path = call.head.split_whitespace().nth(1).unwrap().trim_start_matches('/').to_owned();
        let moved = format!("HTTP/1.1 302 Found\r\nLocation: {other}{path}\r\nContent-Length: 0\r\n\r\n");
        Some(vec![Step::Send(moved.into_bytes())])
    };
    let tamper = Tamper::before(&server.url(), "GET ", Arc::new(trick));
    server.log().clear();
    let folder = tempfile::tempdir().unwrap();
    let (context, notes) = noting();
    let with_login = tamper.url.replace("http://", "http://me:s3cret@");
    let fetched = fetch_from(&with_login, &settings(folder.path()), &context);
    // The stand-in listens on one address family only.
    assert_eq!(fetched.unwrap().proof.distinct_ids, ROWS as u64);
    let heads = tamper.heads.lock().unwrap().clone();
    assert!(heads.iter().all(|head| head.to_lowercase().contains("authorization: basic")), "{heads:?}");
    let seen = server.log().entries();
    let host = |entry: &Entry| entry.request.header("host").unwrap_or_default().to_owned();
    let moved: Vec<_> = seen.iter().filter(|entry| host(entry).starts_with("localhost")).collect();
    assert!(moved.len() >= 8 && moved.iter().all(|entry| entry.request.header("authorization").is_none()));
    let notes = notes.lock().unwrap();
    assert!(notes.iter().all(|note| !note.contains("s3cret") && !note.contains('?')), "{notes:?}");
    let said: Vec<&String> = notes.iter().filter(|note| note.contains("sends us on")).collect();
    let distinct: std::collections::HashSet<&&String> = said.iter().collect();
    assert!(said.len() == distinct.len() && said.len() >= 2, "{notes:?}");
}

#[test]
fn circles_of_redirects_end() {
    let server = server(Options::default());
    let url = format!("{}/{LAYER}?f=json", server.url());
    server.fault(Fault::at(Kind::Metadata, 1, Act::RedirectTo { url }).times(0));
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_from(&server.url(), &settings(folder.path()), &Context::new(1)).err().unwrap();
    assert!(error.to_string().contains("in circles"), "{error}");
    assert!(server.log().entries().len() <= 6);
}

#[test]
fn no_message_holds_a_query_or_a_login() {
    let message = "Not so: http://me:s3cret@h/q?where=1&orderBy=2&key=s3cret";
    let echo = serde_json::json!({"error": {"code": 500, "message": message, "details": ["again: key=1, to https://h/?a=s3cret"]}});
    let acts = [
        Act::Reset,
        Act::Html200,
        Act::Status { code: 500, body: "no".to_owned(), headers: std::collections::BTreeMap::default() },
        Act::TooManyRequests { retry_after: RetryAfter::Absent },
        Act::TruncatedJson { bytes: None },
        Act::Json200 { body: echo.clone() },
        Act::Status { code: 502, body: echo.to_string(), headers: std::collections::BTreeMap::default() },
        Act::RedirectTo { url: "http://me:s3cret@127.0.0.1:9/x?token=s3cret".to_owned() },
        Act::RedirectTo { url: "ftp://me:s3cret@127.0.0.1/x?token=s3cret".to_owned() },
    ];
    for act in acts {
        let server = server(Options::default());
        server.fault(Fault::at(Kind::Page, 2, act.clone()).times(0));
        let folder = tempfile::tempdir().unwrap();
        let (context, notes) = noting();
        let url = server.url().replace("http://", "http://me:s3cret@");
        let reference = Reference::parse(&format!("{url}/{LAYER}?token=s3cret")).unwrap();
        let error = fetch(&reference, &Query::default(), &settings(folder.path()), &context, no_progress())
            .err()
            .unwrap();
        let said = format!("{error} {error:?} {:?} {:?}", error.hint(), notes.lock().unwrap());
        for secret in ["s3cret", "token", "where=", "orderBy"] {
            assert!(!said.contains(secret), "{act:?}: {said}");
        }
    }
}
