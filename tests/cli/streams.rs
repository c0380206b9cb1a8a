//! Standard streams, gzip, devices; the same bytes whatever the number of jobs.
#![cfg(unix)]

use std::io::{Read, Write};
use std::process::Stdio;

use geohub_testkit::city;

use crate::run::{Bench, finish, repository};

const DATA: [&str; 5] =
    ["meters.csv", "neighborhoods.geojson", "parcels.geojson", "permits.csv", "streets.geojson"];

fn data(name: &str) -> String {
    repository("data").join(name).display().to_string()
}

/// A file too large for a command to be done with it at once.
fn large(bench: &Bench) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(bench.path("large.geojson")).unwrap());
    city::write(city::Layer::Parcels, 100_000, 7, city::Format::GeoJson, &mut file).unwrap();
    file.flush().unwrap();
}

#[test]
fn the_same_bytes_at_any_number_of_jobs_and_the_same_rows_through_every_format() {
    let bench = Bench::new();
    for name in DATA {
        for extension in ["fgb", "parquet", "geojson", "geojsonl", "csv", "tsv"] {
            let outputs = ["1", "2", "7"].map(|jobs| {
                let out = format!("{jobs}.{extension}");
                bench.geohub(["convert", &data(name), &out, "--jobs", jobs]).ok();
                std::fs::read(bench.path(&out)).unwrap()
            });
            assert!(outputs[0] == outputs[1] && outputs[1] == outputs[2], "{name} to {extension}");
            let rows = bench.geohub(["count", &format!("1.{extension}")]).ok();
            assert_eq!(rows, bench.geohub(["count", &data(name)]).ok(), "{name} through {extension}");
            for jobs in ["1", "2", "7"] {
                std::fs::remove_file(bench.path(&format!("{jobs}.{extension}"))).unwrap();
            }
        }
    }
}

#[test]
fn pipes_carry_data_and_nothing_else() {
    let bench = Bench::new();
    let csv = std::fs::read(data("meters.csv")).unwrap();
    let through = bench.geohub_with_input(&csv, ["convert", "-", "-", "-f", "geojson"]);
    assert!(through.stdout.starts_with("{\"type\":\"FeatureCollection\"") && through.code == 0);
    let info = bench.geohub_with_input(&csv, ["info", "-", "--json"]).ok();
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["layers"][0]["features"], 1_500);
    let quiet = bench.geohub(["convert", &data("meters.csv"), "m.fgb", "-q"]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let json = finish(bench.command().args(["convert", &data("meters.csv"), "--json"]));
    let last = json.stderr.lines().last().unwrap();
    let result: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!((result["features"].as_u64(), result["null_geometries"].as_u64()), (Some(1_500), Some(3)));
}

#[test]
fn a_stream_gets_each_row_once_whatever_comes_late() {
    let bench = Bench::new();
    let feature = |row: usize, more: &str| {
        format!("{{\"type\":\"Feature\",\"properties\":{{\"row\":{row}{more}}},\"geometry\":null}}\n")
    };
    let text: String = (0..100_000).map(|row| feature(row, "")).collect();
    std::fs::write(bench.path("late.geojsonl"), text + &feature(100_000, ",\"late\":\"x\"")).unwrap();
    for (format, header) in [("csv", 1), ("geojsonl", 0)] {
        let streamed = bench.geohub(["convert", "late.geojsonl", "-", "-f", format]).ok();
        assert_eq!(streamed.lines().count(), 100_001 + header, "{format}");
        let file = format!("out.{format}");
        bench.geohub(["convert", "late.geojsonl", &file]).ok();
        assert!(streamed == bench.read(&file), "{format}");
    }
    let first = bench.geohub(["head", "late.geojsonl", "-n", "2", "-f", "csv"]).ok();
    assert_eq!(first, "row,WKT\n0,\n1,\n", "the first rows need not wait for the last");
}

#[test]
fn gzip_is_read_by_content_and_written_by_name() {
    let bench = Bench::new();
    bench.geohub(["convert", &data("streets.geojson"), "streets.geojson.gz"]).ok();
    assert_eq!(&std::fs::read(bench.path("streets.geojson.gz")).unwrap()[..2], &[0x1f, 0x8b]);
    bench.geohub(["convert", &data("streets.geojson"), "plain.csv"]).ok();
    bench.geohub(["convert", "streets.geojson.gz", "unzipped.csv"]).ok();
    assert_eq!(bench.read("plain.csv"), bench.read("unzipped.csv"));
    let error = bench.geohub(["convert", &data("streets.geojson"), "streets.fgb.gz"]).failed(2);
    assert!(error.contains("extension names no format"), "{error}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    large(&bench);
    let mut child = bench
        .command()
        .args(["convert", "large.geojson", "-", "-f", "geojsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn a_full_disk_and_a_missing_folder_are_said() {
    let bench = Bench::new();
    let error = bench.geohub(["convert", &data("meters.csv"), "nowhere/out.fgb"]).failed(3);
    assert!(error.contains("nowhere/out.fgb"), "{error}");
    if std::path::Path::new("/dev/full").exists() {
        let error = bench.geohub(["convert", &data("meters.csv"), "/dev/full", "-f", "csv"]).failed(1);
        assert!(error.contains("/dev/full"), "{error}");
    }
}
