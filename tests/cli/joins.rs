//! `geohub join` as its users see it; that its answers are right is tested where it is written.

use serde_json::Value;

use crate::run::Bench;

/// Two squares side by side and four points: in the first, in both (on the border), in none, without geometry.
fn layers(bench: &Bench) {
    let square = |id: u32, west: u32| {
        let east = west + 10;
        format!(
            r#"{{"type":"Feature","properties":{{"id":{id},"name":"s{id}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},0],[{east},0],[{east},10],[{west},10],[{west},0]]]}}}}"#
        )
    };
    bench.write("squares.geojsonl", format!("{}\n{}\n", square(1, 0), square(2, 10)));
    bench.write("points.csv", "id,worth,lon,lat\n1,5,2,2\n2,7,10,5\n3,11,50,50\n4,13,,\n");
}

#[test]
fn every_how_says_what_matched() {
    let bench = Bench::new();
    layers(&bench);
    let expected = [("left", 5), ("inner", 3), ("semi", 2), ("anti", 2)];
    for (how, rows) in expected {
        let out = format!("{how}.csv");
        let said =
            bench.geohub(["join", "points.csv", "squares.geojsonl", "--how", how, "-o", &out, "--json"]).ok();
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["rows"], rows, "{said}");
        assert_eq!(
            (&said["left"], &said["matched"], &said["unmatched"]),
            (&4.into(), &2.into(), &2.into()),
            "{said}"
        );
        assert_eq!(bench.read(&out).lines().count(), rows + 1);
    }
    let left = bench.read("left.csv");
    assert_eq!(left.lines().next(), Some("id,worth,lon,lat,right_id,name,WKT"));
    assert_eq!(left.lines().nth(3), Some("2,7,10,5,2,s2,POINT (10 5)"));
    assert_eq!(bench.read("anti.csv").lines().nth(2), Some("4,13,,,"));
}

#[test]
fn aggregates_keep_every_left_row() {
    let bench = Bench::new();
    layers(&bench);
    let agg = "n=count(),total=sum(worth),least=min(worth),most=max(worth),mean=mean(worth)";
    bench
        .geohub(["join", "squares.geojsonl", "points.csv", "--agg", agg, "--no-geometry", "-o", "out.csv"])
        .ok();
    assert_eq!(
        bench.read("out.csv"),
        "id,name,n,total,least,most,mean\n1,s1,2,12,5,7,6.0\n2,s2,1,7,7,7,7.0\n"
    );
    let far = [
        "join",
        "points.csv",
        "squares.geojsonl",
        "--agg",
        "n=count(),top=max(id)",
        "--left-fields",
        "id",
        "-o",
        "far.csv",
    ];
    bench.geohub(far).ok();
    assert_eq!(bench.read("far.csv").lines().nth(3), Some("3,0,,POINT (50 50)"));
}

#[test]
fn many_prefix_and_contradictions() {
    let bench = Bench::new();
    layers(&bench);
    bench
        .geohub([
            "join",
            "points.csv",
            "squares.geojsonl",
            "--many",
            "first",
            "--prefix",
            "sq_",
            "-o",
            "first.csv",
        ])
        .ok();
    let first = bench.read("first.csv");
    assert_eq!(first.lines().count(), 5);
    assert_eq!(first.lines().next(), Some("id,worth,lon,lat,sq_id,sq_name,WKT"));
    bench.geohub(["join", "points.csv", "squares.geojsonl", "--many", "error", "-o", "e.csv"]).failed(7);
    for wrong in [
        ["--how", "semi", "--right-fields", "id"],
        ["--agg", "n=count()", "--many", "first"],
        ["--how", "anti", "--agg", "n=count()"],
        ["--predicate", "disjoint", "--how", "inner"],
    ] {
        let mut command = bench.command();
        command.args(["join", "points.csv", "squares.geojsonl", "-o", "w.csv"]).args(wrong);
        crate::run::finish(&mut command).failed(2);
    }
    assert!(!bench.path("e.csv").exists() && !bench.path("w.csv").exists());
}

#[test]
fn columns_that_first_appear_far_down_are_found() {
    let bench = Bench::new();
    let feature = |properties: &str| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[1,2]}}}}\n"
        )
    };
    let early = feature(&format!("\"filler\":\"{}\"", "x".repeat(1_000)));
    let text = early.repeat(6_000) + &feature("\"late\":7");
    bench.write("late.geojsonl", text);
    assert_eq!(bench.geohub(["query", "late.geojsonl", "--where", "late = 7", "--count"]).ok(), "1\n");
    bench.geohub(["query", "late.geojsonl", "late.csv", "--fields", "late"]).ok();
    assert_eq!(bench.read("late.csv").lines().next(), Some("late,WKT"));
    bench.write("area.geojsonl", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[5,0],[5,5],[0,0]]]}\n");
    bench
        .geohub([
            "join",
            "area.geojsonl",
            "late.geojsonl",
            "--predicate",
            "covers",
            "--right-fields",
            "late",
            "--no-geometry",
            "-o",
            "j.csv",
        ])
        .ok();
    assert_eq!(bench.read("j.csv").lines().next(), Some("late"));
}
