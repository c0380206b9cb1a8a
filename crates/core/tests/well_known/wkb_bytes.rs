use crate::rows::{from_wkb, from_wkt, wkb, wkt};
use geohub_core::GeometryBuilder;
use geohub_core::wkb::{MAX_NESTING, push_wkb, write_wkb};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("a hexadecimal digit")).collect()
}

/// Bytes as `PostGIS` and the standard print them, and the geometry they mean.
#[test]
fn dialects_are_read() {
    for (hex, text) in [
        ("01 01000000 000000000000F03F 0000000000000040", "POINT (1 2)"),
        ("00 00000001 3FF0000000000000 4000000000000000", "POINT (1 2)"),
        ("01 01000080 000000000000F03F 0000000000000040 0000000000000840", "POINT Z (1 2 3)"),
        ("01 E9030000 000000000000F03F 0000000000000040 0000000000000840", "POINT Z (1 2 3)"),
        ("01 01000040 000000000000F03F 0000000000000040 0000000000000840", "POINT M (1 2 3)"),
        ("01 D1070000 000000000000F03F 0000000000000040 0000000000000840", "POINT M (1 2 3)"),
        (
            "01 010000C0 000000000000F03F 0000000000000040 0000000000000840 0000000000001040",
            "POINT ZM (1 2 3 4)",
        ),
        (
            "01 B90B0000 000000000000F03F 0000000000000040 0000000000000840 0000000000001040",
            "POINT ZM (1 2 3 4)",
        ),
        ("01 01000000 000000000000F87F 000000000000F87F", "POINT EMPTY"),
        ("01 04000000 01000000 00 00000001 3FF0000000000000 4000000000000000", "MULTIPOINT ((1 2))"),
        (
            "01 05000080 01000000 01 02000080 01000000 000000000000F03F 0000000000000040 0000000000000840",
            "MULTILINESTRING Z ((1 2 3))",
        ),
        ("01 07000000 01000000 01 08000000 00000000", "GEOMETRYCOLLECTION (CIRCULARSTRING EMPTY)"),
    ] {
        assert_eq!(
            wkt(&from_wkb(&bytes(hex)).unwrap_or_else(|error| panic!("{text}: {error}"))),
            text,
            "{hex}"
        );
    }
}

#[test]
fn the_srid_is_handed_back_and_left_out_of_rows() {
    let ewkb = bytes("01 07000020 E6100000 01000000 01 01000020 E6100000 000000000000F03F 0000000000000040");
    let mut builder = GeometryBuilder::default();
    assert_eq!(push_wkb(&mut builder, &ewkb).unwrap(), Some(4326));
    let iso = bytes("01 07000000 01000000 01 01000000 000000000000F03F 0000000000000040");
    assert_eq!(builder.finish().row(0).wkb(), Some(iso.as_slice()));
}

#[test]
fn mistakes_are_named() {
    for (hex, message) in [
        ("", "WKB of 0 bytes, at byte 0: ends where 1 more bytes are needed"),
        ("02", "WKB of 1 bytes, at byte 1: byte order is 0 or 1, found 2"),
        ("01 00000000", "WKB has no geometry type 0"),
        ("01 0D000000", "WKB has no geometry type 13"),
        ("01 A10F0000", "WKB has no geometry type 4001"),
        (
            "01 02000000 FFFFFFFF",
            "WKB of 9 bytes, at byte 9: 4294967295 coordinates do not fit into the 0 bytes left",
        ),
        (
            "01 03000000 FFFFFFFF 00000000",
            "WKB of 13 bytes, at byte 9: 4294967295 rings do not fit into the 4 bytes left",
        ),
        (
            "01 06000000 FFFFFF7F",
            "WKB of 9 bytes, at byte 9: 2147483647 geometries do not fit into the 0 bytes left",
        ),
        (
            "01 07000000 FFFFFF7F",
            "WKB of 9 bytes, at byte 9: 2147483647 geometries do not fit into the 0 bytes left",
        ),
        (
            "01 01000000 000000000000F07F 0000000000000000",
            "WKB of 21 bytes, at byte 21: the coordinate inf 0 is not finite",
        ),
        (
            "01 02000000 01000000 000000000000F87F 000000000000F87F",
            "WKB of 25 bytes, at byte 25: the coordinate NaN NaN is not finite",
        ),
        (
            "01 E9030000 0000000000000000 0000000000000000 000000000000F0FF",
            "WKB of 29 bytes, at byte 29: the coordinate 0 0 -inf is not finite",
        ),
        ("01 02000000 00000000 00", "WKB of 10 bytes, at byte 9: 1 bytes follow the geometry"),
        ("01 08000000 00000000 00", "WKB of 10 bytes, at byte 9: 1 bytes follow the geometry"),
        (
            "01 04000000 01000000 01 02000000 00000000 ",
            "WKB of 18 bytes, at byte 14: a member is not of the type that the geometry holds",
        ),
        (
            "01 09000000 01000000 01 03000000 00000000 ",
            "WKB of 18 bytes, at byte 14: a member is not of the type that the geometry holds",
        ),
        (
            "01 09000000 01000000 01 EA030000 00000000 ",
            "WKB of 18 bytes, at byte 14: a member has other dimensions than the geometry",
        ),
    ] {
        assert_eq!(from_wkb(&bytes(hex)).expect_err(hex).to_string(), message, "{hex}");
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |levels: usize| {
        [bytes("01 07000000 01000000").repeat(levels), bytes("01 07000000 00000000")].concat()
    };
    assert!(from_wkb(&nested(MAX_NESTING)).is_ok());
    let error = from_wkb(&nested(100_000)).unwrap_err().to_string();
    assert!(error.ends_with("geometries are nested more than 32 levels deep"), "{error}");
    let text = |levels: usize| {
        format!("{}GEOMETRYCOLLECTION EMPTY{}", "GEOMETRYCOLLECTION(".repeat(levels), ")".repeat(levels))
    };
    assert_eq!(wkb(&from_wkt(&text(MAX_NESTING)).unwrap()), nested(MAX_NESTING));
    assert!(from_wkt(&text(100_000)).unwrap_err().to_string().contains("nested more than 32 levels deep"));
    assert!(from_wkt(&format!("POINT {}", "(".repeat(100_000))).is_err());
}

#[test]
fn null_rows_write_nothing() {
    let mut builder = GeometryBuilder::default();
    builder.push_null();
    let mut out = Vec::new();
    assert!(!write_wkb(&builder.finish().row(0), &mut out));
    assert!(out.is_empty());
}

/// A row may declare an ordinate that no coordinate of the column has.
#[test]
fn declared_dimensions_are_always_written() {
    let mut builder = GeometryBuilder::default();
    builder.coordinate(1.0, 2.0);
    builder.end_ring();
    builder.end_part();
    builder.finish_row_as(geohub_core::GeometryKind::Point, geohub_core::Dimensions { z: true, m: false });
    assert_eq!(wkt(&builder.finish()), "POINT Z (1 2 NaN)");
}
