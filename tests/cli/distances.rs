//! Distances as users ask for them; that they are right is tested where they are measured and in `just check-distances`.

use serde_json::Value;

use crate::run::{Bench, finish};

/// A hundredth of a degree of latitude is 1.109 km here.
const METERS: &str =
    "id,lon,lat\n1,-118.25,34.05\n2,-118.25,34.0509\n3,-118.25,34.0491\n4,-118.2,34.2\n5,,\n";
const STOPS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"stop":"a"},"geometry":{"type":"Point","coordinates":[-118.25,34.0501]}},
{"type":"Feature","properties":{"stop":"b"},"geometry":{"type":"LineString","coordinates":[[-118.251,34.0495],[-118.249,34.0495]]}},
{"type":"Feature","properties":{"stop":"c"},"geometry":{"type":"Point","coordinates":[-118.25,34.0501]}},
{"type":"Feature","properties":{"stop":"d"},"geometry":null}]}"#;

fn layers(bench: &Bench) {
    bench.write("meters.csv", METERS);
    bench.write("stops.geojson", STOPS);
}

/// What a command writes as CSV, without the geometry.
fn rows(bench: &Bench, words: &[&str]) -> Vec<String> {
    let out = finish(bench.command().args(words).args(["-f", "csv"])).ok();
    out.lines().skip(1).map(str::to_owned).collect()
}

/// The cells of a row, the distance rounded to whole metres.
fn rounded(row: &str) -> String {
    let (cells, distance) = row.rsplit_once(',').unwrap();
    let distance =
        distance.parse::<f64>().map_or_else(|_| distance.to_owned(), |metres| format!("{metres:.0}"));
    format!("{cells},{distance}")
}

fn joined(bench: &Bench, words: &[&str]) -> Vec<String> {
    let common = ["join", "meters.csv", "stops.geojson", "--left-fields", "id", "--no-geometry"];
    rows(bench, &[&common, words].concat()).iter().map(|row| rounded(row)).collect()
}

#[test]
fn the_nearest_come_first_with_their_distance() {
    let bench = Bench::new();
    layers(&bench);
    let nearest = joined(&bench, &["--nearest"]);
    assert_eq!(nearest, ["1,a,11", "2,a,89", "3,b,44", "4,a,17255", "5,,"]);
    assert_eq!(joined(&bench, &["--nearest", "--distance", "60m", "--how", "inner"]), ["1,a,11", "3,b,44"]);
    let two = joined(&bench, &["--nearest", "-k", "2", "--how", "inner", "--distance", "1km"]);
    assert_eq!(two, ["1,a,11", "1,c,11", "2,a,89", "2,c,89", "3,b,44", "3,a,111"]);
    let ties = joined(&bench, &["--nearest", "--ties", "all", "--distance", "0.1km"]);
    assert_eq!(ties, ["1,a,11", "1,c,11", "2,a,89", "2,c,89", "3,b,44", "4,,", "5,,"]);
    assert_eq!(joined(&bench, &["--nearest", "--distance-field", "far"]), nearest);
}

#[test]
fn within_a_distance_comes_in_right_order_and_measures_where_asked() {
    let bench = Bench::new();
    layers(&bench);
    let words = ["--distance", "200ft", "--how", "inner", "--distance-field", "d"];
    let measured = joined(&bench, &words);
    assert_eq!(measured, ["1,a,11", "1,b,55", "1,c,11", "3,b,44"]);
    let spelled = [&words[..], &["--predicate", "dwithin"]].concat();
    assert_eq!(joined(&bench, &spelled), measured);
    let plain = rows(
        &bench,
        &[
            "join",
            "meters.csv",
            "stops.geojson",
            "--distance",
            "200ft",
            "--how",
            "inner",
            "--left-fields",
            "id",
            "--no-geometry",
        ],
    );
    assert_eq!(plain, ["1,a", "1,b", "1,c", "3,b"]);
    let counts = rows(
        &bench,
        &[
            "join",
            "meters.csv",
            "stops.geojson",
            "--distance",
            "200ft",
            "--agg",
            "n=count()",
            "--left-fields",
            "id",
            "--no-geometry",
        ],
    );
    assert_eq!(counts, ["1,3", "2,0", "3,1", "4,0", "5,0"]);
    for (how, expected) in [("semi", ["1", "3"].as_slice()), ("anti", &["2", "4", "5"])] {
        let words = [
            "join",
            "meters.csv",
            "stops.geojson",
            "--distance",
            "200ft",
            "--how",
            how,
            "--left-fields",
            "id",
            "--no-geometry",
        ];
        assert_eq!(rows(&bench, &words), expected);
    }
}

