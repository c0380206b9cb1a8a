//! A box, columns and a limit read less and lose nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use geohub_core::{Batch, Bbox, Layer, Level, ReadOptions, RowCount};

use super::support::{Counting, number_layer, open, read_source, squares, write};

/// 100 by 600 squares in three row groups of several pages.
fn city() -> Vec<u8> {
    write(&number_layer(), &[squares(0..25_000), squares(25_000..50_000), squares(50_000..60_000)])
}

fn numbers(batch: &Batch) -> Vec<i64> {
    batch.attributes.column(0).as_primitive::<Int64Type>().values().to_vec()
}

fn read(bytes: &[u8], options: &ReadOptions) -> (Layer, Batch, u64) {
    let source = Counting::new(bytes.to_vec());
    let (layer, batch) = read_source(Arc::clone(&source) as _, options).unwrap();
    (layer, batch, source.read.load(Ordering::Relaxed))
}

#[test]
fn boxes_read_less_and_miss_nothing() {
    let bytes = city();
    let (_, all, everything) = read(&bytes, &ReadOptions::default());
    assert_eq!(all.rows(), 60_000);
    for (x, y, size) in
        [(3.0, 5.0, 0.1), (50.2, 249.9, 1.5), (0.0, 599.0, 3.0), (-9.0, -9.0, 1.0), (20.0, 100.0, 300.0)]
    {
        let bbox = Bbox::new(x, y, x + size, y + size);
        let (layer, found, bytes_read) =
            read(&bytes, &ReadOptions { bbox: Some(bbox), ..ReadOptions::default() });
        let meeting = (0..all.rows()).filter(|row| all.geometry.bbox(*row).intersects(&bbox));
        let meeting: Vec<i64> = meeting.map(|row| numbers(&all)[row]).collect();
        let found_numbers = numbers(&found);
        assert!(meeting.iter().all(|number| found_numbers.binary_search(number).is_ok()), "{bbox}");
        assert_eq!(layer.rows, RowCount::Estimate(found.rows() as u64));
        if size < 10.0 {
            assert!(found.rows() < 25_000 && bytes_read * 2 < everything, "{bbox}: {} rows", found.rows());
        }
    }
}

#[test]
fn columns_and_limits_are_exact() {
    let bytes = city();
    let everything = read(&bytes, &ReadOptions::default()).2;
    let options = ReadOptions { columns: Some(Vec::new()), limit: Some(30_001), ..ReadOptions::default() };
    let mut reader = open(Counting::new(bytes.clone())).unwrap();
    let answer = reader.plan(&options).unwrap();
    assert_eq!((answer.columns, answer.limit), (Level::Exact, Level::Exact));
    let (layer, found, bytes_read) = read(&bytes, &options);
    assert_eq!((layer.rows, found.rows()), (RowCount::Exact(30_001), 30_001));
    assert_eq!(layer.schema.fields().len(), 0);
    assert!(bytes_read < everything);
    let first = read(&bytes, &ReadOptions { limit: Some(7), ..ReadOptions::default() }).1;
    assert_eq!(numbers(&first), (0..7).collect::<Vec<_>>());
}
