//! Column types on both sides: `FlatGeobuf`'s fifteen and Arrow's.

use arrow_schema::{DataType, Field};
use flatgeobuf::{Column, ColumnType};
use geohub_core::schema;

use super::metadata;

/// The attribute column of a header column, or the number of a type this version of the format does not have.
pub(super) fn field(column: &Column<'_>) -> Result<Field, u8> {
    let name = column.name();
    let metadata = column.metadata().unwrap_or_default();
    let field = field_of(name, column.type_(), metadata::is_wkb(metadata))?;
    Ok(if metadata::is_feature_id(metadata) { schema::feature_id(field) } else { field })
}

/// The attribute column as which a layer's column comes back once it is written.
pub(super) fn written(field: &Field) -> Option<Field> {
    field_of(field.name(), column_type(field)?, schema::is_wkb(field)).ok()
}

fn field_of(name: &str, column_type: ColumnType, wkb: bool) -> Result<Field, u8> {
    Ok(match column_type {
        ColumnType::Byte => schema::field(name, DataType::Int8),
        ColumnType::UByte => schema::field(name, DataType::UInt8),
        ColumnType::Bool => schema::field(name, DataType::Boolean),
        ColumnType::Short => schema::field(name, DataType::Int16),
        ColumnType::UShort => schema::field(name, DataType::UInt16),
        ColumnType::Int => schema::field(name, DataType::Int32),
        ColumnType::UInt => schema::field(name, DataType::UInt32),
        ColumnType::Long => schema::field(name, DataType::Int64),
        ColumnType::ULong => schema::field(name, DataType::UInt64),
        ColumnType::Float => schema::field(name, DataType::Float32),
        ColumnType::Double => schema::field(name, DataType::Float64),
        ColumnType::String => schema::field(name, DataType::Utf8),
        ColumnType::Json => schema::json_field(name),
        ColumnType::DateTime => schema::date_time_text_field(name),
        ColumnType::Binary if wkb => schema::wkb_field(name),
        ColumnType::Binary => schema::field(name, DataType::Binary),
        ColumnType(unknown) => return Err(unknown),
    })
}

/// The column type that keeps an attribute column's values; `None` where there is none.
pub(super) fn column_type(field: &Field) -> Option<ColumnType> {
    Some(match value_type(field.data_type()) {
        DataType::Int8 => ColumnType::Byte,
        DataType::UInt8 => ColumnType::UByte,
        DataType::Boolean => ColumnType::Bool,
        DataType::Int16 => ColumnType::Short,
        DataType::UInt16 => ColumnType::UShort,
        DataType::Int32 => ColumnType::Int,
        DataType::UInt32 => ColumnType::UInt,
        DataType::Int64 => ColumnType::Long,
        DataType::UInt64 => ColumnType::ULong,
        DataType::Float32 => ColumnType::Float,
        DataType::Float64 => ColumnType::Double,
        DataType::Utf8 | DataType::LargeUtf8 if schema::is_json(field) => ColumnType::Json,
        DataType::Utf8 | DataType::LargeUtf8 if schema::is_date_time_text(field) => ColumnType::DateTime,
        // GDAL writes dates as DateTime too and has no column type for times of day either.
        DataType::Timestamp(..) | DataType::Date32 => ColumnType::DateTime,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Null | DataType::Time32(_) | DataType::Time64(_) => {
            ColumnType::String
        }
        DataType::Binary | DataType::LargeBinary => ColumnType::Binary,
        _ => return None,
    })
}

/// The type of a dictionary's values, or the type itself.
pub(super) fn value_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}
