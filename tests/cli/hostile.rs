//! Damaged files of every format: rows or a clear error, never a panic, a hang, a huge allocation or a half output.
#![cfg(unix)]

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use geohub_testkit::hash::Rng;

use crate::run::Bench;

/// Virtual memory of a run: far more than these small files need, far less than a length in them can claim.
const LIMIT_KB: &str = "2000000";
const PATIENCE: Duration = Duration::from_secs(20);
const SAMPLES: [&str; 10] = [
    "mixed.geojson",
    "mixed.geojsonl",
    "mixed.csv",
    "mixed.tsv",
    "mixed.fgb",
    "mixed.parquet",
    "squares.fgb",
    "squares.parquet",
    "mixed.geojson.gz",
    "mixed.csv.gz",
];

/// Rows of every geometry type, with nested cells, long texts and numbers of all kinds.
fn mixed() -> String {
    let geometries = [
        r#"{"type":"Point","coordinates":[1.25,2]}"#,
        r#"{"type":"LineString","coordinates":[[0,0,5],[1,1,6],[2,0.5,7]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}"#,
        r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[7,8]}]}"#,
        r#"{"type":"Polygon","coordinates":[]}"#,
        "null",
    ];
    let row = |id: usize| {
        let geometry = geometries[id % geometries.len()];
        format!(
            r#"{{"type":"Feature","id":{id},"properties":{{"n":{},"f":{}.5,"t":"{}é","b":{},"j":{{"a":[1,null]}},"u":null}},"geometry":{geometry}}}"#,
            id * 7919,
            id,
            "x".repeat(id % 40),
            id.is_multiple_of(2),
        )
    };
    let rows: Vec<String> = (0..40).map(row).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", rows.join(",\n"))
}

fn samples(bench: &Bench) -> Vec<Vec<u8>> {
    bench.write("mixed.geojson", mixed());
    let square = |n: usize| {
        let (x, y) = (n % 20, n / 20);
        format!("{n},\"POLYGON (({x} {y}, {x}.5 {y}, {x}.5 {y}.5, {x} {y}))\"\n")
    };
    bench.write("squares.csv", "n,WKT\n".to_owned() + &(0..400).map(square).collect::<String>());
    for name in SAMPLES {
        let from = if name.starts_with("mixed") { "mixed.geojson" } else { "squares.csv" };
        if name != from {
            bench.geohub(["convert", from, name]).ok();
        }
    }
    SAMPLES.iter().map(|name| std::fs::read(bench.path(name)).unwrap()).collect()
}

/// A place in the file; headers and footers, which say where everything lies, are hit as often as all the rest.
fn place(rng: &mut Rng, len: usize) -> usize {
    let edge = len.min(1_500);
    match rng.below(4) {
        0 => rng.below(edge),
        1 => len - 1 - rng.below(edge),
        _ => rng.below(len),
    }
}

/// Changes, cuts, repeats, moves or removes some bytes.
fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    const ODD: [u64; 10] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 62, u64::MAX];
    if bytes.is_empty() {
        return;
    }
    let at = place(rng, bytes.len());
    let until = (at + 1 + rng.below(64)).min(bytes.len());
    match rng.below(8) {
        0 => bytes[at] ^= 1 << rng.below(8),
        1 => bytes[at] = rng.below(256) as u8,
        2 | 3 => {
            let number = rng.pick(&ODD).to_le_bytes();
            let width = [1, 2, 4, 8][rng.below(4)].min(bytes.len() - at);
            bytes[at..at + width].copy_from_slice(&number[..width]);
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(at..until)),
        6 => {
            let piece = bytes[at..until].to_vec();
            let to = place(rng, bytes.len());
            bytes.splice(to..to, piece.repeat(1 + rng.below(3)));
        }
        _ => {
            let piece = bytes[at..until].to_vec();
            let to = place(rng, bytes.len()).min(bytes.len() - piece.len());
            bytes[to..to + piece.len()].copy_from_slice(&piece);
        }
    }
}

/// What is done with a damaged file; every command that reads one.
fn words(name: &str, number: usize) -> Vec<&str> {
    match number % 12 {
        0 => vec!["convert", name, "out.fgb"],
        1 => vec!["convert", name, "out.parquet"],
        2 => vec!["convert", name, "out.geojson"],
        3 => vec!["convert", name, "out.csv", "--jobs", "1"],
        4 => vec!["info", name],
        5 => vec!["query", name, "out.geojson", "--bbox=0,0,3,3"],
        6 => vec!["query", name, "out.csv", "--within", "POLYGON ((0 0, 5 0, 5 5, 0 5, 0 0))"],
        7 => vec!["join", name, "squares.csv", "-o", "out.csv"],
        8 => vec!["join", "squares.csv", name, "--agg", "n=count()", "-o", "out.fgb"],
        9 => vec!["query", name, "--bbox=2,2,2.5,2.5", "--count"],
        10 => vec!["convert", name, "out.geojsonl", "--limit", "3"],
        _ => vec!["convert", name, "out.parquet", "--to-crs", "EPSG:3857"],
    }
}

/// Runs under the limits; the exit code and what was said. `None` where it did not come to an end.
fn run(bench: &Bench, words: &[&str]) -> Option<(i32, String)> {
    let limited = format!("ulimit -v {LIMIT_KB} 2>/dev/null; exec \"$0\" \"$@\"");
    let mut command: Command = bench.command_named("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_geohub")]).args(words);
    command.args(["--max-feature", "64MB"]).stdout(Stdio::null());
    let mut child = command.stderr(File::create(bench.path("said")).unwrap()).spawn().unwrap();
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some((status.code().unwrap_or(-1), bench.read("said")));
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn damaged_files_of_every_format_are_read_or_refused() {
    let bench = Bench::new();
    let samples = samples(&bench);
    let rounds: usize = std::env::var("SEEDS").map_or(400, |count| count.parse().unwrap());
    let names = bench.names();
    let mut refused = 0;
    for round in 0..rounds {
        let mut rng = Rng::new(&[round as u64]);
        let sample = round % SAMPLES.len();
        let name = format!("damaged.{}", SAMPLES[sample].split_once('.').unwrap().1);
        let mut bytes = samples[sample].clone();
        for _ in 0..=rng.below(3) {
            damage(&mut bytes, &mut rng);
        }
        bench.write(&name, &bytes);
        let words = words(&name, rng.below(12));
        let outcome = run(&bench, &words);
        let (code, said) = outcome.unwrap_or_else(|| panic!("round {round}: {words:?} hangs"));
        // 2: a damaged start may look like no format, or like a column that is asked for in another way.
        assert!(matches!(code, 0 | 2 | 3 | 7), "round {round}: {words:?}: exit {code}: {said}");
        assert!(!said.contains("panicked") && !said.contains("internal"), "round {round}: {words:?}: {said}");
        let left: Vec<String> = bench
            .names()
            .into_iter()
            .filter(|left| !names.contains(left) && *left != name && left != "said")
            .collect();
        if code == 0 {
            for out in &left {
                std::fs::remove_file(bench.path(out)).unwrap();
            }
        } else {
            assert!(left.is_empty(), "round {round}: {words:?} left {left:?}");
            refused += 1;
        }
        std::fs::remove_file(bench.path(&name)).unwrap();
    }
    assert!(refused > rounds / 4 && refused < rounds, "{refused} of {rounds} refused");
}
