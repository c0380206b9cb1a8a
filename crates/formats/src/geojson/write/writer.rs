//! The writers of both formats.

use std::sync::Arc;

use geohub_core::context::NoteLevel;
use geohub_core::{Context, Crs, Encoded, Encoder, Error, Layer, Needs, Output, Result, Writer, Written};

use super::encoder::FeatureEncoder;
use super::note::Counts;
use super::string::string;
use crate::format::CreateOptions;
use crate::text_output::TextOutput;

/// A writer of a `FeatureCollection`.
pub(crate) fn create_collection(output: &Output, options: &CreateOptions) -> Result<Box<dyn Writer>> {
    Ok(Box::new(TextWriter::create(output, options, true)?))
}

/// A writer of one feature a line.
pub(crate) fn create_sequence(output: &Output, options: &CreateOptions) -> Result<Box<dyn Writer>> {
    Ok(Box::new(TextWriter::create(output, options, false)?))
}

struct TextWriter {
    output: TextOutput,
    collection: bool,
    precision: Option<u8>,
    /// A feature was written.
    any: bool,
    crs: Crs,
    counts: Arc<Counts>,
}

impl TextWriter {
    fn create(output: &Output, options: &CreateOptions, collection: bool) -> Result<Self> {
        Ok(Self {
            output: TextOutput::create(output, options.fsync)?,
            collection,
            precision: options.precision,
            any: false,
            crs: Crs::crs84(),
            counts: Arc::default(),
        })
    }
}

impl Writer for TextWriter {
    fn needs(&self) -> Needs {
        Needs { irrevocable: self.output.is_stream(), ..Needs::default() }
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        self.crs = layer.crs.clone();
        let counts = Arc::clone(&self.counts);
        if self.collection {
            self.output.write(&head(layer))?;
            Ok(Arc::new(FeatureEncoder::commas(self.precision, counts)))
        } else {
            Ok(Arc::new(FeatureEncoder::counted_lines(self.precision, counts)))
        }
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        let Encoded::Bytes(bytes) = encoded else {
            return Err(Error::Internal("GeoJSON takes text".to_owned()));
        };
        if bytes.is_empty() {
            return Ok(());
        }
        if self.collection && self.any {
            self.output.write(b",\n")?;
        }
        self.any = true;
        self.output.write(&bytes)
    }

    fn notes(&self) -> Vec<(NoteLevel, String)> {
        let mut notes = self.counts.notes();
        if let Some(note) = crs_note(&self.crs, self.collection) {
            notes.push(note);
        }
        notes
    }

    fn finish(mut self: Box<Self>, _: &Context) -> Result<Written> {
        if self.collection {
            let end: &[u8] = if self.any { b"\n]}\n" } else { b"]}\n" };
            self.output.write(end)?;
        }
        Ok(Written { bytes: self.output.finish()? })
    }

    fn abort(self: Box<Self>) {}
}

fn head(layer: &Layer) -> Vec<u8> {
    let mut out = b"{\"type\":\"FeatureCollection\",\"name\":".to_vec();
    string(&layer.name, &mut out);
    out.push(b',');
    if let Some(name) = crs_name(&layer.crs) {
        out.extend_from_slice(b"\"crs\":{\"type\":\"name\",\"properties\":{\"name\":");
        string(&name, &mut out);
        out.extend_from_slice(b"}},");
    } else if !layer.crs.is_crs84() {
        out.extend_from_slice(b"\"crs\":null,");
    }
    out.extend_from_slice(b"\"features\":[\n");
    out
}

/// The name of a CRS that is not the one RFC 7946 prescribes.
fn crs_name(crs: &Crs) -> Option<String> {
    if crs.is_crs84() {
        return None;
    }
    Some(format!("urn:ogc:def:crs:{}::{}", crs.authority()?, crs.code()?))
}

fn crs_note(crs: &Crs, collection: bool) -> Option<(NoteLevel, String)> {
    if crs.is_crs84() {
        return None;
    }
    let note = match (crs_name(crs), collection) {
        (Some(_), true) => (
            NoteLevel::Note,
            format!(
                "coordinates are in {crs}, named in a `crs` member; RFC 7946 wants OGC:CRS84, and many programs expect it"
            ),
        ),
        (Some(_), false) => (
            NoteLevel::Warning,
            format!(
                "coordinates are in {crs}, which GeoJSONSeq has no place to say; programs will take them for lon/lat"
            ),
        ),
        (None, _) if crs.is_unknown() => (
            NoteLevel::Warning,
            "the CRS is unknown; programs will take the coordinates for lon/lat".to_owned(),
        ),
        (None, _) => (
            NoteLevel::Warning,
            format!("the CRS {crs} has no code, and GeoJSON has no place for its definition; it is lost"),
        ),
    };
    Some(note)
}
