//! Planted credentials are in the one header or form they belong in, and nowhere else: no file, no message, no request.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geohub_testkit::arcgis::{self, Access};
use geohub_testkit::net::{Act, Entry, Fault, Kind, Latency, On, Options, Server};
use geohub_testkit::socrata;
use geohub_testkit::table::Table;

use crate::run::{Bench, finish, repository};

const APP: &str = "bQxkV3RyTm90QVJlYWwTok3n1";
const SENT_ON: &str = "sEnt0nV3RyTm90QVJlYWwTok3";
const KEY_ID: &str = "k3v9xk3v9xk3v9xk3v9xk3v9x";
const KEY_SECRET: &str = "p4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8zp4w8z";
const TOKEN: &str = "tOk3n-of.a..server-that-lasts-for-ever-and-has-sixty-characters-or-more";
const OLD_TOKEN: &str = "AAPKold0f.a..server-that-lasts-for-ever-and-has-sixty-characters-or-more";
const ECHOED: &str = "eCh03d-by.a..server-that-lasts-for-ever-and-has-sixty-characters-or-more";
const TLS: &str = "n3ver-sEnt.a..server-that-lasts-for-ever-and-has-sixty-characters-or-more";
const PASSWORD: &str = "corr3ct+h&rse %battery=staple";
/// What the stand-in's `generateToken` gives out begins so.
const GIVEN: &str = "gIvEn-";
/// `KEY_ID:KEY_SECRET` as HTTP Basic has it.
const PAIR: &str = "azN2OXhrM3Y5eGszdjl4azN2OXhrM3Y5eDpwNHc4e";

/// A secret, and the only place it may be seen in: on which server, in what.
struct Planted {
    text: &'static str,
    home: usize,
    places: &'static [&'static str],
}

struct Scene {
    bench: Bench,
    servers: Vec<Server>,
    references: Vec<String>,
    said: Mutex<Vec<String>>,
}

fn table() -> Table {
    Table::open(&repository("data").join("meters.csv")).unwrap()
}

fn source() -> socrata::Source {
    socrata::Source::new("mete-0001", table()).location("Lat", "Long")
}

fn portal(switches: socrata::Switches) -> Server {
    socrata::Server::start(socrata::Config::one(source()).switches(switches)).unwrap().into_inner()
}

fn server(access: Access, latency: f64) -> Server {
    let switches = arcgis::Switches { cap: 300, ..arcgis::Switches::default() };
    let net = Options { latency: Latency { request_ms: latency, row_ms: 0.0 }, ..Options::default() };
    let config = arcgis::Config::one("meters", table(), switches).access(access).net(net);
    arcgis::Server::start(config).unwrap().into_inner()
}

fn knows(token: &str) -> Access {
    Access { tokens: vec![token.to_owned()], ..Access::default() }
}

fn dataset(server: &Server) -> String {
    format!("socrata:{}/mete-0001", server.url())
}

fn layer(server: &Server) -> String {
    format!("{}/arcgis/rest/services/meters/FeatureServer/0", server.url())
}

