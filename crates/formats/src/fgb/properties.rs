//! Decoding a feature's properties into columns.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use geohub_core::Result;

use super::column_builder::ColumnBuilder;
use super::table::{Checked, Spend, Table, malformed};

/// Which of a file's columns are read.
#[derive(Debug)]
pub(super) struct Selection {
    /// All columns of the file.
    pub(super) file: SchemaRef,
    /// The columns read, in the file's order.
    pub(super) output: SchemaRef,
    /// For each column of the file, its position among those read.
    places: Vec<Option<u16>>,
}

impl Selection {
    /// Every column.
    pub(super) fn all(file: &SchemaRef) -> Self {
        Self::of(file, |_| true)
    }

    /// The columns whose names are asked for.
    pub(super) fn of(file: &SchemaRef, wanted: impl Fn(&str) -> bool) -> Self {
        let mut fields = Vec::new();
        let mut places = Vec::with_capacity(file.fields().len());
        for field in file.fields() {
            places.push(wanted(field.name()).then(|| {
                fields.push(Arc::clone(field));
                (fields.len() - 1) as u16
            }));
        }
        let output = Arc::new(arrow_schema::Schema::new_with_metadata(fields, file.metadata().clone()));
        Self { file: Arc::clone(file), output, places }
    }
}

/// The columns of a batch under construction.
#[derive(Debug)]
pub(super) struct Columns {
    selection: Arc<Selection>,
    builders: Vec<ColumnBuilder>,
    /// Rows of each column.
    lens: Vec<usize>,
    rows: usize,
    bytes: usize,
}

impl Columns {
    pub(super) fn new(selection: Arc<Selection>) -> Self {
        let builders =
            selection.output.fields().iter().map(|field| ColumnBuilder::new(field.data_type())).collect();
        let lens = vec![0; selection.output.fields().len()];
        Self { selection, builders, lens, rows: 0, bytes: 0 }
    }

    /// Bytes held, roughly.
    pub(super) fn memory_bytes(&self) -> usize {
        self.bytes + self.rows * self.builders.len()
    }

    /// Adds a feature's properties as a row; what the feature leaves out is null.
    pub(super) fn push(&mut self, feature: &Table<'_>, spend: &mut Spend) -> Checked<()> {
        if let Some(own) = feature.vector(2, 4, spend)?
            && !own.bytes.is_empty()
        {
            return malformed(own.at, "the feature brings columns of its own, which is not supported");
        }
        if !self.builders.is_empty()
            && let Some(properties) = feature.vector(1, 1, spend)?
        {
            self.values(properties.bytes, properties.at)?;
            self.bytes += properties.bytes.len();
        }
        for (builder, len) in self.builders.iter_mut().zip(&mut self.lens) {
            if *len == self.rows {
                builder.append_null();
                *len += 1;
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn values(&mut self, bytes: &[u8], base: usize) -> Checked<()> {
        let mut at = 0;
        // The TypeScript implementation has left a zero behind the last value; all readers pass over it.
        while at < bytes.len() && bytes[at..] != [0] {
            let next = self.value(bytes, at);
            at = next.map_err(|error| super::table::Malformed { at: error.at + base, ..error })?;
        }
        Ok(())
    }

    #[inline]
    fn value(&mut self, bytes: &[u8], at: usize) -> Checked<usize> {
        let Some(number) = bytes.get(at..at + 2) else { return malformed(at, "a column number is cut off") };
        let number = usize::from(u16::from_le_bytes([number[0], number[1]]));
        match self.selection.places.get(number) {
            Some(Some(place)) => {
                let place = usize::from(*place);
                if self.lens[place] != self.rows {
                    return malformed(at, "a feature gives two values for one column");
                }
                self.lens[place] += 1;
                self.builders[place].append(bytes, at + 2)
            }
            Some(None) => ColumnBuilder::skip(self.selection.file.field(number).data_type(), bytes, at + 2),
            None => malformed(at, "a value is for a column that the header does not have"),
        }
    }

    /// The rows so far as a record batch; the columns start over.
    pub(super) fn finish(&mut self) -> Result<RecordBatch> {
        let arrays: Vec<ArrayRef> = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        self.lens.fill(0);
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.selection.output), arrays, &options)?)
    }
}
