//! The bytes written depend on the rows alone.

use std::sync::Arc;

use arrow_array::{Int32Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use geohub_core::{Batch, GeometryBuilder, schema};

use super::support::{layer, write};

/// Many rows at few places, so that the order has ties.
fn rows() -> Batch {
    let mut builder = GeometryBuilder::default();
    for row in 0..1_000u32 {
        if row % 50 == 3 {
            builder.push_null();
        } else {
            builder.push_point(f64::from(row % 7), f64::from(row % 11));
        }
    }
    let schema = Arc::new(Schema::new(vec![schema::field("row", DataType::Int32)]));
    let numbers = Arc::new(Int32Array::from_iter_values(0..1_000));
    Batch::new(builder.finish(), RecordBatch::try_new(schema, vec![numbers]).unwrap())
}

#[test]
fn batch_sizes_do_not_show() {
    let rows = rows();
    let layer = layer(vec![schema::field("row", DataType::Int32)]);
    let whole = write(&layer, std::slice::from_ref(&rows));
    for size in [1, 7, 999] {
        let cut: Vec<Batch> =
            (0..1_000).step_by(size).map(|at| rows.slice(at, size.min(1_000 - at))).collect();
        assert!(write(&layer, &cut) == whole, "batches of {size}");
    }
}
