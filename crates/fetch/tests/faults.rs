//! Servers that misbehave: the rows are right, or the error is loud.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::sync::Arc;
use std::time::Instant;

use common::{get, noting, parcels, read_all, settings};
use geohub_core::Context;
use geohub_fetch::{FetchError, Fetched, Query, Reference, fetch, no_progress};
use geohub_testkit::net::{Act, Edit, Fault, Kind, Options, RetryAfter};
use geohub_testkit::{arcgis, socrata};

const ROWS: usize = 120;

/// Both portals with the same rows, pages of 25 and the same faults.
struct Pair {
    arcgis: arcgis::Server,
    socrata: socrata::Server,
}

impl Pair {
    fn new(faults: &[Fault]) -> Self {
        let net = Options { faults: faults.to_vec(), ..Options::default() };
        let switches = arcgis::Switches { cap: 25, ..arcgis::Switches::default() };
        let arcgis = arcgis::Config::one("parcels", parcels(ROWS), switches).net(net.clone());
        let switches = socrata::Switches { cap_limit: Some(25), ..socrata::Switches::default() };
        let source = socrata::Source::new("abcd-1234", parcels(ROWS));
        let socrata = socrata::Config::one(source).switches(switches).net(net);
        Self {
            arcgis: arcgis::Server::start(arcgis).unwrap(),
            socrata: socrata::Server::start(socrata).unwrap(),
        }
    }

    fn references(&self) -> [String; 2] {
        [
            self.arcgis.layer_url("parcels", "FeatureServer", 0),
            format!("socrata:{}/abcd-1234", self.socrata.url()),
        ]
    }

    /// Fetches from both and checks that every row came once.
    fn whole(&self) -> Vec<Fetched> {
        let fetched: Vec<Fetched> =
            self.references().iter().map(|reference| get(reference, &Query::default()).unwrap()).collect();
        for found in &fetched {
            assert!(found.proof.complete);
            assert_eq!(found.proof.distinct_ids, ROWS as u64);
            assert_eq!(read_all(found.proven.reader()).unwrap().rows(), ROWS);
        }
        fetched
    }

    fn errors(&self) -> Vec<FetchError> {
        self.references().iter().map(|reference| get(reference, &Query::default()).err().unwrap()).collect()
    }
}

fn status(code: u16) -> Act {
    Act::Status { code, body: String::new(), headers: std::collections::BTreeMap::default() }
}

#[test]
fn passing_faults_are_repeated() {
    let html = Fault::at(Kind::Page, 3, Act::Html200);
    let cut = Fault::at(Kind::Page, 5, Act::CutBodyAfter { bytes: 300 });
    let short = Fault::at(Kind::Page, 7, Act::TruncatedJson { bytes: None });
    let reset = Fault::at(Kind::Page, 9, Act::Reset);
    let broken = Fault::at(Kind::Count, 1, status(502));
    for fetched in
        Pair::new(&[html, cut, short, reset, broken, Fault::at(Kind::Page, 1, status(503))]).whole()
    {
        // A connection that was reset may be replaced below us, unseen, and a page that failed twice becomes smaller.
        assert!(fetched.retries >= 4, "{}", fetched.retries);
    }
}

#[test]
fn a_body_that_always_breaks_off_is_named() {
    for act in [Act::TruncatedJson { bytes: None }, Act::Html200, Act::CutBodyAfter { bytes: 10 }] {
        for error in Pair::new(&[Fault::at(Kind::Page, 1, act.clone()).times(0)]).errors() {
            let named = matches!(error, FetchError::BadAnswer { .. } | FetchError::Network { .. });
            assert!(named, "{act:?}: {error}");
        }
    }
}

