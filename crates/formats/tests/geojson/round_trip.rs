//! What is read is written again, bit for bit.

use geohub_core::{Dimensions, GeometryKind};

use crate::support::{collection, one, rewritten};

fn with_geometry(geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#)
}

/// Geometries in the spelling we write.
const GEOMETRIES: &[&str] = &[
    "null",
    r#"{"type":"Point","coordinates":[-118.28987555400003,0.30000000000000004]}"#,
    r#"{"type":"Point","coordinates":[1e-7,-0.0,89.5]}"#,
    r#"{"type":"Point","coordinates":[1.0,2.0,3.0,4.0]}"#,
    r#"{"type":"Point","coordinates":[]}"#,
    r#"{"type":"LineString","coordinates":[[1.0,2.0],[3.0,4.0,5.0]]}"#,
    r#"{"type":"LineString","coordinates":[]}"#,
    r#"{"type":"MultiPoint","coordinates":[[1.0,2.0],[1.0,2.0]]}"#,
    r#"{"type":"MultiPoint","coordinates":[]}"#,
    r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[0.0,9.0],[9.0,0.0],[0.0,0.0]],[[1.0,1.0],[2.0,1.0],[1.0,2.0],[1.0,1.0]]]}"#,
    r#"{"type":"Polygon","coordinates":[]}"#,
    r#"{"type":"MultiLineString","coordinates":[[[1.0,2.0],[3.0,4.0]],[[5.0,6.0],[7.0,8.0]]]}"#,
    r#"{"type":"MultiPolygon","coordinates":[[[[0.0,0.0],[0.0,9.0],[9.0,0.0],[0.0,0.0]]],[[[20.0,20.0],[20.0,29.0],[29.0,20.0],[20.0,20.0]],[[21.0,21.0],[22.0,21.0],[21.0,22.0],[21.0,21.0]]]]}"#,
    r#"{"type":"MultiPolygon","coordinates":[]}"#,
    r#"{"type":"GeometryCollection","geometries":[]}"#,
    r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.0,2.0]},{"type":"LineString","coordinates":[[1.0,2.0,3.0],[4.0,5.0,6.0]]},{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","coordinates":[[[[0.0,0.0],[0.0,9.0],[9.0,0.0],[0.0,0.0]]]]},{"type":"Point","coordinates":[]},{"type":"MultiPoint","coordinates":[[1.0,2.0]]},{"type":"MultiLineString","coordinates":[[[1.0,2.0],[3.0,4.0]]]},{"type":"Polygon","coordinates":[]}]}]}"#,
];

#[test]
fn every_geometry_comes_out_as_it_went_in() {
    for geometry in GEOMETRIES {
        let out = rewritten(&collection(&[&with_geometry(geometry)]));
        assert!(out.contains(&format!("\"geometry\":{geometry}}}")), "{geometry}\n{out}");
    }
    // All in one column, so that rows with Z, M or neither stand side by side.
    let features: Vec<String> = GEOMETRIES.iter().map(|geometry| with_geometry(geometry)).collect();
    let text = collection(&features.iter().map(String::as_str).collect::<Vec<_>>());
    let out = rewritten(&text);
    for geometry in GEOMETRIES {
        assert!(out.contains(&format!("\"geometry\":{geometry}}}")), "{geometry}");
    }
    assert_eq!(rewritten(&out), out);
}

#[test]
fn winding_and_order_are_never_changed() {
    let clockwise =
        with_geometry(r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]]}"#);
    assert!(rewritten(&collection(&[&clockwise])).contains("[[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]]"));
}

#[test]
fn the_type_may_come_last_and_null_is_not_empty() {
    let sorted = with_geometry(
        r#"{"coordinates":[[[1,2,3],[4,5,6],[7,8,9],[1,2,3]]],"foreign":[{}],"type":"Polygon"}"#,
    );
    let empty = with_geometry(r#"{"geometries":[],"type":"GeometryCollection"}"#);
    let (_, batch) = one(&collection(&[&sorted, &with_geometry("null"), &empty]));
    let row = batch.geometry.row(0);
    assert_eq!((row.kind(), row.dimensions()), (GeometryKind::Polygon, Dimensions { z: true, m: false }));
    assert_eq!(row.bbox(), geohub_core::Bbox::new(1.0, 2.0, 7.0, 8.0));
    assert!(batch.geometry.row(1).is_null() && batch.geometry.row(2).is_empty());
}

#[test]
fn attributes_come_out_with_their_types() {
    let text = collection(&[
        r#"{"type":"Feature","id":9007199254740993,"properties":{"i":1,"u":18446744073709551615,"f":1.0,"z":-0.0,"b":true,"s":"00501","j":{"a":[1,2.50,"é"]},"n":null,"t":"tab\tquote\" 🏠 \u0007"},"geometry":null}"#,
        r#"{"type":"Feature","properties":{"i":null,"u":0,"f":1e16,"z":5e-324,"b":null,"s":"","j":null,"n":null,"t":"\\"},"geometry":null}"#,
    ]);
    let out = rewritten(&text);
    assert!(out.contains(r#""id":9007199254740993,"properties":{"i":1,"u":18446744073709551615,"f":1.0,"z":-0.0,"b":true,"s":"00501","j":{"a":[1,2.50,"é"]},"n":null,"t":"tab\tquote\" 🏠 \u0007"}"#), "{out}");
    assert_eq!(one(&out).0.schema, one(&text).0.schema);
    assert_eq!(rewritten(&out), out);
}
