//! Writing and reading whole files in memory.

use std::sync::Arc;

use std::ops::ControlFlow;

use arrow_schema::{Field, Schema};
use geohub_core::source::MemorySource;
use geohub_core::{
    Batch, Context, Encoder, GeometryBuilder, GeometryColumn, Layer, Output, ReadOptions, Reader, Result,
    Sink, Writer,
};
use geohub_formats::fgb::FGB;
use geohub_formats::{CreateOptions, OpenOptions};

/// A layer with the given columns.
pub fn layer(fields: Vec<Field>) -> Layer {
    Layer::new("sample", Arc::new(Schema::new(fields)))
}

/// The file that the batches make.
pub fn write(layer: &Layer, batches: &[Batch]) -> Vec<u8> {
    try_write(layer, batches).unwrap()
}

pub fn try_write(layer: &Layer, batches: &[Batch]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.fgb");
    let create = FGB.create.unwrap();
    let mut writer: Box<dyn Writer> = create(&Output::Path(path.clone()), &CreateOptions::default())?;
    let encoder: Arc<dyn Encoder> = writer.start(layer)?;
    for batch in batches {
        writer.write(encoder.encode(batch.clone())?)?;
    }
    let written = writer.finish(&Context::new(2))?;
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside the output");
    Ok(bytes)
}

/// Takes every batch.
#[derive(Default)]
pub struct Kept(pub Vec<Batch>);

impl Sink for Kept {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.push(batch);
        Ok(ControlFlow::Continue(()))
    }
}

pub fn open(bytes: &[u8], context: &Context) -> Result<Box<dyn Reader>> {
    let source = Arc::new(MemorySource::new("sample.fgb", bytes.to_vec()));
    geohub_formats::open_source(
        source,
        &OpenOptions { format: Some(&FGB), ..OpenOptions::default() },
        context,
    )
}

/// Every row left of a reader, as one batch.
pub fn rest(reader: &mut dyn Reader) -> Result<Batch> {
    let mut kept = Kept::default();
    while let Some(chunk) = reader.next_chunk()? {
        assert!(chunk.weight_bytes() > 0);
        chunk.decode(&mut kept)?;
    }
    Batch::concat(&reader.layer().schema, &kept.0)
}

pub fn try_read(bytes: &[u8], options: &ReadOptions) -> Result<(Layer, Batch)> {
    // Blocks this small make every sample span several of them.
    let mut context = Context::new(1);
    context.block_bytes = 300;
    let mut reader = open(bytes, &context)?;
    reader.plan(options)?;
    let batch = rest(&mut *reader)?;
    Ok((reader.layer().clone(), batch))
}

pub fn read(bytes: &[u8]) -> (Layer, Batch) {
    try_read(bytes, &ReadOptions::default()).unwrap()
}

/// What every error must do: say where.
pub fn message_of(result: Result<(Layer, Batch)>) -> String {
    result.map(|(_, batch)| batch.rows()).unwrap_err().to_string()
}

/// Points at (row, row / 2).
pub fn points(rows: usize) -> GeometryColumn {
    let mut builder = GeometryBuilder::default();
    for row in 0..rows {
        builder.push_point(row as f64, row as f64 / 2.0);
    }
    builder.finish()
}

/// Rows of a batch as comparable text, in any order.
pub fn rows_as_text(batch: &Batch) -> Vec<String> {
    let mut rows: Vec<String> = (0..batch.rows())
        .map(|row| {
            let geometry = batch.geometry.row(row);
            let values: Vec<String> = batch
                .attributes
                .columns()
                .iter()
                .map(|column| format!("{:?}", column.slice(row, 1)))
                .collect();
            let rings: Vec<usize> = geometry.rings().map(|ring| ring.len()).collect();
            let parts: Vec<usize> = geometry.parts().map(|part| part.rings().len()).collect();
            let (xy, z, m) = (geometry.xy(), geometry.z(), geometry.m());
            format!(
                "{} {parts:?} {rings:?} {xy:?} {z:?} {m:?} {:?} {values:?}",
                geometry.kind(),
                geometry.wkb()
            )
        })
        .collect();
    rows.sort();
    rows
}
