//! Geometry columns of a file as geometry columns of ours.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use geohub_core::wkb::push_wkb;
use geohub_core::{DataError, GeometryBuilder, GeometryColumn, Result};

use super::layout::Encoding;
use super::native;

/// Decodes a column; `first_row` is the number of its first row in the file, for messages.
pub(super) fn decode(array: &ArrayRef, encoding: Encoding, first_row: u64) -> Result<GeometryColumn> {
    if encoding != Encoding::Wkb {
        return native::decode(array, encoding);
    }
    match array.data_type() {
        DataType::Binary => wkb(array.as_binary::<i32>().iter(), first_row),
        DataType::LargeBinary => wkb(array.as_binary::<i64>().iter(), first_row),
        DataType::BinaryView => wkb(array.as_binary_view().iter(), first_row),
        other => Err(DataError::new(format!("the geometry column holds {other}, not WKB")).into()),
    }
}

fn wkb<'a>(rows: impl ExactSizeIterator<Item = Option<&'a [u8]>>, first_row: u64) -> Result<GeometryColumn> {
    let mut builder = GeometryBuilder::with_capacity(rows.len(), rows.len());
    for (row, bytes) in rows.enumerate() {
        match bytes {
            None => builder.push_null(),
            Some(bytes) => {
                let broken = |error: DataError| error.at_feature(first_row + row as u64 + 1);
                push_wkb(&mut builder, bytes).map_err(broken)?;
            }
        }
    }
    Ok(builder.finish())
}
