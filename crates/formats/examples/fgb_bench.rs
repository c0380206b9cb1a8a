//! Times writing and reading a million synthetic parcels as `FlatGeobuf`, beside the `flatgeobuf` crate's own writer.
//!
//! `cargo run --release -p geohub-formats --example fgb_bench -- [ROWS] [FOLDER]`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Schema, SchemaRef};
use flatgeobuf::geozero::{
    ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor, error::Result as GeozeroResult,
};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geohub_core::{
    Batch, Bbox, Context, GeometryBuilder, GeometryKind, Layer, Output, ReadOptions, Result, Sink, schema,
};
use geohub_formats::fgb::FGB;
use geohub_formats::{CreateOptions, OpenOptions};

/// A rectangle with a notch, seven vertices.
struct Parcel {
    xy: [f64; 14],
    apn: String,
    zone: &'static str,
    area: f64,
}

fn parcel(row: u64) -> Parcel {
    // Scattered over the city as a registry in number order is.
    let place = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let (x, y) =
        (-118.6 + (place % 1_000_003) as f64 * 4e-7, 33.7 + (place / 1_000_003 % 1_000_003) as f64 * 4e-7);
    let (w, h) = (2e-4, 3e-4);
    let xy =
        [x, y, x + w, y, x + w, y + h, x + w / 2.0, y + h, x + w / 2.0, y + h / 2.0, x, y + h / 2.0, x, y];
    Parcel {
        xy,
        apn: format!("{row:010}"),
        zone: ["R1", "C2", "M1-X", "OS"][(row % 4) as usize],
        area: w * h * 1e9,
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        schema::field("apn", DataType::Utf8),
        schema::field("zone", DataType::Utf8),
        schema::field("area", DataType::Float64),
        schema::field("row", DataType::Int64),
    ]))
}

fn batch(schema: &SchemaRef, rows: std::ops::Range<u64>) -> Result<Batch> {
    let mut geometry = GeometryBuilder::default();
    let parcels: Vec<Parcel> = rows.clone().map(parcel).collect();
    for parcel in &parcels {
        for pair in parcel.xy.chunks_exact(2) {
            geometry.coordinate(pair[0], pair[1]);
        }
        geometry.end_ring();
        geometry.end_part();
        geometry.finish_row(GeometryKind::Polygon);
    }
    let columns: Vec<arrow_array::ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(parcels.iter().map(|parcel| &parcel.apn))),
        Arc::new(StringArray::from_iter_values(parcels.iter().map(|parcel| parcel.zone))),
        Arc::new(Float64Array::from_iter_values(parcels.iter().map(|parcel| parcel.area))),
        Arc::new(Int64Array::from_iter_values(rows.map(|row| row as i64))),
    ];
    Ok(Batch::new(geometry.finish(), RecordBatch::try_new(Arc::clone(schema), columns)?))
}

/// Processor time of this process in milliseconds; 0 where it cannot be told.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<i64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    // utime and stime, in ticks of 10 ms; the state letter before them is no number.
    fields.get(10..12).map_or(0, |times| (times.iter().sum::<i64>() * 10) as u64)
}

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T, Box<dyn Error>>) -> Result<T, Box<dyn Error>> {
    let (wall, cpu) = (Instant::now(), cpu_ms());
    let done = work()?;
    println!("{what:<34} {:>6} ms CPU {:>6} ms wall", cpu_ms() - cpu, wall.elapsed().as_millis());
    Ok(done)
}

fn ours(batches: &[Batch], path: &Path) -> Result<(), Box<dyn Error>> {
    let create = FGB.create.ok_or("no writer")?;
    let mut writer = create(&Output::Path(path.to_owned()), &CreateOptions::default())?;
    let encoder = writer.start(&Layer::new("parcels", schema()))?;
    timed("  encode and spool", || {
        for batch in batches {
            writer.write(encoder.encode(batch.clone())?)?;
        }
        Ok(())
    })?;
    timed("  sort and gather", || Ok(writer.finish(&Context::new(1))?))?;
    Ok(())
}

