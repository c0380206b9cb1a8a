//! What is written comes back.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int8Array, Int16Array,
    Int32Array, Int64Array, RecordBatch, StringArray, Time32SecondArray, TimestampMillisecondArray,
    UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema};
use geohub_core::layer::GeometryInfo;
use geohub_core::{
    Batch, Bbox, Crs, Dimensions, GeometryBuilder, GeometryColumn, GeometryKind, Order, Provenance, RowCount,
    SourceFacts, schema,
};

use super::support::{layer, points, read, rows_as_text, try_write, write};

fn batch(columns: Vec<(Field, ArrayRef)>, geometry: GeometryColumn) -> Batch {
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    Batch::new(geometry, RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap())
}

fn plain(name: &str, array: ArrayRef) -> (Field, ArrayRef) {
    (schema::field(name, array.data_type().clone()), array)
}

fn every_column() -> Vec<(Field, ArrayRef)> {
    let text = |values: [Option<&str>; 3]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let mut binary = BinaryBuilder::new();
    binary.append_null();
    binary.append_value([0, 255]);
    binary.append_value([]);
    let binary: ArrayRef = Arc::new(binary.finish());
    vec![
        plain("byte", Arc::new(Int8Array::from(vec![None, Some(-128), Some(127)]))),
        plain("ubyte", Arc::new(UInt8Array::from(vec![None, Some(0), Some(255)]))),
        plain("bool", Arc::new(BooleanArray::from(vec![None, Some(true), Some(false)]))),
        plain("short", Arc::new(Int16Array::from(vec![None, Some(i16::MIN), Some(1)]))),
        plain("ushort", Arc::new(UInt16Array::from(vec![None, Some(u16::MAX), Some(1)]))),
        plain("int", Arc::new(Int32Array::from(vec![None, Some(i32::MIN), Some(1)]))),
        plain("uint", Arc::new(UInt32Array::from(vec![None, Some(u32::MAX), Some(1)]))),
        plain("long", Arc::new(Int64Array::from(vec![None, Some(i64::MIN), Some(1)]))),
        plain("ulong", Arc::new(UInt64Array::from(vec![None, Some(u64::MAX), Some(1)]))),
        plain("float", Arc::new(Float32Array::from(vec![None, Some(0.1), Some(-0.0)]))),
        plain("double", Arc::new(Float64Array::from(vec![None, Some(0.1), Some(f64::MAX)]))),
        plain("string", text([None, Some("Ñuñoa 🚲"), Some("")])),
        (schema::json_field("json"), text([None, Some("{\"a\":1}"), Some("[]")])),
        (schema::date_time_text_field("datetime"), text([None, Some("2020-01-01T00:00:00Z"), Some("2020")])),
        (schema::field("binary", DataType::Binary), Arc::clone(&binary)),
        (schema::wkb_field("further"), binary),
        (schema::feature_id(schema::field("id", DataType::Utf8)), text([None, Some("7"), Some("x")])),
    ]
}

#[test]
fn every_column_type_keeps_values_nulls_order_and_marks() {
    let batch = batch(every_column(), points(3));
    let layer = layer(batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect());
    let (found, rows) = read(&write(&layer, std::slice::from_ref(&batch)));
    assert_eq!(found.schema, layer.schema);
    assert_eq!(rows_as_text(&rows), rows_as_text(&batch));
    assert_eq!(found.rows, RowCount::Exact(3));
    assert_eq!(found.order, Order::Hilbert);
    assert_eq!(found.extent, Some(Bbox::new(0.0, 0.0, 2.0, 1.0)));
}

