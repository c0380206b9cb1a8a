//! Native encodings: coordinates as structs of x and y in lists (`GeoArrow`, separated).

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use arrow_schema::DataType;
use geohub_core::{DataError, GeometryBuilder, GeometryColumn, GeometryKind, Result};

use super::layout::Encoding;

/// Decodes a column of one geometry type.
pub(super) fn decode(array: &ArrayRef, encoding: Encoding) -> Result<GeometryColumn> {
    let (kind, depth) = match encoding {
        Encoding::Wkb | Encoding::Point => (GeometryKind::Point, 0),
        Encoding::LineString => (GeometryKind::LineString, 1),
        Encoding::MultiPoint => (GeometryKind::MultiPoint, 1),
        Encoding::Polygon => (GeometryKind::Polygon, 2),
        Encoding::MultiLineString => (GeometryKind::MultiLineString, 2),
        Encoding::MultiPolygon => (GeometryKind::MultiPolygon, 3),
    };
    let nested = Nested::of(array, depth)?;
    let mut builder = GeometryBuilder::with_capacity(array.len(), array.len());
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.push_null();
            continue;
        }
        nested.push(row, kind, &mut builder);
        builder.finish_row(kind);
    }
    Ok(builder.finish())
}

/// Lists around coordinates.
enum Nested {
    Coordinates(Box<Coordinates>),
    Lists { offsets: Vec<usize>, depth: usize, inner: Box<Self> },
}

struct Coordinates {
    x: PrimitiveArray<Float64Type>,
    y: PrimitiveArray<Float64Type>,
    z: Option<PrimitiveArray<Float64Type>>,
    m: Option<PrimitiveArray<Float64Type>>,
}

impl Nested {
    fn of(array: &ArrayRef, depth: usize) -> Result<Self> {
        if depth == 0 {
            return Ok(Self::Coordinates(Box::new(Coordinates::of(array)?)));
        }
        let (offsets, values): (Vec<usize>, &ArrayRef) = match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                (lists.offsets().iter().map(|offset| *offset as usize).collect(), lists.values())
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                (lists.offsets().iter().map(|offset| *offset as usize).collect(), lists.values())
            }
            other => return Err(unexpected(other)),
        };
        Ok(Self::Lists { offsets, depth, inner: Box::new(Self::of(values, depth - 1)?) })
    }

    /// Adds what lies at a position.
    fn push(&self, at: usize, kind: GeometryKind, builder: &mut GeometryBuilder) {
        match self {
            Self::Coordinates(coordinates) => {
                coordinates.push(at, builder);
                if kind == GeometryKind::Point {
                    builder.end_ring();
                    builder.end_part();
                }
            }
            Self::Lists { offsets, depth, inner } => {
                for child in offsets[at]..offsets[at + 1] {
                    inner.push(child, kind, builder);
                }
                if *depth == 1 {
                    builder.end_ring();
                }
                let parts_at = if kind == GeometryKind::MultiPolygon { 2 } else { list_depth(kind) };
                if *depth == parts_at {
                    builder.end_part();
                }
            }
        }
    }
}

fn list_depth(kind: GeometryKind) -> usize {
    match kind {
        GeometryKind::Polygon | GeometryKind::MultiLineString => 2,
        _ => 1,
    }
}

impl Coordinates {
    fn of(array: &ArrayRef) -> Result<Self> {
        let Some(fields) = array.as_struct_opt() else { return Err(unexpected(array.data_type())) };
        let ordinate = |name: &str| {
            let column = fields.column_by_name(name)?;
            column.as_primitive_opt::<Float64Type>().cloned()
        };
        match (ordinate("x"), ordinate("y")) {
            (Some(x), Some(y)) => Ok(Self { x, y, z: ordinate("z"), m: ordinate("m") }),
            _ => Err(unexpected(array.data_type())),
        }
    }

    fn push(&self, at: usize, builder: &mut GeometryBuilder) {
        let (x, y) = (self.x.value(at), self.y.value(at));
        if x.is_nan() && y.is_nan() {
            // An empty point.
            return;
        }
        let ordinate =
            |values: &Option<PrimitiveArray<Float64Type>>| values.as_ref().map(|values| values.value(at));
        match (ordinate(&self.z), ordinate(&self.m)) {
            (None, None) => builder.coordinate(x, y),
            (z, m) => builder.coordinate_zm(x, y, z, m),
        }
    }
}

fn unexpected(found: &DataType) -> geohub_core::Error {
    DataError::new(format!("the geometry column's encoding does not go with its type, {found}")).into()
}
