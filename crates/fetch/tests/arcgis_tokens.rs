//! Tokens, API keys and logins of `ArcGIS` servers: where they are sent, when they are renewed, where they never go.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{noting, parcels, read_all, settings};
use geohub_fetch::{
    Credential, FetchError, Query, Reference, Secret, Settings, StoreChoice, TokenHost, TokenKind,
    TokenStore, Tokens, Verdict, check_token, describe, fetch, no_progress,
};
use geohub_testkit::arcgis::{Access, Config, Server, Switches};
use geohub_testkit::net::{Act, Entry, Fault, Kind, On, RetryAfter};

const TOKEN: &str = "tOk3n-of.a..server-that-lasts-for-ever-and-has-sixty-characters-or-more";
const USER: &str = "ann";
const PASSWORD: &str = "p&ss w%rd+=ü:x";
const ROWS: usize = 300;

fn serve(access: Access) -> Server {
    let switches = Switches { cap: 25, ..Switches::default() };
    Server::start(Config::one("parcels", parcels(ROWS), switches).access(access)).unwrap()
}

fn users() -> Access {
    Access { users: vec![(USER.to_owned(), PASSWORD.to_owned())], ..Access::default() }
}

fn known() -> Access {
    Access { tokens: vec![TOKEN.to_owned()], ..Access::default() }
}

struct Ran {
    rows: Result<usize, FetchError>,
    notes: Vec<String>,
}

fn run(server: &Server, given: Option<&str>) -> Ran {
    let tokens = match given {
        Some(text) => Tokens::default().with(&server.address().to_string(), text).unwrap(),
        None => Tokens::default(),
    };
    run_with(&server.layer_url("parcels", "FeatureServer", 0), tokens)
}

fn run_with(url: &str, tokens: Tokens) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { tokens, max_connections: Some(4), ..settings(folder.path()) };
    let (context, notes) = noting();
    let reference = Reference::parse(url).unwrap();
    let fetched = fetch(&reference, &Query::default(), &settings, &context, no_progress());
    let rows = fetched.map(|fetched| read_all(fetched.reader).unwrap().rows());
    let notes = notes.lock().unwrap().clone();
    Ran { rows, notes }
}

fn login() -> String {
    format!("{USER}:{PASSWORD}")
}

fn header(entry: &Entry) -> Option<&str> {
    entry.request.header("x-esri-authorization")
}

/// No address, and no header but the one for it, holds a text.
fn only_where_it_belongs(server: &Server, secret: &str) {
    for entry in server.log().entries() {
        let request = &entry.request;
        assert!(!request.path.contains(secret) && !request.raw_query.contains(secret), "{request:?}");
        for (name, value) in &request.headers {
            assert!(name == "x-esri-authorization" || !value.contains(secret), "{name}: {value}");
        }
    }
}

#[test]
fn a_token_goes_into_a_header_and_opens_the_layer() {
    let server = serve(known());
    let ran = run(&server, Some(TOKEN));
    assert_eq!(ran.rows.unwrap(), ROWS);
    let log = server.log().entries();
    assert!(log.iter().all(|entry| header(entry) == Some(&format!("Bearer {TOKEN}"))));
    assert!(log.iter().all(|entry| !entry.request.body.contains(TOKEN)));
    only_where_it_belongs(&server, TOKEN);
    assert!(!ran.notes.iter().any(|note| note.contains(TOKEN)));
}

#[test]
fn an_old_server_gets_it_in_a_form() {
    let server = serve(Access { ignores_headers: true, ..known() });
    assert_eq!(run(&server, Some(TOKEN)).rows.unwrap(), ROWS);
    let log = server.log().entries();
    // The first request tells; all others are forms from the start.
    assert_eq!(log.iter().filter(|entry| header(entry).is_some()).count(), 1);
    assert!(
        log[1..]
            .iter()
            .all(|entry| entry.request.method == "POST" && entry.request.param("token") == Some(TOKEN))
    );
    only_where_it_belongs(&server, TOKEN);
}

