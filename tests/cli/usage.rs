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

#[test]
fn help_is_a_word_too() {
    let bench = Bench::new();
    assert_eq!(bench.geohub(["help"]).ok(), bench.geohub(["--help"]).ok());
    assert_eq!(bench.geohub(["help", "join"]).ok(), bench.geohub(["join", "--help"]).ok());
    bench.geohub(["help", "jion"]).failed(2);
}

#[test]
fn an_output_that_cannot_be_is_told_before_any_work() {
    let bench = Bench::new();
    bench.write("layer.csv", "lat,lon\n34,-118\n");
    bench.write("folder/inside", "");
    let error = bench.geohub(["convert", "layer.csv", "nowhere/out.fgb"]).failed(3);
    assert!(error.contains("there is no folder nowhere") && error.contains("mkdir -p"), "{error}");
    let error = bench.geohub(["convert", "layer.csv", "folder"]).failed(2);
    assert!(error.contains("folder is a folder"), "{error}");
    let error = bench.geohub(["convert", "layer.csv", "out.fgb.gz"]).failed(2);
    assert!(error.contains("FlatGeobuf is not gzipped"), "{error}");
    assert_eq!(bench.names(), ["folder", "layer.csv"]);
}

#[test]
fn a_place_or_a_layer_that_is_none_is_said_so() {
    let bench = Bench::new();
    bench.write("points.csv", "lat,lon\n34,-118\n");
    bench.write("table.csv", "name,street\na,Main St\n");
    bench.write("feet.csv", "WKT\nPOINT (6480000 1800000)\n");
    let error =
        bench.geohub(["query", "points.csv", "--near", "-118.25 34.05", "--distance", "1km"]).failed(2);
    assert!(error.contains("LON,LAT with a comma"), "{error}");
    let error = bench.geohub(["join", "points.csv", "table.csv"]).failed(7);
    assert!(error.contains("the right layer, table, has no geometry"), "{error}");
    let error = bench.geohub(["query", "table.csv", "--bbox", "-119,33,-118,34"]).failed(7);
    assert!(error.contains("the layer table has no geometry"), "{error}");
    let error = bench.geohub(["query", "feet.csv", "--near", "-118,34", "-k", "1"]).failed(7);
    assert!(error.contains("--from-crs"), "{error}");
    let error = bench.geohub(["join", "points.csv", "feet.csv"]).failed(7);
    assert!(error.contains("--from-crs"), "{error}");
    bench.geohub(["convert", "feet.csv", "feet.fgb", "--from-crs", "EPSG:2229"]).ok();
    bench.geohub(["join", "points.csv", "feet.fgb", "--nearest"]).ok();
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_certificates_is_told_what_it_lacks() {
    let bench = Bench::new();
    let mut command = bench.command();
    command.args(["fetch", "https://127.0.0.1:1/arcgis/rest/services/x/FeatureServer/0", "-o", "out.fgb"]);
    command.env("SSL_CERT_FILE", bench.path("none.pem")).env("SSL_CERT_DIR", bench.path("none"));
    let error = crate::run::finish(&mut command).failed(1);
    assert!(error.contains("CA certificates") && error.contains("SSL_CERT_FILE"), "{error}");
}