#[test]
fn layers_of_two_systems_are_measured_in_the_left_ones() {
    let bench = Bench::new();
    layers(&bench);
    let degrees = joined(&bench, &["--nearest", "--distance", "1km"]);
    bench.geohub(["reproject", "stops.geojson", "feet.fgb", "--to-crs", "EPSG:2229"]).ok();
    let nearest = |left: &str| {
        let to_stops = ["join", left, "feet.fgb", "--nearest", "--distance", "1km"];
        rows(&bench, &[&to_stops[..], &["--left-fields", "id", "--no-geometry"]].concat())
    };
    let mixed: Vec<String> = nearest("meters.csv").iter().map(|row| rounded(row)).collect();
    // FlatGeobuf's index turns a and c round, which are equally near.
    let same = |rows: &[String]| rows.iter().map(|row| row.replace(",c,", ",a,")).collect::<Vec<_>>();
    assert_eq!(same(&mixed), same(&degrees));
    bench.geohub(["reproject", "meters.csv", "meters.fgb", "--to-crs", "EPSG:2229"]).ok();
    let mut plane: Vec<String> = nearest("meters.fgb").iter().map(|row| rounded(row)).collect();
    plane.sort();
    assert_eq!(same(&plane), same(&degrees));
    let mercator = bench.geohub(["reproject", "meters.csv", "mercator.fgb", "--to-crs", "EPSG:3857"]);
    assert_eq!(mercator.code, 0);
    let warned = bench.geohub(["join", "mercator.fgb", "feet.fgb", "--nearest", "-o", "m.csv"]);
    assert!(warned.code == 0 && warned.stderr.contains("stretched"), "{}", warned.stderr);
}

#[test]
fn a_place_selects_by_distance() {
    let bench = Bench::new();
    layers(&bench);
    bench.geohub(["convert", "stops.geojson", "stops.fgb"]).ok();
    for file in ["stops.geojson", "stops.fgb"] {
        let of = |words: &[&str]| {
            let out = finish(bench.command().args(["query", file]).args(words).args(["-f", "csv"])).ok();
            let mut stops: Vec<String> =
                out.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect();
            stops.sort();
            stops.concat()
        };
        assert_eq!(of(&["--near", "-118.25,34.05", "--distance", "20m"]), "ac");
        assert_eq!(of(&["--near=-118.25,34.0494", "--distance", "40ft"]), "b");
        assert_eq!(of(&["--near", "POINT (-118.25 34.0494)", "-k", "1"]), "b");
        assert_eq!(of(&["--near", "meters.csv", "--distance", "12m"]), "ac");
        assert_eq!(of(&["--near", "-118.25,34.05", "-k", "2", "--distance", "20m"]), "ac");
        assert_eq!(of(&["--near", "-118.25,34.05", "-k", "9"]), "abc");
        assert_eq!(
            of(&["--near", "-118.25,34.05", "-k", "9", "--where", "stop <> 'a'", "--limit", "1"]),
            "c"
        );
        let feet = ["--near", "6485936.67,1840672.32", "--bbox-crs", "EPSG:2229", "--distance", "20m"];
        assert_eq!(of(&feet), "ac");
        let count =
            bench.geohub(["query", file, "--near", "-118.25,34.05", "--distance", "20m", "--count"]).ok();
        assert_eq!(count, "2\n");
    }
    let near =
        rows(&bench, &["query", "stops.geojson", "--near", "-118.25,34.05", "-k", "3", "--fields", "stop"]);
    let first: Vec<&str> = near.iter().map(|row| &row[..4]).collect();
    assert_eq!(first, ["a,11", "c,11", "b,55"]);
    let named =
        ["query", "stops.geojson", "--near", "-118.25,34.05", "--distance", "20m", "--distance-field", "far"];
    let json: Value = serde_json::from_str(&finish(bench.command().args(named)).ok()).unwrap();
    assert!((json["features"][0]["properties"]["far"].as_f64().unwrap() - 11.0922).abs() < 1e-3, "{json}");
}

