//! Geometries of every kind, views, maps, links and files of the Socrata stand-in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{noting, parcels, read_all, settings};
use geohub_core::expr::Expr;
use geohub_core::{Batch, Bbox, Context, GeometryKind, GeometryRow, RowCount};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, count, fetch, no_progress};
use geohub_testkit::arcgis;
use geohub_testkit::net::Kind;
use geohub_testkit::socrata::{Asset, Config, Server, Source, Switches};
use geohub_testkit::table::Table;
use serde_json::{Value, json};

fn try_fetch(
    server: &Server,
    id: &str,
    query: &Query,
    geometry: Option<&str>,
) -> (Result<Fetched, FetchError>, String) {
    let folder = tempfile::tempdir().unwrap();
    let geometry = geometry.map(|text| text.parse().unwrap());
    let settings = Settings { geometry, ..settings(folder.path()) };
    let (context, notes) = noting();
    let reference = Reference::parse(&format!("socrata:{}/{id}", server.url())).unwrap();
    let fetched = fetch(&reference, query, &settings, &context, no_progress());
    let notes = notes.lock().unwrap();
    let notes: Vec<&str> =
        notes.iter().map(String::as_str).filter(|note| !note.starts_with("asking by")).collect();
    (fetched, notes.join("\n"))
}

fn rows(server: &Server, id: &str, query: &Query, geometry: Option<&str>) -> (Batch, String) {
    let (fetched, notes) = try_fetch(server, id, query, geometry);
    (read_all(fetched.unwrap().reader).unwrap(), notes)
}

fn refused(server: &Server, id: &str, geometry: Option<&str>) -> (String, String) {
    let error = try_fetch(server, id, &Query::default(), geometry).0.err().unwrap();
    (error.to_string(), error.hint().unwrap_or_default())
}

fn names(batch: &Batch) -> String {
    batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().join(" ")
}

fn serve(config: Config) -> Server {
    Server::start(config).unwrap()
}

fn two_geometries() -> Source {
    Source { centres: Some("middle".to_owned()), ..Source::new("abcd-1234", parcels(100)) }
}

#[test]
fn the_first_geometry_is_taken_and_any_other_can_be() {
    let server = serve(Config::one(two_geometries()));
    let (batch, notes) = rows(&server, "abcd-1234", &Query::default(), None);
    assert!(notes.contains("column the_geom") && notes.contains("middle"), "{notes}");
    assert_eq!(names(&batch), "apn zip area middle");
    assert_eq!(batch.geometry.row(0).kind(), GeometryKind::MultiPolygon);
    assert_eq!(batch.geometry.iter().filter(GeometryRow::is_null).count(), 10);
    let (points, notes) = rows(&server, "abcd-1234", &Query::default(), Some("MIDDLE"));
    assert_eq!((names(&points).as_str(), notes.as_str()), ("the_geom apn zip area", ""));
    assert!(points.geometry.iter().all(|row| row.is_null() || row.kind() == GeometryKind::Point));
    assert_eq!(points.geometry.iter().filter(GeometryRow::is_null).count(), 10);
    let (table, _) = rows(&server, "abcd-1234", &Query::default(), Some("none"));
    assert_eq!((names(&table).as_str(), table.rows()), ("the_geom apn zip area middle", 100));
    assert!(table.geometry.iter().all(|row| row.is_null()));
    let (error, hint) = refused(&server, "abcd-1234", Some("zip"));
    assert!(error.contains("type text") && hint.contains("the_geom, middle"), "{error} {hint}");
    let (error, hint) = refused(&server, "abcd-1234", Some("midle"));
    assert!(error.contains("no column `midle`") && hint.contains("middle"), "{error} {hint}");
}

#[test]
fn a_box_goes_down_as_the_chosen_geometry_wants_it() {
    let server = serve(Config::one(two_geometries()));
    let query = Query { bbox: Some(Bbox::new(-118.5, 33.9, -118.47, 33.9011)), ..Query::default() };
    assert_eq!(rows(&server, "abcd-1234", &query, None).0.rows(), 4);
    assert_eq!(rows(&server, "abcd-1234", &query, Some("middle")).0.rows(), 0);
    let across = Query { bbox: Some(Bbox::new(170.0, 33.0, -118.495, 34.0)), ..Query::default() };
    assert_eq!(rows(&server, "abcd-1234", &across, None).0.rows(), 1);
    let wheres: Vec<String> = server
        .log()
        .of(Kind::Count)
        .iter()
        .filter_map(|entry| entry.request.param("$where").map(str::to_owned))
        .collect();
    assert!(wheres[0].starts_with("(intersects(`the_geom`, 'POLYGON((-118.500001 33.899999, "), "{wheres:?}");
    let points = wheres.iter().find(|text| text.contains("within_box")).unwrap();
    assert!(points.contains("(`middle`, 33.901101, -118.500001, 33.899999, -118.469999)"), "{points}");
    let last = wheres.last().unwrap();
    assert_eq!(last.matches("intersects").count(), 2);
    assert!(last.contains(", 180 ") && last.contains("((-180 "), "{last}");
}

