//! SODA 2.1 and 3.0 side by side, app tokens, and what answers say of themselves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;

use common::{noting, parcels, read_all, settings};
use geohub_core::{Batch, Context};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, Tokens, describe, fetch, no_progress};
use geohub_testkit::net::{Act, Edit, Fault, Kind, On, Options};
use geohub_testkit::socrata::{Config, Server, Source, Switches};
use geohub_testkit::table::Table;

const TOKEN: &str = "bQxkV3RyTm90QVJlYWw";

/// Points beside a second location, which stays an attribute; whole and broken degrees.
fn stops(rows: usize) -> Source {
    let line = |row: usize| {
        let (lat, lon) = (34.0 + (row / 4) as f64 * 0.25, -118.0 - (row % 7) as f64 * 0.001);
        format!("s{row},{},{lat},{lon}", row * 10)
    };
    let lines: Vec<String> = (0..rows).map(line).collect();
    let text = format!("name,n,lat,lng\n{}\n", lines.join("\n"));
    Source::new("stop-0001", Table::from_csv(&text).unwrap()).location("lat", "lng")
}

fn serve(switches: Switches, faults: &[Fault]) -> Server {
    let net = Options { faults: faults.to_vec(), ..Options::default() };
    let source = Source { centres: Some("middle".to_owned()), ..Source::new("abcd-1234", parcels(200)) };
    let tokens = vec![TOKEN.to_owned()];
    let config = Config::one(source).and(stops(60)).switches(Switches { tokens, ..switches }).net(net);
    Server::start(config).unwrap()
}

fn with_token(folder: &std::path::Path, server: &Server, token: &str) -> Settings {
    let host = server.url().trim_start_matches("http://").to_owned();
    Settings { tokens: Tokens::default().with(&host, token).unwrap(), ..settings(folder) }
}

struct Ran {
    fetched: Result<Fetched, FetchError>,
    notes: Vec<String>,
}

impl Ran {
    fn said(&self, words: &str) -> usize {
        self.notes.iter().filter(|note| note.contains(words)).count()
    }
}

fn run(server: &Server, id: &str, token: Option<&str>, query: &Query, geometry: Option<&str>) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = match token {
        Some(token) => with_token(folder.path(), server, token),
        None => settings(folder.path()),
    };
    settings.geometry = geometry.map(|text| text.parse().unwrap());
    let (context, notes) = noting();
    let reference = Reference::parse(&format!("{}/d/{id}", server.url())).unwrap();
    let fetched = fetch(&reference, query, &settings, &context, no_progress());
    let notes = notes.lock().unwrap().clone();
    Ran { fetched, notes }
}

fn rows(ran: Ran) -> Batch {
    read_all(ran.fetched.unwrap().reader).unwrap()
}

fn same(a: &Batch, b: &Batch) {
    assert_eq!(a.attributes, b.attributes);
    assert_eq!(a.rows(), b.rows());
    for (left, right) in a.geometry.iter().zip(b.geometry.iter()) {
        assert_eq!((left.is_null(), left.kind(), left.xy()), (right.is_null(), right.kind(), right.xy()));
    }
}

fn refusing() -> Switches {
    Switches { soda2_refused: Some(403), computed_region: true, cap_limit: Some(70), ..Switches::default() }
}

#[test]
fn the_newer_api_gives_the_rows_of_the_older() {
    let older = serve(Switches { soda2_refused: None, ..refusing() }, &[]);
    let newer = serve(refusing(), &[]);
    let everything = Query::default();
    let narrowed = Query {
        server_where: Some("apn > 20 OR apn < 3".to_owned()),
        fields: Some(vec![":id".to_owned(), "zip".to_owned()]),
        bbox: Some(geohub_core::Bbox::new(-118.5, 33.9, -118.2, 33.91)),
        ..Query::default()
    };
    for (id, query, geometry) in [
        ("abcd-1234", &everything, None),
        ("abcd-1234", &everything, Some("middle")),
        ("abcd-1234", &narrowed, None),
        ("stop-0001", &everything, None),
        ("stop-0001", &everything, Some("none")),
    ] {
        let by_older = rows(run(&older, id, None, query, geometry));
        let ran = run(&newer, id, Some(TOKEN), query, geometry);
        assert_eq!(ran.said("SODA 2.1 is refused"), 1, "{:?}", ran.notes);
        assert!(ran.fetched.as_ref().unwrap().proof.complete);
        same(&by_older, &rows(ran));
    }
    let asked = newer.log().entries();
    assert!(asked.iter().filter(|entry| entry.request.path.contains("/resource/")).count() == 5);
    let pages = asked.iter().filter(|entry| entry.kind == Kind::Page && entry.request.method == "POST");
    assert!(pages.clone().count() >= 9);
    for page in pages {
        assert!(page.request.body.contains("ORDER BY :id") && page.request.body.contains("\"pageNumber\":1"));
    }
}

