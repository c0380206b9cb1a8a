//! Commands that are interrupted or killed: when they end, with what code, and what they leave.
#![cfg(unix)]

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use geohub_testkit::net::{Act, Fault, Kind};
use geohub_testkit::table::Table;
use geohub_testkit::{city, socrata};

use crate::run::{Bench, finish, repository};

const SIGNALS: [(&str, i32); 2] = [("-INT", 130), ("-TERM", 143)];
/// 0.2 s are promised; a machine that runs many tests at once is slower. `checks/interrupt.py` measures.
const LONGEST: Duration = Duration::from_secs(2);

fn city(bench: &Bench, layer: city::Layer, rows: usize, format: city::Format, name: &str) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(bench.path(name)).unwrap());
    city::write(layer, rows, 7, format, &mut file).unwrap();
    file.flush().unwrap();
}

fn parcels(bench: &Bench) {
    city(bench, city::Layer::Parcels, 60_000, city::Format::GeoJson, "parcels.geojson");
}

/// Sends a signal and sees the command end in time; its exit code.
fn interrupt(bench: &Bench, child: &mut Child, signal: &str) -> Option<i32> {
    // Waiting closes the child's input, which would end it in another way.
    let input = child.stdin.take();
    finish(bench.command_named("kill").args([signal, &child.id().to_string()]));
    let sent = Instant::now();
    let status = child.wait().unwrap();
    drop(input);
    assert!(sent.elapsed() < LONGEST, "{signal}: {:?}", sent.elapsed());
    // A signal that comes while the program is being loaded ends it by itself; a shell tells the same code.
    status.code().or_else(|| status.signal().map(|number| 128 + number))
}

/// Interrupts a command that writes `out` at moments spread over its run.
fn interrupt_all_along(bench: &Bench, args: &[&str], out: &str) {
    let command = || {
        let mut command = bench.command();
        command.args(args).args(["-o", out, "-q"]);
        command
    };
    let begun = Instant::now();
    finish(&mut command()).ok();
    let whole = begun.elapsed();
    let result = std::fs::read(bench.path(out)).unwrap();
    std::fs::remove_file(bench.path(out)).unwrap();
    let before = bench.names();
    let mut stopped = 0;
    for moment in 0..10 {
        let (signal, code) = SIGNALS[moment % 2];
        let mut child = command().spawn().unwrap();
        std::thread::sleep(whole.mul_f64(moment as f64 / 10.0 + 0.02));
        let ended = interrupt(bench, &mut child, signal);
        if bench.path(out).exists() {
            // It was done before the signal came, or when it came: then the file is whole.
            assert!(ended == Some(0) || ended == Some(code), "{args:?}: {ended:?}");
            assert!(std::fs::read(bench.path(out)).unwrap() == result, "{args:?}: half a file");
            std::fs::remove_file(bench.path(out)).unwrap();
        } else {
            assert_eq!(ended, Some(code), "{args:?}");
            stopped += 1;
        }
        assert_eq!(bench.names(), before, "{args:?}");
    }
    assert!(stopped >= 3, "{args:?}: only {stopped} were caught at work");
}

#[test]
fn conversions_leave_nothing_at_any_moment() {
    let bench = Bench::new();
    parcels(&bench);
    city(&bench, city::Layer::Meters, 60_000, city::Format::Csv, "meters.csv");
    interrupt_all_along(&bench, &["convert", "parcels.geojson", "--jobs", "1"], "out.fgb");
    interrupt_all_along(&bench, &["convert", "parcels.geojson", "--jobs", "2"], "out.parquet");
    interrupt_all_along(&bench, &["convert", "meters.csv", "--jobs", "1"], "out.fgb");
}

#[test]
fn joins_leave_nothing_at_any_moment() {
    let bench = Bench::new();
    parcels(&bench);
    city(&bench, city::Layer::Meters, 60_000, city::Format::Csv, "meters.csv");
    interrupt_all_along(&bench, &["join", "meters.csv", "parcels.geojson"], "out.fgb");
    bench.geohub(["convert", "parcels.geojson", "parcels.fgb"]).ok();
    let by_parcel = ["join", "parcels.fgb", "meters.csv", "--agg", "n=count()"];
    interrupt_all_along(&bench, &by_parcel, "out.geojson");
}