/// Degrees as numbers: a place, one withheld (0,0), one that is no place on Earth, one unknown.
fn degrees() -> Source {
    let text = "name,latitude,longitude,zip\nhall,34.05,-118.25,90012\nwithheld,0,0,90013\nfeet,1900000.5,6400000,90014\nunknown,,,90015\n";
    Source::new("degr-0001", Table::from_csv(text).unwrap())
}

#[test]
fn columns_of_degrees_make_points_and_stay() {
    let server = serve(Config::one(degrees()));
    let (batch, notes) = rows(&server, "degr-0001", &Query::default(), None);
    assert!(notes.contains("points are made of columns latitude and longitude"), "{notes}");
    assert_eq!(names(&batch), "name latitude longitude zip");
    let text = format!("{:?}", batch.attributes.column_by_name("latitude").unwrap());
    assert!(text.contains("34.05") && text.contains("1900000.5"), "{text}");
    let mut found: Vec<Option<Vec<f64>>> =
        batch.geometry.iter().map(|row| (!row.is_null()).then(|| row.xy().to_vec())).collect();
    found.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(found, [None, None, Some(vec![-118.25, 34.05]), Some(vec![0.0, 0.0])]);
    // Points come also where their columns are not wanted.
    let query = Query {
        fields: Some(vec!["name".to_owned()]),
        bbox: Some(Bbox::new(-119.0, 34.0, -118.0, 35.0)),
        ..Query::default()
    };
    let (batch, _) = rows(&server, "degr-0001", &query, None);
    assert_eq!((names(&batch).as_str(), batch.rows()), ("name", 1));
    assert_eq!(batch.geometry.row(0).xy(), [-118.25, 34.05]);
    let (batch, notes) = rows(&server, "degr-0001", &Query::default(), Some("none"));
    assert!(notes.is_empty() && batch.geometry.iter().all(|row| row.is_null()));
    let sent = server.log().of(Kind::Page);
    let condition =
        sent.iter().find_map(|entry| entry.request.param("$where").filter(|text| text.contains("between")));
    assert!(
        condition.is_some_and(|text| text.contains("`latitude` between 33.999999 and 35.000001")),
        "{condition:?}"
    );
}

#[test]
fn types_of_the_portal_alone_are_compared_here() {
    let declared = vec![("zip".to_owned(), "photo"), ("area".to_owned(), "money")];
    let source = Source { declared, hidden: vec!["apn".to_owned()], ..Source::new("abcd-1234", parcels(50)) };
    let server = serve(Config::one(source));
    let filter = Some(Expr::parse("zip = '90002x' AND area > 30").unwrap());
    let (batch, _) = rows(&server, "abcd-1234", &Query { filter, ..Query::default() }, None);
    assert_eq!(names(&batch), "zip area");
    assert_eq!(batch.rows(), 40);
    let condition = server.log().of(Kind::Page)[0].request.param("$where").map(str::to_owned);
    assert_eq!(condition.as_deref(), Some("(`area` > 30)"));
}

#[test]
fn many_columns_are_asked_for_by_a_star() {
    let header: Vec<String> = (0..120).map(|at| format!("a_rather_long_name_{at}")).collect();
    let line = |row: usize| (0..120).map(|at| (row * at).to_string()).collect::<Vec<_>>().join(",");
    let text = format!("{}\n{}\n", header.join(","), (0..30).map(line).collect::<Vec<_>>().join("\n"));
    let switches = Switches {
        computed_region: true,
        order_drops_regions: false,
        cap_limit: Some(7),
        ..Switches::default()
    };
    let server =
        serve(Config::one(Source::new("wide-0001", Table::from_csv(&text).unwrap())).switches(switches));
    let (batch, _) = rows(&server, "wide-0001", &Query::default(), None);
    assert_eq!((batch.rows(), batch.schema().fields().len()), (30, 120));
    let page = &server.log().of(Kind::Page)[0].request;
    assert_eq!(page.param("$select"), Some("*,:id"));
    let fields = Some(vec!["a_rather_long_name_7".to_owned()]);
    let (batch, _) = rows(&server, "wide-0001", &Query { fields, ..Query::default() }, None);
    assert_eq!(names(&batch), "a_rather_long_name_7");
}

