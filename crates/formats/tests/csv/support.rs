//! Reading a text into rows, and writing rows into a text.

use std::sync::{Arc, Mutex};

use geohub_core::source::MemorySource;
use geohub_core::{Batch, Context, DataError, Error, Layer, Output, Plan, Reader, Result, Sink, run};
use geohub_formats::{CreateOptions, Format, OpenOptions, create, named, open_source};

/// A whole layer.
pub struct Table {
    pub layer: Layer,
    pub batch: Batch,
    pub notes: Vec<String>,
}

pub fn csv() -> &'static Format {
    named("csv").unwrap()
}

pub fn reader(bytes: &[u8], options: &OpenOptions, context: &Context) -> Result<Box<dyn Reader>> {
    let options = OpenOptions { format: options.format.or(Some(csv())), ..options.clone() };
    open_source(Arc::new(MemorySource::new("t.csv", bytes.to_vec())), &options, context)
}

struct Keep(Vec<Batch>);

impl Sink for Keep {
    fn push(&mut self, batch: Batch) -> Result<std::ops::ControlFlow<()>> {
        assert!(batch.rows() <= Batch::MAX_ROWS);
        self.0.push(batch);
        Ok(std::ops::ControlFlow::Continue(()))
    }
}

pub fn read_with(bytes: &[u8], options: &OpenOptions, mut context: Context) -> Result<Table> {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&notes);
    context = context.with_reporter(Arc::new(move |_, text| sink.lock().unwrap().push(text.to_owned())));
    let mut reader = reader(bytes, options, &context)?;
    let layer = reader.layer().clone();
    let mut rows = Keep(Vec::new());
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut rows)?;
    }
    drop(reader);
    let batch = Batch::concat(&layer.schema, &rows.0)?;
    let notes = notes.lock().unwrap().clone();
    Ok(Table { layer, batch, notes })
}

pub fn read(text: &str) -> Table {
    read_with(text.as_bytes(), &OpenOptions::default(), Context::new(1)).unwrap()
}

pub fn refused(bytes: &[u8]) -> DataError {
    match read_with(bytes, &OpenOptions::default(), Context::new(1)).err() {
        Some(Error::Data(error)) => *error,
        other => panic!("{other:?}"),
    }
}

impl Table {
    /// `name:Type` of every column.
    pub fn types(&self) -> Vec<String> {
        let field = |field: &Arc<arrow_schema::Field>| format!("{}:{}", field.name(), field.data_type());
        self.layer.schema.fields().iter().map(field).collect()
    }

    /// A column's cells as text; `None` for null.
    pub fn column(&self, name: &str) -> Vec<Option<String>> {
        let array = self.batch.attributes.column_by_name(name).unwrap();
        let cell = |row| {
            let null = arrow_array::Array::is_null(array, row);
            (!null).then(|| arrow_cast::display::array_value_to_string(array, row).unwrap())
        };
        (0..self.batch.rows()).map(cell).collect()
    }

    /// The first coordinates of all rows; `None` for null.
    pub fn points(&self) -> Vec<Option<(f64, f64)>> {
        self.batch.geometry.iter().map(|row| row.xy().first_chunk::<2>().map(|[x, y]| (*x, *y))).collect()
    }
}

/// Reads a text and writes it again.
pub fn rewrite(bytes: &[u8], to: &str, options: &CreateOptions, context: &Context) -> Result<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let reader = reader(bytes, &OpenOptions::default(), context)?;
    let output = Output::Path(path.clone());
    let format = named(to).unwrap();
    run(Plan::all(reader), &mut || create(format, &output, options), context)?;
    Ok(std::fs::read_to_string(path).unwrap())
}
