//! Some of the columns.

use std::ops::ControlFlow;

use arrow_schema::Schema;
use geohub_core::{Batch, Error, Layer, Operator, Result, Sink, text};

/// Passes on the named columns, in the order named; the geometry stays.
#[derive(Debug)]
pub struct Select {
    names: Vec<String>,
}

impl Select {
    /// Selects columns by their exact names, as [`resolve`] gives them.
    pub fn new(names: Vec<String>) -> Self {
        Self { names }
    }

    fn indices(&self, schema: &Schema) -> Result<Vec<usize>> {
        self.names.iter().map(|name| index_of(name, schema)).collect()
    }
}

impl Operator for Select {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        let schema = input.schema.project(&self.indices(&input.schema)?)?;
        Ok(input.clone().with_schema(schema))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let attributes = batch.attributes.project(&self.indices(&batch.schema())?)?;
        out.push(Batch::new(batch.geometry, attributes))
    }
}

/// The exact names of the columns asked for: by exact name, else by the only one that differs in case alone.
///
/// # Errors
/// [`Error::Request`] with the nearest names for an unknown column, and for one named twice.
pub fn resolve(fields: &[String], schema: &Schema) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(fields.len());
    for field in fields {
        let name = schema.field(index_of(field.trim(), schema)?).name();
        if names.contains(name) {
            return Err(Error::request(format!("the column {name:?} is asked for twice")));
        }
        names.push(name.clone());
    }
    Ok(names)
}

fn index_of(name: &str, schema: &Schema) -> Result<usize> {
    if let Ok(index) = schema.index_of(name) {
        return Ok(index);
    }
    let lower = name.to_lowercase();
    let alike: Vec<usize> = (0..schema.fields().len())
        .filter(|&index| schema.field(index).name().to_lowercase() == lower)
        .collect();
    match alike[..] {
        [index] => Ok(index),
        [] => Err(unknown(name, schema)),
        _ => {
            let names: Vec<String> =
                alike.iter().map(|&index| format!("{:?}", schema.field(index).name())).collect();
            Err(Error::request(format!(
                "the column {name:?} is ambiguous: write one of {}",
                names.join(", ")
            )))
        }
    }
}

fn unknown(name: &str, schema: &Schema) -> Error {
    let all: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let near = text::nearest(name, all.iter().copied());
    let hint = match (near.is_empty(), all.is_empty()) {
        (false, _) => format!("did you mean {}?", near.join(" or ")),
        (true, false) => format!("the columns are {}", all.join(", ")),
        (true, true) => "the layer has no columns".to_owned(),
    };
    Error::Request { message: format!("there is no column {name:?}"), hint: Some(hint) }
}
