//! One geometry at a time, through a column.

use geohub_core::wkb::{push_wkb, write_wkb};
use geohub_core::wkt::{push_wkt, write_wkt};
use geohub_core::{DataError, GeometryBuilder, GeometryColumn};

/// A column of this one geometry.
pub fn from_wkt(text: &str) -> Result<GeometryColumn, DataError> {
    let mut builder = GeometryBuilder::default();
    // Neighbours must not be touched, nor touch.
    builder.push_point(7.0, 8.0);
    let pushed = push_wkt(&mut builder, text);
    builder.push_point(9.0, 8.0);
    let column = builder.finish();
    assert_eq!(column.row(0).xy(), [7.0, 8.0], "{text}");
    assert_eq!(column.row(column.len() - 1).xy(), [9.0, 8.0], "{text}");
    assert_eq!(column.len(), 2 + usize::from(pushed.is_ok()), "{text}");
    pushed.map(|_| column.slice(1, 1))
}

/// A column of this one geometry.
pub fn from_wkb(bytes: &[u8]) -> Result<GeometryColumn, DataError> {
    let mut builder = GeometryBuilder::default();
    builder.push_point(7.0, 8.0);
    let pushed = push_wkb(&mut builder, bytes);
    let column = builder.finish();
    assert_eq!(column.row(0).xy(), [7.0, 8.0]);
    assert_eq!(column.len(), 1 + usize::from(pushed.is_ok()));
    pushed.map(|_| column.slice(1, 1))
}

pub fn wkt(column: &GeometryColumn) -> String {
    let mut out = Vec::new();
    assert!(write_wkt(&column.row(0), &mut out).expect("a row is WKT"));
    String::from_utf8(out).expect("WKT is text")
}

pub fn wkb(column: &GeometryColumn) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(write_wkb(&column.row(0), &mut out));
    out
}
