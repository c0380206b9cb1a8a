//! Coordinates brought to another CRS: `reproject`, `--to-crs`, `--from-crs`, `--bbox-crs`.

use crate::run::{Bench, finish};

const TWO: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":1},"geometry":{"type":"Point","coordinates":[-118.25,34.05,71.5]}},
{"type":"Feature","properties":{"id":2},"geometry":{"type":"GeometryCollection","geometries":[
  {"type":"Point","coordinates":[-118.4,33.9]},{"type":"LineString","coordinates":[[-118.4,33.9],[-118.3,33.9]]}]}}]}"#;

/// The numbers of a text, in order.
fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn every_verb_and_every_spelling_gives_the_same_coordinates() {
    let bench = Bench::new();
    bench.write("two.geojson", TWO);
    let words: [&[&str]; 6] = [
        &["convert", "two.geojson", "--to-crs", "EPSG:2229"],
        &["convert", "two.geojson", "-t_srs", "2229"],
        &["reproject", "two.geojson", "--dst-crs=epsg:2229"],
        &["query", "two.geojson", "--to-crs", "EPSG:2229"],
        &["query", "two.geojson", "--to-crs", "EPSG:2229", "--bbox", "-119,33,-118,35"],
        &["convert", "two.geojson", "--src-crs", "OGC:CRS84", "--to-crs", "EPSG:2229"],
    ];
    let outputs = words.map(|words| finish(bench.command().args(words).args(["-f", "csv"])).ok());
    assert!(outputs.iter().all(|output| *output == outputs[0]), "{outputs:#?}");
    // PROJ 9 of pyproj: (-118.25, 34.05) is at 6485936.669756 1840672.317856 in EPSG:2229.
    let found = numbers(&outputs[0]);
    assert!(
        (found[1] - 6_485_936.669_756).abs() < 1e-3 && (found[2] - 1_840_672.317_856).abs() < 1e-3,
        "{found:?}"
    );
    assert!(outputs[0].contains("POINT Z (") && outputs[0].contains(" 71.5)"), "{}", outputs[0]);
    assert!(outputs[0].contains("GEOMETRYCOLLECTION (POINT (64"), "{}", outputs[0]);
}

#[test]
fn there_and_back_is_where_it_was() {
    let bench = Bench::new();
    bench.write("two.geojson", TWO);
    for code in
        ["EPSG:2229", "EPSG:26945", "EPSG:3310", "EPSG:3857", "EPSG:4269", "EPSG:32611", "ESRI:102645"]
    {
        finish(bench.command().args([
            "reproject",
            "two.geojson",
            "there.fgb",
            "--overwrite",
            "--to-crs",
            code,
        ]))
        .ok();
        let crs = bench.geohub(["info", "there.fgb"]).ok();
        assert!(crs.contains(code), "{crs}");
        let back = bench.geohub(["convert", "there.fgb", "--to-crs", "OGC:CRS84"]).ok();
        assert!(!back.contains("\"crs\""), "{back}");
        let found = numbers(&back);
        let near = |wanted: f64| found.iter().any(|number| (number - wanted).abs() < 1e-9);
        assert!(near(-118.25) && near(34.05) && near(33.9) && near(-118.3) && near(71.5), "{code}: {back}");
    }
}

#[test]
fn a_declared_crs_is_overridden_with_a_note() {
    let bench = Bench::new();
    let feature = r#"{"type":"Feature","properties":{"id":1},"geometry":{"type":"Point","coordinates":[6485992,1839893]}}"#;
    bench.write("feet.geojson", feature);
    let ran = finish(bench.command().args([
        "convert",
        "feet.geojson",
        "-s_srs",
        "2229",
        "--to-crs",
        "CRS84",
        "-f",
        "csv",
    ]));
    assert!(ran.stderr.contains("taken to be in EPSG:2229"), "{}", ran.stderr);
    let found = numbers(&ran.ok());
    assert!((found[1] + 118.25).abs() < 0.01 && (found[2] - 34.05).abs() < 0.01, "{found:?}");
}

#[test]
fn a_coordinate_that_cannot_be_brought_over_names_its_row() {
    let bench = Bench::new();
    let row = |id| format!("{id},POINT (-118 {})", if id == 12_345 { 91 } else { 34 });
    let rows = (0..20_000).map(row).collect::<Vec<_>>().join("\n");
    bench.write("rows.csv", format!("id,WKT\n{rows}"));
    for jobs in ["1", "3"] {
        let words = [
            "convert",
            "rows.csv",
            "out.fgb",
            "--from-crs",
            "4326",
            "--to-crs",
            "3857",
            "--where",
            "id <> 7",
            "--jobs",
            jobs,
        ];
        let error = bench.geohub(words).failed(7);
        assert!(error.contains("feature 12346: (-118, 91) cannot be brought"), "{error}");
        assert!(!bench.names().contains(&"out.fgb".to_owned()));
    }
}

#[test]
fn systems_that_are_not_to_be_had_are_refused_by_name() {
    let bench = Bench::new();
    bench.write("two.geojson", TWO);
    for (code, exit, words) in [
        ("EPSG:99999", 2, "EPSG:99999"),
        ("+proj=utm +zone=11", 2, "PROJ strings"),
        ("EPSG:4267", 7, "NAD27"),
        ("nowhere.prj", 2, "nowhere.prj"),
    ] {
        let error = bench.geohub(["reproject", "two.geojson", "out.fgb", "--to-crs", code]).failed(exit);
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_rectangle_may_be_given_in_the_layers_crs_or_any_other() {
    let bench = Bench::new();
    bench.write("two.geojson", TWO);
    bench.geohub(["convert", "two.geojson", "feet.fgb", "--to-crs", "2229"]).ok();
    let degrees = ["--bbox", "-118.3,34,-118.2,34.1"];
    let feet = ["--bbox", "6470000,1820000,6500000,1850000"];
    for (input, words) in [
        ("two.geojson", [degrees[0], degrees[1], "--bbox-crs", "layer"]),
        ("two.geojson", [feet[0], feet[1], "--bbox-crs", "EPSG:2229"]),
        ("feet.fgb", [feet[0], feet[1], "--bbox-crs", "layer"]),
        ("feet.fgb", [feet[0], feet[1], "--bbox-crs", "2229"]),
        ("feet.fgb", [degrees[0], degrees[1], "--bbox-crs", "CRS84"]),
        ("feet.fgb", [degrees[0], degrees[1], "--to-crs", "3857"]),
    ] {
        let found =
            finish(bench.command().args(["query", input, "-f", "csv", "--fields", "id"]).args(words)).ok();
        assert_eq!(found.lines().count(), 2, "{input} {words:?}: {found}");
        assert!(found.lines().nth(1).is_some_and(|line| line.starts_with('1')), "{found}");
    }
}
