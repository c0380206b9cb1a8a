//! Written tables.

use std::sync::{Arc, Mutex};

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int16Array,
    LargeBinaryArray, NullArray, RecordBatch, StringArray, TimestampMillisecondArray,
};
use geohub_core::{Batch, Context, Error, GeometryColumn, GeometryKind, Layer, Output};
use geohub_formats::{CreateOptions, TextGeometry, create};

use crate::support::{csv, read, rewrite};

fn read_notes(text: &str, options: &CreateOptions) -> Vec<String> {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&notes);
    let context =
        Context::new(1).with_reporter(Arc::new(move |_, text| sink.lock().unwrap().push(text.to_owned())));
    rewrite(text.as_bytes(), "csv", options, &context).unwrap();
    let notes = notes.lock().unwrap();
    notes.clone()
}

fn written(text: &str, options: &CreateOptions) -> String {
    rewrite(text.as_bytes(), "csv", options, &Context::new(2)).unwrap()
}

#[test]
fn what_is_written_reads_back_the_same() {
    let text = "id,name,f,WKT\n1,\"a \"\"b\"\", c\",1.0,POINT (-118.25 34)\n2,\"\",2.5e+300,POINT EMPTY\n\
                3,,-0.0,\n4,\"x\ny\",1e-7,\"POLYGON ((0 0, 1 0, 1 1, 0 0), (0.5 0.25, 0.75 0.25, 0.75 0.5, 0.5 0.25))\"\n";
    assert_eq!(written(text, &CreateOptions::default()), text);
    let tabs = rewrite(text.as_bytes(), "tsv", &CreateOptions::default(), &Context::new(1)).unwrap();
    assert!(tabs.starts_with("id\tname\tf\tWKT\n1\t\"a \"\"b\"\", c\"\t1.0\tPOINT (-118.25 34)\n"));
    assert_eq!(written("a,b\n1,x\n", &CreateOptions::default()), "a,b\n1,x\n", "tables get no WKT column");
    assert_eq!(written("geom\nPOINT (1 2)\n\"\"\n", &CreateOptions::default()), "WKT\nPOINT (1 2)\n\"\"\n");
}

#[test]
fn points_may_be_two_columns() {
    let options = CreateOptions { text_geometry: TextGeometry::Xy, ..CreateOptions::default() };
    assert_eq!(written("a,wkt\n1,POINT (1.5 2)\n2,\n", &options), "a,x,y\n1,1.5,2\n2,,\n");
    let feet = read_notes("x,y\n6439997.9,1802686.4\n", &options);
    assert!(feet.iter().any(|note| note.contains("cannot say so")), "{feet:?}");
    let twice = written("x,y\n1.5,2.0\n", &options);
    assert_eq!(twice, "x,y,geometry_x,geometry_y\n1.5,2.0,1.5,2\n");
    assert_eq!(read(&twice).points(), [Some((1.5, 2.0))]);
    for text in ["wkt\n\"LINESTRING (0 0, 1 1)\"\n", "wkt\nPOINT (0 0)\n\"LINESTRING (0 0, 1 1)\"\n"] {
        let error = rewrite(text.as_bytes(), "csv", &options, &Context::new(1)).err();
        assert!(matches!(error, Some(Error::Data(error)) if error.message.contains("LineString")));
    }
    let none = CreateOptions { text_geometry: TextGeometry::None, ..CreateOptions::default() };
    assert_eq!(written("a,wkt\n1,POINT (1.5 2)\n", &none), "a\n1\n");
}

#[test]
fn precision_rounds_coordinates_only() {
    let options = CreateOptions { precision: Some(2), ..CreateOptions::default() };
    assert_eq!(written("f,wkt\n1.2345,POINT (1.2351 -0.001)\n", &options), "f,WKT\n1.2345,POINT (1.24 0)\n");
}

#[test]
fn the_output_does_not_depend_on_jobs_or_block_sizes() {
    let line = |row: usize| {
        let name = ["plain", "\"quo\"\"ted\"", "\"two\r\nlines\"", "\"\"", ""][row % 5];
        format!("{row},{name},{}.5,-118.{row}\r\n", row % 90)
    };
    let text: String = std::iter::once("id,name,lat,lon\r\n".to_owned()).chain((0..400).map(line)).collect();
    let mut expected = None;
    for jobs in [1, 2, 4] {
        for block_bytes in [16, 100, 4096, 1 << 20] {
            let mut context = Context::new(jobs);
            context.block_bytes = block_bytes;
            let out = rewrite(text.as_bytes(), "csv", &CreateOptions::default(), &context).unwrap();
            assert_eq!(out, *expected.get_or_insert_with(|| out.clone()), "{jobs} jobs, {block_bytes} bytes");
        }
    }
    assert_eq!(read(&expected.unwrap()).batch.rows(), 400);
}

#[test]
fn every_type_has_a_text() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("i", Arc::new(Int16Array::from(vec![-3, 4]))),
        ("f", Arc::new(Float64Array::from(vec![1e16, 0.1]))),
        ("s", Arc::new(StringArray::from(vec![Some("a,b"), Some("")]))),
        ("when", Arc::new(TimestampMillisecondArray::from(vec![1_704_931_200_123, 0]).with_timezone("UTC"))),
        ("local", Arc::new(TimestampMillisecondArray::from(vec![1_704_931_200_000, 0]))),
        ("day", Arc::new(Date32Array::from(vec![19_733, 0]))),
        ("bytes", Arc::new(BinaryArray::from(vec![&b"\x00\xff"[..], b""]))),
        ("d", Arc::new(vec![Some("x"), None].into_iter().collect::<DictionaryArray<Int32Type>>())),
        ("nothing", Arc::new(NullArray::new(2))),
        ("large", Arc::new(LargeBinaryArray::from(vec![&b"\xab"[..], b""]))),
        ("there", Arc::new(TimestampMillisecondArray::from(vec![-1, 0]).with_timezone("-08:00"))),
        ("odd", Arc::new(Float64Array::from(vec![f64::NAN, f64::NEG_INFINITY]))),
    ];
    let attributes =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let mut layer = Layer::new("t", attributes.schema());
    layer.geometry.kind = GeometryKind::None;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let mut writer = create(csv(), &Output::Path(path.clone()), &CreateOptions::default()).unwrap();
    let encoder = writer.start(&layer).unwrap();
    writer.write(encoder.encode(Batch::new(GeometryColumn::nulls(2), attributes)).unwrap()).unwrap();
    writer.finish(&Context::new(1)).unwrap();
    let expected = "b,i,f,s,when,local,day,bytes,d,nothing,large,there,odd\n\
        true,-3,1e+16,\"a,b\",2024-01-11T00:00:00.123Z,2024-01-11T00:00:00,2024-01-11,00FF,x,,AB,1969-12-31T15:59:59.999-08:00,NaN\n\
        ,4,0.1,\"\",1970-01-01T00:00:00Z,1970-01-01T00:00:00,1970-01-01,\"\",,,\"\",1969-12-31T16:00:00-08:00,-inf\n";
    assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
}
