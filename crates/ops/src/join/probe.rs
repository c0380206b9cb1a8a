//! Left rows with their right rows beside them.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array,
};
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use geohub_core::{
    Batch, DataError, GeometryColumn, Layer, Operator, Provenance, Result, Sink, schema, text,
};

use super::build::Built;
use super::columns::OutputColumns;
use super::matcher::{Match, Matcher};
use super::options::{How, JoinOptions, Many};
use super::stats::Counters;

/// Pairs held at once before the left rows are taken in smaller portions.
const MAX_PAIRS: usize = 1 << 20;

/// Pairs streamed left rows with the build side's right rows.
pub(super) struct PairProbe {
    pub(super) options: JoinOptions,
    pub(super) matcher: Matcher,
    pub(super) built: Arc<Built>,
    pub(super) columns: OutputColumns,
    pub(super) right: Arc<Provenance>,
    pub(super) counters: Arc<Counters>,
}

/// A left row of the batch and a right row, if it has any, with their distance.
type Pair = (u32, Option<(u64, f64)>);

impl Operator for PairProbe {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(self.columns.layer(&self.options, input, &self.right))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        self.counters.saw(&batch.geometry);
        self.portion(&batch, 0..batch.rows(), out)
    }
}

impl PairProbe {
    /// Joins some of a batch's rows, in halves where they have too many matches to hold.
    fn portion(&self, batch: &Batch, rows: Range<usize>, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let part = batch.slice(rows.start, rows.len());
        if let Some(matches) = self.matches(&part.geometry, rows.len() > 1)? {
            let pairs = self.choose(&part, &matches)?;
            return self.emit(&part, &pairs, out);
        }
        let middle = rows.start + rows.len() / 2;
        if self.portion(batch, rows.start..middle, out)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.portion(batch, middle..rows.end, out)
    }

    /// All matches in (left, right) order, the nearest in that of their distances; `None` where there are too many and the rows can be divided.
    fn matches(&self, probes: &GeometryColumn, divisible: bool) -> Result<Option<Vec<Match>>> {
        let mut pairs = Vec::new();
        let mut overflow = false;
        let crossing = self.matcher.for_each(&self.built, probes, |found| {
            overflow |= divisible && pairs.len() >= MAX_PAIRS;
            if overflow {
                return ControlFlow::Break(());
            }
            pairs.push(found);
            ControlFlow::Continue(())
        })?;
        if !overflow {
            self.counters.crossing(crossing);
        }
        if self.options.relation.is_nearest() {
            // Those of a left row came in order.
            pairs.sort_by_key(|pair: &Match| pair.probe);
        } else {
            pairs.sort_unstable_by_key(|pair: &Match| (pair.probe, pair.row));
        }
        Ok((!overflow).then_some(pairs))
    }

    /// The rows that come out: by `--many` of those with matches, by `--how` of those without.
    fn choose(&self, batch: &Batch, matches: &[Match]) -> Result<Vec<Pair>> {
        let mut chosen = Vec::with_capacity(matches.len().max(batch.rows()));
        let mut groups = matches.chunk_by(|a, b| a.probe == b.probe).peekable();
        let pair = |found: &Match| (found.probe, Some((found.row, found.distance)));
        for left in 0..batch.rows() as u32 {
            let Some(group) = groups.next_if(|group| group[0].probe == left) else {
                if self.options.how == How::Left {
                    chosen.push((left, None));
                }
                continue;
            };
            match self.options.many.unwrap_or_default() {
                Many::Error if group.len() > 1 => return Err(several(batch, group).into()),
                Many::First => {
                    self.counters.matched(1);
                    chosen.push(pair(&group[0]));
                }
                Many::All | Many::Error => {
                    self.counters.matched(group.len() as u64);
                    chosen.extend(group.iter().map(pair));
                }
            }
        }
        Ok(chosen)
    }

    fn emit(&self, batch: &Batch, pairs: &[Pair], out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let left_row_bytes = batch.memory_bytes() / batch.rows().max(1) + 1;
        let rows = (Batch::MAX_BYTES / left_row_bytes).clamp(1, Batch::MAX_ROWS);
        for some in pairs.chunks(rows) {
            if out.push(self.joined(batch, some)?)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn joined(&self, batch: &Batch, pairs: &[Pair]) -> Result<Batch> {
        let left_rows: UInt32Array = pairs.iter().map(|(left, _)| *left).collect();
        let mut columns = Vec::with_capacity(self.columns.schema.fields().len());
        for column in &self.columns.left {
            columns.push(take(batch.attributes.column(*column), &left_rows, None)?);
        }
        let null = (self.built.batches.len(), 0);
        let places: Vec<(usize, usize)> =
            pairs.iter().map(|(_, right)| right.map_or(null, |(row, _)| self.built.place(row))).collect();
        for (position, field) in self.columns.right().iter().enumerate() {
            let nulls = new_null_array(field.data_type(), 1);
            columns.push(self.right_column(position, &nulls, &places)?);
        }
        if self.columns.distance {
            let distances = pairs.iter().map(|(_, right)| right.map(|(_, distance)| distance));
            columns.push(Arc::new(distances.collect::<Float64Array>()));
        }
        let geometry = if self.columns.no_geometry {
            GeometryColumn::nulls(pairs.len())
        } else {
            batch.geometry.take(pairs.iter().map(|(left, _)| *left as usize))
        };
        let options = RecordBatchOptions::new().with_row_count(Some(pairs.len()));
        let schema = Arc::clone(&self.columns.schema);
        Ok(Batch::new(geometry, RecordBatch::try_new_with_options(schema, columns, &options)?))
    }

    fn right_column(&self, position: usize, nulls: &ArrayRef, places: &[(usize, usize)]) -> Result<ArrayRef> {
        let mut parts: Vec<&dyn Array> =
            self.built.batches.iter().map(|batch| batch.attributes.column(position).as_ref()).collect();
        parts.push(nulls.as_ref());
        Ok(interleave(&parts, places)?)
    }
}

/// The refusal of `--many error`.
fn several(batch: &Batch, group: &[Match]) -> DataError {
    let rows: Vec<String> = group.iter().take(3).map(|found| (found.row + 1).to_string()).collect();
    let more = if group.len() > 3 { ", ..." } else { "" };
    DataError::new(format!(
        "{} matches {}: rows {}{more}",
        described(batch, group[0].probe as usize),
        text::plural(group.len() as u64, "right feature"),
        rows.join(", "),
    ))
    .with_hint("--many first takes the lowest right row, --many all gives a row for each, --agg sums them up")
}

/// A left row in words: by its feature id or its first column that holds something.
fn described(batch: &Batch, row: usize) -> String {
    let schema = batch.schema();
    let ids = schema.fields().iter().position(|field| schema::is_feature_id(field));
    let filled = |column: &usize| batch.attributes.column(*column).is_valid(row);
    let column = ids.filter(filled).or_else(|| (0..schema.fields().len()).find(filled));
    let value = column.and_then(|column| {
        let value = arrow_cast::display::array_value_to_string(batch.attributes.column(column), row).ok()?;
        Some(format!("the left feature with {} {}", schema.field(column).name(), text::clean(&value)))
    });
    value.unwrap_or_else(|| "a left feature".to_owned())
}
