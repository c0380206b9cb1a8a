//! A piece of a row group on its way to a worker.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::ArrowError;
use geohub_core::{Batch, Chunk, DataError, Error, GeometryColumn, Origin, Result, Sink, panics};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;

use super::geometry;
use super::layout::Layout;
use super::source::Positioned;

/// What every chunk of a file shares.
pub(super) struct Shared {
    pub(super) file: Positioned,
    pub(super) metadata: ArrowReaderMetadata,
    pub(super) layout: Layout,
}

impl Shared {
    /// Bytes of the columns read of a row group, decompressed.
    pub(super) fn bytes(&self, group: usize) -> u64 {
        let leaves = self.leaves();
        let columns = self.metadata.metadata().row_group(group).columns().iter().enumerate();
        let read = columns.filter(|(leaf, _)| leaves.contains(leaf));
        read.map(|(_, column)| u64::try_from(column.uncompressed_size()).unwrap_or(0)).sum()
    }

    /// True where every column read has one value a row, so that a page can be skipped without decoding it.
    pub(super) fn is_flat(&self) -> bool {
        let schema = self.metadata.parquet_schema();
        self.leaves().into_iter().all(|leaf| schema.column(leaf).max_rep_level() == 0)
    }

    fn leaves(&self) -> Vec<usize> {
        let (schema, roots) = (self.metadata.parquet_schema(), self.layout.roots());
        (0..schema.num_columns()).filter(|leaf| roots.contains(&schema.get_column_root_idx(*leaf))).collect()
    }
}

/// Rows of a row group.
pub(super) struct RowGroupChunk {
    pub(super) shared: Arc<Shared>,
    pub(super) group: usize,
    /// Ascending ranges within the row group.
    pub(super) rows: Vec<Range<usize>>,
    /// Rows of the file before the row group.
    pub(super) before: u64,
    pub(super) byte: u64,
    pub(super) bytes: usize,
}

impl Chunk for RowGroupChunk {
    fn origin(&self) -> Origin {
        let first = self.rows.first().map_or(0, |rows| rows.start);
        Origin { byte: self.byte, bytes: self.bytes as u64, row: Some(self.before + first as u64) }
    }

    fn weight_bytes(&self) -> usize {
        self.bytes * 2
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let mut reader = guarded(|| self.reader().map_err(of_parquet))?;
        let mut places = self.rows.iter().cloned().flatten();
        let mut count = 0;
        loop {
            let next = guarded(|| reader.next().transpose().map_err(of_arrow))?;
            let Some(batch) = next else { break };
            count += batch.num_rows();
            let first = places.next().unwrap_or(0);
            if batch.num_rows() > 1 {
                places.nth(batch.num_rows() - 2);
            }
            if out.push(self.batch(&batch, self.before + first as u64)?)?.is_break() {
                return Ok(());
            }
        }
        let wanted: usize = self.rows.iter().map(Range::len).sum();
        if count == wanted {
            Ok(())
        } else {
            let message =
                format!("row group {} has {count} of the {wanted} rows that the file states", self.group + 1);
            Err(DataError::new(message).into())
        }
    }
}

impl RowGroupChunk {
    fn reader(&self) -> Result<ParquetRecordBatchReader, ParquetError> {
        let Shared { file, metadata, layout } = &*self.shared;
        let group = metadata.metadata().row_group(self.group);
        let rows = group.num_rows().max(1) as usize;
        let row_bytes = self.shared.bytes(self.group) as usize / rows + 1;
        let mask = ProjectionMask::roots(metadata.parquet_schema(), layout.roots());
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata.clone())
            .with_row_groups(vec![self.group])
            .with_projection(mask)
            .with_batch_size((Batch::MAX_BYTES / row_bytes).clamp(1, Batch::MAX_ROWS));
        if self.rows.len() == 1 && self.rows[0] == (0..group.num_rows() as usize) {
            return builder.build();
        }
        let selection = RowSelection::from_consecutive_ranges(self.rows.iter().cloned(), rows);
        builder.with_row_selection(selection).build()
    }

    /// `first_row` is the number in the file of the batch's first row.
    fn batch(&self, batch: &RecordBatch, first_row: u64) -> Result<Batch> {
        let layout = &self.shared.layout;
        let roots = layout.roots();
        let file = self.shared.metadata.schema();
        let column = |root: usize| {
            let place = roots.iter().position(|known| *known == root);
            place
                .and_then(|place| batch.columns().get(place))
                .ok_or_else(|| Error::Internal("a Parquet reader left a column out".to_owned()))
        };
        let mut columns = Vec::with_capacity(layout.attributes.len());
        for (attribute, field) in layout.attributes.iter().zip(layout.schema.fields()) {
            let from = file.field(attribute.root);
            columns.push(attribute.conversion.apply(column(attribute.root)?, from, field)?);
        }
        let geometry = match layout.geometry {
            Some((root, encoding)) => geometry::decode(column(root)?, encoding, first_row)?,
            None => GeometryColumn::nulls(batch.num_rows()),
        };
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let attributes = RecordBatch::try_new_with_options(Arc::clone(&layout.schema), columns, &options)?;
        Ok(Batch::new(geometry, attributes))
    }
}

/// Runs code of the `parquet` crate, which panics on some damaged files.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    let damaged = |_| Err(DataError::new("the Parquet file is damaged").into());
    panics::contained(run).unwrap_or_else(damaged)
}

/// An error of the `parquet` crate: a failed read of ours, something it cannot do, or a damaged file.
pub(super) fn of_parquet(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => of_io(*error),
            Err(inner) => damaged(&inner.to_string()),
        },
        ParquetError::NYI(what) => Error::Unsupported(format!("Parquet: {what}")),
        other => damaged(&other.to_string()),
    }
}

fn of_arrow(error: ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(inner) => match inner.downcast::<ParquetError>() {
            Ok(error) => of_parquet(*error),
            Err(inner) => damaged(&inner.to_string()),
        },
        ArrowError::NotYetImplemented(what) => Error::Unsupported(format!("Parquet: {what}")),
        other => damaged(&other.to_string()),
    }
}

fn of_io(error: std::io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => own,
        Err(error) => damaged(&error.to_string()),
    }
}

fn damaged(words: &str) -> Error {
    DataError::new(format!("the Parquet file is damaged: {words}")).into()
}