fn described(id: &str, mut view: Value, parents: &[&str]) -> Asset {
    view["id"] = json!(id);
    let parents = parents.iter().map(|parent| (*parent).to_owned()).collect();
    Asset::Described { id: id.to_owned(), view, parents }
}

fn filter() -> Asset {
    Asset::Filter {
        id: "view-0001".to_owned(),
        parent: "abcd-1234".to_owned(),
        condition: "apn < 10".to_owned(),
        hidden: vec!["area".to_owned()],
    }
}

#[test]
fn views_keep_their_filter_and_say_so() {
    let config = Config { assets: vec![filter()], ..Config::one(Source::new("abcd-1234", parcels(60))) };
    let server = serve(config);
    let query = Query { server_where: Some("apn > 7 OR apn = 3".to_owned()), ..Query::default() };
    let (batch, notes) = rows(&server, "view-0001", &query, None);
    assert_eq!((names(&batch).as_str(), batch.rows()), ("apn zip", 3));
    assert!(notes.contains("its filter holds here, apn < 10"), "{notes}");
    assert!(notes.contains(&format!("socrata:{}/abcd-1234", server.url())), "{notes}");
}

#[test]
fn maps_pictures_and_moved_datasets_lead_to_rows() {
    let assets = vec![
        Asset::GeoParent { id: "geop-0001".to_owned(), children: vec!["pict-0001".to_owned()] },
        Asset::GeoParent {
            id: "geop-0002".to_owned(),
            children: vec!["abcd-1234".to_owned(), "view-0001".to_owned()],
        },
        described(
            "pict-0001",
            json!({"assetType": "visualization", "columns": [], "modifyingViewUid": "abcd-1234"}),
            &[],
        ),
        described("pict-0002", json!({"assetType": "chart", "columns": []}), &["view-0001"]),
        described("pict-0003", json!({"assetType": "chart", "columns": []}), &[]),
        described(
            "pict-0004",
            json!({"assetType": "map", "columns": [], "modifyingViewUid": "pict-0005"}),
            &[],
        ),
        described(
            "pict-0005",
            json!({"assetType": "map", "columns": [], "modifyingViewUid": "pict-0004"}),
            &[],
        ),
        Asset::Moved { id: "oldb-0001".to_owned(), to: "abcd-1234".to_owned() },
        filter(),
    ];
    let server = serve(Config { assets, ..Config::one(Source::new("abcd-1234", parcels(60))) });
    let (batch, notes) = rows(&server, "geop-0001", &Query::default(), None);
    assert_eq!(batch.rows(), 60);
    assert!(notes.contains("geop-0001 is a map; its rows are in pict-0001"), "{notes}");
    assert!(
        notes
            .contains("pict-0001 is a visualization without columns; taking the dataset it shows, abcd-1234")
    );
    let (batch, notes) = rows(&server, "pict-0002", &Query::default(), None);
    assert_eq!(batch.rows(), 10);
    assert!(notes.contains("view-0001") && notes.contains("apn < 10"), "{notes}");
    let (batch, notes) = rows(&server, "oldb-0001", &Query::default(), None);
    assert_eq!(batch.rows(), 60);
    assert!(notes.contains("oldb-0001 was moved within the portal; its rows are in abcd-1234"), "{notes}");
    let (error, hint) = refused(&server, "geop-0002", None);
    assert!(error.contains("a map of 2 layers") && hint.contains("/view-0001"), "{error} {hint}");
    assert!(refused(&server, "pict-0003", None).0.contains("a chart, which has no rows"));
    assert!(refused(&server, "pict-0004", None).0.contains("does not end"));
}

