//! `geohub request`: drafts that a city can answer, and that are never sent.

use geohub_testkit::catalogue::{Config, Record, Server};
use geohub_testkit::socrata;
use geohub_testkit::table::Table;
use serde_json::Value;

use crate::run::{Bench, repository};

const GOOD: [&str; 14] = [
    "--dataset",
    "One row for each sidewalk repair since 2015, with place, date and cost.",
    "--use",
    "A study of how long repairs take in each district.",
    "--frequency",
    "monthly",
    "--sample",
    "id 7, 2020-03-01, 1200 dollars",
    "--metadata",
    "Meaning of each column, and how often it changes.",
    "--personal",
    "no",
    "--contact",
    "Ann, ann@example.org",
];

/// A portal of catalogues, with channels of both kinds.
fn bench(server: &Server) -> Bench {
    let bench = Bench::new();
    let channels = "\n[[request]]\nkind = \"dataset\"\nname = \"Data office\"\nemail = \"data@city.example\"\n\
                    source = \"https://city.example/ask\"\n\n[[request]]\nkind = \"access\"\nname = \"Server room\"\n\
                    url = \"https://city.example/access\"\nsource = \"https://city.example/ask\"\n";
    bench.write("config/portals/mine.toml", crate::portals::file("mine", &server.url()) + channels);
    bench
}

fn catalogue() -> Server {
    let evil = Record::rows("evil-0001", "Sidewalk | `poles` <script>x</script> \u{1b}[2J count");
    let trees = Record::rows("tree-0001", "Street Trees");
    Server::start(Config::new(vec![evil, trees])).unwrap()
}

fn new(bench: &Bench, words: &[&str], more: &[&str]) -> crate::run::Ran {
    let mut command = bench.command();
    crate::run::finish(command.args(["request", "new", "--portal", "mine"]).args(words).args(GOOD).args(more))
}