#[test]
fn pauses_asked_for_are_kept_and_said() {
    for retry_after in [RetryAfter::Seconds(1), RetryAfter::HttpDate(1)] {
        let pair = Pair::new(&[Fault::at(Kind::Page, 2, Act::TooManyRequests { retry_after })]);
        for reference in pair.references() {
            let folder = tempfile::tempdir().unwrap();
            let (context, notes) = noting();
            let start = Instant::now();
            let reference = Reference::parse(&reference).unwrap();
            let fetched =
                fetch(&reference, &Query::default(), &settings(folder.path()), &context, no_progress())
                    .unwrap();
            assert_eq!(fetched.proof.distinct_ids, ROWS as u64);
            assert!(start.elapsed().as_secs_f64() >= 0.9, "{retry_after:?}");
            assert!(notes.lock().unwrap().iter().any(|note| note.contains("asked by server")));
        }
    }
    for error in Pair::new(&[Fault::at(Kind::Page, 1, status(429)).times(0)]).errors() {
        assert!(matches!(error, FetchError::Throttled { .. }), "{error}");
    }
}

#[test]
fn errors_within_200() {
    let body = |code: u16| serde_json::json!({"error": {"code": code, "message": "Too many requests", "details": null}});
    let again = Fault::at(Kind::Page, 2, Act::Json200 { body: body(429) });
    let pair = Pair::new(&[again]);
    assert_eq!(get(&pair.references()[0], &Query::default()).unwrap().proof.distinct_ids, ROWS as u64);
    let always = Pair::new(&[Fault::at(Kind::Page, 1, Act::Json200 { body: body(499) }).times(0)]);
    let error = get(&always.references()[0], &Query::default()).err().unwrap();
    assert!(matches!(error, FetchError::TokenWanted { .. }), "{error}");
    let body = serde_json::json!({"error": true, "message": "Internal error", "status": 500});
    let pair = Pair::new(&[Fault::at(Kind::Page, 2, Act::Json200 { body })]);
    assert_eq!(get(&pair.references()[1], &Query::default()).unwrap().proof.distinct_ids, ROWS as u64);
}

#[test]
fn repeated_rows_are_dropped() {
    let repeat = Fault::at(Kind::Page, 2, Act::DuplicateRows { rows: 3 });
    for fetched in Pair::new(&[repeat]).whole() {
        assert_eq!(fetched.proof.repeated_rows, 3);
    }
}

#[test]
fn rows_that_were_left_out_are_asked_for_again() {
    let pair = Pair::new(&[]);
    let ids = arcgis_ids(&pair);
    let drop = Act::DropRows { ids: ids[30..37].to_vec() };
    pair.arcgis.fault(Fault::at(Kind::Page, 2, drop));
    let before = read_all(get(&pair.references()[0], &Query::default()).unwrap().reader).unwrap();
    assert_eq!(before.rows(), ROWS);
    let undisturbed = read_all(get(&pair.references()[0], &Query::default()).unwrap().reader).unwrap();
    assert_eq!(before.attributes, undisturbed.attributes);
}

