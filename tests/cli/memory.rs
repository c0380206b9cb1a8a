//! `--memory`: what must be held asks for room first, and what streams needs none.

use std::io::Write;

use geohub_testkit::city;

use crate::run::Bench;

const ROWS: usize = 30_000;

fn layers() -> Bench {
    let bench = Bench::new();
    for (layer, format, name) in [
        (city::Layer::Parcels, city::Format::GeoJson, "parcels.geojson"),
        (city::Layer::Meters, city::Format::Csv, "meters.csv"),
    ] {
        let mut file = std::io::BufWriter::new(std::fs::File::create(bench.path(name)).unwrap());
        city::write(layer, ROWS, 7, format, &mut file).unwrap();
        file.flush().unwrap();
    }
    bench.geohub(["convert", "parcels.geojson", "parcels.fgb", "-q"]).ok();
    bench
}

/// The commands that hold a side, and what they say they hold.
const HOLDING: [(&str, &[&str]); 5] = [
    ("the join's build side", &["join", "meters.csv", "parcels.fgb"]),
    ("the join's build side", &["join", "parcels.fgb", "meters.csv", "--agg", "n=count()"]),
    ("the join's build side", &["join", "meters.csv", "parcels.fgb", "--how", "anti"]),
    ("the layer of --within", &["query", "meters.csv", "--within", "parcels.fgb"]),
    ("the layer of --within", &["query", "meters.csv", "--within", "parcels.geojson", "--limit", "3"]),
];

#[test]
fn what_would_not_fit_ends_with_an_estimate_advice_and_no_output() {
    let bench = layers();
    let before = bench.names();
    for (what, words) in HOLDING {
        let run = |memory: &str| {
            let mut command = bench.command();
            command.args(words).args(["-o", "out.csv", "--memory", memory]);
            crate::run::finish(&mut command)
        };
        let message = run("1MB").failed(1);
        assert!(message.contains(&format!("{what} needs about")), "{words:?}: {message}");
        assert!(
            message.contains("MB, over the limit of 1 MB") && message.contains("raise --memory"),
            "{message}"
        );
        assert_eq!(bench.names(), before, "{words:?}");
        run("2GB").ok();
        std::fs::remove_file(bench.path("out.csv")).unwrap();
    }
}

#[test]
fn the_estimate_is_that_of_all_rows_where_they_are_known() {
    let bench = layers();
    let needed = |memory: &str| -> u64 {
        let message = bench
            .geohub(["join", "meters.csv", "parcels.fgb", "-o", "out.csv", "--memory", memory])
            .failed(1);
        let (_, rest) = message.split_once("needs about ").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    };
    let estimate = needed("1MB");
    assert!(estimate >= 5, "{estimate} MB for {ROWS} parcels");
    // What it says is about what it takes.
    let memory = format!("{}MB", estimate * 3);
    bench.geohub(["join", "meters.csv", "parcels.fgb", "-o", "out.csv", "--memory", &memory]).ok();
}

#[test]
fn what_streams_gives_the_same_bytes_in_little_memory() {
    let bench = layers();
    for name in ["out.fgb", "out.parquet", "out.geojsonl"] {
        let convert = |memory: &str| {
            bench.geohub(["convert", "parcels.geojson", name, "--overwrite", "--memory", memory]).ok();
            std::fs::read(bench.path(name)).unwrap()
        };
        assert!(convert("1MB") == convert("4GB"), "{name}");
    }
}

#[test]
fn the_refusal_is_told_to_programs_too() {
    let bench = layers();
    let json = bench
        .geohub(["join", "meters.csv", "parcels.fgb", "-o", "out.csv", "--memory", "1MB", "--json"])
        .failed(1);
    let last: serde_json::Value = serde_json::from_str(json.trim().lines().last().unwrap()).unwrap();
    assert_eq!((last["error"]["code"].as_str(), last["error"]["exit"].as_i64()), (Some("memory"), Some(1)));
}