#[test]
fn dates_times_and_dictionaries_become_text() {
    let mut names = StringDictionaryBuilder::<Int32Type>::new();
    names.append_value("north");
    names.append_null();
    names.append_value("north");
    let columns = vec![
        plain(
            "at",
            Arc::new(TimestampMillisecondArray::from(vec![Some(0), None, Some(1_500)]).with_timezone("UTC")),
        ),
        plain("day", Arc::new(Date32Array::from(vec![Some(18_262), None, Some(-1)]))),
        plain("hour", Arc::new(Time32SecondArray::from(vec![Some(86_399), None, Some(0)]))),
        plain("side", Arc::new(names.finish())),
        plain("nothing", Arc::new(arrow_array::NullArray::new(3))),
    ];
    let batch = batch(columns, points(3));
    let layer = layer(batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect());
    let (found, rows) = read(&write(&layer, &[batch]));
    assert!(
        schema::is_date_time_text(found.schema.field(0)) && schema::is_date_time_text(found.schema.field(1))
    );
    // Rows come back in descending Hilbert order, here the last one first.
    let column = |at: usize| -> Vec<Option<String>> {
        rows.attributes
            .column(at)
            .as_string::<i32>()
            .iter()
            .rev()
            .map(|text| text.map(str::to_owned))
            .collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(column(0), [some("1970-01-01T00:00:00Z"), None, some("1970-01-01T00:00:01.5Z")]);
    assert_eq!(column(1), [some("2020-01-01T00:00:00"), None, some("1969-12-31T00:00:00")]);
    assert_eq!(column(2), [some("23:59:59"), None, some("00:00:00")]);
    assert_eq!(column(3), [some("north"), None, some("north")]);
    assert_eq!(column(4), [None, None, None]);
}

/// `GEOMETRYCOLLECTION Z (POINT Z (1 2 3), POLYGON Z ((0 0 0, 1 0 0, 1 1 0, 0 0 0)))` in ISO WKB.
fn collection_z() -> Vec<u8> {
    let mut wkb = Vec::new();
    let head = |wkb: &mut Vec<u8>, code: u32| {
        wkb.push(1);
        wkb.extend(code.to_le_bytes());
    };
    head(&mut wkb, 1007);
    wkb.extend(2u32.to_le_bytes());
    head(&mut wkb, 1001);
    for ordinate in [1.0f64, 2.0, 3.0] {
        wkb.extend(ordinate.to_le_bytes());
    }
    head(&mut wkb, 1003);
    wkb.extend(1u32.to_le_bytes());
    wkb.extend(4u32.to_le_bytes());
    for ordinate in [0.0f64, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0] {
        wkb.extend(ordinate.to_le_bytes());
    }
    wkb
}

fn ring(builder: &mut GeometryBuilder, x: f64, side: f64) {
    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)] {
        builder.coordinate(x + dx * side, dy * side);
    }
    builder.end_ring();
}

fn every_geometry() -> GeometryColumn {
    let mut builder = GeometryBuilder::default();
    builder.push_null();
    for kind in GeometryKind::ROW_KINDS.into_iter().take(6) {
        builder.push_empty(kind);
    }
    let no_members = [1, 7, 0, 0, 0, 0, 0, 0, 0];
    builder.push_wkb(GeometryKind::GeometryCollection, Dimensions::XY, Bbox::EMPTY, &no_members);
    builder.push_point(1.5, -2.5);
    ring(&mut builder, 0.0, 9.0);
    ring(&mut builder, 1.0, 1.0);
    builder.end_part();
    builder.finish_row(GeometryKind::Polygon);
    for part in 0..3 {
        ring(&mut builder, f64::from(part) * 10.0, 5.0);
        ring(&mut builder, f64::from(part) * 10.0 + 1.0, 1.0);
        builder.end_part();
    }
    builder.finish_row(GeometryKind::MultiPolygon);
    for kind in [GeometryKind::LineString, GeometryKind::MultiPoint, GeometryKind::MultiLineString] {
        ring(&mut builder, 3.0, 2.0);
        if kind == GeometryKind::MultiLineString {
            ring(&mut builder, 4.0, 2.0);
        }
        builder.end_part();
        builder.finish_row(kind);
    }
    builder.finish()
}

/// Rows of all dimensions; what has coordinates keeps its own.
fn every_dimension() -> GeometryColumn {
    let mut builder = GeometryBuilder::default();
    builder.push_empty(GeometryKind::Point);
    builder.finish_row_as(GeometryKind::Point, Dimensions { z: true, m: true });
    builder.push_point(7.0, 8.0);
    ring(&mut builder, 0.0, 9.0);
    builder.end_part();
    builder.finish_row(GeometryKind::MultiPolygon);
    builder.coordinate_zm(1.0, 2.0, Some(f64::NAN), None);
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::Point);
    for (z, m) in [(None, Some(1.0)), (Some(5.0), Some(6.0))] {
        builder.coordinate_zm(0.0, 0.0, z, m);
        builder.coordinate_zm(1.0, 1.0, z, m);
        builder.end_ring();
        builder.end_part();
        builder.finish_row(GeometryKind::LineString);
    }
    let z = Dimensions { z: true, m: false };
    builder.push_wkb(GeometryKind::GeometryCollection, z, Bbox::new(0.0, 0.0, 1.0, 2.0), &collection_z());
    builder.finish()
}

#[test]
fn every_geometry_comes_back_null_empty_and_mixed() {
    let geometry = every_geometry();
    let rows = geometry.len();
    let (found, read) = read(&write(&layer(Vec::new()), &[Batch::bare(geometry.clone()).unwrap()]));
    assert_eq!(rows_as_text(&read), rows_as_text(&Batch::bare(geometry).unwrap()));
    assert_eq!(read.rows(), rows);
    assert_eq!(found.geometry, GeometryInfo { kind: GeometryKind::Mixed, has_z: false, has_m: false });
}