#[test]
fn user_and_password_become_tokens_that_are_renewed_in_the_middle() {
    for access in [
        Access { lasts: 5, ..users() },
        Access { lasts: 5, as_status: true, ..users() },
        Access { lasts: 5, says_missing: true, ..users() },
        Access { lasts: 5, ignores_headers: true, ..users() },
        Access { lasts: 4, ignores_headers: true, says_missing: true, ..users() },
        Access { lasts: 0, ..users() },
    ] {
        let server = serve(access.clone());
        let ran = run(&server, Some(&login()));
        assert_eq!(ran.rows.unwrap_or_else(|error| panic!("{access:?}: {error}")), ROWS);
        let log = server.log().entries();
        let asked = |entry: &&Entry| entry.request.path.ends_with("generateToken");
        let given = log.iter().filter(asked).count();
        assert!(if access.lasts == 0 { given == 1 } else { given > 1 }, "{access:?}: {given}");
        for entry in &log {
            let is_service = asked(&entry);
            let shown =
                format!("{:?} {} {}", entry.request.headers, entry.request.raw_query, entry.request.path);
            assert!(!shown.contains("p&ss") && !shown.contains("p%26ss"));
            assert_eq!(entry.request.form.iter().any(|(_, value)| value == PASSWORD), is_service);
        }
        only_where_it_belongs(&server, "gIvEn-");
        assert!(!ran.notes.iter().any(|note| note.contains("p&ss") || note.contains("gIvEn-")));
    }
}

#[test]
fn a_refused_token_does_not_stand_in_the_way_of_a_public_layer() {
    let server = serve(Access { public: true, ..known() });
    let ran = run(&server, Some("of-another-server"));
    assert_eq!(ran.rows.unwrap(), ROWS);
    let refusals = ran.notes.iter().filter(|note| note.contains("refuses the token")).count();
    assert_eq!(refusals, 1, "{:?}", ran.notes);
    let shown =
        server.log().entries().iter().filter(|entry| entry.request.token().contains("of-another")).count();
    assert_eq!(shown, 2, "in a header, in a form, and no more");
}

#[test]
fn a_layer_that_is_not_public_says_what_would_open_it() {
    for as_status in [false, true] {
        let server = serve(Access { as_status, ..known() });
        let host = server.address().to_string();
        for given in [None, Some("of-another-server")] {
            let error = run(&server, given).rows.unwrap_err();
            assert!(matches!(&error, FetchError::TokenWanted { .. }), "{error:?}");
            let hint = error.hint().unwrap();
            assert!(hint.contains(&format!("geohub token add {host}")), "{hint}");
            assert!(!format!("{error} {error:?}").contains("of-another"));
        }
    }
}

#[test]
fn a_wrong_password_is_told_and_tried_once() {
    let server = serve(users());
    let ran = run(&server, Some("ann:wrong"));
    assert!(matches!(&ran.rows, Err(FetchError::TokenWanted { .. })), "{:?}", ran.rows);
    assert_eq!(ran.notes.iter().filter(|note| note.contains("Invalid username or password")).count(), 1);
    let tried =
        server.log().entries().iter().filter(|entry| entry.request.path.ends_with("generateToken")).count();
    assert_eq!(tried, 1);
}

