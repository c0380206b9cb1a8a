//! Fetching from the `ArcGIS` stand-in, in good health.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use common::{get, noting, parcels, read_all, settings};
use geohub_core::expr::Expr;
use geohub_core::{Bbox, Context, GeometryKind, RowCount};
use geohub_fetch::{Query, Receipt, ReceiptParts, Reference, describe, fetch, no_progress};
use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::net::Kind;

fn serve(rows: usize, switches: Switches) -> (Server, String) {
    let server = Server::start(Config::one("parcels", parcels(rows), switches)).unwrap();
    let url = server.layer_url("parcels", "FeatureServer", 0);
    (server, url)
}

#[test]
fn a_layer_comes_whole_and_in_order() {
    let (server, url) = serve(250, Switches { cap: 40, ..Switches::default() });
    let fetched = get(&url, &Query::default()).unwrap();
    assert!(fetched.proof.complete && !fetched.proof.changed_while_reading);
    assert_eq!(fetched.proof.distinct_ids, 250);
    assert_eq!(fetched.reader.layer().rows, RowCount::Exact(250));
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!(batch.rows(), 250);
    let ids = batch.attributes.column_by_name("OBJECTID").unwrap().as_primitive::<Int64Type>();
    assert!(ids.values().is_sorted_by(|a, b| a < b));
    let nulls = batch.geometry.iter().filter(geohub_core::GeometryRow::is_null).count();
    assert_eq!(nulls, 25);
    let multi = batch.geometry.iter().filter(|row| row.kind() == GeometryKind::MultiPolygon).count();
    assert_eq!(multi, (0..250).filter(|row| row % 11 == 0 && row % 10 != 9).count());
    let holes: usize = batch
        .geometry
        .iter()
        .flat_map(|row| row.parts().map(|part| part.rings().len() - 1).collect::<Vec<_>>())
        .sum();
    assert_eq!(holes, (0..250).filter(|row| row % 7 == 0 && row % 10 != 9).count());
    assert!(server.log().of(Kind::Page).len() >= 7);
    assert!(server.log().most_open() <= 2);
}

#[test]
fn page_sizes_do_not_show_in_the_rows() {
    let (_server, url) = serve(97, Switches { cap: 1000, ..Switches::default() });
    let whole = read_all(get(&url, &Query::default()).unwrap().reader).unwrap();
    for rows in [1, 10, 96, 97] {
        let folder = tempfile::tempdir().unwrap();
        let settings = geohub_fetch::Settings { page_rows: Some(rows), ..settings(folder.path()) };
        let reference = Reference::parse(&url).unwrap();
        let fetched =
            fetch(&reference, &Query::default(), &settings, &Context::new(1), no_progress()).unwrap();
        let found = read_all(fetched.reader).unwrap();
        assert_eq!(found.attributes, whole.attributes, "{rows}");
        let pairs = found.geometry.iter().zip(whole.geometry.iter());
        assert!(pairs.into_iter().all(|(a, b)| a.xy() == b.xy() && a.kind() == b.kind()), "{rows}");
    }
}

#[test]
fn selections_go_down_to_the_server() {
    let (server, url) = serve(250, Switches::default());
    let filter = Expr::parse("APN >= 100 AND apn < 110 AND zip LIKE '9%'").unwrap();
    let query = Query { filter: Some(filter), fields: Some(vec!["area".to_owned()]), ..Query::default() };
    let batch = read_all(get(&url, &query).unwrap().reader).unwrap();
    assert_eq!(batch.rows(), 10);
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["apn", "zip", "area"]);
    let query = Query { bbox: Some(Bbox::new(-118.5, 33.9, -118.45, 33.905)), ..Query::default() };
    let fetched = get(&url, &query).unwrap();
    assert_eq!(fetched.proof.distinct_ids, 6);
    let query = Query { limit: Some(7), ..Query::default() };
    assert_eq!(get(&url, &query).unwrap().proof.distinct_ids, 7);
    assert!(
        server
            .log()
            .of(Kind::Page)
            .last()
            .unwrap()
            .request
            .params()
            .any(|(n, v)| n == "resultRecordCount" && v == "7")
    );
}

#[test]
fn a_map_server_without_object_id_field_and_with_aliases_as_keys() {
    let switches = Switches { alias_keys: true, wkid: 102_100, hide_cap: true, ..Switches::default() };
    let server = Server::start(Config::one("streets", parcels(30), switches)).unwrap();
    let url = server.layer_url("streets", "MapServer", 0);
    let fetched = get(&url, &Query::default()).unwrap();
    assert_eq!(fetched.reader.layer().crs.id().as_deref(), Some("EPSG:3857"));
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!(batch.rows(), 30);
    assert!(batch.geometry.row(0).xy()[0] < -13_000_000.0);
}

#[test]
fn descriptions_say_what_the_service_says() {
    let domains = [("zip".to_owned(), [("90000x".to_owned(), "Nowhere".to_owned())].into())].into();
    let switches = Switches { domains, copyright: "City of LA".to_owned(), ..Switches::default() };
    let (_server, url) = serve(30, switches);
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(&format!("{url}/query?where=1%3D1")).unwrap();
    let found = describe(&reference, &settings(folder.path()), &Context::new(1)).unwrap();
    assert_eq!(found.layer.rows, RowCount::Exact(30));
    assert_eq!(found.layer.geometry.kind, GeometryKind::Polygon);
    assert_eq!(found.layer.provenance.origin.attribution.as_deref(), Some("City of LA"));
    assert_eq!(found.last_edit.as_deref(), Some("2025-11-24T16:00:00Z"));
    assert!(found.domains.contains_key("zip"));
    assert!(!settings(folder.path()).journal.exists());
}

#[test]
fn the_journal_goes_with_its_last_reader_and_a_second_run_is_refused() {
    let (_server, url) = serve(30, Switches::default());
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let reference = Reference::parse(&url).unwrap();
    let (context, _) = noting();
    let fetched = fetch(&reference, &Query::default(), &settings, &context, no_progress()).unwrap();
    for name in ["lock", "head.json", "pages.bin", "journal.jsonl"] {
        assert!(settings.journal.join(name).exists(), "{name}");
    }
    let second = fetch(&reference, &Query::default(), &settings, &context, no_progress()).err().unwrap();
    assert!(second.to_string().contains(&std::process::id().to_string()), "{second}");
    let parts = ReceiptParts::from(&fetched);
    let output = folder.path().join("out.bin");
    std::fs::write(&output, b"abc").unwrap();
    let receipt = Receipt::new(&parts, &output, 30).unwrap();
    assert_eq!(
        receipt.stated.output_sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let path = receipt.write(&output).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
    let again = read_all(fetched.proven.reader()).unwrap();
    assert_eq!(again.rows(), read_all(fetched.reader).unwrap().rows());
    drop(fetched.proven);
    assert!(!settings.journal.exists());
}
