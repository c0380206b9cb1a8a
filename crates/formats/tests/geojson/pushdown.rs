//! Selections done while reading.

use geohub_core::{Bbox, Level, ReadOptions, RowCount};

use crate::support::{collection, context, open_text, read, read_with};

fn points() -> String {
    let feature = |x: usize| {
        // Properties come first, as in files of some writers.
        format!(
            r#"{{"properties":{{"x":{x},"s":"}}{{","t":{x}}},"type":"Feature","id":{x},"geometry":{{"type":"Point","coordinates":[{x},0]}}}}"#
        )
    };
    let mut features: Vec<String> = (0..20).map(feature).collect();
    features.push(r#"{"type":"Feature","properties":{},"geometry":null}"#.to_owned());
    features.push(r#"{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[4,0]}]},"properties":{"x":99}}"#.to_owned());
    collection(&features.iter().map(String::as_str).collect::<Vec<_>>())
}

fn rows(options: &ReadOptions, block_bytes: usize) -> Vec<(f64, usize)> {
    let (layer, batches) = read_with(points(), &context(block_bytes, 1).0, options).unwrap();
    let columns = layer.schema.fields().len();
    batches
        .iter()
        .flat_map(|batch| {
            assert_eq!(batch.attributes.num_columns(), columns);
            batch.geometry.iter().map(move |row| (row.bbox().min_x, columns)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_box_leaves_what_misses_it_unread() {
    let bbox = Some(Bbox::new(3.0, -1.0, 5.0, 1.0));
    let found = rows(&ReadOptions { bbox, ..ReadOptions::default() }, 1 << 20);
    assert_eq!(found.iter().map(|(x, _)| *x).collect::<Vec<_>>(), [3.0, 4.0, 5.0, 4.0]);
    assert!(found.iter().all(|(_, columns)| *columns == 4));
}

#[test]
fn columns_and_limit_are_exact() {
    let columns = Some(vec!["t".to_owned(), "id".to_owned()]);
    for block_bytes in [64, 1 << 20] {
        let options = ReadOptions { columns: columns.clone(), limit: Some(7), ..ReadOptions::default() };
        let found = rows(&options, block_bytes);
        assert_eq!((found.len(), found[0].1), (7, 2));
    }
    let mut reader = open_text(points(), &context(1 << 20, 1).0).unwrap();
    let options =
        ReadOptions { columns, bbox: Some(Bbox::new(0.0, 0.0, 1.0, 1.0)), filter: None, limit: Some(1) };
    let pushdown = reader.plan(&options).unwrap();
    assert_eq!((pushdown.columns, pushdown.bbox), (Level::Exact, Level::Superset));
    // Rows that the box leaves out must not count.
    assert_eq!((pushdown.limit, pushdown.filter), (Level::None, Level::None));
    assert_eq!(reader.layer().schema.fields().len(), 2);
    assert_eq!(reader.layer().rows, RowCount::Estimate(22));
}

#[test]
fn rows_behind_the_limit_are_not_judged() {
    let text = collection(&[r#"{"type":"Feature","geometry":null,"properties":{}}"#, "{}"]);
    assert!(read(text.clone()).is_err());
    let options = ReadOptions { limit: Some(1), ..ReadOptions::default() };
    assert_eq!(read_with(text, &context(1 << 20, 1).0, &options).unwrap().1[0].rows(), 1);
}
