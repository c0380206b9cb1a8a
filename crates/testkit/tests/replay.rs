//! Recordings are served word for word, and nothing else is.

mod common;

use common::{get, post};
use geohub_testkit::net::Options;
use geohub_testkit::replay::{Recording, Server};
use serde_json::json;

fn recordings() -> Vec<Recording> {
    let page = |text: &str| {
        json!({"request": {"method": "GET", "uri": "https://x.org/resource/ab%20c.json?%24limit=1&%24select=%2A"},
               "response": {"status": 200, "headers": {"ETag": "\"e\"", "Content-Encoding": "gzip"}, "body": text}})
    };
    let query = json!({"request": {"method": "POST", "uri_as_recorded": "https://x.org/d/a", "uri_real": "https://x.org/api/v3/q",
                                   "body": "{\"query\":\"SELECT *\",\"page\":{\"pageNumber\":2}}"},
                       "response": {"status": 404, "headers": {}, "body": "second"}});
    let mut out = Vec::new();
    Recording::collect(&json!({"interactions": [page("one"), page("two"), query]}), &mut out);
    out
}

#[test]
fn recordings_come_back_in_turn_whatever_the_order_of_parameters() {
    let server = Server::start(recordings(), Options::default()).unwrap();
    let url = format!("{}/resource/ab%20c.json", server.url());
    let ask = || get(&url, &[("$select", "*"), ("$limit", "1")]);
    assert_eq!((ask().text(), ask().text()), ("one".to_owned(), "two".to_owned()));
    let first = ask();
    assert_eq!((first.header("etag"), first.header("content-encoding")), (Some("\"e\""), None));
    assert_eq!(get(&url, &[("$limit", "2")]).status, 501);
    let v3 = format!("{}/api/v3/q", server.url());
    let reply =
        post(&v3, "application/json", "{\"page\":{\"pageNumber\":2},\"query\":\"SELECT *\",\"timeout\":5}");
    assert_eq!((reply.status, reply.text().as_str()), (404, "second"));
    assert_eq!(post(&v3, "application/json", "{\"query\":\"SELECT *\"}").status, 501);
}