#[test]
fn what_is_missing_is_found_by_the_newer_api_too() {
    let ids = Query { fields: Some(vec![":id".to_owned()]), ..Query::default() };
    let server = serve(refusing(), &[]);
    let all = rows(run(&server, "abcd-1234", Some(TOKEN), &ids, None));
    let id = |row: usize| {
        use arrow_array::cast::AsArray;
        all.attributes.column(0).as_string::<i32>().value(row).to_owned()
    };
    let dropping = Fault::at(Kind::Page, 2, Act::DropRows { ids: vec![id(90), id(100), id(110)] });
    let found = run(&serve(refusing(), &[dropping]), "abcd-1234", Some(TOKEN), &Query::default(), None);
    assert_eq!(found.said("asking again for 3 rows"), 1, "{:?}", found.notes);
    assert_eq!(rows(found).rows(), 200);
    let edited = Fault::at(Kind::Page, 2, Act::Then(Edit::Touch { id: id(3) }));
    let found = run(&serve(refusing(), &[edited]), "abcd-1234", Some(TOKEN), &Query::default(), None);
    assert!(found.fetched.unwrap().proof.changed_while_reading, "the description says when the rows changed");
}

#[test]
fn without_a_token_a_refusal_says_what_would_help() {
    let server = serve(refusing(), &[]);
    match run(&server, "abcd-1234", None, &Query::default(), None).fetched.err().unwrap() {
        error @ FetchError::TokenWanted { .. } => {
            let port = server.url().rsplit_once(':').unwrap().1.to_owned();
            assert!(error.hint().unwrap().contains(&format!("GEOHUB_TOKEN_127_0_0_1_{port}")));
            assert!(error.to_string().contains("You must be logged in"), "{error}");
        }
        other => panic!("{other}"),
    }
    assert!(server.log().entries().iter().all(|entry| !entry.request.path.contains("/v3/")));
    let private = serve(Switches { private: true, ..Switches::default() }, &[]);
    let error = run(&private, "abcd-1234", Some(TOKEN), &Query::default(), None).fetched.err().unwrap();
    assert!(matches!(error, FetchError::Credentials { .. }), "{error}");
}

#[test]
fn a_gone_api_is_replaced_and_a_missing_dataset_is_not_found() {
    let gone = serve(Switches { soda2_refused: Some(410), ..Switches::default() }, &[]);
    assert_eq!(rows(run(&gone, "stop-0001", Some(TOKEN), &Query::default(), None)).rows(), 60);
    let error = run(&gone, "none-0000", Some(TOKEN), &Query::default(), None).fetched.err().unwrap();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
}

#[test]
fn a_refused_token_is_told_once_and_not_sent_again() {
    let server = serve(Switches { cap_limit: Some(70), ..Switches::default() }, &[]);
    let ran = run(&server, "abcd-1234", Some("a-wrong-one"), &Query::default(), None);
    assert_eq!(ran.said("refuses the app token"), 1, "{:?}", ran.notes);
    assert!(ran.notes.iter().all(|note| !note.contains("a-wrong-one")));
    assert_eq!(rows(ran).rows(), 200);
    let sent = |entry: &geohub_testkit::net::Entry| entry.request.header("x-app-token").is_some();
    let entries = server.log().entries();
    assert_eq!(entries.iter().filter(|entry| sent(entry)).count(), 1);
    assert!(sent(&entries[0]) && entries.len() > 5);
}