/// Whatever the layer declares, and in whatever batches the heights turn up.
#[test]
fn rows_of_different_dimensions_keep_their_own() {
    for rows in [every_dimension(), points_of_dimensions()] {
        rows_keep_their_dimensions(&Batch::bare(rows).unwrap());
    }
}

/// Points only, so that the header states Z and M and every row must have them in the file.
fn points_of_dimensions() -> GeometryColumn {
    let mut builder = GeometryBuilder::default();
    for (at, (z, m)) in
        [(None, None), (Some(1.0), None), (None, Some(2.0)), (Some(3.0), Some(4.0))].into_iter().enumerate()
    {
        builder.coordinate_zm(at as f64, 1.0, z, m);
        builder.end_ring();
        builder.end_part();
        builder.finish_row(GeometryKind::Point);
    }
    builder.push_empty(GeometryKind::Point);
    builder.push_null();
    builder.finish()
}

fn rows_keep_their_dimensions(rows: &Batch) {
    let mut declared = layer(Vec::new());
    declared.geometry = GeometryInfo { kind: GeometryKind::Mixed, has_z: true, has_m: true };
    let one_by_one: Vec<Batch> = (0..rows.rows()).map(|row| rows.slice(row, 1)).collect();
    for layer in [layer(Vec::new()), declared] {
        for batches in [std::slice::from_ref(rows), &one_by_one] {
            let (found, read) = read(&write(&layer, batches));
            assert_eq!(rows_as_text(&read), rows_as_text(rows));
            assert!(found.geometry.has_z && found.geometry.has_m);
        }
    }
}

#[test]
fn header_facts_come_back() {
    let mut layer = layer(Vec::new());
    layer.crs = Crs::epsg(2229).with_name("NAD83 / California zone 5 (ftUS)");
    let origin = SourceFacts {
        title: Some("Meters".to_owned()),
        licence: Some("CC0".to_owned()),
        service_url: Some("https://example.org/FeatureServer/0".to_owned()),
        ..SourceFacts::default()
    };
    let provenance = Provenance { origin, ..Provenance::default() };
    layer.provenance = Arc::new(provenance.clone());
    let (found, _) = read(&write(&layer, &[Batch::bare(points(2)).unwrap()]));
    assert_eq!(found.crs.id().as_deref(), Some("EPSG:2229"));
    assert_eq!(*found.provenance, provenance);
    assert_eq!(found.name, "sample");
    assert_eq!(found.geometry.kind, GeometryKind::Point);
    for crs in [Crs::crs84(), Crs::coded("ESRI", "102645"), Crs::unknown()] {
        layer.crs = crs.clone();
        let (found, _) = read(&write(&layer, &[Batch::bare(points(2)).unwrap()]));
        assert_eq!(found.crs.id(), crs.id());
    }
}

#[test]
fn a_layer_without_rows_is_a_valid_file() {
    let mut empty = layer(vec![schema::field("a", DataType::Int32)]);
    empty.geometry.kind = GeometryKind::Polygon;
    let bytes = write(&empty, &[]);
    let (found, rows) = read(&bytes);
    assert_eq!((rows.rows(), found.rows), (0, RowCount::Exact(0)));
    assert_eq!((found.geometry.kind, found.schema.fields().len()), (GeometryKind::Polygon, 1));
}

#[test]
fn what_the_format_cannot_hold_is_refused_by_name() {
    let twice = layer(vec![schema::field("a", DataType::Int32), schema::field("a", DataType::Utf8)]);
    assert_eq!(try_write(&twice, &[]).unwrap_err().to_string(), "two columns are named `a`");
    let list = DataType::new_list(DataType::Int32, true);
    let error = try_write(&layer(vec![schema::field("many", list)]), &[]).unwrap_err().to_string();
    assert!(error.contains("`many`"), "{error}");
}

/// The traps of writers that number values by their place: a null first, then an integer, then a fraction.
#[test]
fn features_of_varying_shape_keep_their_columns() {
    let a = Arc::new(Float64Array::from(vec![None, Some(7.0), Some(1.5)]));
    let b = Arc::new(StringArray::from(vec![Some("x"), None, Some("z")]));
    let batch = batch(vec![plain("a", a), plain("b", b)], points(3));
    let layer = layer(batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect());
    let (_, rows) = read(&write(&layer, std::slice::from_ref(&batch)));
    assert_eq!(rows_as_text(&rows), rows_as_text(&batch));
}
