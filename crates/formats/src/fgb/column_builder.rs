//! Building one Arrow column from property values.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Float32Builder, Float64Builder, Int8Builder, Int16Builder, Int32Builder,
    Int64Builder, StringBuilder, UInt8Builder, UInt16Builder, UInt32Builder, UInt64Builder,
};
use arrow_schema::DataType;

use super::table::{Checked, malformed, u32_at};

/// Takes values in their wire form and keeps them as an Arrow column.
#[derive(Debug)]
pub(super) enum ColumnBuilder {
    Bool(BooleanBuilder),
    I8(Int8Builder),
    U8(UInt8Builder),
    I16(Int16Builder),
    U16(UInt16Builder),
    I32(Int32Builder),
    U32(UInt32Builder),
    I64(Int64Builder),
    U64(UInt64Builder),
    F32(Float32Builder),
    F64(Float64Builder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
}

/// Runs an expression on the builder inside, whatever its type.
macro_rules! any {
    ($of:expr, $builder:ident => $do:expr) => {
        match $of {
            ColumnBuilder::Bool($builder) => $do,
            ColumnBuilder::I8($builder) => $do,
            ColumnBuilder::U8($builder) => $do,
            ColumnBuilder::I16($builder) => $do,
            ColumnBuilder::U16($builder) => $do,
            ColumnBuilder::I32($builder) => $do,
            ColumnBuilder::U32($builder) => $do,
            ColumnBuilder::I64($builder) => $do,
            ColumnBuilder::U64($builder) => $do,
            ColumnBuilder::F32($builder) => $do,
            ColumnBuilder::F64($builder) => $do,
            ColumnBuilder::Text($builder) => $do,
            ColumnBuilder::Bytes($builder) => $do,
        }
    };
}

impl ColumnBuilder {
    /// A builder for a column that a header declared.
    pub(super) fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Int8 => Self::I8(Int8Builder::new()),
            DataType::UInt8 => Self::U8(UInt8Builder::new()),
            DataType::Int16 => Self::I16(Int16Builder::new()),
            DataType::UInt16 => Self::U16(UInt16Builder::new()),
            DataType::Int32 => Self::I32(Int32Builder::new()),
            DataType::UInt32 => Self::U32(UInt32Builder::new()),
            DataType::Int64 => Self::I64(Int64Builder::new()),
            DataType::UInt64 => Self::U64(UInt64Builder::new()),
            DataType::Float32 => Self::F32(Float32Builder::new()),
            DataType::Float64 => Self::F64(Float64Builder::new()),
            DataType::Binary => Self::Bytes(BinaryBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    pub(super) fn append_null(&mut self) {
        any!(self, builder => builder.append_null());
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        any!(self, builder => Arc::new(builder.finish()))
    }

    /// Appends the value that starts at `at` and returns the position behind it.
    #[inline]
    pub(super) fn append(&mut self, bytes: &[u8], at: usize) -> Checked<usize> {
        match self {
            Self::Bool(builder) => take::<1>(bytes, at).map(|raw| builder.append_value(raw[0] != 0))?,
            Self::I8(builder) => take(bytes, at).map(|raw| builder.append_value(i8::from_le_bytes(raw)))?,
            Self::U8(builder) => take(bytes, at).map(|raw| builder.append_value(u8::from_le_bytes(raw)))?,
            Self::I16(builder) => take(bytes, at).map(|raw| builder.append_value(i16::from_le_bytes(raw)))?,
            Self::U16(builder) => take(bytes, at).map(|raw| builder.append_value(u16::from_le_bytes(raw)))?,
            Self::I32(builder) => take(bytes, at).map(|raw| builder.append_value(i32::from_le_bytes(raw)))?,
            Self::U32(builder) => take(bytes, at).map(|raw| builder.append_value(u32::from_le_bytes(raw)))?,
            Self::I64(builder) => take(bytes, at).map(|raw| builder.append_value(i64::from_le_bytes(raw)))?,
            Self::U64(builder) => take(bytes, at).map(|raw| builder.append_value(u64::from_le_bytes(raw)))?,
            Self::F32(builder) => take(bytes, at).map(|raw| builder.append_value(f32::from_le_bytes(raw)))?,
            Self::F64(builder) => take(bytes, at).map(|raw| builder.append_value(f64::from_le_bytes(raw)))?,
            Self::Text(builder) => {
                let text = prefixed(bytes, at)?;
                match std::str::from_utf8(text) {
                    Ok(text) => builder.append_value(text),
                    Err(error) => return malformed(at + 4 + error.valid_up_to(), "a text is not UTF-8"),
                }
                return Ok(at + 4 + text.len());
            }
            Self::Bytes(builder) => {
                let value = prefixed(bytes, at)?;
                builder.append_value(value);
                return Ok(at + 4 + value.len());
            }
        }
        Ok(at + self.width())
    }

    /// The position behind the value that starts at `at`.
    pub(super) fn skip(data_type: &DataType, bytes: &[u8], at: usize) -> Checked<usize> {
        match data_type.primitive_width().or((*data_type == DataType::Boolean).then_some(1)) {
            Some(width) if at + width <= bytes.len() => Ok(at + width),
            Some(_) => malformed(at, "a value is cut off"),
            None => Ok(at + 4 + prefixed(bytes, at)?.len()),
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Bool(_) | Self::I8(_) | Self::U8(_) => 1,
            Self::I16(_) | Self::U16(_) => 2,
            Self::I32(_) | Self::U32(_) | Self::F32(_) => 4,
            Self::I64(_) | Self::U64(_) | Self::F64(_) => 8,
            Self::Text(_) | Self::Bytes(_) => 0,
        }
    }
}

#[inline]
fn take<const N: usize>(bytes: &[u8], at: usize) -> Checked<[u8; N]> {
    match bytes.get(at..at + N).and_then(|raw| raw.try_into().ok()) {
        Some(raw) => Ok(raw),
        None => malformed(at, "a value is cut off"),
    }
}

#[inline]
fn prefixed(bytes: &[u8], at: usize) -> Checked<&[u8]> {
    let Ok(len) = u32_at(bytes, at) else { return malformed(at, "a value is cut off") };
    match bytes.get(at + 4..at + 4 + len as usize) {
        Some(value) => Ok(value),
        None => malformed(at, "a value is longer than its feature"),
    }
}
