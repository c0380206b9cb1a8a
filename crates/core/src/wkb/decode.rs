//! WKB into the rows of a geometry column.

use super::code::{Code, Form};
use super::cursor::Cursor;
use super::transcode::transcode;
use crate::{DataError, Dimensions, GeometryBuilder};

type Result<T> = std::result::Result<T, DataError>;

/// Adds the geometry as a row and returns its SRID, if it has one. After an error the builder is as it was before.
///
/// A point whose x and y are NaN is empty; an empty point in a multipoint leaves no trace.
///
/// # Errors
/// Truncated or surplus bytes, counts that do not fit, unknown types, members of the wrong type, x or y that is not
/// finite, nesting deeper than [`super::MAX_NESTING`].
pub fn push_wkb(builder: &mut GeometryBuilder, bytes: &[u8]) -> Result<Option<i32>> {
    let mut cursor = Cursor::new(bytes);
    let header = cursor.header()?;
    if Code::of_flat(header.code.kind()).is_none() {
        let whole = transcode(bytes)?;
        builder.push_wkb(header.code.kind(), whole.dimensions, whole.bbox, &whole.bytes);
        return Ok(header.srid);
    }
    let pushed = push_flat(builder, &mut cursor, header.code, header.dimensions).and_then(|()| {
        let rest = cursor.remaining();
        if rest == 0 { Ok(()) } else { Err(cursor.error(&format!("{rest} bytes follow the geometry"))) }
    });
    match pushed {
        Ok(()) => builder.finish_row_as(header.code.kind(), header.dimensions),
        Err(error) => {
            builder.rollback_row();
            return Err(error);
        }
    }
    Ok(header.srid)
}

/// Adds the coordinates.
fn push_flat(
    builder: &mut GeometryBuilder,
    cursor: &mut Cursor<'_>,
    code: Code,
    dimensions: Dimensions,
) -> Result<()> {
    if code.form() != Form::Members {
        push_simple(builder, cursor, code, dimensions)?;
        builder.end_part();
        return Ok(());
    }
    for _ in 0..cursor.member_count()? {
        let member = cursor.header()?;
        if !code.may_hold(member.code) {
            return Err(cursor.error("a member is not of the type that the geometry holds"));
        }
        if member.dimensions != dimensions {
            return Err(cursor.error("a member has other dimensions than the geometry"));
        }
        match member.code {
            Code::POINT => push_point(builder, cursor, member.dimensions)?,
            member_code => push_simple(builder, cursor, member_code, member.dimensions)?,
        }
        if member.code == Code::POLYGON {
            builder.end_part();
        }
    }
    if code == Code::MULTI_POINT {
        builder.end_ring();
    }
    if code.plain_member() != Some(Code::POLYGON) {
        builder.end_part();
    }
    Ok(())
}

fn push_simple(
    builder: &mut GeometryBuilder,
    cursor: &mut Cursor<'_>,
    code: Code,
    dimensions: Dimensions,
) -> Result<()> {
    match code.form() {
        Form::Coordinate => {
            push_point(builder, cursor, dimensions)?;
            builder.end_ring();
        }
        Form::Coordinates => push_ring(builder, cursor, dimensions)?,
        _ => {
            for _ in 0..cursor.ring_count()? {
                push_ring(builder, cursor, dimensions)?;
            }
        }
    }
    Ok(())
}

fn push_ring(builder: &mut GeometryBuilder, cursor: &mut Cursor<'_>, dimensions: Dimensions) -> Result<()> {
    for numbers in cursor.coordinates(dimensions)? {
        push_coordinate(builder, cursor, dimensions, numbers)?;
    }
    builder.end_ring();
    Ok(())
}

fn push_point(builder: &mut GeometryBuilder, cursor: &mut Cursor<'_>, dimensions: Dimensions) -> Result<()> {
    let numbers = cursor.coordinate(dimensions)?;
    if is_empty_point(numbers) {
        return Ok(());
    }
    push_coordinate(builder, cursor, dimensions, numbers)
}

/// The convention of EWKB and GeoPackage: WKB has no other way to write POINT EMPTY.
pub(super) fn is_empty_point([x, y, ..]: [f64; 4]) -> bool {
    x.is_nan() && y.is_nan()
}

/// Z and M may be missing, which is NaN.
#[inline]
pub(super) fn is_finite([x, y, third, fourth]: [f64; 4]) -> bool {
    x.is_finite() && y.is_finite() && !third.is_infinite() && !fourth.is_infinite()
}

#[inline]
fn push_coordinate(
    builder: &mut GeometryBuilder,
    cursor: &Cursor<'_>,
    dimensions: Dimensions,
    numbers: [f64; 4],
) -> Result<()> {
    if !is_finite(numbers) {
        return Err(cursor.not_finite(numbers, dimensions));
    }
    let [x, y, third, fourth] = numbers;
    match dimensions {
        Dimensions { z: false, m: false } => builder.coordinate(x, y),
        Dimensions { z: true, m: false } => builder.coordinate_zm(x, y, Some(third), None),
        Dimensions { z: false, m: true } => builder.coordinate_zm(x, y, None, Some(third)),
        Dimensions { z: true, m: true } => builder.coordinate_zm(x, y, Some(third), Some(fourth)),
    }
    Ok(())
}
