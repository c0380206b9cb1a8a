//! Ways to ask for all rows, on servers with every habit the stand-in has: the same rows, however they are asked for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{get, get_with, keeping, parcels, read_all, settings};
use geohub_core::Batch;
use geohub_fetch::{FetchError, Fetched, Query, Settings};
use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::net::{Act, Fault, Kind, Latency, On, Options};

const ROWS: usize = 330;

fn start(rows: usize, switches: Switches) -> Server {
    Server::start(Config::one("parcels", parcels(rows), switches)).unwrap()
}

fn url(server: &Server) -> String {
    server.layer_url("parcels", "FeatureServer", 0)
}

fn fetch_as(server: &Server, change: impl FnOnce(&mut Settings)) -> Result<Fetched, FetchError> {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    change(&mut settings);
    get_with(&url(server), &Query::default(), &settings).0
}

fn assert_same(a: &Batch, b: &Batch, why: &str) {
    assert_eq!(a.attributes, b.attributes, "{why}");
    let pairs = a.geometry.iter().zip(b.geometry.iter());
    assert!(pairs.into_iter().all(|(a, b)| a.xy() == b.xy() && a.kind() == b.kind()), "{why}");
}

fn healthy(rows: usize) -> Batch {
    read_all(get(&url(&start(rows, Switches::default())), &Query::default()).unwrap().reader).unwrap()
}

/// A server that answers an error to questions with these words in a parameter.
fn refusing(parameter: &str, words: &str, code: u16) -> Fault {
    let body =
        serde_json::json!({"error": {"code": code, "message": "Unable to perform query.", "details": []}});
    let params = BTreeMap::from([(parameter.to_owned(), words.to_owned())]);
    Fault { on: On { kind: Some(Kind::Page), params, ..On::default() }, act: Act::Json200 { body }, times: 0 }
}

/// Old servers that know no order, in growing ignorance.
fn old() -> Vec<(&'static str, Switches)> {
    let unsorted = Switches { cap: 25, order_by: false, ..Switches::default() };
    let silent = Switches { only_ignored: true, ..unsorted.clone() };
    let ancient = Switches {
        pagination: false,
        statistics: false,
        extent: false,
        hide_cap: true,
        version: None,
        last_edit_ms: None,
        refuse_one_equals_one: true,
        ..silent.clone()
    };
    let scattered = Switches { order_by: true, order_ignored: true, ..ancient.clone() };
    vec![("id-ranges", unsorted), ("id-halves", silent), ("id-halves", ancient), ("id-halves", scattered)]
}

fn habits() -> Vec<(&'static str, Switches)> {
    let capped = || Switches { cap: 25, ..Switches::default() };
    let mut habits = vec![
        ("keyset", capped()),
        ("keyset", Switches { pagination: false, ..capped() }),
        ("keyset", Switches { refuse_one_equals_one: true, ..capped() }),
        ("keyset", Switches { offset_ignored: true, ..capped() }),
        ("keyset", Switches { only_ignored: true, ..capped() }),
        ("keyset", Switches { stable_unordered: true, order_ignored: true, ..capped() }),
        ("keyset", Switches { advertised_cap: Some(1000), ..capped() }),
        ("keyset", Switches { advertised_cap: Some(5), cap: 200, ..Switches::default() }),
        ("keyset", Switches { hide_cap: true, ..capped() }),
        ("keyset", Switches { wrong_id_range: Some((300, 400)), ..capped() }),
        ("id-ranges", Switches { order_ignored: true, ..capped() }),
        ("id-ranges", Switches { order_ignored: true, pagination: false, ..capped() }),
    ];
    habits.extend(old());
    habits
}

