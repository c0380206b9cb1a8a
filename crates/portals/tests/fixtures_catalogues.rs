//! Recorded catalogues read whole: every line of them is an entry. `FIXTURES` names their folder; without it there is
//! nothing to read (`checks/replay_fixtures.sh` sets it).

#![expect(clippy::print_stdout, reason = "checks/fixtures_covered.py reads it")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::sync::Arc;

use geohub_core::Context;
use geohub_fetch::{Client, Settings};
use geohub_portals::{
    Address, Cache, Entry, Gathered, How, Portals, Source, address_of, gather, ms_of, plain,
};
use geohub_testkit::net::{self, Answer, Edit, Kind, Options, Request, Tweaks};
use serde_json::{Value, json};

/// One recorded answer of each catalogue; where it is asked to go on there is no more.
struct Recorded {
    dcat: Value,
    socrata: Value,
    items: Value,
}

impl Recorded {
    fn none() -> Self {
        Self { dcat: json!({ "dataset": [] }), socrata: no_lines(), items: no_lines() }
    }
}

fn no_lines() -> Value {
    json!({ "results": [], "resultSetSize": 0, "total": 0 })
}

impl net::Portal for Recorded {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Catalog
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let begins = || request.query.iter().any(|(name, value)| name == "scroll_id" && value.is_empty());
        let (status, body) = match request.path.as_str() {
            "/feed.json" => (200, self.dcat.clone()),
            "/api/catalog/v1" if begins() => (200, self.socrata.clone()),
            "/api/catalog/v1" => (200, no_lines()),
            "/sharing/rest/search" => (200, self.items.clone()),
            _ => (404, json!({ "error": "not recorded" })),
        };
        Answer::json(status, "application/json", &body)
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::json(429, "application/json", &json!({}))
    }
}

fn recorded(name: &str) -> Option<Value> {
    let path = PathBuf::from(std::env::var_os("FIXTURES")?).join(name);
    let raw: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let body = raw["response"]["body"].as_str().map(|text| serde_json::from_str(text).unwrap());
    println!("covered: {name}");
    Some(body.unwrap_or(raw))
}

/// The catalogues of a portal that gives these answers: an organisation, a Socrata portal, a feed.
fn read(recorded: Recorded) -> Vec<Gathered> {
    let server = net::Server::start(Arc::new(recorded), Options::default()).unwrap();
    let (folder, url) = (tempfile::tempdir().unwrap(), server.url());
    let file = format!(
        r#"
        id = "recorded"
        name = "Recorded"
        read = 2026-11-26
        [hub]
        hosts = []
        organisation = "0123456789abcdef"
        sharing = "{url}"
        source = "https://example.org/"
        [socrata]
        hosts = ["{url}"]
        source = "https://example.org/"
        [[dcat]]
        url = "{url}/feed.json"
        source = "https://example.org/"
        "#
    );
    std::fs::write(folder.path().join("recorded.toml"), file).unwrap();
    let portals = Portals::with_folder(Some(folder.path())).unwrap();
    let sources = Source::all(portals.get("recorded").unwrap());
    let client = Client::new(&Settings::new(folder.path().join("journal")), &Context::new(1)).unwrap();
    let cache = Cache::new(&folder.path().join("cache"));
    gather(sources, &client, &cache, How::default()).unwrap()
}

fn entries<'a>(gathered: &'a [Gathered], kind: &str) -> &'a [Entry] {
    let one = gathered.iter().find(|one| one.source.kind() == kind).unwrap();
    assert_eq!((one.unreadable, one.missing), (0, 0), "{:?}", one.state);
    &one.entries
}

#[test]
fn every_dataset_of_a_recorded_feed_is_an_entry() {
    let Some(feed) = recorded("arcgis/hub/sce-dcat-us-1.1.json") else { return };
    let gathered = read(Recorded { dcat: feed.clone(), ..Recorded::none() });
    let (found, raw) = (entries(&gathered, "DCAT feed"), feed["dataset"].as_array().unwrap());
    assert_eq!((found.len(), raw.len()), (47, 47));
    let mut layers = 0;
    for (entry, raw) in found.iter().zip(raw) {
        let text = |name: &str| raw[name].as_str().unwrap_or_default();
        assert_eq!(entry.title, plain(text("title"), 1000));
        assert_eq!(entry.updated, ms_of(text("modified")));
        assert_eq!(entry.licence.is_some(), !plain(text("license"), 1000).is_empty(), "{}", entry.title);
        assert!(entry.means(&address_of(text("identifier")).unwrap()));
        let links = raw["distribution"].as_array().unwrap().iter();
        let services = links.filter_map(|link| address_of(link["accessURL"].as_str()?));
        for service in services.filter(|found| matches!(found, Address::Layer(..) | Address::Service(_))) {
            assert!(entry.means(&service), "{}", entry.title);
            layers += usize::from(matches!(service, Address::Layer(..)));
        }
    }
    assert!(layers > 20, "{layers}");
}

#[test]
fn every_line_of_a_recorded_catalogue_is_an_entry() {
    for (name, lines) in [
        ("us-two-results", 2),
        ("us-three-results-two-domains", 3),
        ("us-ten-of-twenty", 10),
        ("nyc-domain-limit7", 7),
        ("us-resultSetSize-capped-10000-with-stories", 10),
    ] {
        let Some(mut answer) = recorded(&format!("socrata/catalog/{name}.json")) else { return };
        let raw = answer["results"].as_array().unwrap().clone();
        // The recordings are the first lines of longer answers.
        answer["resultSetSize"] = json!(raw.len());
        let gathered = read(Recorded { socrata: answer, ..Recorded::none() });
        let found = entries(&gathered, "Socrata catalogue");
        assert_eq!((found.len(), raw.len()), (lines, lines), "{name}");
        for (entry, raw) in found.iter().zip(&raw) {
            is_that_of(entry, raw);
        }
    }
}

fn is_that_of(entry: &Entry, raw: &Value) {
    let (title, resource) = (&entry.title, &raw["resource"]);
    assert_eq!(entry.id, resource["id"].as_str().unwrap());
    assert_eq!(*title, plain(resource["name"].as_str().unwrap(), 1000));
    let updated = resource["data_updated_at"].as_str().or(resource["updatedAt"].as_str());
    assert_eq!(entry.updated, updated.and_then(ms_of), "{title}");
    assert!(entry.means(&address_of(raw["permalink"].as_str().unwrap()).unwrap()), "{title}");
    let kinds = ["dataset", "filter", "chart", "map", "visualization", "calendar", "datalens"];
    assert_eq!(entry.kind.has_rows(), kinds.contains(&resource["type"].as_str().unwrap()), "{title}");
    let columns = resource["columns_name"].as_array().map_or(0, Vec::len);
    assert_eq!(entry.fields.is_empty(), columns == 0, "{title}");
}

#[test]
fn a_recorded_item_is_an_entry() {
    let Some(mut answer) = recorded("arcgis/hub/portal-search-one-result.json") else { return };
    answer["total"] = json!(1);
    let gathered = read(Recorded { items: answer.clone(), ..Recorded::none() });
    let (found, raw) = (entries(&gathered, "ArcGIS organisation"), &answer["results"][0]);
    assert_eq!(found.len(), 1);
    assert_eq!((Some(found[0].title.as_str()), found[0].private), (raw["title"].as_str(), true));
    assert_eq!(found[0].updated, raw["modified"].as_i64());
    assert!(found[0].means(&address_of(raw["url"].as_str().unwrap()).unwrap()));
}
