//! Cut, changed and foreign files: an error or rows, never a panic.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use geohub_core::{Error, ReadOptions, schema};
use parquet::arrow::ArrowWriter;

use super::support::{Counting, number_layer, read_source, squares, write};

fn outcome(bytes: Vec<u8>) -> Result<usize, Error> {
    read_source(Counting::new(bytes), &ReadOptions::default()).map(|(_, batch)| batch.rows())
}

#[test]
fn every_cut_is_refused() {
    let whole = write(&number_layer(), &[squares(0..20)]);
    for len in 0..whole.len() {
        let error = outcome(whole[..len].to_vec()).unwrap_err();
        assert!(matches!(error, Error::Data(_)), "{len}: {error}");
    }
    assert_eq!(outcome(whole).unwrap(), 20);
}

#[test]
fn changed_bytes_give_rows_or_an_error_about_the_data() {
    geohub_core::panics::hush();
    let whole = write(&number_layer(), &[squares(0..20), squares(20..30)]);
    let mut refused = 0;
    for at in 0..whole.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            if let Err(error) = outcome(bytes) {
                assert!(matches!(error, Error::Data(_) | Error::Unsupported(_)), "byte {at}: {error:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > whole.len());
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let fields = ["d", "e", "d"].map(|name| schema::field(name, DataType::Int64));
    let columns = [1, 2, 3].map(|value| Arc::new(Int64Array::from(vec![value])) as ArrayRef);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns.to_vec()).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = outcome(bytes).unwrap_err();
    assert!(
        matches!(error, Error::Data(_)) && error.to_string().contains("two columns are named `d`"),
        "{error}"
    );
}
