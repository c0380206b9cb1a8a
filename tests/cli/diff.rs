//! `geohub diff`.

use crate::run::Bench;

const OLD: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":1,"use":"R","old":0},"geometry":{"type":"Point","coordinates":[-118.25,34.05]}},
{"type":"Feature","properties":{"id":2,"use":"C","old":0},"geometry":{"type":"Point","coordinates":[-118.26,34.06]}},
{"type":"Feature","properties":{"id":3,"use":"C","old":0},"geometry":null}]}"#;

const NEW: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":4,"use":"R"},"geometry":{"type":"Point","coordinates":[-118.27,34.07]}},
{"type":"Feature","properties":{"id":2,"use":"M"},"geometry":{"type":"Point","coordinates":[-118.26,34.061]}},
{"type":"Feature","properties":{"id":1,"use":"R"},"geometry":{"type":"Point","coordinates":[-118.25,34.05]}}]}"#;

#[test]
fn what_became_of_each_row_and_the_exit_code_10() {
    let bench = Bench::new();
    bench.write("old.geojson", OLD);
    bench.write("new.geojson", NEW);
    let ran = bench.geohub(["diff", "old.geojson", "new.geojson", "--key", "id", "-o", "diff.csv"]);
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    assert!(
        ran.stderr.contains(
            "1 added, 1 removed, 1 changed, 1 the same in new.geojson beside old.geojson; only old.geojson has old"
        ),
        "{}",
        ran.stderr
    );
    let lines: Vec<String> = bench.read("diff.csv").lines().map(str::to_owned).collect();
    let expected = [
        "id,use,old,change,changed_fields,WKT",
        "4,R,,added,,POINT (-118.27 34.07)",
        "2,M,,changed,\"use,geometry\",POINT (-118.26 34.061)",
        "3,C,0,removed,,",
    ];
    assert_eq!(lines, expected);
    let ran = bench.geohub(["diff", "old.geojson", "new.geojson", "--key", "id", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &value["changed"], &value["different"]), (10, &1.into(), &true.into()));
}

#[test]
fn a_converted_copy_is_the_same() {
    let bench = Bench::new();
    bench.write("old.geojson", OLD);
    for copy in ["copy.fgb", "copy.parquet", "copy.geojsonl", "copy.csv"] {
        bench.geohub(["convert", "old.geojson", copy]).ok();
        for key in ["--key=id", "--quiet"] {
            let ran = bench.geohub(["diff", "old.geojson", copy, key]);
            assert_eq!(ran.code, 0, "{copy} {key}: {}", ran.stderr);
        }
    }
}

#[test]
fn slips_are_told() {
    let bench = Bench::new();
    bench.write("old.geojson", OLD);
    bench.geohub(["reproject", "old.geojson", "feet.fgb", "--to-crs", "EPSG:2229"]).ok();
    let told = |args: [&str; 5], code: i32, words: &str| {
        let ran = bench.geohub(args);
        assert!(ran.code == code && ran.stderr.contains(words), "{}: {}", ran.code, ran.stderr);
    };
    told(["diff", "old.geojson", "old.geojson", "--key", "use"], 7, "rows 2 and 3 have the same key");
    told(["diff", "old.geojson", "old.geojson", "--key", "idd"], 2, "did you mean id?");
    told(["diff", "old.geojson", "old.geojson", "--ignore", "idd"], 2, "to ignore");
    told(["diff", "old.geojson", "feet.fgb", "--key", "id"], 2, "reproject");
    told(["diff", "old.geojson", "-", "--key", "id"], 2, "standard input");
}
