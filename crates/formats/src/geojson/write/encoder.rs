//! Features as text, one a line.

use std::sync::Arc;

use geohub_core::schema::is_feature_id;
use geohub_core::{Batch, DataError, Encoded, Encoder, Error, GeometryRow, Result};

use super::cell::{Cell, cell};
use super::geometry::{Refusal, geometry};
use super::note::Counts;
use super::number::OrdinateFormat;
use super::string::string;

/// Bytes a feature is guessed to take, for the first allocation.
const FEATURE_BYTES: usize = 400;

/// Encodes batches as features. In a collection the commas between features are part of the block, those between
/// blocks the writer's.
pub(crate) struct FeatureEncoder {
    format: OrdinateFormat,
    separator: &'static [u8],
    terminator: &'static [u8],
    counts: Arc<Counts>,
}

impl FeatureEncoder {
    /// Features with commas between them.
    pub(super) fn commas(precision: Option<u8>, counts: Arc<Counts>) -> Self {
        Self { format: OrdinateFormat { precision }, separator: b",\n", terminator: b"", counts }
    }

    /// Features each with a line end.
    pub(crate) fn lines(precision: Option<u8>) -> Self {
        Self::counted_lines(precision, Arc::default())
    }

    pub(super) fn counted_lines(precision: Option<u8>, counts: Arc<Counts>) -> Self {
        Self { format: OrdinateFormat { precision }, separator: b"", terminator: b"\n", counts }
    }
}

/// The columns of a batch, ready to print.
struct Cells<'a> {
    id: Option<Cell<'a>>,
    /// `"name":` with the comma before it, and the values.
    properties: Vec<(Vec<u8>, Cell<'a>)>,
}

impl<'a> Cells<'a> {
    fn new(batch: &'a Batch, counts: &'a Counts) -> Result<Self> {
        let (mut id, mut properties) = (None, Vec::new());
        let schema = batch.attributes.schema_ref();
        for (field, array) in schema.fields().iter().zip(batch.attributes.columns()) {
            let cell = cell(field, array, counts)?;
            if is_feature_id(field) && id.is_none() {
                id = Some((cell, array));
                continue;
            }
            let mut prefix = if properties.is_empty() { Vec::new() } else { b",".to_vec() };
            string(field.name(), &mut prefix);
            prefix.push(b':');
            properties.push((prefix, cell));
        }
        let id = id.map(|(cell, array)| -> Cell<'a> {
            Box::new(move |row, out| {
                if !array.is_null(row) {
                    out.extend_from_slice(b",\"id\":");
                    cell(row, out);
                }
            })
        });
        Ok(Self { id, properties })
    }

    fn feature(&self, row: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"type\":\"Feature\"");
        if let Some(id) = &self.id {
            id(row, out);
        }
        out.extend_from_slice(b",\"properties\":{");
        for (name, value) in &self.properties {
            out.extend_from_slice(name);
            value(row, out);
        }
        out.extend_from_slice(b"},\"geometry\":");
    }

    /// The feature by its first attribute, for messages.
    fn label(&self, row: usize) -> String {
        let mut text = Vec::new();
        if let Some((name, value)) = self.properties.first() {
            text.extend_from_slice(name);
            value(row, &mut text);
        }
        if text.is_empty() {
            return "a feature".to_owned();
        }
        text.truncate(80);
        format!("the feature with {}", geohub_core::text::clean(&String::from_utf8_lossy(&text)))
    }
}

impl Encoder for FeatureEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        let cells = Cells::new(&batch, &self.counts)?;
        let mut out = Vec::with_capacity(batch.rows() * FEATURE_BYTES);
        for (at, row) in batch.geometry.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(self.separator);
            }
            cells.feature(at, &mut out);
            self.geometry(&row, &mut out).map_err(|refusal| refused(refusal, &cells.label(at)))?;
            out.push(b'}');
            out.extend_from_slice(self.terminator);
        }
        Ok(Encoded::Bytes(out))
    }
}

impl FeatureEncoder {
    fn geometry(&self, row: &GeometryRow<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if geometry(row, self.format, out)?.measures {
            self.counts.add_measures();
        }
        Ok(())
    }
}

#[cold]
fn refused(refusal: Refusal, feature: &str) -> Error {
    match refusal {
        Refusal::NotFinite => {
            let message =
                format!("{feature} has a coordinate that is NaN or infinite, which GeoJSON cannot hold");
            DataError::new(message).into()
        }
        Refusal::Broken => DataError::new(format!("{feature} has a geometry that is no valid WKB")).into(),
        Refusal::Type(name) => {
            Error::Unsupported(format!("{feature} is a {name}, which GeoJSON does not have"))
        }
    }
}