#[test]
fn files_links_and_stories_are_refused_with_advice() {
    let blob = json!({"assetType": "file", "viewType": "blobby", "columns": [], "blobId": "0f1e-2d",
                      "blobFilename": "Zoning Maps.pdf", "blobMimeType": "application/pdf"});
    let assets = vec![
        described("blob-0001", blob, &[]),
        described(
            "link-0001",
            json!({"viewType": "href", "metadata": {"accessPoints": {"csv": "https://city.example/a.csv"}}}),
            &[],
        ),
        described(
            "link-0002",
            json!({"viewType": "href", "metadata": {"accessPoints": {"x": "https://geohub.example/datasets/la::bus-stops/about"}}}),
            &[],
        ),
        described("stor-0001", json!({"assetType": "story", "viewType": "story"}), &[]),
        described(
            "meas-0001",
            json!({"assetType": "measure", "columns": [{"fieldName": "a"}], "parentUid": "abcd-1234"}),
            &[],
        ),
        described(
            "grou-0001",
            json!({"assetType": "chart", "columns": [{"fieldName": "a"}], "modifyingViewUid": "abcd-1234",
                                     "query": {"groupBys": [{"columnId": 3}]}}),
            &[],
        ),
    ];
    let server = serve(Config { assets, ..Config::one(Source::new("abcd-1234", parcels(10))) });
    let (error, hint) = refused(&server, "blob-0001", None);
    assert!(error.contains("the file Zoning Maps.pdf (application/pdf)"), "{error}");
    let address = format!("{}/api/views/blob-0001/files/0f1e-2d?filename=Zoning+Maps.pdf", server.url());
    assert!(hint.contains(&address), "{hint}");
    assert!(refused(&server, "link-0001", None).1.contains("points to https://city.example/a.csv"));
    assert!(refused(&server, "link-0002", None).1.contains("page of an ArcGIS portal"));
    assert!(refused(&server, "stor-0001", None).0.contains("is a story"));
    let (error, hint) = refused(&server, "meas-0001", None);
    assert!(error.contains("is a measure") && hint.contains("/abcd-1234"), "{error} {hint}");
    let (error, hint) = refused(&server, "grou-0001", None);
    assert!(error.contains("groups of rows") && hint.contains("/abcd-1234"), "{error} {hint}");
}

#[test]
fn layers_of_arcgis_are_read_where_they_lie() {
    let layer = arcgis::Config::one("parcels", parcels(30), arcgis::Switches::default());
    let layer = arcgis::Server::start(layer).unwrap();
    let url = layer.layer_url("parcels", "FeatureServer", 0);
    let view = json!({"assetType": "federated_href", "viewType": "href", "displayType": "federated",
                      "metadata": {"custom_fields": {"About": {"Page": "https://city.example"}},
                                   "accessPoints": {"ArcGIS": url}}});
    let server = serve(Config { assets: vec![described("fede-0001", view, &[])], ..Config::default() });
    let (fetched, notes) = try_fetch(&server, "fede-0001", &Query::default(), None);
    let fetched = fetched.unwrap();
    assert!(
        notes.contains("fede-0001 is a link; its rows are in") && notes.contains("FeatureServer/0"),
        "{notes}"
    );
    assert_eq!((fetched.facts.provider.as_str(), fetched.proof.distinct_ids), ("ArcGIS", 30));
    let (error, hint) = refused(&server, "fede-0001", Some("a,b"));
    assert!(error.contains("ArcGIS layer") && hint.contains("--geometry"), "{error} {hint}");
}

#[test]
fn datasets_of_other_portals_are_read_there() {
    let owner = serve(Config::one(Source::new("abcd-1234", parcels(12))));
    let foreign = |id: &str, permalink: String| Asset::Foreign { id: id.to_owned(), permalink };
    let assets = vec![
        foreign("abcd-1234", format!("{}/d/abcd-1234", owner.url())),
        foreign("lost-0001", format!("{}/d/lost-0001", owner.url())),
    ];
    let server = serve(Config { assets, ..Config::default() });
    let (batch, notes) = rows(&server, "abcd-1234", &Query::default(), None);
    assert_eq!(batch.rows(), 12);
    assert!(notes.contains(&format!("belongs to another portal, {}/", owner.url())), "{notes}");
    let lost = try_fetch(&server, "lost-0001", &Query::default(), None).0.err().unwrap();
    assert!(matches!(&lost, FetchError::NotFound { url, .. } if url.starts_with(&owner.url())), "{lost}");
}

