//! Columns that no `GeoJSON` file brings, and what cannot be written.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int16Array, RecordBatch,
    StringArray, Time32MillisecondArray, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use geohub_core::context::NoteLevel;
use geohub_core::schema::{date_time_text_field, json_field};
use geohub_core::{
    Batch, Bbox, Chunk, Context, Dimensions, Error, GeometryBuilder, GeometryColumn, GeometryKind, Layer,
    Origin, Pushdown, ReadOptions, Reader, Result, Sink,
};
use geohub_formats::{CreateOptions, named};

use crate::support::{context, convert_reader};

/// A reader of one batch.
struct One {
    layer: Layer,
    batch: Option<Batch>,
}

impl Reader for One {
    fn target(&self) -> &'static str {
        "one"
    }
    fn layer(&self) -> &Layer {
        &self.layer
    }
    fn plan(&mut self, _: &ReadOptions) -> Result<Pushdown> {
        Ok(Pushdown::NONE)
    }
    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        Ok(self.batch.take().map(|batch| Box::new(OneChunk(batch)) as Box<dyn Chunk>))
    }
}

struct OneChunk(Batch);

impl Chunk for OneChunk {
    fn origin(&self) -> Origin {
        Origin::default()
    }
    fn weight_bytes(&self) -> usize {
        1
    }
    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        out.push(self.0).map(drop)
    }
}

fn write(
    geometry: GeometryColumn,
    columns: Vec<(Field, ArrayRef)>,
    precision: Option<u8>,
    context: &Context,
) -> Result<String> {
    let schema = Arc::new(Schema::new(columns.iter().map(|(field, _)| field.clone()).collect::<Vec<_>>()));
    let batch = if columns.is_empty() {
        Batch::bare(geometry).unwrap()
    } else {
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        Batch::new(geometry, RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap())
    };
    let reader = Box::new(One { layer: Layer::new("one", schema), batch: Some(batch) });
    let options = CreateOptions { precision, ..CreateOptions::default() };
    Ok(convert_reader(reader, named("geojsonseq").unwrap(), &options, context)?.0)
}

fn plain(name: &str, array: ArrayRef) -> (Field, ArrayRef) {
    (Field::new(name, array.data_type().clone(), true), array)
}

#[test]
fn every_arrow_type_has_its_json() {
    let dictionary: DictionaryArray<Int32Type> = [Some("b"), None].into_iter().collect();
    let utc = TimestampMillisecondArray::from(vec![Some(1_420_070_400_123), None]).with_timezone("UTC");
    let columns = vec![
        plain("i", Arc::new(Int16Array::from(vec![Some(-3), None]))),
        plain("f", Arc::new(Float32Array::from(vec![0.1, f32::NAN]))),
        plain("g", Arc::new(Float64Array::from(vec![f64::INFINITY, 2.0]))),
        plain("d", Arc::new(dictionary)),
        plain("day", Arc::new(Date32Array::from(vec![Some(11_016), None]))),
        plain("utc", Arc::new(utc)),
        plain("local", Arc::new(TimestampMillisecondArray::from(vec![Some(0), None]))),
        plain("time", Arc::new(Time32MillisecondArray::from(vec![Some(3_723_500), None]))),
        plain("bin", Arc::new(BinaryArray::from(vec![Some(&[1_u8, 255][..]), None]))),
        (json_field("j"), Arc::new(StringArray::from(vec!["{ \"a\" :\n1}", "no json"]))),
        (date_time_text_field("t"), Arc::new(StringArray::from(vec!["2015-01-01T00:00:00+01:00", ""]))),
    ];
    let (context, notes) = context(1 << 20, 1);
    let out = write(GeometryColumn::nulls(2), columns, None, &context).unwrap();
    assert_eq!(
        out,
        concat!(
            r#"{"type":"Feature","properties":{"i":-3,"f":0.1,"g":null,"d":"b","day":"2000-02-29","utc":"2015-01-01T00:00:00.123Z","local":"1970-01-01T00:00:00","time":"01:02:03.5","bin":"01FF","j":{"a":1},"t":"2015-01-01T00:00:00+01:00"},"geometry":null}"#,
            "\n",
            r#"{"type":"Feature","properties":{"i":null,"f":null,"g":2.0,"d":null,"day":null,"utc":null,"local":null,"time":null,"bin":null,"j":"no json","t":""},"geometry":null}"#,
            "\n"
        )
    );
    assert!(notes.has(NoteLevel::Warning, "2 attribute values NaN or infinite"));
}

#[test]
fn coordinates_that_json_lacks_are_refused_by_feature() {
    let mut builder = GeometryBuilder::default();
    builder.push_point(f64::NAN, 1.0);
    let names: ArrayRef = Arc::new(StringArray::from(vec!["Elm St"]));
    match write(builder.finish(), vec![plain("name", names)], None, &context(1, 1).0) {
        Err(Error::Data(data)) => {
            assert!(data.message.contains("\"name\":\"Elm St\"") && data.target == "one", "{data}");
        }
        other => panic!("{other:?}"),
    }
    let mut builder = GeometryBuilder::default();
    builder.push_wkb(GeometryKind::Other, Dimensions::XY, Bbox::EMPTY, &[1, 8, 0, 0, 0, 0, 0, 0, 0]);
    match write(builder.finish(), Vec::new(), None, &context(1, 1).0) {
        Err(Error::Unsupported(message)) => assert!(message.contains("CircularString"), "{message}"),
        other => panic!("{other:?}"),
    }
    let odd = Arc::new(arrow_array::new_null_array(&DataType::Duration(arrow_schema::TimeUnit::Second), 1));
    match write(GeometryColumn::nulls(1), vec![plain("odd", Arc::clone(&odd))], None, &context(1, 1).0) {
        Err(Error::Unsupported(message)) => assert!(message.contains("`odd`"), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn measures_without_height_are_left_out_aloud() {
    let mut builder = GeometryBuilder::default();
    builder.coordinate_zm(1.234_567, 2.0, None, Some(7.0));
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::Point);
    let (context, notes) = context(1, 1);
    let out = write(builder.finish(), Vec::new(), Some(3), &context).unwrap();
    assert!(out.contains(r#""coordinates":[1.235,2.0]"#), "{out}");
    assert!(notes.has(NoteLevel::Warning, "M left out of 1 feature"));
}
