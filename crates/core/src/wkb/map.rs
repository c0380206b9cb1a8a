//! Moving the coordinates of checked ISO WKB.

use super::MAX_NESTING;
use super::code::Form;
use super::cursor::Cursor;
use crate::{Bbox, DataError, Dimensions, Result};

/// Moves every x and y of a geometry through `apply` (interleaved, in place); gives its new box.
///
/// `bytes` are ISO WKB in little-endian order, as geometry columns keep it. Coordinates of empty points stay NaN.
pub(crate) fn map_wkb(bytes: &mut [u8], apply: &mut dyn FnMut(&mut [f64]) -> Result<()>) -> Result<Bbox> {
    let mut places = Vec::new();
    walk(&mut Cursor::new(bytes), bytes.len(), 0, &mut places)?;
    places.retain(|&at| !(number(bytes, at).is_nan() && number(bytes, at + 8).is_nan()));
    let mut xy: Vec<f64> = places.iter().flat_map(|&at| [number(bytes, at), number(bytes, at + 8)]).collect();
    apply(&mut xy)?;
    let mut bbox = Bbox::EMPTY;
    for (pair, &at) in xy.as_chunks::<2>().0.iter().zip(&places) {
        bbox.add(pair[0], pair[1]);
        bytes[at..at + 8].copy_from_slice(&pair[0].to_le_bytes());
        bytes[at + 8..at + 16].copy_from_slice(&pair[1].to_le_bytes());
    }
    Ok(bbox)
}

/// The little-endian number at a place that [`walk`] has checked.
fn number(bytes: &[u8], at: usize) -> f64 {
    bytes[at..].first_chunk().map_or(f64::NAN, |eight| f64::from_le_bytes(*eight))
}

/// Notes where each coordinate of a geometry begins.
fn walk(cursor: &mut Cursor<'_>, len: usize, depth: usize, places: &mut Vec<usize>) -> Result<(), DataError> {
    let header = cursor.header()?;
    if depth > MAX_NESTING {
        return Err(cursor.error(&format!("geometries are nested more than {MAX_NESTING} levels deep")));
    }
    match header.code.form() {
        Form::Coordinate => {
            places.push(len - cursor.remaining());
            cursor.coordinate(header.dimensions)?;
        }
        Form::Coordinates => run(cursor, header.dimensions, len, places)?,
        Form::Rings => {
            for _ in 0..cursor.ring_count()? {
                run(cursor, header.dimensions, len, places)?;
            }
        }
        Form::Members => {
            for _ in 0..cursor.member_count()? {
                walk(cursor, len, depth + 1, places)?;
            }
        }
    }
    Ok(())
}

fn run(
    cursor: &mut Cursor<'_>,
    dimensions: Dimensions,
    len: usize,
    places: &mut Vec<usize>,
) -> Result<(), DataError> {
    let count = cursor.coordinates(dimensions)?.len();
    let size = dimensions.count() * 8;
    let start = len - cursor.remaining() - count * size;
    places.extend((0..count).map(|number| start + number * size));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GeometryBuilder;
    use crate::wkt::push_wkt;

    #[test]
    fn collections_and_curves_move_and_keep_z_and_empty_points() {
        let mut builder = GeometryBuilder::default();
        for text in [
            "GEOMETRYCOLLECTION Z(POINT Z EMPTY, POINT Z(1 2 9), POLYGON Z((0 0 1,1 0 2,1 1 3,0 0 1)))",
            "CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))",
        ] {
            push_wkt(&mut builder, text).unwrap();
        }
        let column = builder.finish();
        let moved = column
            .map_coordinates(&mut |xy| {
                for ordinate in xy.iter_mut() {
                    *ordinate += 10.0;
                }
                Ok(())
            })
            .unwrap();
        let text = |row| {
            let mut out = Vec::new();
            crate::wkt::write_wkt(&moved.row(row), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            text(0),
            "GEOMETRYCOLLECTION Z (POINT Z EMPTY, POINT Z (11 12 9), POLYGON Z ((10 10 1, 11 10 2, 11 11 3, 10 10 1)))"
        );
        assert_eq!(text(1), "CURVEPOLYGON (CIRCULARSTRING (10 10, 14 10, 14 14, 10 14, 10 10))");
        assert_eq!(moved.bbox(1), Bbox::new(10.0, 10.0, 14.0, 14.0));
        let later = moved.slice(1, 1).map_coordinates(&mut |_| Ok(())).unwrap();
        assert_eq!((later.len(), later.bbox(0)), (1, moved.bbox(1)));
    }
}