#[test]
fn waiting_for_input_or_for_a_reader_is_interrupted_too() {
    let bench = Bench::new();
    parcels(&bench);
    let before = bench.names();
    for (signal, code) in SIGNALS {
        let waits = |args: &[&str]| {
            let mut command = bench.command();
            command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
            let child = command.spawn().unwrap();
            std::thread::sleep(Duration::from_millis(300));
            child
        };
        let mut reads = waits(&["convert", "-", "out.fgb"]);
        assert_eq!(interrupt(&bench, &mut reads, signal), Some(code));
        let mut writes = waits(&["convert", "parcels.geojson", "-", "-f", "geojsonl"]);
        assert_eq!(interrupt(&bench, &mut writes, signal), Some(code));
        assert_eq!(bench.names(), before);
    }
}

/// Ctrl-C in a pipeline also ends the program that writes into it.
#[test]
fn the_end_of_input_that_comes_with_a_signal_is_not_the_end_of_the_data() {
    let bench = Bench::new();
    let row = br#"{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    for (signal, code) in SIGNALS {
        let args = ["convert", "-", "out.csv", "--input-format", "geojsonl"];
        let mut child = bench.command().args(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(&[&row[..], b"\n"].concat()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        finish(bench.command_named("kill").args([signal, &child.id().to_string()]));
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert!(bench.names().is_empty(), "{:?}", bench.names());
    }
}

#[test]
fn a_fetch_without_a_page_leaves_no_journal() {
    let bench = Bench::new();
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    let source = socrata::Source::new("abcd-1234", table).location("Lat", "Long");
    let server = socrata::Server::start(socrata::Config::one(source)).unwrap();
    let slow = Act::Slow { delay_ms: 0, bytes_per_s: 20_000 };
    server.fault(Fault::at(Kind::Page, 1, slow).times(0));
    let reference = format!("socrata:{}/abcd-1234", server.url());
    for (signal, code) in SIGNALS {
        for args in [["fetch", &reference, "-o", "out.fgb"], ["convert", &reference, "-o", "out.fgb"]] {
            let mut child = bench.command().args(args).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(700));
            assert_eq!(interrupt(&bench, &mut child, signal), Some(code));
            assert!(bench.names().iter().all(|name| name == "cache"), "{:?}", bench.names());
            let cached = std::fs::read_dir(bench.path("cache/fetch"));
            assert_eq!(cached.map_or(0, Iterator::count), 0);
        }
    }
}

#[test]
fn what_a_killed_command_left_is_cleared_by_the_next() {
    let bench = Bench::new();
    parcels(&bench);
    let mut child =
        bench.command().args(["convert", "parcels.geojson", "out.geojson", "--jobs", "1"]).spawn().unwrap();
    while bench.names().len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!bench.path("out.geojson").exists());
    assert_eq!(bench.names().len(), 2, "{:?}", bench.names());
    // What a process that still runs has there is its own.
    let mut alive = Command::new("sleep").arg("60").spawn().unwrap();
    let kept = format!(".out.geojson.geohub-{}.tmp", alive.id());
    bench.write(&kept, "half");
    bench.geohub(["convert", "parcels.geojson", "out.geojson", "--limit", "5"]).ok();
    alive.kill().unwrap();
    alive.wait().unwrap();
    assert_eq!(bench.names(), [kept.as_str(), "out.geojson", "parcels.geojson"]);
}

#[test]
fn a_journal_that_a_killed_command_left_in_the_cache_is_cleared_by_the_next() {
    let bench = Bench::new();
    let table = Table::open(&repository("data").join("meters.csv")).unwrap();
    let source = socrata::Source::new("abcd-1234", table).location("Lat", "Long");
    let server = socrata::Server::start(socrata::Config::one(source)).unwrap();
    let reference = format!("socrata:{}/abcd-1234", server.url());
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    bench.write(&format!("cache/fetch/{}-17.geohub-partial/pages.bin", dead.id()), "half");
    bench.write("cache/fetch/notes.txt", "not ours");
    bench.geohub(["head", &reference]).ok();
    let left: Vec<_> =
        std::fs::read_dir(bench.path("cache/fetch")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}