#[test]
fn the_publishers_identifier_stands_in_for_row_ids() {
    let switches = Switches { refuse_id: true, cap_limit: Some(30), ..Switches::default() };
    for identifier in ["apn", "name"] {
        let lines: Vec<String> = (0..100).map(|row| format!("{row},n{}x", row * 7 % 100)).collect();
        let table = Table::from_csv(&format!("apn,name\n{}\n", lines.join("\n"))).unwrap();
        let source = Source { identifier: Some(identifier.to_owned()), ..Source::new("abcd-1234", table) };
        let server = serve(Config::one(source).switches(switches.clone()));
        let fields = Some(vec!["apn".to_owned()]);
        let (fetched, notes) = try_fetch(&server, "abcd-1234", &Query { fields, ..Query::default() }, None);
        let fetched = fetched.unwrap();
        assert!(notes.contains(&format!("told apart by {identifier}")), "{notes}");
        assert_eq!((fetched.proof.distinct_ids, fetched.proof.complete), (100, true));
        let batch = read_all(fetched.reader).unwrap();
        assert_eq!((names(&batch).as_str(), batch.rows()), ("apn", 100));
    }
    let server = serve(Config::one(Source::new("abcd-1234", parcels(10))).switches(switches));
    assert!(refused(&server, "abcd-1234", None).0.contains(":id"));
}

#[test]
fn pasted_queries_keep_their_condition_and_columns() {
    let server = serve(Config::one(Source::new("abcd-1234", parcels(60))));
    let folder = tempfile::tempdir().unwrap();
    let pasted = "resource/abcd-1234.json?$where=apn < 20 OR apn = 40&$select=apn,zip,the_geom&$limit=3";
    let reference = Reference::parse(&format!("{}/{pasted}", server.url())).unwrap();
    let query = Query { server_where: Some("apn > 17".to_owned()), ..Query::default() };
    let (context, notes) = noting();
    let fetched = fetch(&reference, &query, &settings(folder.path()), &context, no_progress()).unwrap();
    assert!(fetched.facts.query.contains("apn < 20 OR apn = 40"), "{}", fetched.facts.query);
    let batch = read_all(fetched.reader).unwrap();
    assert_eq!((names(&batch).as_str(), batch.rows()), ("apn zip", 3));
    assert!(notes.lock().unwrap().join(" ").contains("query part ($limit)"));
}

/// A number of a fixed sequence, below `below`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What the portal selects by a box is what a slow comparison selects, whatever the geometry is made of: on a coarse
/// grid, where borders coincide, over the whole Earth and across 180 degrees.
#[test]
fn boxes_select_what_a_slow_comparison_does() {
    let mut dice = Dice(7);
    let mut places: Vec<[f64; 2]> = Vec::new();
    for _ in 0..150 {
        places.push([dice.roll(73) as f64 * 5.0 - 180.0, dice.roll(37) as f64 * 5.0 - 90.0]);
    }
    let lines: Vec<String> = places.iter().map(|[x, y]| format!("p,{y},{x}")).collect();
    let csv = format!("name,lat,lon\n{}\n", lines.join("\n"));
    let square = |[x, y]: &[f64; 2]| {
        let (e, n) = ((x + 2.5).min(180.0), (y + 2.5).min(90.0));
        let (w, s) = (e - 2.5, n - 2.5);
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
        )
    };
    let squares: Vec<String> = places.iter().map(square).collect();
    let squares = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(","));
    let table = || Table::from_csv(&csv).unwrap();
    let server = serve(
        Config::one(Source::new("pair-0001", table()))
            .and(Source::new("loca-0001", table()).location("lat", "lon"))
            .and(Source::new("shap-0001", Table::from_geojson(&squares).unwrap())),
    );
    let folder = tempfile::tempdir().unwrap();
    let (settings, context) = (settings(folder.path()), Context::new(1));
    for _ in 0..25 {
        let [a, b] = [(); 2].map(|()| dice.roll(73) as f64 * 5.0 - 180.0);
        let [c, d] = [(); 2].map(|()| dice.roll(37) as f64 * 5.0 - 90.0);
        let bbox = Bbox::new(a, c.min(d), b, c.max(d));
        let meets = |[x, y]: &[f64; 2], size: f64| {
            let (e, n) = ((x + size).min(180.0), (y + size).min(90.0));
            let (w, s) = (e - size, n - size);
            let across = if a <= b { w <= b && e >= a } else { e >= a || w <= b };
            across && s <= bbox.max_y && n >= bbox.min_y
        };
        for (id, size) in [("pair-0001", 0.0), ("loca-0001", 0.0), ("shap-0001", 2.5)] {
            let reference = Reference::parse(&format!("socrata:{}/{id}", server.url())).unwrap();
            let query = Query { bbox: Some(bbox), ..Query::default() };
            let found = count(&reference, &query, &settings, &context).unwrap();
            let expected = places.iter().filter(|place| meets(place, size)).count() as u64;
            assert_eq!(found, RowCount::Estimate(expected), "{id} {bbox}");
        }
    }
}
