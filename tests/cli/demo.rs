//! The portal inside the program.

use crate::run::{Bench, repository};

const SERVICES: &str = "https://demo.geohub.invalid/arcgis/rest/services";
const LAYERS: [(&str, &str, u64); 3] =
    [("neighborhoods", "neighborhoods", 40), ("parking-meters", "meters", 1500), ("streets", "streets", 300)];

#[test]
fn its_layers_come_whole_without_a_network() {
    let bench = Bench::new();
    for (service, file, rows) in LAYERS {
        let reference = format!("{SERVICES}/{service}/FeatureServer");
        let ran = bench.geohub(["fetch", &reference, "layer.fgb", "--offline", "--overwrite"]);
        assert!(ran.code == 0 && ran.stderr.contains("distinct ids came"), "{}", ran.stderr);
        let original = repository(&format!("data/{file}.geojson"));
        let ran = bench.geohub(["diff", "layer.fgb", original.to_str().unwrap(), "--json"]);
        let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let found = ["added", "removed", "changed", "same"].map(|kind| value[kind].as_u64());
        assert_eq!(found, [Some(0), Some(0), Some(0), Some(rows)], "{service}: {}", ran.stderr);
    }
}

#[test]
fn what_goes_to_the_server_selects_the_same_rows_there() {
    let bench = Bench::new();
    let reference = format!("{SERVICES}/streets/FeatureServer/0");
    let original = repository("data/streets.geojson");
    for selection in [
        ["--where", "LANES >= 4 AND STNAME LIKE 'P%'"],
        ["--where", "TYPE = 'Boulevard II' AND SPEED IS NOT NULL"],
        ["--bbox", "-118.4,33.9,-118.2,34.1"],
        ["--bbox", "10,50,11,51"],
    ] {
        let count = |reference: &str| {
            let [option, value] = selection;
            bench.geohub(["query", reference, option, value, "--count"]).ok()
        };
        assert_eq!(count(&reference), count(original.to_str().unwrap()), "{selection:?}");
    }
    let ran = bench.geohub(["fetch", &reference, "--server-where", "LANES =", "out.fgb"]);
    assert!(ran.code != 0 && ran.stderr.contains("'where' clause is invalid"), "{}", ran.stderr);
    let ran = bench.geohub(["info", &format!("{SERVICES}/nothing/FeatureServer/0")]);
    assert!(ran.code == 3 && ran.stderr.contains("nothing here"), "{}", ran.stderr);
}