impl GeozeroGeometry for &Parcel {
    fn process_geom<P: GeomProcessor>(&self, processor: &mut P) -> GeozeroResult<()> {
        processor.polygon_begin(true, 1, 0)?;
        processor.linestring_begin(false, 7, 0)?;
        for (at, pair) in self.xy.chunks_exact(2).enumerate() {
            processor.xy(pair[0], pair[1], at)?;
        }
        processor.linestring_end(false, 0)?;
        processor.polygon_end(true, 0)
    }
}

fn theirs(rows: u64, path: &Path) -> Result<(), Box<dyn Error>> {
    let options =
        FgbWriterOptions { crs: FgbCrs { code: 4326, ..FgbCrs::default() }, ..FgbWriterOptions::default() };
    let mut writer = FgbWriter::create_with_options("parcels", GeometryType::Polygon, options)?;
    for (name, kind) in [
        ("apn", ColumnType::String),
        ("zone", ColumnType::String),
        ("area", ColumnType::Double),
        ("row", ColumnType::Long),
    ] {
        writer.add_column(name, kind, |_, _| {});
    }
    for row in 0..rows {
        let parcel = parcel(row);
        writer.add_feature_geom(&parcel, |feature| {
            let values = [
                ("apn", ColumnValue::String(&parcel.apn)),
                ("zone", ColumnValue::String(parcel.zone)),
                ("area", ColumnValue::Double(parcel.area)),
                ("row", ColumnValue::Long(row as i64)),
            ];
            for (at, (name, value)) in values.iter().enumerate() {
                // A benchmark has nobody to tell.
                let _ = feature.property(at, name, value);
            }
        })?;
    }
    writer.write(BufWriter::new(std::fs::File::create(path)?))?;
    Ok(())
}

struct Count(usize);

impl Sink for Count {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0 += batch.rows();
        Ok(ControlFlow::Continue(()))
    }
}

fn read(path: &Path, options: &ReadOptions) -> Result<usize, Box<dyn Error>> {
    let context = Context::new(1);
    let mut reader = geohub_formats::open(&path.to_string_lossy(), &OpenOptions::default(), &context)?;
    reader.plan(options)?;
    let mut count = Count(0);
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut count)?;
    }
    Ok(count.0)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = arguments.next().unwrap_or_else(|| std::env::temp_dir().display().to_string());
    let (path, other) =
        (Path::new(&folder).join("geohub_bench.fgb"), Path::new(&folder).join("crate_bench.fgb"));
    let schema = schema();
    let batches = timed("make batches", || {
        let starts = (0..rows).step_by(Batch::MAX_ROWS);
        Ok(starts
            .map(|at| batch(&schema, at..(at + Batch::MAX_ROWS as u64).min(rows)))
            .collect::<Result<Vec<_>>>()?)
    })?;
    timed("write, ours", || ours(&batches, &path))?;
    drop(batches);
    timed("write, flatgeobuf crate", || theirs(rows, &other))?;
    timed("read", || read(&path, &ReadOptions::default()))?;
    let columns = Some(vec!["zone".to_owned()]);
    timed("read, one column", || read(&path, &ReadOptions { columns, ..ReadOptions::default() }))?;
    for side in [0.001, 0.04, 0.2] {
        let bbox = Some(Bbox::new(-118.4, 33.9, -118.4 + side, 33.9 + side));
        let options = ReadOptions { bbox, ..ReadOptions::default() };
        let found = timed(&format!("read a box of {side} degrees"), || read(&path, &options))?;
        println!("  {found} features");
    }
    for path in [path, other] {
        println!("{}: {} bytes", path.display(), std::fs::metadata(&path)?.len());
        std::fs::remove_file(path)?;
    }
    Ok(())
}