#[test]
fn every_habit_gives_the_same_rows() {
    let expected = healthy(ROWS);
    for (rung, switches) in habits() {
        let server = start(ROWS, switches.clone());
        for connections in [1, 4] {
            server.log().clear();
            let fetched = fetch_as(&server, |settings| settings.max_connections = Some(connections)).unwrap();
            let why = format!("{connections}: {switches:?} {:?}", fetched.facts.ladder);
            assert_eq!(fetched.facts.strategy, rung, "{why}");
            assert_eq!(fetched.facts.ladder.last().unwrap().outcome, "used");
            // Pages in no order, by which a server was found out, are kept too.
            let twice = fetched.proof.repeated_rows;
            assert!(fetched.proof.complete && (twice == 0 || rung != "keyset"), "{twice}: {why}");
            assert_same(&read_all(fetched.reader).unwrap(), &expected, &why);
            assert!(server.log().most_open() <= connections, "{why}");
            let pages = server.log().of(Kind::Page).len();
            let most = if rung == "id-halves" { 70 } else { 35 };
            assert!(pages <= most, "{pages} pages: {why}");
        }
    }
}

#[test]
fn conditions_on_the_id_that_are_refused_leave_offsets_and_lists() {
    let expected = healthy(ROWS);
    for (rung, offset_ignored) in [("offset", false), ("id-list", true)] {
        for connections in [1, 4] {
            let server = start(ROWS, Switches { cap: 25, offset_ignored, ..Switches::default() });
            server.fault(refusing("where", "OBJECTID", 400));
            let fetched = fetch_as(&server, |settings| settings.max_connections = Some(connections)).unwrap();
            assert_eq!(fetched.facts.strategy, rung, "{:?}", fetched.facts.ladder);
            assert!(fetched.proof.complete);
            assert_same(&read_all(fetched.reader).unwrap(), &expected, rung);
        }
    }
}

#[test]
fn a_server_that_does_nothing_right_is_told_off() {
    let server = start(ROWS, Switches { cap: 25, only_ignored: true, ..Switches::default() });
    server.fault(refusing("where", "", 400));
    let error = fetch_as(&server, |_| {}).err().unwrap();
    assert!(matches!(error, FetchError::Unsupported { .. }), "{error}");
    for rung in ["keyset: ", "offset: ", "id-ranges: ", "id-list: ", "id-halves: ", "boxes: "] {
        assert!(error.to_string().contains(rung), "{error}");
    }
}

#[test]
fn stretches_of_ids_are_asked_for_side_by_side() {
    let net = Options { latency: Latency { request_ms: 30.0, row_ms: 0.0 }, ..Options::default() };
    let switches = Switches { cap: 50, ..Switches::default() };
    let server = Server::start(Config::one("parcels", parcels(3000), switches).net(net)).unwrap();
    let mut times = Vec::new();
    for connections in [1, 4] {
        server.log().clear();
        let fetched = fetch_as(&server, |settings| settings.max_connections = Some(connections)).unwrap();
        assert_eq!(fetched.proof.distinct_ids, 3000);
        assert_same(&read_all(fetched.reader).unwrap(), &healthy(3000), "");
        let pages = server.log().of(Kind::Page);
        assert!(pages.len() <= 75, "{} pages", pages.len());
        assert_eq!(server.log().most_open(), connections);
        times.push(pages.last().unwrap().end.unwrap().checked_sub(pages[0].start).unwrap());
    }
    assert!(times[1] * 5 < times[0] * 2, "{times:?}");
}

#[test]
fn a_limit_takes_the_lowest_ids() {
    let lowest = healthy(ROWS).attributes.slice(0, 60);
    for (_, switches) in habits() {
        let server = start(ROWS, switches.clone());
        let folder = tempfile::tempdir().unwrap();
        let query = Query { limit: Some(60), ..Query::default() };
        let settings = Settings { max_connections: Some(4), ..settings(folder.path()) };
        let fetched = get_with(&url(&server), &query, &settings).0.unwrap();
        // Without pages rows come as the server likes, and the executor takes the first.
        let exact = switches.pagination && !switches.order_ignored && switches.order_by;
        let held = fetched.proof.distinct_ids;
        assert!(held == 60 || (held > 60 && !exact), "{held}: {switches:?}");
        let sorted = !switches.only_ignored || switches.order_by && !switches.order_ignored;
        let rows = read_all(fetched.reader).unwrap().attributes.slice(0, 60);
        assert!(!sorted || switches.order_ignored || rows == lowest, "{switches:?}");
    }
}

