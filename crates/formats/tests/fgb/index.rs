//! The packed R-tree: read as written here and by others, and the same as the reference implementation builds.

use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree};
use geohub_core::{Batch, Bbox, Error, GeometryBuilder, Level, ReadOptions};

use super::crafted::{Crafted, point_feature};
use super::support::{layer, read, rows_as_text, try_read, write};

/// Points on a 60 by 50 grid, three null rows among them.
fn grid() -> Batch {
    let mut builder = GeometryBuilder::default();
    for row in 0..3_000u32 {
        if row % 1_000 == 500 {
            builder.push_null();
        } else {
            builder.push_point(f64::from(row % 60), f64::from(row / 60));
        }
    }
    Batch::bare(builder.finish()).unwrap()
}

const BOXES: [Bbox; 6] = [
    Bbox::new(10.0, 10.0, 12.0, 11.0),
    Bbox::new(-5.0, -5.0, 100.0, 100.0),
    Bbox::new(59.0, 49.0, 59.0, 49.0),
    Bbox::new(200.0, 0.0, 300.0, 10.0),
    Bbox::new(0.5, 0.5, 0.6, 0.6),
    // Across 180 degrees: west above east.
    Bbox::new(58.0, 0.0, 1.0, 1.0),
];

fn expected(rows: &Batch, bbox: &Bbox) -> usize {
    let inside = |x: f64| {
        if bbox.min_x <= bbox.max_x {
            x >= bbox.min_x && x <= bbox.max_x
        } else {
            x >= bbox.min_x || x <= bbox.max_x
        }
    };
    rows.geometry
        .iter()
        .filter(|row| matches!(row.xy(), [x, y] if inside(*x) && *y >= bbox.min_y && *y <= bbox.max_y))
        .count()
}

fn check(bytes: &[u8], what: &str) {
    let (_, all) = read(bytes);
    for bbox in BOXES {
        let options = ReadOptions { bbox: Some(bbox), ..ReadOptions::default() };
        let (_, found) = try_read(bytes, &options).unwrap();
        assert_eq!(found.rows(), expected(&all, &bbox), "{what} {bbox}");
        assert!(found.geometry.iter().all(|row| !row.is_null()), "{what}: null geometries meet no box");
    }
}

#[test]
fn a_box_brings_the_features_whose_boxes_meet_it() {
    check(&write(&layer(Vec::new()), &[grid()]), "written here");
}

#[test]
fn a_file_without_an_index_answers_the_same() {
    let mut crafted = Crafted::points(300);
    crafted.node_size = 0;
    check(&crafted.bytes(), "no index");
}

#[test]
fn the_node_size_of_the_header_is_used() {
    for node_size in [2, 3, 16, 17, 200, 65_535] {
        let mut crafted = Crafted::points(300);
        crafted.node_size = node_size;
        check(&crafted.bytes(), &format!("node size {node_size}"));
    }
}

#[test]
fn the_tree_is_the_one_the_reference_implementation_builds() {
    for rows in [1, 2, 16, 17, 257, 2_999] {
        let bytes = write(&layer(Vec::new()), &[grid().slice(0, rows)]);
        let header_end = 12 + u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let nodes_in_all = PackedRTree::index_size(rows, 16);
        let tree = &bytes[header_end..header_end + nodes_in_all];
        let leaves: Vec<NodeItem> = tree[nodes_in_all - rows * 40..]
            .chunks_exact(40)
            .map(|raw| NodeItem::from_reader(raw).unwrap())
            .collect();
        let extent = flatgeobuf::packed_r_tree::calc_extent(&leaves);
        let mut reference = Vec::new();
        PackedRTree::build(&leaves, &extent, 16).unwrap().stream_write(&mut reference).unwrap();
        assert!(tree == reference, "{rows} rows");
    }
}

#[test]
fn an_index_that_points_anywhere_is_an_error() {
    let crafted = Crafted::points(40);
    let bytes = crafted.bytes();
    let header_end = 12 + u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let first_leaf = header_end + PackedRTree::index_size(40, 16) - 40 * 40;
    for offset in [1u64, 7, u64::MAX, 1 << 40] {
        let mut bytes = bytes.clone();
        bytes[first_leaf + 32 + 40..first_leaf + 80].copy_from_slice(&offset.to_le_bytes());
        let options = ReadOptions { bbox: Some(Bbox::new(0.9, 0.9, 1.1, 1.1)), ..ReadOptions::default() };
        let error = try_read(&bytes, &options).map(|(_, rows)| rows.rows()).unwrap_err();
        assert!(matches!(error, Error::Data(_)), "{offset}: {error}");
    }
}

#[test]
fn plans_say_what_is_done() {
    let bytes = Crafted::points(100).bytes();
    let context = geohub_core::Context::new(1);
    let mut reader = super::support::open(&bytes, &context).unwrap();
    let done = reader.plan(&ReadOptions { limit: Some(7), ..ReadOptions::default() }).unwrap();
    assert_eq!((done.limit, done.bbox), (Level::Exact, Level::None));
    assert_eq!(reader.layer().rows, geohub_core::RowCount::Exact(7));
    assert_eq!(super::support::rest(&mut *reader).unwrap().rows(), 7);
    let mut reader = super::support::open(&bytes, &context).unwrap();
    let bbox = Some(Bbox::new(0.0, 0.0, 1.0, 1.0));
    let done = reader.plan(&ReadOptions { limit: Some(1), bbox, ..ReadOptions::default() }).unwrap();
    assert_eq!((done.limit, done.bbox), (Level::None, Level::Superset));
}

#[test]
fn columns_not_asked_for_are_skipped() {
    let bytes = Crafted::points(5).bytes();
    let options = ReadOptions { columns: Some(vec!["name".to_owned()]), ..ReadOptions::default() };
    let (layer, rows) = try_read(&bytes, &options).unwrap();
    assert_eq!(layer.schema.fields().len(), 1);
    assert!(rows_as_text(&rows).iter().all(|row| row.contains("name ")));
    let options = ReadOptions { columns: Some(Vec::new()), ..ReadOptions::default() };
    let (layer, rows) = try_read(&bytes, &options).unwrap();
    assert_eq!((layer.schema.fields().len(), rows.rows()), (0, 5));
    assert!(!point_feature(0.0, 0.0, &[]).is_empty());
}