/// Half of what a token shows and half of what everybody sees would be no layer.
#[test]
fn a_token_that_is_refused_in_the_middle_ends_the_download() {
    let server = serve(Access { public: true, ..known() });
    let body = serde_json::json!({"error": {"code": 498, "message": "Invalid Token", "details": []}});
    server.fault(Fault::at(Kind::Page, 3, Act::Json200 { body }).times(0));
    let error = run(&server, Some(TOKEN)).rows.unwrap_err();
    assert!(matches!(error, FetchError::Credentials { code: 498, .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("geohub token check 127.0.0.1:"));
}

#[test]
fn a_password_goes_to_no_other_host_unless_its_owner_says_so() {
    let other = serve(users());
    let service = format!("http://localhost:{}/arcgis/tokens/generateToken", other.address().port());
    let server = serve(Access { token_service: Some(service.clone()), ..users() });
    let error = run(&server, Some(&login())).rows.unwrap_err();
    assert!(matches!(error, FetchError::Unsupported { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("--token-url"));
    assert_eq!(other.log().entries().len(), 0);
    let plain =
        serve(Access { token_service: Some("http://portal.example/generateToken".to_owned()), ..users() });
    assert!(run(&plain, Some(&login())).rows.unwrap_err().to_string().contains("no https address"));
    // The owner says so. Its tokens are not this server's, and that is told.
    let folder = tempfile::tempdir().unwrap();
    let (context, _) = noting();
    let store = TokenStore::new(folder.path().join("tokens"), StoreChoice::File);
    let credential = Credential::new(TokenKind::ArcgisLogin, USER, Secret::new(PASSWORD)).unwrap();
    let host = TokenHost::parse(&server.url()).unwrap();
    store.add(&host, &credential.with_token_url(Some(service)), &context).unwrap();
    let ran = run_with(&server.layer_url("parcels", "FeatureServer", 0), Tokens::default().with_store(store));
    assert!(ran.rows.is_err());
    assert_eq!(other.log().entries().len(), 1 + 3, "one token and three more after refusals");
}

#[test]
fn a_redirect_takes_no_token_to_another_host() {
    for in_form in [false, true] {
        let other = serve(Access { public: true, ..Access::default() });
        let server = serve(Access { ignores_headers: in_form, ..known() });
        let elsewhere = Act::RedirectTo { url: format!("{}*", other.url()) };
        let fault = Fault { on: On { kind: Some(Kind::Page), ..On::default() }, act: elsewhere, times: 0 };
        server.fault(fault);
        let ran = run(&server, Some(TOKEN));
        if in_form {
            assert!(ran.rows.unwrap_err().to_string().contains("a token stays with its server"));
        } else {
            assert_eq!(ran.rows.unwrap(), ROWS);
        }
        for entry in other.log().entries() {
            assert!(!format!("{:?}", entry.request).contains("tOk3n-of"), "{:?}", entry.request);
        }
    }
}

#[test]
fn checks_tell_good_from_bad() {
    let old = || Access { ignores_headers: true, public: true, ..known() };
    for (access, given, expected) in [
        (known(), TOKEN, Verdict::Valid),
        (known(), "of-another-server-that-is-long-enough-to-look-like-a-token-of-one", Verdict::Refused),
        // Its header is passed over here, and the layers are public.
        (old(), TOKEN, Verdict::Valid),
        (old(), "of-another-server-that-is-long-enough-to-look-like-a-token-of-one", Verdict::Refused),
        (users(), "ann:p&ss w%rd+=ü:x", Verdict::Valid),
        (users(), "ann:wrong", Verdict::Refused),
    ] {
        let server = serve(access);
        let address = server.layer_url("parcels", "FeatureServer", 0);
        for host in [server.url() + "/arcgis/rest/services", address] {
            let folder = tempfile::tempdir().unwrap();
            let tokens = Tokens::default().with(&server.address().to_string(), given).unwrap();
            let settings = Settings { tokens, ..settings(folder.path()) };
            let host = TokenHost::parse(&host).unwrap();
            let check = check_token(&host, &settings, &noting().0).unwrap().unwrap();
            assert_eq!(check.verdict, expected, "{given}: {}", check.words);
        }
        assert!(server.log().entries().len() <= 6);
    }
    let throttled = serve(known());
    throttled.fault(
        Fault::at(Kind::Catalog, 1, Act::TooManyRequests { retry_after: RetryAfter::Absent }).times(0),
    );
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (host, expected) in [(throttled.address(), Verdict::Throttled), (nobody, Verdict::NoAnswer)] {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::default().with(&host.to_string(), TOKEN).unwrap();
        let settings = Settings { tokens, ..settings(folder.path()) };
        let host = TokenHost::parse(&host.to_string()).unwrap();
        assert_eq!(check_token(&host, &settings, &noting().0).unwrap().unwrap().verdict, expected);
    }
}

#[test]
fn clones_share_the_token_of_a_login() {
    let server = serve(users());
    let tokens = Tokens::default().with(&server.address().to_string(), &login()).unwrap();
    let url = server.layer_url("parcels", "FeatureServer", 0);
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { tokens: tokens.clone(), ..settings(folder.path()) };
        describe(&Reference::parse(&url).unwrap(), &settings, &noting().0).unwrap();
    }
    let given =
        server.log().entries().iter().filter(|entry| entry.request.path.ends_with("generateToken")).count();
    assert_eq!(given, 1);
}

#[test]
fn a_server_that_asks_for_no_token_may_get_one() {
    let server = Server::start(Config::one("parcels", parcels(30), Switches::default())).unwrap();
    assert_eq!(run(&server, Some(TOKEN)).rows.unwrap(), 30);
}
