//! References that lead nowhere: what became of them, and what may stand in their place.

use geohub_testkit::net::{Act, Edit, Fault, On};
use geohub_testkit::table::Table;
use geohub_testkit::{arcgis, catalogue, socrata};

use crate::portals::file;
use crate::run::{Bench, repository};

const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";
const GONE: &str = "dddddddddddddddddddddddddddddddd";

fn table() -> Table {
    Table::open(&repository("data/neighborhoods.geojson")).unwrap()
}

fn services() -> arcgis::Server {
    let layer = |name: &str| arcgis::Layer::new(name, table(), arcgis::Switches::default());
    let service = |name: &str, layers: &[&str]| arcgis::Service {
        name: name.to_owned(),
        layers: layers.iter().map(|name| layer(name)).collect(),
    };
    let services = vec![service("two", &["first", "Parking Meters"]), service("meters_2026", &["meters"])];
    arcgis::Server::start(arcgis::Config { services, ..arcgis::Config::default() }).unwrap()
}

fn alias(name: &str, reference: &str, title: &str) -> String {
    format!(
        "[aliases.{name}]\nref = \"{reference}\"\ntitle = \"{title}\"\nsource = \"https://x.invalid/\"\n\n"
    )
}

#[test]
fn a_layer_that_moved_within_its_server_is_found_with_two_requests() {
    let server = services();
    let bench = Bench::new();
    let nine = server.layer_url("two", "FeatureServer", 9);
    let gone = server.layer_url("meters", "FeatureServer", 0);
    let aliases = [alias("nine", &nine, "Parking meters"), alias("gone", &gone, "Meters")];
    bench.write("config/portals/mine.toml", file("mine", &server.url()) + &aliases.concat());
    for (reference, told, candidate) in [
        ("mine:nine", "its service is there, the layer is not", server.layer_url("two", "FeatureServer", 1)),
        (
            "mine:gone",
            "its service is not there",
            format!("{}/arcgis/rest/services/meters_2026/FeatureServer", server.url()),
        ),
    ] {
        for command in ["info", "count", "head"] {
            let before = server.log().entries().len();
            let said = bench.geohub([command, reference]).failed(3);
            assert!(
                said.contains("not found") && said.contains(told) && said.contains("was moved"),
                "{said}"
            );
            assert!(said.contains(&format!("probably {candidate}")), "{said}");
            assert!(server.log().entries().len() - before <= 3, "one to open it, two to ask");
        }
    }
    let fetched = bench.geohub(["fetch", "mine:nine", "out.fgb", "--json"]).failed(3);
    assert!(fetched.contains("\"code\":\"not-found\"") && fetched.contains("probably"), "{fetched}");
    // Without a title nothing is alike, and it is said that it is gone.
    let plain = bench.geohub(["query", &nine, "--count"]).failed(3);
    assert!(plain.contains("was deleted, or never there") && !plain.contains("probably"), "{plain}");
    assert!(plain.contains(&format!("geohub layers {nine} lists")), "{plain}");
    let listed = bench.geohub(["layers", &nine]).ok();
    assert!(listed.contains("Parking Meters"), "{listed}");
}

#[test]
fn the_first_error_stays_when_nothing_more_can_be_known() {
    let server = services();
    let bench = Bench::new();
    let nine = server.layer_url("two", "FeatureServer", 9);
    // Its own description is refused as ever, and then nobody answers.
    let on = On { path: Some("/two/FeatureServer".to_owned()), nth: 2, ..On::default() };
    server.fault(Fault { on, act: Act::Reset, times: 0 });
    let said = bench.geohub(["info", &nine, "-v"]).failed(3);
    assert!(said.contains("not found") && said.contains("what became of it cannot be asked"), "{said}");
    let private = services();
    private.edit(&Edit::In { layer: "first".to_owned(), edit: Box::new(Edit::Private { private: true }) });
    bench.geohub(["info", &private.layer_url("two", "FeatureServer", 0)]).failed(4);
}

#[test]
fn a_dataset_of_the_same_title_is_named_by_its_portal() {
    let source = |id: &str| socrata::Source {
        name: "Neighborhoods of the City".to_owned(),
        ..socrata::Source::new(id, table())
    };
    let config = socrata::Config::default().and(source("abcd-0001")).and(source("abcd-0002"));
    let server = socrata::Server::start(config).unwrap();
    let bench = Bench::new();
    let reference = format!("socrata:{}/abcd-0001", server.url());
    let alias = alias("hoods", &reference, "Neighborhoods of the city");
    bench.write("config/portals/mine.toml", file("mine", &server.url()) + &alias);
    server.edit(&Edit::In { layer: "abcd-0001".to_owned(), edit: Box::new(Edit::Gone { gone: true }) });
    let said = bench.geohub(["info", "mine:hoods"]).failed(3);
    let candidate = format!("probably socrata:{}/abcd-0002 (Neighborhoods of the City)", server.url());
    assert!(said.contains("was moved") && said.contains(&candidate), "{said}");
    let without = bench.geohub(["info", &reference.replace("0001", "0009")]).failed(3);
    assert!(without.contains("was deleted"), "{without}");
}

#[test]
fn kept_catalogues_name_what_is_alike_and_nobody_is_asked() {
    let services = services();
    let dead = services.layer_url("trees", "FeatureServer", 0);
    let live = services.layer_url("two", "FeatureServer", 0);
    let record = |item: &str, title: &str, url: &str| catalogue::Record {
        layer: Some(0),
        ..catalogue::Record::layer(item, title, url)
    };
    let records = vec![
        record(ITEM, "Street Trees", &dead),
        catalogue::Record {
            slug: "city::street-trees-2".to_owned(),
            ..record(&"a".repeat(32), "STREET TREES", &live)
        },
        record(&"b".repeat(32), "Street trees by species", &live.replace("two", "species")),
        catalogue::Record { dead: true, ..record(GONE, "Old Bike Lanes", &dead.replace("trees", "bikes")) },
        record(&"c".repeat(32), "Bike lanes", &live.replace("two", "lanes")),
    ];
    let server = catalogue::Server::start(catalogue::Config::new(records)).unwrap();
    let bench = Bench::new();
    let old = alias("lanes", &format!("item:{}/{GONE}", server.url()), "Bike Lanes");
    bench.write("config/portals/mine.toml", file("mine", &server.url()) + &old);
    let before = bench.geohub(["info", &dead]).failed(3);
    assert!(!before.contains("perhaps"), "{before}");
    bench.geohub(["search", "trees", "--portal", "mine"]).ok();
    let asked = server.log().entries().len();
    // The title is that of the catalogue, which lists the address; those of the same title come alone.
    let said = bench.geohub(["info", &dead]).failed(3);
    assert!(said.contains(&format!("perhaps {live} (STREET TREES)")) && !said.contains("species"), "{said}");
    assert_eq!(server.log().entries().len(), asked);
    let said = bench.geohub(["fetch", "mine:lanes", "x.fgb"]).failed(3);
    assert!(said.contains("(Bike lanes)"), "{said}");
    let slug = format!("{}/datasets/city::street-trees-old-2", server.url());
    let said = bench.geohub(["info", &slug]).failed(3);
    assert!(said.contains("geohub search"), "{said}");
    let slug = format!("{}/datasets/city::trees-by-species-9", server.url());
    let said = bench.geohub(["info", &slug]).failed(3);
    assert!(said.contains("(Street trees by species)"), "{said}");
}
