//! The Socrata stand-in against the rules of the protocol notes, over a raw socket.

mod common;

use std::collections::BTreeSet;

use common::{get, post, try_get};
use geohub_testkit::city;
use geohub_testkit::net::{Act, Edit, Fault, Kind};
use geohub_testkit::socrata::{Asset, Config, Server, Source, Switches};
use geohub_testkit::table::Table;
use serde_json::{Value as Json, json};

const ID: &str = "s49e-q6j2";

fn text(layer: city::Layer, count: usize, format: city::Format) -> String {
    let mut out = Vec::new();
    city::write(layer, count, 7, format, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("UTF-8")
}

fn meters(count: usize) -> Source {
    let table = Table::from_csv(&text(city::Layer::Meters, count, city::Format::Csv)).expect("CSV");
    Source { location_field: "latlng".to_owned(), ..Source::new(ID, table).location("Lat", "Long") }
}

fn server(switches: Switches) -> (Server, String) {
    let server = Server::start(Config::one(meters(2345)).switches(switches)).expect("a port");
    let url = server.resource_url(ID);
    (server, url)
}

fn rows(url: &str, query: &[(&str, &str)]) -> Vec<Json> {
    let reply = get(url, query);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json().as_array().expect("an array").clone()
}

fn column(rows: &[Json], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_thousand_rows_is_the_default_everywhere_and_nothing_says_so() {
    let (_server, url) = server(Switches::default());
    assert_eq!(rows(&url, &[]).len(), 1000);
    assert_eq!(rows(&url, &[("$query", "select spaceid where ratetype = 'FLAT'")]).len(), 1000);
    let csv = get(&url.replace(".json", ".csv"), &[]);
    assert_eq!(Table::from_csv(&csv.text()).unwrap().rows.len(), 1000);
    let geojson = get(&url.replace(".json", ".geojson"), &[]).json();
    assert_eq!(geojson["features"].as_array().unwrap().len(), 1000);
    assert_eq!(rows(&url, &[("$limit", "60000")]).len(), 2345);
    let (_server, capped) = server(Switches { cap_limit: Some(500), ..Switches::default() });
    assert_eq!(rows(&capped, &[("$limit", "60000")]).len(), 500);
}

#[test]
fn unordered_walks_and_ties_lose_rows_and_a_keyset_does_not() {
    let (_server, url) = server(Switches::default());
    let walk = |order: Option<&str>| {
        let mut seen = BTreeSet::new();
        for page in 0..5 {
            let offset = (page * 500).to_string();
            let mut query = vec![("$limit", "500"), ("$offset", offset.as_str())];
            query.extend(order.map(|order| ("$order", order)));
            seen.extend(column(&rows(&url, &query), "spaceid"));
        }
        seen.len()
    };
    assert!(walk(None) < 2345);
    assert!(walk(Some("ratetype")) < 2345, "ties are permuted");
    assert_eq!(walk(Some("ratetype,:id")), 2345);
    let (mut last, mut seen) = (String::new(), BTreeSet::new());
    loop {
        let clause = format!(":id > '{last}'");
        let mut query = vec![("$select", "*,:id"), ("$order", ":id"), ("$limit", "700")];
        query.extend((!last.is_empty()).then_some(("$where", clause.as_str())));
        let ids = column(&rows(&url, &query), ":id");
        let Some(end) = ids.last() else { break };
        assert!(!ids.is_sorted(), "ids do not sort by their text");
        last.clone_from(end);
        seen.extend(ids);
    }
    assert_eq!(seen.len(), 2345);
}

#[test]
fn the_keyset_goes_on_after_a_row_that_was_deleted() {
    let (server, url) = server(Switches::default());
    let ids = column(&rows(&url, &[("$select", ":id"), ("$order", ":id"), ("$limit", "3000")]), ":id");
    server.edit(&Edit::Delete { id: ids[99].clone() });
    let clause = format!(":id > '{}'", ids[99]);
    let rest = rows(&url, &[("$select", ":id"), ("$order", ":id"), ("$where", &clause), ("$limit", "3000")]);
    assert_eq!(column(&rest, ":id"), ids[100..]);
}

#[test]
fn refusals_have_the_recorded_bodies() {
    let (server, url) = server(Switches::default());
    let bad = get(&url, &[("$where", "bogus ="), ("$limit", "6")]);
    assert_eq!(bad.status, 400);
    assert_eq!(
        bad.json(),
        json!({"code": "query.compiler.malformed", "error": true,
               "message": "Could not parse SoQL query \"select * where bogus = limit 6 offset 0\" at line 1 character 24: Expected an expression, but got `LIMIT'",
               "data": {"query": "select * where bogus = limit 6 offset 0", "position": {}}})
    );
    let missing = get(&server.resource_url("aaaa-bbbb"), &[]);
    let body = "{\n  \"code\" : \"dataset.missing\",\n  \"error\" : true,\n  \"message\" : \"Not found\",\n  \"data\" : {\n    \"id\" : \"aaaa-bbbb\"\n  }\n}\n";
    assert_eq!((missing.status, missing.text().as_str()), (404, body));
    let view = get(&format!("{}/api/views/aaaa-bbbb.json", server.url()), &[]);
    assert_eq!((view.status, view.header("x-error-code")), (404, Some("not_found")));
    assert_eq!(view.json()["code"], "not_found");
}

#[test]
fn what_soql_refuses_is_refused() {
    let (_server, url) = server(Switches::default());
    for (query, code) in [
        (vec![("$select", ":id,*")], "query.compiler.malformed"),
        (vec![("$select", "*,:*")], "query.compiler.malformed"),
        (vec![("$where", "bogus = 1")], "query.soql.no-such-column"),
        (vec![("$where", "spaceid = 5")], "query.soql.type-mismatch"),
        (vec![("$where", ":id > 'abc'")], "query.soql.type-mismatch"),
        (vec![("$where", ":updated_at > 'yesterday'")], "query.soql.type-mismatch"),
        (vec![("$where", "frobnicate(spaceid) = 1")], "query.soql.no-such-function"),
        (vec![("$where", "count(spaceid) > 1")], "query.soql.aggregate-in-ungrouped-context"),
        (vec![("$select", "spaceid,count(*)")], "query.soql.column-not-in-group-bys"),
        (vec![("$select", ":id"), ("$group", "ratetype")], "query.soql.column-not-in-group-bys"),
        (vec![("$select", "spaceid as a,ratetype as a")], "query.soql.duplicate-alias"),
        (vec![("$query", "select *"), ("$limit", "5")], "invalid-request"),
        (vec![("$limit", "many")], "invalid-request"),
        (vec![("$where", "spaceid ilike 'a%'")], "query.compiler.malformed"),
        (vec![("$where", "spaceid = \\'a'")], "query.compiler.malformed"),
    ] {
        let reply = get(&url, &query);
        let json = reply.json();
        let found = json["errorCode"].as_str().or(json["code"].as_str());
        assert_eq!((reply.status, found), (400, Some(code)), "{query:?}: {json}");
    }
    for name in ["limit", "$limits", "bogus"] {
        let reply = get(&url, &[(name, "1")]);
        assert_eq!(
            reply.json(),
            json!({"error": true, "message": format!("Unrecognized arguments [{name}]")})
        );
    }
    let analysis = get(&url, &[("$where", "bogus = 1")]).json();
    assert!(analysis["message"].as_str().unwrap().contains("; position: Map("));
    assert!(get(&url, &[("$select", "*,:id"), ("$limit", "1")]).status == 200);
    assert!(get(&url, &[("$select", ":*,*"), ("$limit", "1")]).status == 200);
}

#[test]
fn json_leaves_nulls_out_and_writes_numbers_as_strings() {
    let (_server, url) = server(Switches::default());
    let empty = get(&url, &[("$where", "spaceid = 'nobody'")]);
    assert_eq!(empty.text(), "[]\n");
    let two = get(&url, &[("$limit", "2")]).text();
    assert!(two.contains("}\n,{") && two.ends_with("]\n"));
    assert_eq!(rows(&url, &[("$select", "count(*) as n")]), [json!({"n": "2345"})]);
    let without = rows(&url, &[("$where", "latlng is null"), ("$limit", "5")]);
    assert!(!without.is_empty() && without.iter().all(|row| row.get("latlng").is_none()));
    let with = &rows(&url, &[("$where", "latlng is not null"), ("$limit", "1")])[0]["latlng"];
    assert!(with["latitude"].as_str().unwrap().starts_with('3') && with["human_address"].is_string());
}

#[test]
fn spatial_functions_take_latitude_first_and_wkt_longitude_first() {
    let (_server, url) = server(Switches::default());
    let count =
        |clause: &str| rows(&url, &[("$select", "count(*) as n"), ("$where", clause)])[0]["n"].clone();
    let inside = count("within_box(latlng, 34.1, -118.3, 33.95, -118.2)");
    assert_ne!(inside, "0");
    assert_eq!(
        inside,
        count(
            "within_polygon(latlng, 'POLYGON((-118.3 33.95, -118.2 33.95, -118.2 34.1, -118.3 34.1, -118.3 33.95))')"
        )
    );
    assert_eq!(
        count("within_box(latlng, -118.3, 34.1, -118.2, 33.95)"),
        "0",
        "longitude first finds nothing"
    );
    assert_ne!(count("within_circle(latlng, 34.03, -118.3, 5000)"), "0");
}

#[test]
fn geojson_never_takes_a_location_for_a_geometry_and_writes_nulls() {
    let (server, url) = server(Switches::default());
    let points = get(&url.replace(".json", ".geojson"), &[("$limit", "3")]).json();
    assert_eq!(
        (
            &points["features"][0]["geometry"],
            &points["features"][0]["properties"]["latlng"]["latitude"].is_string()
        ),
        (&Json::Null, &true)
    );
    assert_eq!(points["crs"]["properties"]["name"], "urn:ogc:def:crs:OGC:1.3:CRS84");
    drop(server);
    let hoods = Table::from_geojson(&text(city::Layer::Neighborhoods, 20, city::Format::GeoJson)).unwrap();
    let server = Server::start(Config::one(Source::new("hood-0001", hoods))).unwrap();
    let areas = get(&server.resource_url("hood-0001").replace(".json", ".geojson"), &[]).json();
    for feature in areas["features"].as_array().unwrap() {
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        assert!(feature["properties"].get("name_alt").is_some(), "nulls are written");
        assert!(feature["properties"]["population"].is_string(), "numbers stay strings");
    }
    let types = get(&server.resource_url("hood-0001"), &[("$limit", "1")]);
    assert_eq!(
        types.header("x-soda2-types"),
        Some(r#"["multipolygon","number","text","text","number","number"]"#)
    );
}

#[test]
fn headers_tell_of_the_data_and_conditional_requests_save_it() {
    let (server, url) = server(Switches::default());
    let first = get(&url, &[("$limit", "1")]);
    let truth = first.header("x-soda2-truth-last-modified").unwrap().to_owned();
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(
        (first.header("x-soda2-data-out-of-date"), first.header("content-length")),
        (Some("false"), None)
    );
    assert_eq!(
        first.header("x-soda2-fields").unwrap(),
        r#"["spaceid","blockface","metertype","ratetype","raterange","meteredtimelimit","parkingpolicy","latlng"]"#
    );
    let again = |headers: &[(&str, &str)]| try_get(&url, &[("$limit", "1")], headers).unwrap();
    assert_eq!(
        (again(&[("If-None-Match", &tag)]).status, again(&[("If-Modified-Since", &truth)]).status),
        (304, 304)
    );
    let zipped = again(&[("If-None-Match", &tag), ("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.status, 200, "the tag varies with the encoding");
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    server.edit(&Edit::Insert);
    let after = again(&[("If-None-Match", &tag)]);
    assert_eq!(after.status, 200);
    assert_ne!(after.header("x-soda2-truth-last-modified"), Some(truth.as_str()));
    assert_ne!(first.header("x-socrata-requestid"), after.header("x-socrata-requestid"));
}

#[test]
fn a_wrong_token_spoils_a_call_that_works_without() {
    let (server, url) = server(Switches { tokens: vec!["good".to_owned()], ..Switches::default() });
    let status = |url: &str, token: &str| try_get(url, &[], &[("X-App-Token", token)]).unwrap();
    let refused = status(&url, "bad");
    assert_eq!((refused.status, &refused.json()["message"]), (403, &"Invalid app_token specified".into()));
    assert_eq!(status(&format!("{}/api/views/{ID}.json", server.url()), "bad").status, 403);
    assert_eq!((status(&url, "good").status, get(&url, &[("$limit", "1")]).status), (200, 200));
    assert_eq!(get(&url, &[("$$app_token", "bad")]).status, 403);
}

#[test]
fn version_three_needs_a_token_pages_from_one_and_writes_location_numbers() {
    let (server, _) = server(Switches { tokens: vec!["good".to_owned()], ..Switches::default() });
    let url = format!("{}/api/v3/views/{ID}/query.json", server.url());
    assert_eq!(post(&url, "application/json", "{}").status, 403);
    let url = format!("{url}?app_token=good");
    let body = |page: usize| {
        format!(
            "{{\"query\":\"SELECT * WHERE latlng IS NOT NULL\",\"page\":{{\"pageNumber\":{page},\"pageSize\":1200}}}}"
        )
    };
    let one = post(&url, "application/json", &body(1));
    assert!(one.text().starts_with("[\n{") && one.text().ends_with("}\n]\n"), "{}", one.text());
    assert!(one.json()[0]["latlng"]["latitude"].is_number());
    assert!(one.header("etag").unwrap().starts_with("W/"));
    let two = post(&url, "application/json", &body(2)).json();
    let ids = |json: &Json| column(json.as_array().unwrap(), "spaceid").into_iter().collect::<BTreeSet<_>>();
    assert!(ids(&one.json()).is_disjoint(&ids(&two)));
    assert_eq!(post(&url, "application/json", &body(9)).text(), "[\n]\n");
    assert_eq!(post(&url, "application/json", &body(0)).status, 400);
    assert_eq!(post(&url, "application/json", "{\"limit\":5}").status, 400);
}

#[test]
fn views_describe_columns_and_kinds() {
    let filter = Asset::Filter {
        id: "flat-0001".to_owned(),
        parent: ID.to_owned(),
        condition: "ratetype = 'FLAT'".to_owned(),
        hidden: vec!["blockface".to_owned()],
    };
    let parent = Asset::GeoParent { id: "geo0-0001".to_owned(), children: vec![ID.to_owned()] };
    let link = Asset::Other {
        id: "link-0001".to_owned(),
        kind: "federated_href".to_owned(),
        url: Some("http://x".to_owned()),
    };
    let keys = vec![("x".to_owned(), "y".to_owned())];
    let config = Config { assets: vec![filter, parent, link], ..Config::one(meters(300)) };
    let server = Server::start(config.switches(Switches { keys, ..Switches::default() })).unwrap();
    let view = |id: &str| get(&format!("{}/api/views/{id}.json", server.url()), &[]).json();
    let names: Vec<(String, String)> = view(ID)["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (c["fieldName"].as_str().unwrap().to_owned(), c["dataTypeName"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(names[7], ("latlng".to_owned(), "location".to_owned()));
    assert_eq!(view("flat-0001")["modifyingViewUid"], ID);
    let filtered = rows(&server.resource_url("flat-0001"), &[]);
    assert!(filtered.iter().all(|row| row["ratetype"] == "FLAT" && row.get("blockface").is_none()));
    assert!(!filtered.is_empty() && filtered.len() < 300);
    let v3 = format!("{}/api/v3/views/flat-0001/query.json", server.url());
    assert_eq!(
        try_get(&v3, &[], &[("Authorization", "Basic eDp5")]).unwrap().json().as_array().unwrap().len(),
        filtered.len()
    );
    assert_eq!(view("geo0-0001")["childViews"], json!([ID]));
    assert_eq!(get(&server.resource_url("geo0-0001"), &[]).text(), "[]\n");
    assert_eq!(view("link-0001")["viewType"], "href");
    assert_eq!(get(&server.resource_url("link-0001"), &[]).status, 404);
}

#[test]
fn the_catalogue_takes_unknown_parameters_for_filters_and_stops_at_ten_thousand() {
    let (server, _) = server(Switches::default());
    let url = format!("{}/api/catalog/v1", server.url());
    assert_eq!(get(&url, &[("ids", ID)]).json()["results"][0]["resource"]["id"], ID);
    assert_eq!(get(&url, &[("domain", "x")]).json()["resultSetSize"], 0);
    assert!(get(&url, &[("offset", "9999"), ("limit", "2")]).json()["error"].is_string());
    assert_eq!(get(&url, &[("scroll_id", ""), ("order", "name")]).status, 400);
    let dcat = get(&format!("{}/data.json", server.url()), &[]).json();
    assert!(dcat["dataset"][0]["identifier"].as_str().unwrap().ends_with(ID));
}

#[test]
fn whole_files_have_display_names_and_positional_arrays() {
    let (server, _) = server(Switches::default());
    let views = format!("{}/api/views/{ID}", server.url());
    let csv =
        Table::from_csv(&get(&format!("{views}/rows.csv"), &[("accessType", "DOWNLOAD")]).text()).unwrap();
    assert_eq!((csv.rows.len(), csv.columns[0].name.as_str()), (2345, "SpaceID"));
    let whole = get(&format!("{views}/rows.json"), &[]).json();
    assert_eq!(whole["data"].as_array().unwrap().len(), 2345);
    assert_eq!(whole["data"][0].as_array().unwrap().len(), 8 + 8);
    assert_eq!(whole["meta"]["view"]["id"], ID);
}

#[test]
fn old_portals_fold_case_and_limit_rows() {
    let (_server, url) = server(Switches { legacy: true, ..Switches::default() });
    let count =
        |clause: &str| rows(&url, &[("$select", "count(*) as n"), ("$where", clause)])[0]["n"].clone();
    assert_eq!(count("ratetype = 'flat'"), count("ratetype = 'FLAT'"));
    let reply = get(&url, &[("$limit", "50001")]);
    assert_eq!((reply.status, &reply.json()["code"]), (400, &"req.row-limit-exceeded".into()));
    assert_eq!(get(&url, &[("$limit", "1")]).header("x-soda2-legacy-types"), Some("true"));
}

#[test]
fn computed_regions_go_when_an_order_comes_and_habits_can_be_switched() {
    let (_server, url) =
        server(Switches { computed_region: true, star_anywhere: true, ..Switches::default() });
    let region = ":@computed_region_k83t_ady5";
    assert!(rows(&url, &[("$limit", "1")])[0].get(region).is_some());
    assert!(rows(&url, &[("$limit", "1"), ("$order", ":id")])[0].get(region).is_none());
    assert!(rows(&url, &[("$limit", "1"), ("$order", ":id"), ("$select", region)])[0].get(region).is_some());
    assert_eq!(get(&url, &[("$select", ":id,*"), ("$limit", "1")]).status, 200);
    let (_server, without) = server(Switches { refuse_id: true, ..Switches::default() });
    let refused = get(&without, &[("$order", ":id")]);
    assert_eq!((refused.status, &refused.json()["errorCode"]), (400, &"query.soql.no-such-column".into()));
}

#[test]
fn a_replica_that_is_behind_says_so_and_a_replaced_table_has_new_ids() {
    let (server, url) = server(Switches::default());
    server.fault(Fault::at(Kind::Page, 1, Act::OutOfDate));
    let behind = get(&url, &[("$limit", "1")]);
    assert_eq!(behind.header("x-soda2-data-out-of-date"), Some("true"));
    assert_ne!(
        behind.header("x-soda2-secondary-last-modified"),
        behind.header("x-soda2-truth-last-modified")
    );
    server.fault(Fault::at(Kind::Page, 1, Act::NoSodaHeaders));
    assert!(get(&url, &[("$limit", "1")]).headers.iter().all(|(name, _)| !name.starts_with("x-soda2")));
    let ids = || {
        column(&rows(&url, &[("$select", ":id"), ("$limit", "5000")]), ":id")
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let before = ids();
    server.edit(&Edit::ReplaceAll);
    let after = ids();
    assert!(before.len() == 2345 && after.len() == 2345 && before.is_disjoint(&after));
}

#[test]
fn nothing_in_a_query_takes_the_server_down() {
    let (_server, url) = server(Switches::default());
    for clause in [
        "within_polygon(latlng, 'POLYGON((\u{e9}')",
        "within_polygon(latlng, 'POINT(\u{e9}')",
        "within_polygon(latlng, 'POLYGON((0 0))')",
        "intersects(latlng, 'MULTIPOLYGON((((')",
        "within_box(latlng, 'a', 'b', 'c', 'd')",
        "within_circle(latlng, 1e308, 1e308, -1)",
        "latlng = 'x'",
        "latlng > latlng",
        "sum(spaceid) > 1",
        "\u{1f4a5}",
    ] {
        let status = get(&url, &[("$where", clause), ("$limit", "1")]).status;
        assert!(status == 200 || status == 400, "{clause}: {status}");
    }
    assert_eq!(
        get(&url, &[("$offset", "18446744073709551615"), ("$limit", "18446744073709551615")]).text(),
        "[]\n"
    );
}
