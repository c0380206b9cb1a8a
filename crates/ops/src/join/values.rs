//! Right columns as aggregates read them.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Decimal128Array, Float64Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};
use geohub_core::{Error, Result, schema};

use super::aggregate::{Aggregate, Function};

/// A right column in one of the few forms that aggregates read.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// Any column, for its nulls.
    Presence(ArrayRef),
    /// Integers, dates and times, as 38-digit integers.
    Integers(Decimal128Array),
    /// Doubles.
    Floats(Float64Array),
    /// Text.
    Texts(StringArray),
}

impl Values {
    pub(super) fn new(aggregate: &Aggregate, column: &ArrayRef) -> Result<Self> {
        let data_type = column.data_type();
        if aggregate.function == Function::Count {
            return Ok(Self::Presence(Arc::clone(column)));
        }
        let orders = matches!(aggregate.function, Function::Min | Function::Max);
        match data_type {
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                Ok(Self::Floats(typed::<Float64Array>(&cast(column, &DataType::Float64)?)?))
            }
            _ if data_type.is_integer() || data_type.is_null() || (orders && is_instant(data_type)) => {
                let integers = integers(column)?;
                Ok(Self::Integers(typed::<Decimal128Array>(&integers)?))
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View if orders => {
                Ok(Self::Texts(typed::<StringArray>(&cast(column, &DataType::Utf8)?)?))
            }
            _ => Err(unsupported(aggregate, data_type)),
        }
    }
}

/// The column that an aggregate over a right column gives.
pub(super) fn output_field(aggregate: &Aggregate, field: Option<&Field>) -> Result<Field> {
    let data_type = match (aggregate.function, field.map(Field::data_type)) {
        (Function::Count, _) => DataType::Int64,
        (_, None) => return Err(Error::Internal(format!("{aggregate} has no column"))),
        (Function::Sum, Some(DataType::UInt64)) => DataType::UInt64,
        (Function::Sum, Some(integer)) if integer.is_integer() || integer.is_null() => DataType::Int64,
        (Function::Sum | Function::Mean, Some(_)) => DataType::Float64,
        (Function::Min | Function::Max, Some(same)) => same.clone(),
    };
    if let Some(field) = field {
        Values::new(aggregate, &arrow_array::new_empty_array(field.data_type()))?;
        if matches!(aggregate.function, Function::Min | Function::Max) {
            return Ok(schema::without_role(field).with_name(&aggregate.name).with_nullable(true));
        }
    }
    Ok(schema::field(&aggregate.name, data_type))
}

/// As 38-digit integers; dates and times by their number of units.
fn integers(column: &ArrayRef) -> Result<ArrayRef> {
    let plain = match column.data_type() {
        DataType::Date32 | DataType::Time32(_) => cast(column, &DataType::Int32)?,
        instant if is_instant(instant) => cast(column, &DataType::Int64)?,
        DataType::Null => cast(column, &DataType::Int64)?,
        _ => Arc::clone(column),
    };
    Ok(cast(&plain, &DataType::Decimal128(38, 0))?)
}

fn is_instant(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32
            | DataType::Date64
            | DataType::Timestamp(..)
            | DataType::Time32(_)
            | DataType::Time64(_)
    )
}

fn typed<A: Array + Clone + 'static>(column: &ArrayRef) -> Result<A> {
    let typed = column.as_any().downcast_ref::<A>().cloned();
    typed.ok_or_else(|| Error::Internal(format!("a cast gave {}", column.data_type())))
}

fn unsupported(aggregate: &Aggregate, data_type: &DataType) -> Error {
    let kind = schema::type_name(&schema::field("", data_type.clone()));
    let (function, field) = (aggregate.function.name(), aggregate.field.as_deref().unwrap_or(""));
    Error::request(format!("{function} does not work on {field}, a column of type {kind}"))
}
