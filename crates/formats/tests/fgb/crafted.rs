//! Files made with the reference implementation's structures, right or deliberately wrong.

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Feature, FeatureArgs, Geometry, GeometryArgs, GeometryType, Header,
    HeaderArgs, finish_size_prefixed_feature_buffer, finish_size_prefixed_header_buffer,
};
use geohub_core::{GeometryKind, ReadOptions};

use super::support::{message_of, read, try_read};

/// A file to be.
pub struct Crafted {
    pub columns: Vec<(String, ColumnType)>,
    pub geometry_type: GeometryType,
    /// The count that the header states.
    pub count: u64,
    pub node_size: u16,
    /// Features with the boxes that go into the tree.
    pub features: Vec<(Vec<u8>, [f64; 4])>,
}

impl Crafted {
    /// Points at (row, row) with a number and a name.
    pub fn points(rows: u32) -> Self {
        let features = (0..rows).map(|row| {
            let at = f64::from(row);
            (point_feature(at, at, &properties(row)), [at, at, at, at])
        });
        Self {
            columns: vec![("row".to_owned(), ColumnType::UInt), ("name".to_owned(), ColumnType::String)],
            geometry_type: GeometryType::Point,
            count: u64::from(rows),
            node_size: 16,
            features: features.collect(),
        }
    }

    /// One feature.
    pub fn one(columns: &[(&str, ColumnType)], geometry_type: GeometryType, feature: Vec<u8>) -> Self {
        Self {
            columns: columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect(),
            geometry_type,
            count: 1,
            node_size: 0,
            features: vec![(feature, [0.0; 4])],
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"fgb\x03fgb\x00".to_vec();
        bytes.extend(self.header());
        if self.node_size > 0 && !self.features.is_empty() {
            let mut offset = 0;
            let mut nodes = Vec::new();
            for (feature, [min_x, min_y, max_x, max_y]) in &self.features {
                nodes.push(NodeItem { offset, ..NodeItem::bounds(*min_x, *min_y, *max_x, *max_y) });
                offset += feature.len() as u64;
            }
            let tree = PackedRTree::build(&nodes, &calc_extent(&nodes), self.node_size).unwrap();
            tree.stream_write(&mut bytes).unwrap();
        }
        for (feature, _) in &self.features {
            bytes.extend(feature);
        }
        bytes
    }

    fn header(&self) -> Vec<u8> {
        let mut fbb = FlatBufferBuilder::new();
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|(name, type_)| {
                let name = Some(fbb.create_string(name));
                Column::create(&mut fbb, &ColumnArgs { name, type_: *type_, ..ColumnArgs::default() })
            })
            .collect();
        let columns = Some(fbb.create_vector(&columns));
        let args = HeaderArgs {
            columns,
            geometry_type: self.geometry_type,
            features_count: self.count,
            index_node_size: self.node_size,
            ..HeaderArgs::default()
        };
        let root = Header::create(&mut fbb, &args);
        finish_size_prefixed_header_buffer(&mut fbb, root);
        fbb.finished_data().to_vec()
    }
}