impl Scene {
    fn new() -> Self {
        let known = socrata::Switches { tokens: vec![APP.to_owned()], ..socrata::Switches::default() };
        let keys = vec![(KEY_ID.to_owned(), KEY_SECRET.to_owned())];
        let users = vec![("ann".to_owned(), PASSWORD.to_owned())];
        let elsewhere = portal(socrata::Switches::default());
        let sends_on = portal(known.clone());
        let to = Act::RedirectTo { url: format!("{}*", elsewhere.url()) };
        sends_on.fault(Fault { on: On::default(), act: to, times: 0 });
        let echoes = server(knows("another"), 0.0);
        for (code, text) in [(400, "No: "), (498, "Invalid token "), (403, "<p>")] {
            let body =
                format!("{text}{}{ECHOED} and more of it", "x".repeat(if code == 403 { 170 } else { 0 }));
            let body =
                format!(r#"{{"error":{{"code":{code},"message":"{body}","details":["token={ECHOED}"]}}}}"#);
            echoes.fault(
                Fault::at(Kind::Metadata, 1, Act::Status { code: 200, body, headers: BTreeMap::new() })
                    .times(4),
            );
        }
        let servers = vec![
            portal(known),
            portal(socrata::Switches { keys, private: true, ..socrata::Switches::default() }),
            server(knows(TOKEN), 0.0),
            server(Access { ignores_headers: true, ..knows(OLD_TOKEN) }, 0.0),
            server(Access { users, lasts: 4, ..Access::default() }, 20.0),
            echoes,
            sends_on,
            elsewhere,
        ];
        let mut references: Vec<String> = servers.iter().map(layer).collect();
        for at in [0, 1, 6, 7] {
            references[at] = dataset(&servers[at]);
        }
        Self { bench: Bench::new(), servers, references, said: Mutex::default() }
    }

    fn add(&self, at: usize, input: &str, kind: Option<&str>) {
        let url = self.servers[at].url();
        let kind = kind.map_or(vec![], |kind| vec!["--kind", kind]);
        let args: Vec<&str> = ["token", "add", &url].into_iter().chain(kind).collect();
        let mut child = self.child(&args, &[]);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        // It has read what came and waits for the end.
        std::thread::sleep(Duration::from_millis(100));
        self.look_at(&child);
        drop(stdin);
        assert_eq!(self.end(child), Some(0), "{args:?}");
    }

    fn child(&self, args: &[&str], variables: &[(&str, &str)]) -> Child {
        let mut command = self.bench.command();
        command.args(args).envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn end(&self, child: Child) -> Option<i32> {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.hear(format!("{}\n{}", text(&output.stdout), text(&output.stderr)));
        output.status.code()
    }

    fn hear(&self, text: String) {
        self.said.lock().unwrap().push(text);
    }

    /// What everybody on the machine may see of a process.
    fn look_at(&self, child: &Child) {
        for name in ["cmdline", "environ", "comm", "status"] {
            let seen = std::fs::read(format!("/proc/{}/{name}", child.id())).unwrap();
            self.hear(String::from_utf8_lossy(&seen).into_owned());
        }
    }

    fn geohub(&self, args: &[&str]) -> Option<i32> {
        let mut child = self.child(args, &[]);
        drop(child.stdin.take());
        self.end(child)
    }

    fn plant(&self) {
        self.add(0, APP, None);
        self.add(1, &format!("{KEY_ID}\n{KEY_SECRET}\n"), None);
        self.add(2, TOKEN, None);
        self.add(3, OLD_TOKEN, None);
        self.add(4, &format!("ann\n{PASSWORD}\n"), Some("arcgis-login"));
        self.add(5, ECHOED, None);
        self.add(6, SENT_ON, None);
    }

    /// Every command that reads a layer, with and without more words.
    fn run_all(&self) {
        for (at, reference) in self.references.iter().enumerate() {
            let mut done = 0;
            for more in [&[][..], &["-v"], &["--json"]] {
                for args in [
                    &["info", reference][..],
                    &["count", reference],
                    &["query", reference, "--count"],
                    &["fetch", reference, "-o", &format!("out-{at}.fgb"), "--overwrite"],
                ] {
                    let args: Vec<&str> = args.iter().chain(more).copied().collect();
                    done += u32::from(self.geohub(&args) == Some(0));
                }
            }
            assert_eq!(
                done,
                if at == 5 { 0 } else { 12 },
                "{reference}: {:?}",
                self.said.lock().unwrap().last()
            );
        }
        for (at, format) in [(0, "geojson"), (2, "parquet"), (4, "csv")] {
            let out = format!("more-{at}.{format}");
            assert_eq!(self.geohub(&["fetch", &self.references[at], "-o", &out]), Some(0));
        }
        for args in [
            &["token", "list"][..],
            &["token", "list", "--json"],
            &["token", "check", "-v"],
            &["token", "check", "--json"],
        ] {
            self.geohub(args);
        }
    }

    fn kill_in_the_middle(&self) {
        for signal in ["-KILL", "-INT"] {
            let mut child = self.child(&["fetch", &self.references[4], "-o", "killed.fgb", "-v"], &[]);
            drop(child.stdin.take());
            let journal = self.bench.path("killed.fgb.geohub-partial/journal.jsonl");
            while std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count()) < 3 {
                assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
                std::thread::sleep(Duration::from_millis(3));
            }
            self.look_at(&child);
            finish(self.bench.command_named("kill").args([signal, &child.id().to_string()]));
            self.end(child);
            assert!(journal.exists());
        }
    }

    /// Threads that find no room for their stacks: at each of the places where one is begun. Nobody waits for one in vain.
    fn panic_everywhere(&self) -> usize {
        let mut panics = 0;
        for gigabytes in 1..=5 {
            let line = format!(
                "ulimit -v {}; exec timeout -s KILL 60 \"$0\" fetch {} -o panic.fgb --overwrite -v --jobs 1",
                gigabytes * 1_000_000 + 300_000,
                self.references[2]
            );
            let mut command = self.bench.command_named("sh");
            command.args(["-c", &line, env!("CARGO_BIN_EXE_geohub")]);
            command.envs([("RUST_MIN_STACK", "1000000000"), ("RUST_BACKTRACE", "full")]);
            let ran = finish(&mut command);
            assert!((0..=6).contains(&ran.code), "{gigabytes}: {}, {}", ran.code, ran.stderr);
            panics += usize::from(ran.stderr.contains("panicked at"));
            self.hear(ran.stderr);
        }
        panics
    }

    /// A port that speaks no TLS.
    fn fail_at_tls(&self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut bytes = vec![0; 65_536];
                let read = stream.read(&mut bytes).unwrap_or(0);
                hears.lock().unwrap().extend_from_slice(&bytes[..read]);
                // The client may be gone already.
                let _ = stream.write_all(b"SSH-2.0-none of yours\r\n");
            }
        });
        let url = format!("https://{host}");
        let mut child = self.child(&["token", "add", &url], &[]);
        child.stdin.take().unwrap().write_all(TLS.as_bytes()).unwrap();
        assert_eq!(self.end(child), Some(0));
        let reference = format!("{url}/arcgis/rest/services/meters/FeatureServer/0");
        assert_eq!(self.geohub(&["count", &reference, "-v", "--max-time", "3s"]), Some(5));
        assert_eq!(self.geohub(&["token", "check", &url, "--json"]), Some(5));
        let heard = heard.lock().unwrap();
        assert!(!heard.is_empty());
        self.hear(String::from_utf8_lossy(&heard).into_owned());
    }
}

