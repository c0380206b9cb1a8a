//! Downloads that end before they are whole, and the runs that go on with what they left.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::Path;

use common::{get, get_with, keeping, parcels, read_all};
use geohub_core::Batch;
use geohub_fetch::{FetchError, Query, Settings};
use geohub_testkit::net::{Act, Edit, Fault, Kind, Log};
use geohub_testkit::{arcgis, socrata};

const ROWS: usize = 400;

/// A small generator, so that failures come again.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

enum Server {
    ArcGis(arcgis::Server),
    Socrata(socrata::Server),
}

impl Server {
    fn arcgis(switches: arcgis::Switches) -> Self {
        Self::ArcGis(arcgis::Server::start(arcgis::Config::one("parcels", parcels(ROWS), switches)).unwrap())
    }

    fn both() -> [Self; 2] {
        let switches = socrata::Switches { cap_limit: Some(20), ..socrata::Switches::default() };
        let source = socrata::Source::new("abcd-1234", parcels(ROWS));
        let config = socrata::Config::one(source).switches(switches);
        [
            Self::arcgis(arcgis::Switches { cap: 20, ..arcgis::Switches::default() }),
            Self::Socrata(socrata::Server::start(config).unwrap()),
        ]
    }

    fn net(&self) -> &geohub_testkit::net::Server {
        match self {
            Self::ArcGis(server) => server,
            Self::Socrata(server) => server,
        }
    }

    fn reference(&self) -> String {
        match self {
            Self::ArcGis(server) => server.layer_url("parcels", "FeatureServer", 0),
            Self::Socrata(server) => format!("socrata:{}/abcd-1234", server.url()),
        }
    }

    /// Ends a run at a page, for a reason that is not worth repeating.
    fn forbid(&self, page: u64) {
        let body = serde_json::json!({"error": {"code": 499, "message": "Token Required", "details": []}});
        let act = match self {
            Self::ArcGis(_) => Act::Json200 { body },
            Self::Socrata(_) => {
                Act::Status { code: 403, body: "{}".to_owned(), headers: std::collections::BTreeMap::new() }
            }
        };
        self.net().fault(Fault::at(Kind::Page, page, act).times(0));
    }

    fn pages(log: &Log) -> usize {
        log.of(Kind::Page).len()
    }
}

fn settings(folder: &Path, page_rows: usize, connections: u64) -> Settings {
    let max_connections = Some(connections as usize);
    Settings { page_rows: Some(page_rows), max_connections, ..keeping(folder) }
}

fn same(a: &Batch, b: &Batch) {
    assert_eq!(a.attributes, b.attributes);
    assert!(a.geometry.iter().zip(b.geometry.iter()).all(|(a, b)| a.xy() == b.xy() && a.kind() == b.kind()));
}

fn undisturbed(server: &Server) -> Batch {
    read_all(get(&server.reference(), &Query::default()).unwrap().reader).unwrap()
}

#[test]
fn runs_that_end_anywhere_go_on_to_the_same_rows() {
    let mut random = Random(11);
    for server in Server::both() {
        let expected = undisturbed(&server);
        for _ in 0..15 {
            let folder = tempfile::tempdir().unwrap();
            let settings = settings(folder.path(), 7 + random.below(20) as usize, 1 + random.below(4));
            server.net().log().clear();
            let mut ends = 0;
            let fetched = loop {
                server.forbid(1 + random.below(12));
                let (result, notes) = get_with(&server.reference(), &Query::default(), &settings);
                server.net().clear_faults();
                let resumed = notes.iter().any(|note| note.starts_with("resuming: "));
                assert_eq!(resumed, ends > 0 && settings.journal.join("pages.bin").exists(), "{notes:?}");
                match result {
                    Ok(fetched) => break fetched,
                    Err(FetchError::Credentials { .. } | FetchError::TokenWanted { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
                // Without a single page nothing is kept.
                ends += u64::from(settings.journal.exists());
            };
            assert!(fetched.proof.complete);
            same(&read_all(fetched.proven.reader()).unwrap(), &expected);
            fetched.proven.done();
            drop((fetched.reader, fetched.proven));
            assert!(!settings.journal.exists());
        }
    }
}

#[test]
fn only_pages_in_flight_are_asked_for_again() {
    for server in Server::both() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), 20, 1);
        let log = server.net().log();
        get_with(&server.reference(), &Query::default(), &settings).0.unwrap().proven.done();
        let whole = Server::pages(&log);
        for page in [2, 7, whole as u64] {
            log.clear();
            server.forbid(page);
            get_with(&server.reference(), &Query::default(), &settings).0.err().unwrap();
            server.net().clear_faults();
            let fetched = get_with(&server.reference(), &Query::default(), &settings).0.unwrap();
            // A run that has seen the last page only does not know yet that this server says when more follow.
            let unsure = usize::from(page == whole as u64);
            assert!((whole + 1..=whole + 1 + unsure).contains(&Server::pages(&log)), "{page}");
            assert_eq!(fetched.facts.resumed_rows, ((page - 1) * 20).min(ROWS as u64));
            fetched.proven.done();
        }
    }
}