#[test]
fn across_180_degrees_there_is_no_seam() {
    let bench = Bench::new();
    bench.write("west.csv", "id,lon,lat\n1,179.9999,10\n2,-179.9998,10\n");
    let east = |name: &str, lon: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Point","coordinates":[{lon},10]}}}}"#
        )
    };
    // The second one in longitudes from 0 to 360.
    bench.write("east.geojsonl", format!("{}\n{}\n", east("a", -179.9999), east("b", 180.0002)));
    bench.geohub(["convert", "east.geojsonl", "east.fgb"]).ok();
    for right in ["east.geojsonl", "east.fgb"] {
        let words = [
            "join",
            "west.csv",
            right,
            "--left-fields",
            "id",
            "--no-geometry",
            "--distance",
            "30m",
            "--distance-field",
            "d",
        ];
        let mut found: Vec<String> = rows(&bench, &words).iter().map(|row| rounded(row)).collect();
        found.sort();
        assert_eq!(found, ["1,a,22", "2,a,11", "2,b,0"]);
        let near = rows(&bench, &["query", right, "--near", "179.9999,10", "-k", "2", "--fields", "name"]);
        let near: Vec<&str> = near.iter().map(|row| &row[..4]).collect();
        assert_eq!(near, ["a,21", "b,32"]);
    }
}

#[test]
fn contradictions_and_what_has_no_distance_are_refused() {
    let bench = Bench::new();
    layers(&bench);
    let join = |words: &[&str]| {
        let common = ["join", "meters.csv", "stops.geojson"];
        finish(bench.command().args(common).args(words)).failed(2)
    };
    for (words, hint) in [
        (&["--nearest", "--predicate", "within"][..], "--predicate"),
        (&["--distance", "5m", "--predicate", "within"], "dwithin"),
        (&["--predicate", "dwithin"], "--distance"),
        (&["--distance", "5 parsec"], "parsec"),
        (&["--distance", "-5m"], "-5"),
        (&["-k", "2"], "--nearest"),
        (&["--ties", "all"], "--nearest"),
        (&["--nearest", "-k", "0"], "0"),
        (&["--nearest", "--many", "first"], "-k"),
        (&["--distance-field", "d"], "--distance"),
        (&["--nearest", "--distance-field", "ID"], "another column"),
        (&["--nearest", "--how", "semi", "--distance-field", "d"], "semi"),
    ] {
        let error = join(words);
        assert!(error.contains(hint), "{words:?}: {error}");
    }
    for (words, hint) in [
        (&["--near", "-118.25,34.05"][..], "--distance"),
        (&["--distance", "5m"], "--near"),
        (&["--near", "34.05,-118.25", "--distance", "5m"], "LON,LAT"),
        (&["--near", "POINT EMPTY", "--distance", "5m"], "no geometry"),
        (&["--near", "POINT (1", "--distance", "5m"], "--near"),
        (&["--bbox-crs", "layer"], "--bbox"),
        (&["--near", "-118,34", "-k", "1", "--count"], "--count"),
    ] {
        let error = finish(bench.command().args(["query", "stops.geojson"]).args(words)).failed(2);
        assert!(error.contains(hint), "{words:?}: {error}");
    }
    bench.geohub(["query", "stops.geojson", "--near", "nowhere.geojson", "-k", "1"]).failed(3);
}
