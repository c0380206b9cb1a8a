//! Broken inputs and wrong requests: a clear error, the right exit code, nothing left behind.

use crate::run::{Bench, repository};

fn city(bench: &Bench) {
    for name in ["neighborhoods.geojson", "meters.csv"] {
        std::fs::copy(repository("data").join(name), bench.path(name)).unwrap();
    }
}

/// What the folder holds beside the inputs.
fn left_behind(bench: &Bench, inputs: &[&str]) -> Vec<String> {
    bench.names().into_iter().filter(|name| !inputs.contains(&name.as_str())).collect()
}

#[test]
fn wrong_names_get_the_nearest_right_ones() {
    let bench = Bench::new();
    city(&bench);
    let cases: [(&[&str], i32, &str); 7] = [
        (&["query", "meters.csv", "--fields", "SpaceIDD"], 2, "SpaceID"),
        (&["query", "meters.csv", "--where", "Latt > 3"], 2, "Lat"),
        (&["query", "meters.csv", "--where", "Lat > 'x'"], 2, "number"),
        (&["join", "meters.csv", "neighborhoods.geojson", "--predicate", "intersect"], 2, "intersects"),
        (&["join", "meters.csv", "neighborhoods.geojson", "--right-fields", "NAM"], 2, "NAME"),
        (&["join", "meters.csv", "neighborhoods.geojson", "--agg", "n=cont()"], 2, "count"),
        (&["convert", "meters.csv", "-f", "fgbb"], 2, "fgb"),
    ];
    for (words, code, hint) in cases {
        let error = crate::run::finish(bench.command().args(words)).failed(code);
        assert!(error.contains(hint), "{words:?}: {error}");
    }
}

#[test]
fn references_that_come_later_are_refused() {
    let bench = Bench::new();
    for reference in ["https://h/arcgis/rest/services", "https://h/x.fgb"] {
        let error = bench.geohub(["info", reference]).failed(2);
        assert!(error.contains("yet"), "{error}");
    }
}

#[test]
fn a_closed_port_is_a_network_error_with_its_cause() {
    let bench = Bench::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let layer = format!("http://127.0.0.1:{port}/arcgis/rest/services/A/FeatureServer/0");
    let error = bench.geohub(["fetch", &layer, "-o", "a.fgb"]).failed(5);
    assert!(error.contains("refused"), "{error}");
    assert!(left_behind(&bench, &["cache"]).is_empty());
}

#[test]
fn hostile_texts_are_errors_with_a_place() {
    let bench = Bench::new();
    let feature = |value: &str| {
        format!(r#"{{"type":"Feature","properties":{{"a":{value}}},"geometry":null}}"#).into_bytes()
    };
    let brackets = "[".repeat(10_000) + &"]".repeat(10_000);
    let mut invalid = feature("\"?\"");
    let at = invalid.iter().position(|&byte| byte == b'?').unwrap();
    invalid[at] = 0xff;
    let columns = (0..30_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("deep.geojson", feature(&brackets), "nested deeper"),
        ("infinite.geojson", feature("1e999"), "beyond the largest double"),
        ("invalid.geojson", invalid, "not valid UTF-8"),
        ("place.geojson", br#"{"type":"Point","coordinates":[1e999,0]}"#.to_vec(), "byte"),
        ("wide.csv", format!("{columns}\n").into_bytes(), "columns"),
        ("quote.csv", b"a,b\n1,\"never closed\n".to_vec(), "line 2"),
    ];
    for (name, bytes, said) in cases {
        bench.write(name, bytes);
        let error = bench.geohub(["convert", name, "out.fgb"]).failed(7);
        assert!(error.contains(name) && error.contains(said), "{error}");
        assert!(!bench.path("out.fgb").exists());
        std::fs::remove_file(bench.path(name)).unwrap();
    }
    assert!(bench.names().is_empty(), "{:?}", bench.names());
}

#[test]
fn a_cut_file_is_refused_at_every_length_tried() {
    let bench = Bench::new();
    city(&bench);
    bench.geohub(["convert", "neighborhoods.geojson", "whole.fgb", "--limit", "3"]).ok();
    bench.geohub(["convert", "neighborhoods.geojson", "whole.geojson", "--limit", "3"]).ok();
    for name in ["whole.fgb", "whole.geojson"] {
        let whole = std::fs::read(bench.path(name)).unwrap();
        let text = name.ends_with("geojson");
        // Closing brackets and line ends may be missing from a text without anything being lost.
        let full = if text { whole.len() - 8 } else { whole.len() };
        for cut in (0..full).step_by(full / 40) {
            bench.write("cut", &whole[..cut]);
            let format = if text { "geojson" } else { "fgb" };
            let ran = bench.geohub(["convert", "cut", "out.csv", "--input-format", format]);
            assert_eq!(ran.code, 7, "{name} cut at {cut}: {}", ran.stderr);
            assert!(!bench.path("out.csv").exists());
        }
    }
}

#[test]
fn two_crss_are_joined_in_that_of_the_left() {
    let bench = Bench::new();
    city(&bench);
    let feet = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2229"}},
        "features":[{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[6480000,1840000]}}]}"#;
    bench.write("feet.geojson", feet);
    bench.geohub(["convert", "meters.csv", "meters.fgb", "--to-crs", "EPSG:2229"]).ok();
    bench.geohub(["convert", "meters.csv", "degrees.fgb"]).ok();
    let counts = ["meters.fgb", "degrees.fgb"].map(|meters| {
        let join =
            ["join", "neighborhoods.geojson", meters, "--agg", "n=count()", "--no-geometry", "-f", "csv"];
        let ran = bench.geohub(join);
        let is_said = ran.stderr.contains("brought from EPSG:2229 to OGC:CRS84");
        assert_eq!(is_said, meters == "meters.fgb", "{}", ran.stderr);
        ran.ok()
    });
    assert_eq!(counts[0], counts[1]);
    let touching = bench.geohub([
        "join",
        "feet.geojson",
        "neighborhoods.geojson",
        "--predicate",
        "touches",
        "-f",
        "csv",
    ]);
    assert!(touching.stderr.contains("cannot be trusted"), "{}", touching.stderr);
    // A rectangle in degrees still finds the point in feet.
    assert_eq!(
        bench.geohub(["query", "feet.geojson", "--bbox", "-118.4,33.9,-118.1,34.2", "--count"]).ok(),
        "1\n"
    );
    assert_eq!(
        bench.geohub(["query", "feet.geojson", "--bbox=-118.4,34.1,-118.1,34.2", "--count"]).ok(),
        "0\n"
    );
}

#[test]
fn errors_as_json_have_every_member_and_no_escape_reaches_a_terminal() {
    let bench = Bench::new();
    bench.write("a\u{1b}[31m.csv", "x\n\"");
    let error = bench.geohub(["info", "a\u{1b}[31m.csv"]).failed(7);
    assert!(!error.contains('\u{1b}') && error.contains("\\u{1b}"), "{error}");
    let error = bench.geohub(["--json", "info", "missing.csv"]).failed(3);
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    let members: Vec<&str> = error["error"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["code", "exit", "message", "hint", "source"]);
}