#[test]
fn torn_and_damaged_journals_are_cut_where_they_are_sound() {
    let mut random = Random(5);
    for server in Server::both() {
        let expected = undisturbed(&server);
        for round in 0..24 {
            let folder = tempfile::tempdir().unwrap();
            let settings = settings(folder.path(), 15, 2);
            server.forbid(14);
            get_with(&server.reference(), &Query::default(), &settings).0.err().unwrap();
            server.net().clear_faults();
            let name = if round % 2 == 0 { "pages.bin" } else { "journal.jsonl" };
            let path = settings.journal.join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            let at = random.below(bytes.len() as u64) as usize;
            match round % 3 {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << random.below(8),
                _ => bytes.extend_from_slice(b"{\"seq\":"),
            }
            std::fs::write(&path, bytes).unwrap();
            let fetched = get_with(&server.reference(), &Query::default(), &settings).0.unwrap();
            same(&read_all(fetched.reader).unwrap(), &expected);
            fetched.proven.done();
        }
    }
}

#[test]
fn what_lies_there_of_another_query_or_state_is_not_used() {
    let [server, _] = Server::both();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path(), 20, 1);
    let begin = |query: &Query| {
        server.forbid(5);
        get_with(&server.reference(), query, &settings).0.err().unwrap();
        server.net().clear_faults();
    };
    let go_on = |query: &Query, settings: &Settings| {
        let (fetched, notes) = get_with(&server.reference(), query, settings);
        let fetched = fetched.unwrap();
        fetched.proven.done();
        (fetched.facts.resumed_rows, notes.join("\n"))
    };
    begin(&Query::default());
    let query = Query { server_where: Some("apn >= 100".to_owned()), ..Query::default() };
    let (resumed, notes) = go_on(&query, &settings);
    assert_eq!(resumed, 0);
    assert!(notes.contains("starting over: the query is another one"), "{notes}");

    begin(&query);
    let (resumed, notes) = go_on(&query, &Settings { fresh: true, ..settings.clone() });
    assert!(resumed == 0 && !notes.contains("over"), "{notes}");

    begin(&query);
    assert_eq!(go_on(&query, &settings).0, 80);

    begin(&query);
    let edited =
        arcgis::Switches { cap: 20, last_edit_ms: Some(1_764_000_777_000), ..arcgis::Switches::default() };
    let edited = Server::arcgis(edited);
    let head = settings.journal.join("head.json");
    let text = std::fs::read_to_string(&head).unwrap();
    std::fs::write(&head, text.replace(&server.net().url(), &edited.net().url())).unwrap();
    let (fetched, notes) = get_with(&edited.reference(), &query, &settings);
    assert_eq!(fetched.unwrap().facts.resumed_rows, 0);
    assert!(
        notes.iter().any(|note| note.contains("edited since (last edit 2025-11-24T16:00:00Z then")),
        "{notes:?}"
    );
}

#[test]
fn rows_deleted_between_two_runs_are_left_out_and_new_ones_come() {
    for server in Server::both() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), 20, 1);
        server.forbid(8);
        get_with(&server.reference(), &Query::default(), &settings).0.err().unwrap();
        server.net().clear_faults();
        server.net().edit(&Edit::DeleteAt { position: 30 });
        server.net().edit(&Edit::DeleteAt { position: 300 });
        server.net().edit(&Edit::Insert);
        let (fetched, _) = get_with(&server.reference(), &Query::default(), &settings);
        let fetched = fetched.unwrap();
        assert!(fetched.proof.changed_while_reading || fetched.facts.resumed_rows == 0);
        same(&read_all(fetched.reader).unwrap(), &undisturbed(&server));
        fetched.proven.done();
    }
}

#[test]
fn a_rung_that_was_left_is_not_tried_again() {
    for (rung, switches) in [
        ("id-ranges", arcgis::Switches { order_ignored: true, ..arcgis::Switches::default() }),
        (
            "id-halves",
            arcgis::Switches {
                order_by: false,
                only_ignored: true,
                version: None,
                ..arcgis::Switches::default()
            },
        ),
    ] {
        let server = Server::arcgis(arcgis::Switches { cap: 20, ..switches });
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), 20, 1);
        let expected = undisturbed(&server);
        server.forbid(20);
        get_with(&server.reference(), &Query::default(), &settings).0.err().unwrap();
        server.net().clear_faults();
        let (fetched, notes) = get_with(&server.reference(), &Query::default(), &settings);
        let fetched = fetched.unwrap();
        assert!(fetched.facts.resumed_rows > 0, "{rung}: {notes:?}");
        assert_eq!(fetched.facts.ladder.len(), 1, "{:?}", fetched.facts.ladder);
        assert_eq!(fetched.facts.strategy, rung);
        same(&read_all(fetched.reader).unwrap(), &expected);
        fetched.proven.done();
    }
}
