use crate::rows::{from_wkb, from_wkt, wkb, wkt};
use geohub_core::wkt::{push_wkt, write_wkt};
use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryKind};

/// What is read, what is written.
const TEXTS: [(&str, &str); 46] = [
    ("POINT(1 2)", "POINT (1 2)"),
    ("  point  ( -1.50  2e3 ) ", "POINT (-1.5 2000)"),
    ("POINT (0.1 1e-7)", "POINT (0.1 1e-7)"),
    ("POINT (1e300 -0.0)", "POINT (1e+300 -0)"),
    ("POINT Z (1 2 3)", "POINT Z (1 2 3)"),
    ("POINTZ(1 2 3)", "POINT Z (1 2 3)"),
    ("POINT(1 2 3)", "POINT Z (1 2 3)"),
    ("POINT M (1 2 3)", "POINT M (1 2 3)"),
    ("POINTM(1 2 3)", "POINT M (1 2 3)"),
    ("PointZM (1 2 3 4)", "POINT ZM (1 2 3 4)"),
    ("POINT(1 2 3 4)", "POINT ZM (1 2 3 4)"),
    ("POINT Z (1 2 nan)", "POINT Z (1 2 NaN)"),
    ("POINT EMPTY", "POINT EMPTY"),
    ("POINT Z EMPTY", "POINT Z EMPTY"),
    ("LINESTRING (0 0, 1 1,2 0)", "LINESTRING (0 0, 1 1, 2 0)"),
    ("LINESTRING EMPTY", "LINESTRING EMPTY"),
    ("LINESTRING M EMPTY", "LINESTRING M EMPTY"),
    ("LINESTRING Z (0 0 1, 1 1 2)", "LINESTRING Z (0 0 1, 1 1 2)"),
    ("POLYGON ((0 0, 4 0, 4 4, 0 0))", "POLYGON ((0 0, 4 0, 4 4, 0 0))"),
    (
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
    ),
    ("POLYGON EMPTY", "POLYGON EMPTY"),
    ("POLYGON ((0 0, 4 0, 4 4, 0 0), EMPTY)", "POLYGON ((0 0, 4 0, 4 4, 0 0), EMPTY)"),
    ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))"),
    ("MULTIPOINT ((1 2), (3 4))", "MULTIPOINT ((1 2), (3 4))"),
    ("MULTIPOINT (1 2, EMPTY, (3 4))", "MULTIPOINT ((1 2), (3 4))"),
    ("MULTIPOINT EMPTY", "MULTIPOINT EMPTY"),
    ("MULTIPOINT ZM (1 2 3 4)", "MULTIPOINT ZM ((1 2 3 4))"),
    ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))"),
    ("MULTILINESTRING ((0 0, 1 1), EMPTY)", "MULTILINESTRING ((0 0, 1 1), EMPTY)"),
    ("MULTILINESTRING EMPTY", "MULTILINESTRING EMPTY"),
    (
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5), (5 5, 6 5, 6 6, 5 5)))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5), (5 5, 6 5, 6 6, 5 5)))",
    ),
    ("MULTIPOLYGON (EMPTY, ((0 0, 1 0, 1 1, 0 0)))", "MULTIPOLYGON (EMPTY, ((0 0, 1 0, 1 1, 0 0)))"),
    ("MULTIPOLYGON M EMPTY", "MULTIPOLYGON M EMPTY"),
    (
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
    ),
    ("GEOMETRYCOLLECTION EMPTY", "GEOMETRYCOLLECTION EMPTY"),
    (
        "GEOMETRYCOLLECTION (POINT EMPTY, GEOMETRYCOLLECTION (MULTIPOINT (1 2)))",
        "GEOMETRYCOLLECTION (POINT EMPTY, GEOMETRYCOLLECTION (MULTIPOINT ((1 2))))",
    ),
    ("GEOMETRYCOLLECTION(POINT(1 2 3))", "GEOMETRYCOLLECTION Z (POINT Z (1 2 3))"),
    ("CIRCULARSTRING (0 0, 1 1, 2 0)", "CIRCULARSTRING (0 0, 1 1, 2 0)"),
    (
        "COMPOUNDCURVE ((0 0, 1 1), CIRCULARSTRING (1 1, 2 2, 3 1))",
        "COMPOUNDCURVE ((0 0, 1 1), CIRCULARSTRING (1 1, 2 2, 3 1))",
    ),
    (
        "CURVEPOLYGON Z (CIRCULARSTRING Z (0 0 1, 1 1 1, 0 0 1), (0 0 1, 1 1 1, 0 0 1))",
        "CURVEPOLYGON Z (CIRCULARSTRING Z (0 0 1, 1 1 1, 0 0 1), (0 0 1, 1 1 1, 0 0 1))",
    ),
    (
        "MULTICURVE ((0 0, 1 1), COMPOUNDCURVE ((0 0, 1 1)))",
        "MULTICURVE ((0 0, 1 1), COMPOUNDCURVE ((0 0, 1 1)))",
    ),
    (
        "MULTISURFACE (((0 0, 1 0, 1 1, 0 0)), CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0)))",
        "MULTISURFACE (((0 0, 1 0, 1 1, 0 0)), CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0)))",
    ),
    (
        "POLYHEDRALSURFACE Z (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))",
        "POLYHEDRALSURFACE Z (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))",
    ),
    ("TIN (((0 0, 0 1, 1 1, 0 0)))", "TIN (((0 0, 0 1, 1 1, 0 0)))"),
    ("TRIANGLE ((0 0, 0 1, 1 1, 0 0))", "TRIANGLE ((0 0, 0 1, 1 1, 0 0))"),
    ("SRID=2229;POINT(1 2)", "POINT (1 2)"),
];

