//! Help, version, exit codes, mistakes on the command line.

use crate::run::Bench;

#[test]
fn version_and_help_are_data_on_standard_output() {
    let bench = Bench::new();
    assert_eq!(bench.geohub(["--version"]).ok(), format!("geohub {}\n", env!("CARGO_PKG_VERSION")));
    let help = bench.geohub(["--help"]).ok();
    for word in ["info", "convert", "plugin", "Exit codes:", "130"] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[test]
fn a_mistyped_command_gets_the_nearest_name() {
    let bench = Bench::new();
    let error = bench.geohub(["convrt", "a", "b"]).failed(2);
    assert!(error.contains("`convrt` is no command") && error.contains("did you mean convert"), "{error}");
    let error = bench.geohub(["--json", "convrt"]).failed(2);
    let value: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!((value["error"]["exit"].as_u64(), value["error"]["code"].as_str()), (Some(2), Some("usage")));
}

#[test]
fn unknown_options_and_formats_are_usage_errors() {
    let bench = Bench::new();
    bench.geohub(["convert", "--no-such"]).failed(2);
    let error = bench.geohub(["convert", "a.geojson", "b.xyz"]).failed(2);
    assert!(error.contains("the extension names no format"), "{error}");
    let error = bench.geohub(["convert", "a.geojson", "-f", "geojsn"]).failed(2);
    assert!(error.contains("did you mean geojson"), "{error}");
    let error = bench.geohub(["convert", "a.geojson", "b.fgb", "-o", "c.fgb"]).failed(2);
    assert!(error.contains("two outputs"), "{error}");
}

#[test]
fn a_missing_file_is_not_found_and_its_neighbour_is_named() {
    let bench = Bench::new();
    bench.write("parcels.geojson", "{}");
    let error = bench.geohub(["info", "parcel.geojson"]).failed(3);
    assert!(
        error.contains("parcel.geojson: no such file") && error.contains("did you mean parcels.geojson?"),
        "{error}"
    );
}

#[test]
fn an_existing_output_is_kept_unless_it_is_to_be_replaced() {
    let bench = Bench::new();
    bench.write("in.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    bench.write("out.geojson", "precious");
    let error = bench.geohub(["convert", "in.geojson", "out.geojson"]).failed(2);
    assert!(error.contains("out.geojson exists already") && error.contains("--overwrite"), "{error}");
    assert_eq!(bench.read("out.geojson"), "precious");
}