#[test]
fn a_request_has_six_headings_the_search_and_the_address_as_markdown_and_as_mail() {
    let server = catalogue();
    let bench = bench(&server);
    let ran = new(&bench, &["sidewalk", "repairs"], &["-o", "req.md", "--strict", "--json"]);
    let value: Value = serde_json::from_str(&ran.ok()).unwrap();
    assert_eq!(value["outputs"], serde_json::json!(["req.md", "req.txt"]));
    assert_eq!(value["to"][0]["email"], "data@city.example");
    assert_eq!(value["lint"], serde_json::json!([]));
    let (text, mail) = (bench.read("req.md"), bench.read("req.txt"));
    for heading in
        ["Dataset", "Intended use", "Publication format", "Sample data", "Metadata", "Legal ground"]
    {
        assert!(text.contains(&format!(". {heading}\n")), "{heading}: {text}");
        assert!(mail.contains(&format!(". {}\n", heading.to_uppercase())), "{heading}: {mail}");
    }
    for said in [
        "Searched and not found",
        "sidewalk repairs",
        "Hub search of",
        "Socrata catalogue of",
        "Nearest to it",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(
        text.contains("Sidewalk \\| \\`poles\\`") && !text.contains("<script") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(text.contains("read on 2026-11-26 at <https://city.example/ask>"), "{text}");
    assert!(
        mail.starts_with("Subject: Dataset request: sidewalk repairs\nTo: data@city.example\n\n"),
        "{mail}"
    );
    let fits = |line: &str| line.chars().count() <= 72 || line.contains("://");
    assert!(mail.lines().all(fits) && !mail.contains('\u{1b}'), "{mail}");
    let again = new(&bench, &["sidewalk", "repairs"], &["-o", "req.md"]).failed(2);
    assert!(again.contains("--overwrite"), "{again}");
}

#[test]
fn what_is_published_is_said_first_and_a_person_who_could_be_named_adds_legal_words() {
    let server = catalogue();
    let bench = bench(&server);
    let failed = new(&bench, &["street", "trees"], &["-o", "req"]).failed(2);
    assert!(failed.contains("published already") && failed.contains("Street Trees"), "{failed}");
    assert!(!bench.path("req.md").exists());
    let drafted = new(&bench, &["street", "trees"], &["--anyway"]).ok();
    assert!(
        drafted.contains("These have the words")
            && !drafted.contains("did not find")
            && drafted.contains("no person can be named"),
        "{drafted}"
    );
    let mut command = bench.command();
    command.args(["request", "new", "zebras", "--portal", "mine", "--personal", "true", "-f", "mail"]);
    let ran = crate::run::finish(&mut command);
    assert!(ran.stderr.contains("warning: contact") && ran.stderr.contains("warning: use"), "{}", ran.stderr);
    let mail = ran.ok();
    assert!(mail.replace('\n', " ").contains("may be disclosed under the public-records law"), "{mail}");
    let strict =
        bench.geohub(["request", "new", "zebras", "--portal", "mine", "--strict", "-o", "weak"]).failed(2);
    assert!(strict.contains("the request is weak") && !bench.path("weak.md").exists(), "{strict}");
}

#[test]
fn a_file_answers_options_go_before_it_and_its_typos_have_their_place() {
    let server = catalogue();
    let bench = bench(&server);
    bench.write(
        "a.toml",
        "portal = \"mine\"\nwords = \"zebra crossings\"\nuse = \"of the file\"\npersonal = false\n",
    );
    let drafted = bench.geohub(["request", "new", "--from", "a.toml", "--use", "of the option"]).ok();
    assert!(drafted.contains("of the option") && !drafted.contains("of the file"), "{drafted}");
    assert!(drafted.contains("zebra crossings"), "{drafted}");
    for (text, place) in [
        ("words = \"x\"\nusee = \"a\"\n", "a.toml:2:1"),
        ("personal = \"maybe\"", "a.toml:1:12"),
        ("x", "a.toml:1:"),
    ] {
        bench.write("a.toml", text);
        let failed = bench.geohub(["request", "new", "--from", "a.toml"]).failed(2);
        assert!(failed.contains(place), "{failed}");
    }
    bench.geohub(["request", "new", "--from", "none.toml"]).failed(3);
    bench.geohub(["request", "new", "--portal", "mine"]).failed(2);
    bench.geohub(["request", "new", "x"]).failed(2);
    bench.geohub(["request", "new", "x", "--portal", "mines"]).failed(3);
}

#[test]
fn another_citys_dataset_lends_its_columns_and_two_rows_without_what_looks_personal() {
    let server = catalogue();
    let bench = bench(&server);
    bench.write("people.csv", "id,OWNER_NAME,note\n1,Secret Person,\"a | b\"\n2,Other Person,c\n3,Third,d\n");
    let drafted =
        new(&bench, &["zebras"], &["--like", "demo:parking-meters", "--like", "people.csv", "--offline"])
            .ok();
    assert!(drafted.contains("Like \"Parking Meters\" (demo:parking-meters"), "{drafted}");
    assert!(drafted.contains("| SpaceID | String |"), "{drafted}");
    assert!(
        drafted.contains("| 1 | (left out) | a \\| b |") && drafted.contains("OWNER\\_NAME."),
        "{drafted}"
    );
    assert!(!drafted.contains("Person") && !drafted.contains("| 3 |"), "{drafted}");
    assert!(
        drafted.contains("I could not search your catalogues") && !drafted.contains("did not find"),
        "{drafted}"
    );
    new(&bench, &["zebras"], &["--like", "demo:parking-meterz"]).failed(3);
}

#[test]
fn access_adds_up_the_receipts_of_that_host_and_never_shows_the_token() {
    let server = catalogue();
    let bench = bench(&server);
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    let source = socrata::Source::new("mete-0001", table).location("Lat", "Long");
    let points = socrata::Server::start(socrata::Config::one(source)).unwrap();
    let reference = format!("socrata:{}/mete-0001", points.url());
    bench.geohub(["fetch", &reference, "-o", "m.csv"]).ok();
    bench.geohub(["fetch", &reference, "-o", "n.fgb"]).ok();
    bench.geohub(["fetch", "demo:streets", "s.fgb"]).ok();
    bench.geohub(["convert", "m.csv", "c.csv"]).ok();
    let secret = "Planted4Token5Of6Twenty7Fi";
    let added = bench.geohub_with_input(&secret.as_bytes()[..25], ["token", "add", &points.url()]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let args = ["request", "access", &points.url(), "--purpose", "p", "--token-name", "my app", "--json"];
    let ran = bench.geohub(args);
    assert!(!ran.stderr.contains(&secret[..25]) && !ran.stdout.contains(&secret[..25]), "{}", ran.stderr);
    assert!(ran.stdout.contains("my app") && ran.stdout.contains("2 downloads on 1 day"), "{}", ran.stdout);
    let value: Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    let volume = &value["volume"];
    assert_eq!((&volume["downloads"], &volume["rows"]), (&2.into(), &3000.into()), "{volume}");
    let sum = |names: [&str; 2], member: &str| {
        let one =
            |name| -> Value { serde_json::from_str(&bench.read(&format!("{name}.receipt.json"))).unwrap() };
        names.iter().map(|name| one(*name)[member].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(volume["requests"], sum(["m.csv", "n.fgb"], "requests"));
    assert_eq!(volume["bytes"], sum(["m.csv", "n.fgb"], "bytes"));
    bench.write("bad.csv.receipt.json", "{bad");
    let strict = bench.geohub(["request", "access", &points.url(), "--strict", "-o", "weak"]).failed(2);
    assert!(
        strict.contains("bad.csv.receipt.json is left out") && strict.contains("purpose: not said"),
        "{strict}"
    );
    assert!(!bench.path("weak.md").exists() && !bench.path("weak.txt").exists());
    let one =
        bench.geohub(["request", "access", &points.url(), "--receipts", "m.csv.receipt.json", "-o", "acc"]);
    assert!(one.code == 0 && bench.read("acc.md").contains("1 download on 1 day"), "{}", one.stderr);
    let mail = bench.geohub(["request", "access", &server.url(), "-f", "mail"]);
    assert!(mail.stderr.contains("no receipt of a download"), "{}", mail.stderr);
    assert!(mail.ok().contains("To: (no mail address known; https://city.example/access)"));
}