/// Where a request holds what.
fn places(entry: &Entry) -> Vec<(String, String)> {
    let request = &entry.request;
    let mut found = vec![
        ("path".to_owned(), request.path.clone()),
        ("query".to_owned(), format!("{} {:?}", request.raw_query, request.query)),
    ];
    found.extend(request.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    if request.form.is_empty() {
        found.push(("body".to_owned(), request.body.clone()));
    }
    found.extend(request.form.iter().map(|(name, value)| (format!("form {name}"), value.clone())));
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

const ESRI: &str = "x-esri-authorization";

const PLANTED: &[Planted] = &[
    Planted { text: APP, home: 0, places: &["x-app-token"] },
    Planted { text: PAIR, home: 1, places: &["authorization"] },
    Planted { text: KEY_ID, home: 1, places: &[] },
    Planted { text: KEY_SECRET, home: 1, places: &[] },
    Planted { text: TOKEN, home: 2, places: &[ESRI, "form token"] },
    Planted { text: OLD_TOKEN, home: 3, places: &[ESRI, "form token"] },
    Planted { text: PASSWORD, home: 4, places: &["form password"] },
    Planted { text: "corr3ct%2Bh%26rse", home: 4, places: &[] },
    Planted { text: GIVEN, home: 4, places: &[ESRI, "form token"] },
    Planted { text: ECHOED, home: 5, places: &[ESRI, "form token"] },
    Planted { text: SENT_ON, home: 6, places: &["x-app-token"] },
    Planted { text: TLS, home: 99, places: &[] },
];

/// Some characters of a secret are as bad as all of them.
fn part(text: &str) -> &str {
    &text[..text.len().min(10)]
}

#[test]
fn a_planted_credential_is_found_only_where_it_belongs() {
    let scene = Scene::new();
    scene.plant();
    scene.run_all();
    scene.kill_in_the_middle();
    scene.fail_at_tls();
    assert!(scene.panic_everywhere() > 0, "nothing panicked");
    for planted in PLANTED {
        let part = part(planted.text);
        for said in scene.said.lock().unwrap().iter() {
            assert!(!said.contains(part), "{part} in {said}");
        }
        let mut seen = 0;
        for (at, server) in scene.servers.iter().enumerate() {
            for (place, text) in server.log().entries().iter().flat_map(places) {
                if text.contains(part) {
                    seen += 1;
                    assert!(
                        at == planted.home && planted.places.contains(&place.as_str()),
                        "{part} in {place} of {at}"
                    );
                }
            }
        }
        assert_eq!(seen > 0, !planted.places.is_empty(), "{part} was sent {seen} times");
    }
    let mut written = Vec::new();
    files(&scene.bench.path(""), &mut written);
    assert!(written.len() > 15, "{written:?}");
    for path in written.iter().filter(|path| !path.ends_with("config/tokens/secrets.json")) {
        let bytes = std::fs::read(path).unwrap();
        for planted in PLANTED {
            assert!(!holds(&bytes, part(planted.text)), "{} in {}", part(planted.text), path.display());
        }
    }
    let kept = scene.bench.read("config/tokens/secrets.json");
    assert!(
        [APP, KEY_SECRET, TOKEN, TLS].iter().all(|text| kept.contains(text)),
        "the store itself has them"
    );
}
