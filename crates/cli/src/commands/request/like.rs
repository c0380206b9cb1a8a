//! Another city's dataset as an example: its columns and two of its rows.

use std::ops::ControlFlow;

use arrow_array::ArrayRef;
use arrow_cast::display::array_value_to_string;
use geohub_core::{Batch, Collector, Layer, Plan, Result as CoreResult, Sink, collect, personal, schema};
use geohub_fetch::Query;
use geohub_portals::Model;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;
use crate::table::cut;

const ROWS: usize = 2;
/// Characters of a value that are shown.
const VALUE: usize = 60;
/// Columns that are shown.
const COLUMNS: usize = 60;

/// Reads it; of its rows no more than are shown.
pub fn read(session: &Session, reference: &str) -> Result<Model, Failure> {
    let query = Query { limit: Some(ROWS as u64), ..Query::default() };
    let reader = input::open(session, reference, &InputArgs::default(), &query)?;
    let first = collect(Plan::all(reader), &mut |_: &Layer| Ok(First::default()), &session.context)?;
    let (layer, rows) = (first.layer, first.collector.0);
    let masked = personal::columns(&layer.schema);
    let names: Vec<&String> = layer.schema.fields().iter().take(COLUMNS).map(|field| field.name()).collect();
    let value = |(name, value): (&&String, String)| {
        if masked.contains(name) { "(left out)".to_owned() } else { cut(&value, VALUE) }
    };
    let shown = rows.into_iter().take(ROWS).map(|row| names.iter().zip(row).map(value).collect());
    let origin = &layer.provenance.origin;
    Ok(Model {
        reference: geohub_fetch::shown(reference),
        title: origin.title.clone().unwrap_or_else(|| layer.name.clone()),
        url: origin.service_url.clone(),
        fields: layer
            .schema
            .fields()
            .iter()
            .take(COLUMNS)
            .map(|field| (field.name().clone(), schema::type_name(field)))
            .collect(),
        rows: shown.collect(),
        masked,
    })
}

/// The first rows, as text.
#[derive(Default)]
struct First(Vec<Vec<String>>);

#[derive(Default)]
struct Part(Vec<Vec<String>>);

impl Sink for Part {
    fn push(&mut self, batch: Batch) -> CoreResult<ControlFlow<()>> {
        let columns = batch.attributes.columns();
        for row in 0..batch.attributes.num_rows() {
            if self.0.len() >= ROWS {
                return Ok(ControlFlow::Break(()));
            }
            // Null is an empty text, and what has no text is left out: it is an example.
            let value = |column: &ArrayRef| array_value_to_string(column, row).unwrap_or_default();
            self.0.push(columns.iter().map(value).collect());
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for First {
    type Part = Part;

    fn part(&self) -> Part {
        Part::default()
    }

    fn merge(&mut self, part: Part) -> CoreResult<()> {
        self.0.extend(part.0);
        Ok(())
    }
}
