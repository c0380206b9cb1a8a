//! Every type and geometry comes back as it was.

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array,
    NullArray, RecordBatch, StringArray, Time64MicrosecondArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_schema::Schema;
use geo_types::{Geometry, LineString, MultiPoint, MultiPolygon, point, polygon};
use geohub_core::layer::Order;
use geohub_core::{Batch, Crs, Dimensions, GeometryBuilder, GeometryKind, Provenance, SourceFacts, schema};

use super::support::{layer, number_layer, numbered, read, squares, write};

/// One column of each type, three rows, the middle one null.
fn columns() -> Vec<(&'static str, ArrayRef)> {
    let mut names = StringDictionaryBuilder::<Int32Type>::new();
    names.append_value("north");
    names.append_null();
    names.append_value("north");
    vec![
        ("yes", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("count", Arc::new(Int64Array::from(vec![Some(i64::MAX), None, Some(i64::MIN)]))),
        ("large", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(0)]))),
        ("share", Arc::new(Float64Array::from(vec![Some(0.1), None, Some(-0.0)]))),
        ("half", Arc::new(Float32Array::from(vec![Some(0.1), None, Some(f32::MAX)]))),
        ("name", Arc::new(StringArray::from(vec![Some("Ñandú 🚌"), None, Some("")]))),
        ("bytes", Arc::new(BinaryArray::from(vec![Some(&[0u8, 255][..]), None, Some(&[])]))),
        ("day", Arc::new(Date32Array::from(vec![Some(18_262), None, Some(-1)]))),
        ("hour", Arc::new(Time64MicrosecondArray::from(vec![Some(86_399_000_001), None, Some(0)]))),
        (
            "at",
            Arc::new(
                TimestampMillisecondArray::from(vec![Some(-1), None, Some(1_500)]).with_timezone("+00:00"),
            ),
        ),
        ("side", Arc::new(names.finish())),
        ("nothing", Arc::new(NullArray::new(3))),
        ("bbox", Arc::new(StringArray::from(vec![Some("taken"), None, None]))),
    ]
}

#[test]
fn every_column_type_comes_back() {
    let columns = columns();
    let fields = columns.iter().map(|(name, column)| schema::field(name, column.data_type().clone()));
    let mut fields: Vec<_> = fields.collect();
    fields.push(schema::json_field("tags"));
    let mut arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, column)| column).collect();
    arrays.push(Arc::new(StringArray::from(vec![Some("{\"a\":[1]}"), None, Some("1.50")])));
    let attributes = RecordBatch::try_new(Arc::new(Schema::new(fields.clone())), arrays).unwrap();
    let batch = Batch::new(squares(0..3).geometry, attributes);
    let (found, rows) = read(write(&layer(fields), std::slice::from_ref(&batch)));
    assert!(schema::is_json(found.schema.field_with_name("tags").unwrap()));
    for (before, after) in batch.attributes.columns().iter().zip(rows.attributes.columns()) {
        let text = |array: &ArrayRef| -> Vec<String> {
            (0..3).map(|row| arrow_cast::display::array_value_to_string(array, row).unwrap()).collect()
        };
        assert_eq!(text(before), text(after), "{}", before.data_type());
    }
}

#[test]
fn every_geometry_type_comes_back() {
    let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
    let geometries: Vec<Geometry<f64>> = vec![
        point!(x: 1.5, y: -2.5).into(),
        LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]).into(),
        square.clone().into(),
        MultiPoint(vec![point!(x: 1.0, y: 2.0), point!(x: 3.0, y: 4.0)]).into(),
        MultiPolygon(vec![square]).into(),
    ];
    let mut builder = GeometryBuilder::default();
    for geometry in &geometries {
        builder.push_geo(geometry).unwrap();
    }
    builder.push_null();
    builder.push_empty(GeometryKind::Polygon);
    builder.coordinate_zm(1.0, 2.0, Some(3.0), None);
    builder.end_ring();
    builder.end_part();
    builder.finish_row_as(GeometryKind::Point, Dimensions { z: true, m: false });
    let batch = numbered(builder.finish(), 0..8);
    let (found, rows) = read(write(&number_layer(), std::slice::from_ref(&batch)));
    assert_eq!((found.geometry.kind, found.geometry.has_z), (GeometryKind::Mixed, true));
    for (before, after) in batch.geometry.iter().zip(rows.geometry.iter()) {
        assert_eq!((before.kind(), before.xy(), before.z()), (after.kind(), after.xy(), after.z()));
    }
    assert!(rows.geometry.row(5).is_null() && rows.geometry.row(6).is_empty());
}

#[test]
fn header_facts_come_back() {
    let mut layer = number_layer();
    layer.geometry.kind = GeometryKind::Polygon;
    layer.crs = Crs::epsg(2229);
    let origin = SourceFacts { licence: Some("CC0".to_owned()), ..SourceFacts::default() };
    layer.provenance = Arc::new(Provenance { origin, ..Provenance::default() });
    let (found, rows) = read(write(&layer, &[squares(0..50), squares(50..70)]));
    assert_eq!(found.crs.id().as_deref(), Some("EPSG:2229"));
    assert_eq!(found.provenance.origin.licence.as_deref(), Some("CC0"));
    assert_eq!((found.rows.hint(), rows.rows()), (Some(70), 70));
    assert_eq!(found.extent, Some(rows.geometry.extent()));
    assert_eq!(found.geometry.kind, GeometryKind::Polygon);
    assert_eq!(found.schema.fields().len(), 1, "the covering is no attribute");
}

#[test]
fn points_get_a_covering_only_in_hilbert_order_and_tables_get_no_geometry() {
    let mut builder = GeometryBuilder::default();
    builder.push_point(1.0, 2.0);
    let point = numbered(builder.finish(), 0..1);
    let has_covering = |order| {
        let mut layer = number_layer();
        (layer.geometry.kind, layer.order) = (GeometryKind::Point, order);
        let bytes = write(&layer, std::slice::from_ref(&point));
        bytes.windows(8).any(|window| window == b"covering")
    };
    assert!(has_covering(Order::Hilbert) && !has_covering(Order::Input));
    let mut table = number_layer();
    table.geometry.kind = GeometryKind::None;
    let (found, _) = read(write(&table, &[point]));
    assert_eq!(found.geometry.kind, GeometryKind::None);
}

#[test]
fn a_file_without_rows_is_a_file() {
    let (found, rows) = read(write(&number_layer(), &[]));
    assert_eq!((found.rows.hint(), rows.rows(), found.schema.fields().len()), (Some(0), 0, 1));
}
