//! Coordinate arrays, straight into a geometry builder.

use geohub_core::{GeometryBuilder, GeometryKind};

use crate::geojson::json::{Cursor, Flaw, Parsed};

/// Reads the `coordinates` of a geometry of the given kind into the builder's open row.
pub(super) fn coordinates(
    cursor: &mut Cursor<'_>,
    kind: GeometryKind,
    builder: &mut GeometryBuilder,
) -> Parsed<()> {
    match kind {
        GeometryKind::Point => point(cursor, builder),
        GeometryKind::LineString | GeometryKind::MultiPoint => {
            run(cursor, builder)?;
            builder.end_part();
            Ok(())
        }
        GeometryKind::Polygon | GeometryKind::MultiLineString => rings(cursor, builder),
        _ => {
            open(cursor)?;
            let mut first = true;
            while cursor.element(&mut first)? {
                rings(cursor, builder)?;
            }
            Ok(())
        }
    }
}

fn open(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat(b'[') { Ok(()) } else { Err(cursor.unexpected("an array of coordinates")) }
}

/// A position, or `[]` for an empty point.
fn point(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<()> {
    let mut ahead = cursor.clone();
    open(&mut ahead)?;
    if ahead.eat(b']') {
        *cursor = ahead;
        return Ok(());
    }
    position(cursor, builder)?;
    builder.end_ring();
    builder.end_part();
    Ok(())
}

fn rings(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<()> {
    open(cursor)?;
    let mut first = true;
    while cursor.element(&mut first)? {
        run(cursor, builder)?;
    }
    builder.end_part();
    Ok(())
}

fn run(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<()> {
    open(cursor)?;
    let mut first = true;
    while cursor.element(&mut first)? {
        position(cursor, builder)?;
    }
    builder.end_ring();
    Ok(())
}

#[inline]
fn position(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<()> {
    if !cursor.eat(b'[') {
        return Err(cursor.unexpected("a position of two to four numbers"));
    }
    let x = cursor.double()?;
    if cursor.peek() == b']' {
        return Err(Flaw::rule(cursor.at(), "a position has one number and needs two"));
    }
    cursor.expect(b',')?;
    let y = cursor.double()?;
    if cursor.eat(b']') {
        builder.coordinate(x, y);
        return Ok(());
    }
    let z = next(cursor)?;
    let m = if cursor.peek() == b',' { Some(next(cursor)?) } else { None };
    if cursor.peek() == b',' {
        return Err(Flaw::rule(cursor.at(), "a position has more than four numbers"));
    }
    cursor.expect(b']')?;
    builder.coordinate_zm(x, y, Some(z), m);
    Ok(())
}

fn next(cursor: &mut Cursor<'_>) -> Parsed<f64> {
    cursor.expect(b',')?;
    cursor.double()
}