#[test]
fn a_token_goes_into_a_header_of_its_host_and_nowhere_else() {
    let other = serve(Switches::default(), &[]);
    let to = format!("{}/resource/stop-0001.json?$select=count(*) as n", other.url());
    let redirect = Fault {
        on: On { kind: Some(Kind::Count), ..On::default() },
        act: Act::RedirectTo { url: to },
        times: 0,
    };
    let server = serve(Switches::default(), &[redirect]);
    let ran = run(&server, "stop-0001", Some(TOKEN), &Query::default(), None);
    let fetched = ran.fetched.unwrap();
    let shown = format!("{:?} {:?} {:?}", fetched.facts, fetched.proof, ran.notes);
    assert!(!shown.contains(TOKEN));
    for entry in server.log().entries() {
        assert_eq!(entry.request.header("x-app-token"), Some(TOKEN), "{}", entry.request.path);
        assert!(!entry.request.raw_query.contains(TOKEN) && !entry.request.body.contains(TOKEN));
    }
    let strange = other.log().entries();
    assert!(!strange.is_empty() && strange.iter().all(|entry| entry.request.header("x-app-token").is_none()));
}

#[test]
fn a_copy_that_is_behind_and_warnings_are_said_once() {
    let behind = Fault { on: On::default(), act: Act::OutOfDate, times: 0 };
    let words = Some("rollups are stale".to_owned());
    let switches = Switches { cap_limit: Some(70), warning: words, legacy: true, ..Switches::default() };
    let ran = run(&serve(switches, &[behind]), "abcd-1234", None, &Query::default(), None);
    assert_eq!(ran.said("is behind its source"), 1, "{:?}", ran.notes);
    assert_eq!(ran.said("rollups are stale"), 1);
    assert_eq!(ran.said("SODA 2.0"), 1);
    assert_eq!(rows(ran).rows(), 200);
}

#[test]
fn a_dataset_being_prepared_is_waited_for() {
    let body = String::new();
    let soon =
        |kind| Fault::at(kind, 1, Act::Status { code: 202, body: body.clone(), headers: BTreeMap::new() });
    let faults = [soon(Kind::Metadata), soon(Kind::Count).times(2), soon(Kind::Page)];
    let ran = run(&serve(Switches::default(), &faults), "stop-0001", None, &Query::default(), None);
    assert_eq!(ran.said("still being prepared"), 4, "{:?}", ran.notes);
    assert_eq!(rows(ran).rows(), 60);
}

#[test]
fn an_object_where_rows_are_due_is_an_error() {
    let object = Act::Json200 { body: serde_json::json!({"message": "please come back"}) };
    let fault = Fault { on: On { kind: Some(Kind::Page), ..On::default() }, act: object, times: 0 };
    let error = run(&serve(Switches::default(), &[fault]), "stop-0001", None, &Query::default(), None);
    let error = error.fetched.err().unwrap().to_string();
    assert!(error.contains("please come back"), "{error}");
}

#[test]
fn descriptions_ask_with_the_token_too() {
    let server = serve(refusing(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&format!("{}/d/stop-0001", server.url())).unwrap();
    let found = describe(&reference, &with_token(folder.path(), &server, TOKEN), &Context::new(1)).unwrap();
    assert_eq!(found.layer.rows, geohub_core::RowCount::Exact(60));
}

#[test]
fn a_portal_that_does_not_compare_ids_is_asked_by_position() {
    let body = r#"{"errorCode":"query.soql.type-mismatch","message":"Type mismatch for op$>","error":true}"#;
    let refusal = Act::Status { code: 400, body: body.to_owned(), headers: BTreeMap::new() };
    let params = |name: &str, text: &str| BTreeMap::from([(name.to_owned(), text.to_owned())]);
    let older = On { params: params("$where", ":id >"), ..On::default() };
    let fault = Fault { on: older, act: refusal, times: 0 };
    let switches = Switches { cap_limit: Some(70), ..Switches::default() };
    let server = serve(switches, &[fault]);
    let ran = run(&server, "abcd-1234", None, &Query::default(), None);
    assert_eq!(ran.fetched.as_ref().unwrap().facts.strategy, "offset");
    let positions: Vec<String> = server
        .log()
        .entries()
        .iter()
        .filter_map(|entry| entry.request.param("$offset").map(str::to_owned))
        .collect();
    assert!(positions.contains(&"140".to_owned()), "{positions:?}");
    let plain = rows(run(&serve(Switches::default(), &[]), "abcd-1234", None, &Query::default(), None));
    same(&plain, &rows(ran));
}
