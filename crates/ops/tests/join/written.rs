//! A writer that keeps rows as text.

use std::sync::{Arc, Mutex};

use arrow_cast::display::array_value_to_string;
use geohub_core::{Batch, Context, Encoded, Encoder, Error, Layer, Needs, Reader, Result, Writer, Written};
use geohub_ops::join::{JoinOptions, JoinReport, join};

use crate::brute::shown;

/// What a join wrote: the column names, then per row the geometry and the cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

struct Keep(Arc<Mutex<Output>>);
struct Whole;

impl Encoder for Whole {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        assert!(batch.rows() <= Batch::MAX_ROWS);
        Ok(Encoded::Other(Box::new(batch)))
    }
}

impl Writer for Keep {
    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        let names = layer.schema.fields().iter().map(|field| field.name().clone());
        *self.0.lock().unwrap() = Output { columns: names.collect(), rows: Vec::new() };
        Ok(Arc::new(Whole))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        let Encoded::Other(any) = encoded else { return Err(Error::request("not a batch")) };
        let batch = any.downcast::<Batch>().map_err(|_| Error::request("not a batch"))?;
        let mut output = self.0.lock().unwrap();
        for row in 0..batch.rows() {
            let mut cells = vec![shown(&batch.geometry, row)];
            for column in batch.attributes.columns() {
                cells.push(array_value_to_string(column, row)?);
            }
            output.rows.push(cells);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Context) -> Result<Written> {
        Ok(Written::default())
    }

    fn abort(self: Box<Self>) {}
}

pub fn run(
    left: Box<dyn Reader>,
    right: Box<dyn Reader>,
    options: &JoinOptions,
    jobs: usize,
) -> Result<(Output, JoinReport)> {
    let output = Arc::new(Mutex::new(Output::default()));
    let kept = Arc::clone(&output);
    let mut create = move || Ok(Box::new(Keep(Arc::clone(&kept))) as Box<dyn Writer>);
    let report = join(left, right, options, &mut create, &Context::new(jobs))?;
    let output = output.lock().unwrap().clone();
    Ok((output, report))
}
