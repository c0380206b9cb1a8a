//! A small batch with a column of every kind, and short ways to ask it.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float32Array, Float64Array,
    Int16Array, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, UInt64Array,
};
use arrow_schema::{Field, Schema};
use geohub_core::expr::{Expr, ExprError};
use geohub_core::schema::json_field;

pub const TWO_53: i64 = 1 << 53;

/// 2024-05-01T12:30:00 in seconds.
pub const NOON: i64 = 1_714_566_600;

fn columns() -> Vec<(&'static str, ArrayRef)> {
    let micros = vec![Some(NOON * 1_000_000), Some(NOON * 1_000_000 + 1), None, Some(-1)];
    vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), Some(TWO_53 + 1), None, Some(i64::MAX)]))),
        ("small", Arc::new(Int16Array::from(vec![Some(-3), Some(0), None, Some(7)]))),
        ("hash", Arc::new(UInt64Array::from(vec![Some(1), Some(u64::MAX), None, Some(1 << 63)]))),
        ("area", Arc::new(Float64Array::from(vec![Some(-0.0), Some(TWO_53 as f64), None, Some(f64::NAN)]))),
        ("single", Arc::new(Float32Array::from(vec![Some(0.1), Some(2.5), None, Some(f32::INFINITY)]))),
        ("name", Arc::new(StringArray::from(vec![Some("Main St"), Some("50%_off\\"), None, Some("straße")]))),
        ("large", Arc::new(LargeStringArray::from(vec![Some("Main St"), Some("b"), None, Some("")]))),
        (
            "zone",
            Arc::new(
                vec![Some("R1"), Some("C2"), None, Some("R1")]
                    .into_iter()
                    .collect::<DictionaryArray<Int32Type>>(),
            ),
        ),
        ("active", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]))),
        (
            "seen",
            Arc::new(
                TimestampMillisecondArray::from(vec![Some(NOON * 1000), Some(0), None, Some(-1)])
                    .with_timezone("UTC"),
            ),
        ),
        ("local", Arc::new(TimestampMicrosecondArray::from(micros))),
        ("day", Arc::new(Date32Array::from(vec![Some(19_844), Some(0), None, Some(-1)]))),
        ("nothing", Arc::new(NullArray::new(4))),
        ("blob", Arc::new(BinaryArray::from_opt_vec(vec![Some(b"x"), Some(b"y"), None, Some(b"")]))),
        ("City Name", Arc::new(StringArray::from(vec!["a", "b", "c", "d"]))),
        ("Twin", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("TWIN", Arc::new(Int64Array::from(vec![4, 3, 2, 1]))),
    ]
}

/// Four rows; the third is null wherever a column has nulls.
pub fn batch() -> RecordBatch {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (name, array) in columns() {
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    fields.push(json_field("tags"));
    arrays.push(Arc::new(StringArray::from(vec![Some("[1,2]"), Some("\"a\""), None, Some("{}")])));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("the columns fit the fields")
}

/// The rows as `t`, `f` and `-` for null.
pub fn ask(text: &str) -> Result<String, ExprError> {
    let batch = batch();
    let result = Expr::parse(text)?.bind(&batch.schema())?.evaluate(&batch)?;
    assert_eq!(result.len(), batch.num_rows(), "{text}");
    Ok(result.iter().map(|row| row.map_or('-', |row| if row { 't' } else { 'f' })).collect())
}

/// Every text gives the rows beside it.
pub fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        match ask(text) {
            Ok(rows) => assert_eq!(&rows, expected, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

/// Every text gives the error message beside it.
pub fn check_errors(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        match ask(text) {
            Ok(rows) => panic!("{text}: {rows}"),
            Err(error) => assert_eq!(&error.to_string(), expected, "{text}"),
        }
    }
}
