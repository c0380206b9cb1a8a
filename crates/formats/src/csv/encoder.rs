//! Rows as text.

use geohub_core::wkt::{write_number, write_wkt_rounded};
use geohub_core::{Batch, DataError, Encoded, Encoder, Error, GeometryKind, GeometryRow, Result};

use super::cells::Printer;
use crate::format::TextGeometry;

/// Encodes batches as lines; shared by all workers.
pub(super) struct CsvEncoder {
    pub(super) separator: u8,
    pub(super) geometry: TextGeometry,
    pub(super) precision: Option<u8>,
    /// A column `z` follows x and y.
    pub(super) has_z: bool,
}

impl Encoder for CsvEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        let columns = batch.attributes.columns().iter().map(Printer::new).collect::<Result<Vec<_>>>()?;
        let mut line = Line::new(self.separator, batch.rows() * (columns.len() * 8 + 32));
        let mut cell = Vec::new();
        for row in 0..batch.rows() {
            for column in &columns {
                cell.clear();
                let filled = column.print(row, &mut cell);
                line.cell(filled.then_some(&*cell));
            }
            self.geometry(&batch.geometry.row(row), &mut line, &mut cell)?;
            line.end();
        }
        Ok(Encoded::Bytes(line.bytes))
    }
}

impl CsvEncoder {
    fn geometry(&self, row: &GeometryRow<'_>, line: &mut Line, cell: &mut Vec<u8>) -> Result<()> {
        match self.geometry {
            TextGeometry::None => {}
            TextGeometry::Wkt if row.is_null() => line.cell(None),
            TextGeometry::Wkt => {
                cell.clear();
                write_wkt_rounded(row, self.precision, cell)?;
                line.cell(Some(cell));
            }
            TextGeometry::Xy => self.point(row, line, cell)?,
        }
        Ok(())
    }

    fn point(&self, row: &GeometryRow<'_>, line: &mut Line, cell: &mut Vec<u8>) -> Result<()> {
        if !matches!(row.kind(), GeometryKind::Point | GeometryKind::None) {
            return Err(not_a_point(row.kind()));
        }
        let z = row.z().and_then(|z| z.first().copied());
        let xy = row.xy();
        let ordinates = [xy.first().copied(), xy.get(1).copied(), z];
        for ordinate in ordinates.iter().take(2 + usize::from(self.has_z)) {
            cell.clear();
            if let Some(value) = ordinate {
                write_number(*value, self.precision, cell);
            }
            line.cell(ordinate.map(|_| cell.as_slice()));
        }
        Ok(())
    }
}

/// Why a geometry does not fit columns x and y.
pub(super) fn not_a_point(kind: GeometryKind) -> Error {
    DataError::new(format!("a {kind} does not fit columns x and y, which hold points"))
        .with_hint("write the geometry as WKT")
        .into()
}

/// Lines under construction.
pub(super) struct Line {
    pub(super) bytes: Vec<u8>,
    separator: u8,
    start: usize,
    first: bool,
}

impl Line {
    pub(super) fn new(separator: u8, capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), separator, start: 0, first: true }
    }

    /// Adds a cell, in quotes where it needs them; an empty text needs them to differ from null.
    pub(super) fn cell(&mut self, text: Option<&[u8]>) {
        if !self.first {
            self.bytes.push(self.separator);
        }
        self.first = false;
        let Some(text) = text else { return };
        let special = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || *byte == self.separator;
        if !text.is_empty() && !text.iter().any(special) {
            self.bytes.extend_from_slice(text);
            return;
        }
        self.bytes.push(b'"');
        for part in text.split_inclusive(|&byte| byte == b'"') {
            self.bytes.extend_from_slice(part);
            if part.last() == Some(&b'"') {
                self.bytes.push(b'"');
            }
        }
        self.bytes.push(b'"');
    }

    /// Ends the line. One without any text gets quotes: a blank line would be no row.
    pub(super) fn end(&mut self) {
        if self.bytes.len() == self.start {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.push(b'\n');
        self.start = self.bytes.len();
        self.first = true;
    }
}
