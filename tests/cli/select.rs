//! `geohub query`: rectangle, area, expression, columns, limit, and their sum.

use crate::run::{Bench, finish};

/// A grid of 10 x 10 points with ids, in 10 rows of a CSV each.
fn grid(bench: &Bench) {
    let row = |id: u32| {
        let name = if id % 10 == 3 { String::new() } else { format!("n{id}") };
        format!("{id},{name},{},{}\n", id % 10, id / 10)
    };
    let text = "id,name,lon,lat\n".to_owned() + &(0..100).map(row).collect::<Vec<_>>().concat();
    bench.write("grid.csv", text);
    bench.geohub(["convert", "grid.csv", "grid.fgb"]).ok();
    bench.geohub(["convert", "grid.csv", "grid.geojson"]).ok();
}

#[test]
fn every_format_selects_the_same_rows() {
    let bench = Bench::new();
    grid(&bench);
    let wkt = "POLYGON ((1.5 1.5, 4.5 1.5, 4.5 4.5, 1.5 4.5, 1.5 1.5))";
    let geojson = r#"{"type":"Polygon","coordinates":[[[1.5,1.5],[4.5,1.5],[4.5,4.5],[1.5,4.5],[1.5,1.5]]]}"#;
    bench.write("area.geojson", geojson);
    bench.write("expr.txt", "id BETWEEN 20 AND 39\n  AND name IS NOT NULL\n");
    let cases: [(&[&str], &str); 11] = [
        (&["--bbox", "2,2,4,4"], "9"),
        (&["--bbox=-5,-5,0,0"], "1"),
        (&["--bbox", "170,0,2,1"], "6"),
        (&["--within", wkt], "9"),
        (&["--within", geojson], "9"),
        (&["--within", "area.geojson"], "9"),
        (&["--within", wkt, "--bbox", "4,4,9,9"], "1"),
        (&["--where", "id < 10 OR id IN (50, 51)"], "12"),
        (&["--where", "name IS NULL"], "10"),
        (&["--where", "NOT (name ILIKE 'N1%') AND id % 2 = 0"], "45"),
        (&["--where", "@expr.txt"], "18"),
    ];
    for (words, expected) in cases {
        for input in ["grid.csv", "grid.fgb", "grid.geojson"] {
            let count = finish(bench.command().args(["query", input, "--count"]).args(words)).ok();
            assert_eq!(count.trim(), expected, "{input} {words:?}");
        }
    }
}

#[test]
fn columns_come_in_the_order_asked_for_and_the_limit_counts_selected_rows() {
    let bench = Bench::new();
    grid(&bench);
    for input in ["grid.csv", "grid.geojson"] {
        let words = ["--fields", "name,id", "--where", "lon > 5", "--limit", "2", "-f", "csv"];
        let rows = finish(bench.command().args(["query", input]).args(words)).ok();
        assert_eq!(rows, "name,id,WKT\nn6,6,POINT (6 0)\nn7,7,POINT (7 0)\n");
    }
    let said = bench.geohub(["query", "grid.fgb", "--bbox", "2,2,4,4", "--explain", "-f", "csv"]);
    assert!(
        said.stderr.contains("rectangle or area by the reader, tested again behind it"),
        "{}",
        said.stderr
    );
    assert_eq!(bench.geohub(["query", "grid.fgb", "--count", "--json"]).ok(), "{\"count\":100}\n");
    bench.geohub(["query", "grid.fgb", "--bbox", "34,-118,35,-117", "--count"]).failed(2);
    bench.geohub(["query", "grid.fgb", "--within", "POINT (1 1)", "--count"]).failed(2);
}

#[test]
fn head_shows_the_first_rows() {
    let bench = Bench::new();
    grid(&bench);
    assert_eq!(bench.geohub(["head", "grid.csv"]).ok().lines().count(), 10);
    let two = bench.geohub(["head", "grid.geojson", "-n", "2", "-f", "csv"]).ok();
    assert_eq!(two, "id,name,lon,lat,WKT\n0,n0,0,0,POINT (0 0)\n1,n1,1,0,POINT (1 0)\n");
}