fn properties(row: u32) -> Vec<u8> {
    let name = format!("name {row}");
    let mut bytes = vec![0, 0];
    bytes.extend(row.to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend((name.len() as u32).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes
}

/// A point with properties as they are given.
pub fn point_feature(x: f64, y: f64, properties: &[u8]) -> Vec<u8> {
    feature(&[x, y], &[], GeometryType::Unknown, properties)
}

/// A feature with one geometry table.
pub fn feature(xy: &[f64], ends: &[u32], type_: GeometryType, properties: &[u8]) -> Vec<u8> {
    let mut fbb = FlatBufferBuilder::new();
    let properties = (!properties.is_empty()).then(|| fbb.create_vector(properties));
    let ends = (!ends.is_empty()).then(|| fbb.create_vector(ends));
    let xy = Some(fbb.create_vector(xy));
    let args = GeometryArgs { xy, ends, type_, ..GeometryArgs::default() };
    let geometry = Some(Geometry::create(&mut fbb, &args));
    let root = Feature::create(&mut fbb, &FeatureArgs { geometry, properties, columns: None });
    finish_size_prefixed_feature_buffer(&mut fbb, root);
    fbb.finished_data().to_vec()
}

/// A collection whose parts are all the same table, nested `depth` times.
fn shared_parts(depth: usize, width: usize) -> Vec<u8> {
    let mut fbb = FlatBufferBuilder::new();
    let xy = Some(fbb.create_vector(&[0.0f64; 64]));
    let args = GeometryArgs { xy, type_: GeometryType::LineString, ..GeometryArgs::default() };
    let mut part = Geometry::create(&mut fbb, &args);
    for _ in 0..depth {
        let parts = Some(fbb.create_vector(&vec![part; width]));
        let args = GeometryArgs { parts, type_: GeometryType::GeometryCollection, ..GeometryArgs::default() };
        part = Geometry::create(&mut fbb, &args);
    }
    let root = Feature::create(&mut fbb, &FeatureArgs { geometry: Some(part), ..FeatureArgs::default() });
    finish_size_prefixed_feature_buffer(&mut fbb, root);
    fbb.finished_data().to_vec()
}

fn refused(crafted: &Crafted, part_of_message: &str) {
    let message = message_of(try_read(&crafted.bytes(), &ReadOptions::default()));
    assert!(message.contains(part_of_message), "{message}");
    assert!(message.starts_with("sample.fgb: ") || message.starts_with("feature "), "{message}");
}

const ONE_TEXT: &[(&str, ColumnType)] = &[("a", ColumnType::String)];

#[test]
fn types_come_from_the_features_where_the_header_has_none() {
    let square = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    for (type_, kind) in [
        (GeometryType::Point, GeometryKind::Point),
        (GeometryType::LineString, GeometryKind::LineString),
        (GeometryType::Polygon, GeometryKind::Polygon),
        (GeometryType::MultiPoint, GeometryKind::MultiPoint),
        (GeometryType::Triangle, GeometryKind::Other),
        (GeometryType::CircularString, GeometryKind::Other),
    ] {
        let xy = if type_ == GeometryType::Point { &square[..2] } else { &square[..] };
        let (_, rows) = read(&Crafted::one(&[], GeometryType::Unknown, feature(xy, &[], type_, &[])).bytes());
        assert_eq!(rows.geometry.row(0).kind(), kind);
    }
}

#[test]
fn properties_that_lie_about_their_length_are_refused() {
    let one = |bytes: &[u8]| Crafted::one(ONE_TEXT, GeometryType::Point, point_feature(1.0, 2.0, bytes));
    refused(&one(&[0, 0, 255, 255, 255, 255, b'x']), "longer than its feature");
    refused(&one(&[0, 0, 9, 0, 0, 0, b'x']), "longer than its feature");
    refused(&one(&[0, 0, 1, 0]), "cut off");
    refused(&one(&[1]), "cut off");
    assert_eq!(read(&one(&[0]).bytes()).1.rows(), 1, "a zero behind the last value is passed over");
    refused(&one(&[7, 0, 0, 0, 0, 0]), "does not have");
    refused(&one(&[0, 0, 1, 0, 0, 0, 0xff]), "not UTF-8");
    refused(&one(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "two values");
}

#[test]
fn geometries_that_contradict_themselves_are_refused() {
    let one = |xy: &[f64], ends: &[u32], type_| Crafted::one(&[], type_, feature(xy, ends, type_, &[]));
    refused(&one(&[1.0], &[], GeometryType::Point), "no y");
    refused(&one(&[1.0, f64::INFINITY], &[], GeometryType::Point), "finite");
    refused(&one(&[0.0; 8], &[], GeometryType::Point), "several positions");
    refused(&one(&[0.0; 8], &[2, 1, 4], GeometryType::Polygon), "ends of the rings");
    refused(&one(&[0.0; 8], &[4, 400], GeometryType::Polygon), "ends of the rings");
    refused(&one(&[0.0; 8], &[], GeometryType(99)), "no type");
}

#[test]
fn a_few_bytes_cannot_claim_many() {
    for (depth, width) in [(1, 2_000), (8, 10), (40, 1)] {
        let feature = shared_parts(depth, width);
        let message = message_of(try_read(
            &Crafted::one(&[], GeometryType::GeometryCollection, feature).bytes(),
            &ReadOptions::default(),
        ));
        assert!(message.contains("overlap") || message.contains("deeply"), "{message}");
    }
}

#[test]
fn counts_that_lie_are_refused() {
    for (count, node_size) in [(11, 0), (10_000_000, 0), (10_000_000, 16), (u64::MAX, 16), (u64::MAX, 0)] {
        let mut crafted = Crafted::points(10);
        crafted.node_size = 0;
        let mut bytes = crafted.bytes();
        crafted.count = count;
        crafted.node_size = node_size;
        crafted.features.clear();
        let header_end = 12 + u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
        bytes.splice(..header_end, crafted.bytes());
        let message = message_of(try_read(&bytes, &ReadOptions::default()));
        assert!(message.contains("byte"), "{count} {node_size}: {message}");
    }
    let mut crafted = Crafted::points(10);
    crafted.node_size = 0;
    crafted.count = 9;
    refused(&crafted, "more follow");
    crafted.count = 0;
    assert_eq!(read(&crafted.bytes()).1.rows(), 10);
}

#[test]
fn headers_with_two_columns_of_one_name_or_unknown_types_are_refused() {
    let mut crafted = Crafted::points(1);
    crafted.columns[1].0 = "row".to_owned();
    refused(&crafted, "two columns are named `row`");
    let mut crafted = Crafted::points(1);
    crafted.columns[1].1 = ColumnType(15);
    refused(&crafted, "type 15");
}
