//! Layers that are edited while they are read: the rows are those of the end, or the error is loud.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{get, get_with, parcels, read_all, settings};
use geohub_core::Batch;
use geohub_fetch::{FetchError, Query, Receipt, ReceiptParts, Settings};
use geohub_testkit::net::{Act, Edit, Fault, Kind, Server};
use geohub_testkit::{arcgis, socrata};

const ROWS: usize = 200;

enum Portal {
    ArcGis(arcgis::Server),
    Socrata(socrata::Server),
}

impl Portal {
    fn both() -> [Self; 2] {
        let switches = arcgis::Switches { cap: 20, ..arcgis::Switches::default() };
        let config = arcgis::Config::one("parcels", parcels(ROWS), switches);
        let switches = socrata::Switches { cap_limit: Some(20), ..socrata::Switches::default() };
        let source = socrata::Source::new("abcd-1234", parcels(ROWS));
        let soda = socrata::Config::one(source).switches(switches);
        [
            Self::ArcGis(arcgis::Server::start(config).unwrap()),
            Self::Socrata(socrata::Server::start(soda).unwrap()),
        ]
    }

    fn net(&self) -> &Server {
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

    /// The rows as they are now.
    fn now(&self) -> Batch {
        self.net().clear_faults();
        read_all(get(&self.reference(), &Query::default()).unwrap().reader).unwrap()
    }
}

/// Rows without regard to their order: what comes late stands last where ids are texts.
fn rows(batch: &Batch) -> Vec<String> {
    let column = batch.attributes.column_by_name("apn").unwrap();
    let ids = batch.attributes.column_by_name("OBJECTID");
    let cell = |array: &dyn arrow_array::Array, row: usize| format!("{:?}", array.slice(row, 1));
    let row = |row: usize| {
        let id = ids.map_or_else(String::new, |ids| cell(&**ids, row));
        format!("{id} {} {:?}", cell(&**column, row), batch.geometry.row(row).xy())
    };
    let mut rows: Vec<String> = (0..batch.rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn edits_at_any_page_end_in_the_state_of_the_end() {
    let edits =
        [Edit::Insert, Edit::DeleteAt { position: 3 }, Edit::DeleteAt { position: 150 }, Edit::ReplaceAll];
    for page in [1, 2, 5, 8] {
        for edit in &edits {
            for portal in Portal::both() {
                portal.net().fault(Fault::at(Kind::Page, page, Act::Then(edit.clone())));
                let fetched = get(&portal.reference(), &Query::default()).unwrap();
                let why = format!("{edit:?} after page {page} of {}", portal.reference());
                assert!(fetched.proof.complete && fetched.proof.changed_while_reading, "{why}");
                let found = read_all(fetched.reader).unwrap();
                assert_eq!(fetched.proof.distinct_ids, found.rows() as u64, "{why}");
                assert_eq!(rows(&found), rows(&portal.now()), "{why}");
            }
        }
    }
}

#[test]
fn short_is_told_from_edited() {
    let [arcgis, _] = Portal::both();
    let Portal::ArcGis(server) = &arcgis else { unreachable!() };
    let ids = |at: usize| {
        let batch = arcgis.now();
        let ids = batch.attributes.column_by_name("OBJECTID").unwrap();
        arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Int64Type>(ids).value(at).to_string()
    };
    let drop = Act::DropRows { ids: vec![ids(30), ids(31)] };
    for edited in [false, true] {
        server.clear_faults();
        server.fault(Fault::at(Kind::Page, 1, drop.clone()).times(0));
        if edited {
            server.fault(Fault::at(Kind::Page, 3, Act::Then(Edit::Insert)));
        }
        let error = get(&arcgis.reference(), &Query::default()).err().unwrap();
        let FetchError::Incomplete(found) = &error else { panic!("{error}") };
        assert_eq!((found.changed, found.missing_ids.len()), (edited, 2));
        assert_eq!(error.to_string().contains("edited while it was read"), edited, "{error}");
    }
}

#[test]
fn a_partial_download_is_recorded_as_one() {
    let [arcgis, _] = Portal::both();
    let Portal::ArcGis(server) = &arcgis else { unreachable!() };
    let all = arcgis.now();
    let ids = all.attributes.column_by_name("OBJECTID").unwrap();
    let ids = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Int64Type>(ids);
    let gone: Vec<String> = (30..70).map(|at| ids.value(at).to_string()).collect();
    server.fault(Fault::at(Kind::Page, 1, Act::DropRows { ids: gone.clone() }).times(0));
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { allow_partial: true, keep_journal: true, ..settings(folder.path()) };
    let (fetched, notes) = get_with(&arcgis.reference(), &Query::default(), &settings);
    let fetched = fetched.unwrap();
    assert!(
        notes.iter().any(|note| note.contains("--allow-partial") && note.contains("20 more")),
        "{notes:?}"
    );
    assert_eq!((fetched.proof.complete, &fetched.proof.missing_ids), (false, &gone));
    let output = folder.path().join("out.bin");
    std::fs::write(&output, b"rows").unwrap();
    let receipt = Receipt::new(&ReceiptParts::from(&fetched), &output, 160).unwrap();
    let text = serde_json::to_string(&receipt).unwrap();
    assert!(text.contains("\"complete\":false") && gone.iter().all(|id| text.contains(&format!("\"{id}\""))));
    assert_eq!(read_all(fetched.proven.reader()).unwrap().rows(), ROWS - 40);
    fetched.proven.done();
    drop((fetched.reader, fetched.proven));
    assert!(!settings.journal.exists());
}
