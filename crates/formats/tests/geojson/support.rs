//! Reading and writing texts in memory.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use geohub_core::context::NoteLevel;
use geohub_core::source::MemorySource;
use geohub_core::{
    Batch, Context, Error, Layer, Output, Plan, ReadOptions, Reader, Report, Result, Sink, run,
};
use geohub_formats::{CreateOptions, Format, OpenOptions, create, named, open_source};

/// A context with the given block size and workers, whose notes are kept.
pub fn context(block_bytes: usize, jobs: usize) -> (Context, Notes) {
    let notes = Notes::default();
    let kept = Arc::clone(&notes.0);
    let mut context = Context::new(jobs).with_reporter(Arc::new(move |level, text| {
        kept.lock().unwrap().push((level, text.to_owned()));
    }));
    context.block_bytes = block_bytes;
    (context, notes)
}

/// What a run reported.
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<Vec<(NoteLevel, String)>>>);

impl Notes {
    pub fn has(&self, level: NoteLevel, part: &str) -> bool {
        self.0.lock().unwrap().iter().any(|(at, text)| *at == level && text.contains(part))
    }
}

pub fn open_text(text: impl Into<Vec<u8>>, context: &Context) -> Result<Box<dyn Reader>> {
    let source = Arc::new(MemorySource::new("test.geojson", text.into()));
    open_source(source, &OpenOptions::default(), context)
}

/// All batches, in a single thread, restarted as the executor would.
pub fn read(text: impl Into<Vec<u8>>) -> Result<(Layer, Vec<Batch>)> {
    read_with(text, &context(1 << 20, 1).0, &ReadOptions::default())
}

pub fn read_with(
    text: impl Into<Vec<u8>>,
    context: &Context,
    options: &ReadOptions,
) -> Result<(Layer, Vec<Batch>)> {
    let mut reader = open_text(text, context)?;
    match drain(&mut *reader, options) {
        Err(Error::Misfit(_)) => {
            let mut reader = reader.complete(context)?;
            drain(&mut *reader, options)
        }
        result => result,
    }
}

fn drain(reader: &mut dyn Reader, options: &ReadOptions) -> Result<(Layer, Vec<Batch>)> {
    struct Keep(Vec<Batch>);
    impl Sink for Keep {
        fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
            self.0.push(batch);
            Ok(ControlFlow::Continue(()))
        }
    }
    let mut keep = Keep(Vec::new());
    reader.plan(options)?;
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut keep)?;
    }
    Ok((reader.layer().clone(), keep.0))
}

/// One batch of all rows.
pub fn one(text: &str) -> (Layer, Batch) {
    let (layer, batches) = read(text).unwrap();
    let batch = Batch::concat(&layer.schema, &batches).unwrap();
    (layer, batch)
}

/// A text through the executor into a format.
pub fn convert(text: impl Into<Vec<u8>>, to: &str, context: &Context) -> Result<(String, Report)> {
    let reader = open_text(text, context)?;
    convert_reader(reader, named(to)?, &CreateOptions::default(), context)
}

pub fn convert_reader(
    reader: Box<dyn Reader>,
    format: &Format,
    options: &CreateOptions,
    context: &Context,
) -> Result<(String, Report)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let output = Output::Path(path.clone());
    let result = run(Plan::all(reader), &mut || create(format, &output, options), context);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, usize::from(result.is_ok()), "files left behind by {result:?}");
    result.map(|report| (std::fs::read_to_string(&path).unwrap(), report))
}

/// The `GeoJSON` of a text read and written once.
pub fn rewritten(text: &str) -> String {
    convert(text, "geojson", &context(1 << 20, 1).0).unwrap().0
}

/// A collection of features given as text.
pub fn collection(features: &[&str]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"))
}

/// A feature without geometry and with the properties given.
pub fn feature(properties: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":null}}"#)
}

/// A collection of such features.
pub fn table(properties: &[&str]) -> String {
    let features: Vec<String> = properties.iter().map(|one| feature(one)).collect();
    collection(&features.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The message of the error of reading a text, with its place.
pub fn refusal(text: impl Into<Vec<u8>>) -> String {
    match read(text) {
        Ok((_, batches)) => panic!("read {} batches", batches.len()),
        Err(Error::Data(data)) => data.to_string(),
        Err(error) => panic!("{error:?}"),
    }
}
