//! Writing CSV and TSV (RFC 4180 quoting, lines ended by LF).
//!
//! Attributes in schema order, then the geometry. Null is an empty cell, an empty text `""`. Floats keep a decimal
//! point (`1.0`), so that they are floats when read again.

use std::sync::Arc;

use geohub_core::context::NoteLevel;
use geohub_core::{
    Context, Encoded, Encoder, Error, GeometryKind, Layer, Needs, Output, Result, Writer, Written,
};

use super::encoder::{CsvEncoder, Line, not_a_point};
use crate::format::{CreateOptions, TextGeometry};
use crate::text_output::TextOutput;

/// Writes CSV and TSV.
pub(super) struct CsvWriter {
    output: Output,
    options: CreateOptions,
    separator: u8,
    file: Option<TextOutput>,
    note: Option<String>,
}

impl CsvWriter {
    pub(super) fn new(output: &Output, options: &CreateOptions, separator: u8) -> Self {
        Self { output: output.clone(), options: options.clone(), separator, file: None, note: None }
    }
}

impl Writer for CsvWriter {
    fn needs(&self) -> Needs {
        Needs { irrevocable: self.output.is_stream(), ..Needs::default() }
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        let table = layer.geometry.kind == GeometryKind::None;
        let geometry = if table { TextGeometry::None } else { self.options.text_geometry };
        let may_be_point = matches!(layer.geometry.kind, GeometryKind::Point | GeometryKind::Mixed);
        if geometry == TextGeometry::Xy && !may_be_point {
            return Err(not_a_point(layer.geometry.kind));
        }
        let has_z = layer.geometry.has_z;
        self.note = (geometry != TextGeometry::None && !layer.crs.is_crs84()).then(|| {
            let crs = &layer.crs;
            format!("the coordinates in {} are in {crs}; a text table cannot say so", self.output.name())
        });
        let mut header = Line::new(self.separator, 256);
        for field in layer.schema.fields() {
            header.cell(Some(field.name().as_bytes()));
        }
        for name in geometry_names(layer, geometry) {
            header.cell(Some(name.as_bytes()));
        }
        header.end();
        let mut file = TextOutput::create(&self.output, self.options.fsync)?;
        file.write(&header.bytes)?;
        self.file = Some(file);
        let (separator, precision) = (self.separator, self.options.precision);
        Ok(Arc::new(CsvEncoder { separator, geometry, precision, has_z }))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        match (encoded, &mut self.file) {
            (Encoded::Bytes(bytes), Some(file)) => file.write(&bytes),
            _ => Err(Error::Internal("a text table got what is no text".to_owned())),
        }
    }

    fn notes(&self) -> Vec<(NoteLevel, String)> {
        self.note.iter().map(|note| (NoteLevel::Note, note.clone())).collect()
    }

    fn finish(self: Box<Self>, _: &Context) -> Result<Written> {
        let bytes = self.file.map_or(Ok(0), TextOutput::finish)?;
        Ok(Written { bytes })
    }

    fn abort(self: Box<Self>) {}
}

/// Names of the geometry columns that no attribute has, whatever its case; our reader prefers the longer ones.
fn geometry_names(layer: &Layer, geometry: TextGeometry) -> Vec<String> {
    let wanted: &[&str] = match geometry {
        TextGeometry::Wkt => &["WKT"],
        TextGeometry::Xy if layer.geometry.has_z => &["x", "y", "z"],
        TextGeometry::Xy => &["x", "y"],
        TextGeometry::None => &[],
    };
    let taken =
        |name: &str| layer.schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name));
    if !wanted.iter().any(|name| taken(name)) {
        return wanted.iter().map(|&name| name.to_owned()).collect();
    }
    let longer = |name: &&str| {
        let stem = format!("geometry_{}", name.to_ascii_lowercase());
        let numbered = (2..).map(|number| format!("{stem}_{number}"));
        std::iter::once(stem.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(stem)
    };
    wanted.iter().map(longer).collect()
}