#[test]
fn texts_go_through_rows_and_through_wkb() {
    for (text, written) in TEXTS {
        let column = from_wkt(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(wkt(&column), written);
        let again = from_wkb(&wkb(&column)).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(wkt(&again), written);
        assert_eq!(again.row(0).kind(), column.row(0).kind());
        assert_eq!(again.row(0).bbox(), column.row(0).bbox());
        let again = from_wkt(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(wkb(&again), wkb(&column), "{text}");
    }
}

#[test]
fn rows_know_their_kind_dimensions_and_box() {
    let z = Dimensions { z: true, m: false };
    for (text, kind, dimensions, bbox) in [
        ("POINT Z EMPTY", GeometryKind::Point, z, Bbox::EMPTY),
        (
            "POLYGON ((0 0, 4 0, 4 5, 0 0))",
            GeometryKind::Polygon,
            Dimensions::XY,
            Bbox::new(0.0, 0.0, 4.0, 5.0),
        ),
        (
            "GEOMETRYCOLLECTION (POINT (1 2), POINT Z (3 4 5))",
            GeometryKind::GeometryCollection,
            z,
            Bbox::new(1.0, 2.0, 3.0, 4.0),
        ),
        (
            "CIRCULARSTRING (0 0, 1 1, 2 0)",
            GeometryKind::Other,
            Dimensions::XY,
            Bbox::new(0.0, 0.0, 2.0, 1.0),
        ),
    ] {
        let column = from_wkt(text).unwrap();
        let row = column.row(0);
        assert_eq!((row.kind(), row.dimensions(), row.bbox()), (kind, dimensions, bbox), "{text}");
    }
}

#[test]
fn the_srid_is_handed_back() {
    let mut builder = GeometryBuilder::default();
    assert_eq!(push_wkt(&mut builder, "srid = 4326 ; POINT (1 2)").unwrap(), Some(4326));
    assert_eq!(push_wkt(&mut builder, "POINT (1 2)").unwrap(), None);
}

#[test]
fn null_rows_write_nothing() {
    let mut builder = GeometryBuilder::default();
    builder.push_null();
    let mut out = Vec::new();
    assert!(!write_wkt(&builder.finish().row(0), &mut out).unwrap());
    assert!(out.is_empty());
}

#[test]
fn mistakes_are_named() {
    for (text, message) in [
        ("", "WKT, at character 1: expected a geometry type, found the end"),
        ("POINTS (1 2)", "WKT, at character 1: expected a geometry type, found POINTS (1 2)"),
        ("POINT", "WKT, at character 6: expected (, found the end"),
        ("POINT (1)", "WKT, at character 9: expected a number, found )"),
        ("POINT (1 2", "WKT, at character 11: expected ), found the end"),
        ("POINT (1 2))", "WKT, at character 12: expected the end, found )"),
        ("POINT (1 2 3 4 5)", "WKT, at character 16: expected ), found 5)"),
        ("POINT Z (1 2)", "WKT, at character 13: a coordinate has 2 numbers and should have 3, found )"),
        (
            "LINESTRING (1 2, 3 4 5)",
            "WKT, at character 23: a coordinate has 3 numbers and should have 2, found )",
        ),
        ("POINT (1 1e999)", "WKT, at character 10: the number is too large for a double, found 1e999)"),
        ("POINT (inf 1)", "WKT, at character 8: expected a number, found inf 1)"),
        ("POINT (nan 1)", "WKT, at character 12: x and y cannot be NaN, found 1)"),
        ("POINT (1,2)", "WKT, at character 9: expected a number, found ,2)"),
        ("POINT (١ ٢)", "WKT, at character 8: expected a number, found ١ ٢)"),
        ("LINESTRING ()", "WKT, at character 13: expected a number, found )"),
        (
            "MULTIPOLYGON (((0 0, 1 1)), POINT (1 2))",
            "WKT, at character 35: this type cannot stand here, found (1 2))",
        ),
        ("GEOMETRYCOLLECTION ((1 2))", "WKT, at character 21: expected a geometry type, found (1 2))"),
        ("SRID=x;POINT (1 2)", "WKT, at character 6: expected an integer, found x;POINT (1 2)"),
        (
            "COMPOUNDCURVE ((0 0, 1 1), CIRCULARSTRING Z (1 1 1))",
            "WKT, at character 52: a member has other dimensions than the geometry, found )",
        ),
    ] {
        let error = from_wkt(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
    }
}