#[test]
fn the_row_that_cannot_be_had_is_named_and_the_rest_comes() {
    let text = "\"apn\":211,";
    let body = serde_json::json!({"error": {"code": 500, "message": "Error performing query operation"}});
    let refuse = Act::RefuseText { text: text.to_owned(), code: 200, body };
    let exact = start(ROWS, Switches { pbf: false, ..Switches::default() });
    let expected = read_all(get(&url(&exact), &Query::default()).unwrap().reader).unwrap();
    for (_, switches) in habits() {
        let server = start(ROWS, Switches { pbf: false, ..switches.clone() });
        server.fault(Fault::at(Kind::Page, 1, refuse.clone()).times(0));
        let folder = tempfile::tempdir().unwrap();
        let settings = keeping(folder.path());
        let (result, notes) = get_with(&url(&server), &Query::default(), &settings);
        let listed = !switches.only_ignored;
        if listed {
            let Err(FetchError::Incomplete(found)) = result else {
                panic!("{switches:?}: {:?}", result.err());
            };
            assert_eq!((found.missing_ids.len(), found.distinct_ids), (1, ROWS as u64 - 1), "{switches:?}");
            let id = &found.missing_ids[0];
            assert!(notes.iter().any(|note| note.contains(&format!("the row with id {id} cannot be had"))));
            let list = std::fs::read_to_string(found.list.unwrap()).unwrap();
            assert!(list.contains(&format!("\"{id}\"")), "{list}");
        }
        let asked = server.log().of(Kind::Page).len();
        assert!(asked < 160, "{asked} pages: {switches:?}");
        let partial = Settings { allow_partial: true, ..settings.clone() };
        let fetched = get_with(&url(&server), &Query::default(), &partial).0;
        if listed {
            let fetched = fetched.unwrap();
            assert!(!fetched.proof.complete && fetched.proof.missing_ids.len() == 1);
            assert_eq!(read_all(fetched.reader).unwrap().rows(), ROWS - 1);
        } else {
            // Without a list of ids nothing tells which row it is that fails; halves find out.
            let halved = fetched.is_ok_and(|fetched| fetched.proof.missing_ids.len() == 1);
            assert_eq!(halved, !switches.order_by || switches.order_ignored, "{switches:?}");
        }
        server.clear_faults();
        server.log().clear();
        let fetched = get_with(&url(&server), &Query::default(), &settings).0.unwrap();
        assert!(fetched.proof.complete);
        assert_same(&read_all(fetched.reader).unwrap(), &expected, &format!("{switches:?}"));
        if listed {
            let asked = server.log().of(Kind::Page).len();
            assert!(asked <= 3, "{asked} pages for one row: {switches:?}");
        }
        fetched.proven.done();
    }
}

/// The list of ids that names the row needs a place at the host, which the other pages must not keep for ever.
#[test]
fn a_row_is_named_while_other_pages_are_on_their_way() {
    let body = serde_json::json!({"error": {"code": 500, "message": "Error performing query operation"}});
    let refuse = Act::RefuseText { text: "\"apn\":211,".to_owned(), code: 200, body };
    let switches = Switches { cap: 5, pbf: false, ..Switches::default() };
    for connections in [2, 4, 8] {
        let latency = Latency { request_ms: 15.0, row_ms: 0.0 };
        let net = Options {
            latency,
            faults: vec![Fault::at(Kind::Page, 1, refuse.clone()).times(0)],
            ..Options::default()
        };
        let config = Config::one("parcels", parcels(ROWS), switches.clone()).net(net);
        let server = Server::start(config).unwrap();
        let error = fetch_as(&server, |settings| {
            settings.max_connections = Some(connections);
            settings.deadline = Some(std::time::Instant::now() + Duration::from_mins(1));
        });
        let error = error.err().unwrap();
        assert!(matches!(&error, FetchError::Incomplete(found) if found.missing_ids.len() == 1), "{error}");
    }
}