#[test]
fn rows_that_never_come_are_named_and_nothing_is_left() {
    let pair = Pair::new(&[]);
    let ids = arcgis_ids(&pair);
    let gone: Vec<String> = ids[30..37].to_vec();
    pair.arcgis.fault(Fault::at(Kind::Page, 1, Act::DropRows { ids: gone.clone() }).times(0));
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&pair.references()[0]).unwrap();
    let settings = settings(folder.path());
    let error =
        fetch(&reference, &Query::default(), &settings, &Context::new(1), no_progress()).err().unwrap();
    match &error {
        FetchError::Incomplete(found) => {
            assert_eq!(found.missing_ids, gone);
            assert_eq!((found.server_count, found.distinct_ids), (Some(ROWS as u64), ROWS as u64 - 7));
            assert!(error.to_string().contains(&gone.join(", ")), "{error}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_count_is_settled_by_the_ids() {
    for fetched in Pair::new(&[Fault::at(Kind::Count, 1, Act::CountOff { by: 5 }).times(0)]).whole() {
        assert_eq!(fetched.proof.server_count_after, Some(ROWS as u64 + 5));
    }
    Pair::new(&[Fault::at(Kind::Count, 1, Act::CountOff { by: -5 }).times(0)]).whole();
}

#[test]
fn empty_pages_with_the_flag_and_smaller_caps_are_no_end() {
    let pair = Pair::new(&[
        Fault::at(Kind::Page, 2, Act::CapAt { rows: 3 }),
        Fault::at(Kind::Page, 3, Act::EmptyFlagged),
    ]);
    pair.whole();
}

#[test]
fn a_server_that_ignores_the_order_is_asked_by_ids() {
    for (order_ignored, order_by, pagination) in
        [(true, true, true), (false, false, true), (false, true, false)]
    {
        let switches =
            arcgis::Switches { cap: 25, order_ignored, order_by, pagination, ..arcgis::Switches::default() };
        let server = arcgis::Server::start(arcgis::Config::one("parcels", parcels(ROWS), switches)).unwrap();
        let fetched = get(&server.layer_url("parcels", "FeatureServer", 0), &Query::default()).unwrap();
        let rung = if !order_by || order_ignored || pagination { "id-ranges" } else { "keyset" };
        assert_eq!(fetched.facts.strategy, rung, "{:?}", fetched.facts.ladder);
        assert_eq!(fetched.proof.distinct_ids, ROWS as u64);
        let batch = read_all(fetched.reader).unwrap();
        let ids = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Int64Type>(
            batch.attributes.column_by_name("OBJECTID").unwrap(),
        );
        assert!(ids.values().is_sorted_by(|a, b| a < b));
    }
}

#[test]
fn edits_while_reading_are_noticed() {
    let insert = Fault::at(Kind::Page, 3, Act::Then(Edit::Insert));
    for (reference, name) in Pair::new(&[insert]).references().iter().zip(["arcgis", "socrata"]) {
        if let Ok(fetched) = get(reference, &Query::default()) {
            assert!(fetched.proof.changed_while_reading, "{name}");
        }
    }
}

#[test]
fn a_closed_port_names_the_cause_and_a_redirect_is_followed() {
    let pair = Pair::new(&[]);
    let url = pair.references()[0].clone();
    let moved = Pair::new(&[Fault::at(Kind::Metadata, 1, Act::RedirectTo { url: format!("{url}?f=json") })]);
    assert_eq!(get(&moved.references()[0], &Query::default()).unwrap().proof.distinct_ids, ROWS as u64);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = get(&format!("http://127.0.0.1:{port}/a/FeatureServer/0"), &Query::default()).err().unwrap();
    match error {
        FetchError::Network { cause, .. } => assert!(cause.to_lowercase().contains("refused"), "{cause}"),
        other => panic!("{other}"),
    }
}

#[test]
fn the_time_allowed_is_kept() {
    let pair = Pair::new(&[Fault::at(Kind::Page, 2, Act::Slow { delay_ms: 20_000, bytes_per_s: 0 })]);
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    settings.deadline = Some(Instant::now() + std::time::Duration::from_millis(700));
    let reference = Reference::parse(&pair.references()[0]).unwrap();
    let start = Instant::now();
    let error =
        fetch(&reference, &Query::default(), &settings, &Context::new(1), no_progress()).err().unwrap();
    assert!(matches!(error, FetchError::Deadline(_)), "{error}");
    assert!(start.elapsed().as_secs() < 10 && !settings.journal.exists());
}

#[test]
fn progress_counts_up_to_the_total() {
    let pair = Pair::new(&[]);
    let folder = tempfile::tempdir().unwrap();
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    let on_progress: geohub_fetch::OnProgress =
        Arc::new(move |p| kept.lock().unwrap().push((p.rows, p.total)));
    let reference = Reference::parse(&pair.references()[0]).unwrap();
    fetch(&reference, &Query::default(), &settings(folder.path()), &Context::new(1), on_progress).unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted() && seen.len() >= 5);
    assert_eq!(seen.last(), Some(&(ROWS as u64, Some(ROWS as u64))));
}

/// Rows and total after every page.
type Seen = Arc<std::sync::Mutex<Vec<(u64, Option<u64>)>>>;

/// The object ids, in order.
fn arcgis_ids(pair: &Pair) -> Vec<String> {
    let batch = read_all(get(&pair.references()[0], &Query::default()).unwrap().reader).unwrap();
    let ids = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Int64Type>(
        batch.attributes.column_by_name("OBJECTID").unwrap(),
    );
    ids.values().iter().map(ToString::to_string).collect()
}