#[test]
fn pages_that_are_too_large_halve_and_grow_back() {
    let server = start(ROWS, Switches::default());
    server.fault(refusing("resultRecordCount", "64", 500));
    let fetched = fetch_as(&server, |settings| {
        (settings.page_rows, settings.max_connections) = (Some(64), Some(1));
    });
    assert_same(&read_all(fetched.unwrap().reader).unwrap(), &healthy(ROWS), "");
    let asked =
        |entry: &geohub_testkit::net::Entry| entry.request.param("resultRecordCount").unwrap().to_owned();
    let sizes: Vec<String> = server.log().of(Kind::Page).iter().map(asked).collect();
    assert_eq!(sizes[..8], ["64", "64", "32", "32", "32", "32", "40", "40"], "{sizes:?}");
}

#[test]
fn a_server_that_is_gone_is_not_asked_for_ever_less() {
    let server = start(ROWS, Switches { cap: 25, ..Switches::default() });
    server.fault(Fault::at(Kind::Page, 3, Act::Reset).times(0));
    let begun = std::time::Instant::now();
    let error = fetch_as(&server, |_| {}).err().unwrap();
    assert!(matches!(error, FetchError::Network { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20) && server.log().of(Kind::Page).len() < 80);
}

/// Polygons that all have a geometry, some of them twice.
fn shapes(rows: usize) -> geohub_testkit::table::Table {
    let mut table = parcels(rows);
    table.rows.retain(|row| row.shape.is_some());
    let twins: Vec<_> = table.rows.iter().step_by(40).cloned().collect();
    table.rows.extend(twins);
    table
}

fn texts(batch: &Batch) -> Vec<String> {
    let row = |row: usize| format!("{:?} {:?}", batch.attributes.slice(row, 1), batch.geometry.row(row).xy());
    let mut rows: Vec<String> = (0..batch.rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn rows_without_ids_come_by_where_they_lie() {
    for (cap, wkid) in [(1000, 4326), (25, 4326), (25, 102_100)] {
        let switches = Switches { cap, wkid, no_object_id: true, ..Switches::default() };
        let whole = Switches { cap: 1000, ..switches.clone() };
        let [server, other] = [switches, whole]
            .map(|switches| Server::start(Config::one("parcels", shapes(ROWS), switches)).unwrap());
        let [fetched, expected] = [&server, &other].map(|server| fetch_as(server, |_| {}).unwrap());
        assert_eq!(fetched.facts.strategy, "boxes");
        assert_eq!(fetched.proof.distinct_ids, shapes(ROWS).rows.len() as u64);
        let [found, expected] = [fetched, expected].map(|fetched| texts(&read_all(fetched.reader).unwrap()));
        assert_eq!(found, expected, "{cap} {wkid}");
        assert!(server.log().of(Kind::Page).len() < 130, "{}", server.log().of(Kind::Page).len());
    }
}

#[test]
fn rows_without_ids_and_without_a_place_are_missed() {
    let server = start(ROWS, Switches { cap: 25, no_object_id: true, ..Switches::default() });
    let error = fetch_as(&server, |_| {}).err().unwrap();
    let FetchError::Incomplete(found) = &error else { panic!("{error}") };
    assert_eq!((found.server_count, found.distinct_ids), (Some(ROWS as u64), ROWS as u64 * 9 / 10));
}

#[test]
fn downloads_by_boxes_go_on_too() {
    let switches = Switches { cap: 25, no_object_id: true, ..Switches::default() };
    let server = Server::start(Config::one("parcels", shapes(ROWS), switches)).unwrap();
    let whole = fetch_as(&server, |_| {}).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let body = serde_json::json!({"error": {"code": 499, "message": "Token Required"}});
    server.fault(Fault::at(Kind::Page, 30, Act::Json200 { body }).times(0));
    get_with(&url(&server), &Query::default(), &keeping(folder.path())).0.err().unwrap();
    server.clear_faults();
    server.log().clear();
    let fetched = get_with(&url(&server), &Query::default(), &keeping(folder.path())).0.unwrap();
    assert!(fetched.facts.resumed_rows > 50, "{}", fetched.facts.resumed_rows);
    assert!((server.log().of(Kind::Page).len() as u64) < whole.requests - 20);
    assert_eq!(texts(&read_all(fetched.reader).unwrap()), texts(&read_all(whole.reader).unwrap()));
    fetched.proven.done();
}
