//! Splitting a file into chunks of whole features.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use geohub_core::text::plural;
use geohub_core::{
    Chunk, Context, DataError, Error, Layer, Level, Pushdown, ReadOptions, Reader, Result, RowCount, Source,
};

use super::batch_builder::Decoding;
use super::blocks::Blocks;
use super::chunk::{FeatureChunk, Piece};
use super::header::{Header, cut_off};
use super::properties::Selection;
use super::search::{self, Run};

/// Bytes of selected features that make a chunk.
const RUNS_BYTES: u64 = 512 << 10;

/// Reads a file front to back, or only the runs of features that the index finds.
pub(super) struct FgbReader {
    source: Arc<dyn Source>,
    header: Header,
    layer: Layer,
    decoding: Arc<Decoding>,
    blocks: Blocks,
    block_bytes: usize,
    max_feature_bytes: usize,
    /// What is left of a planned selection; `None` reads everything.
    runs: Option<std::vec::IntoIter<Run>>,
    /// The next byte and row of a sequential read.
    at: u64,
    row: u64,
    limit: Option<u64>,
    done: bool,
}

/// Opens a source.
pub(super) fn open(source: Arc<dyn Source>, context: &Context) -> Result<FgbReader> {
    let header = Header::read(&*source)?;
    for note in &header.notes {
        context.detail(format!("{}: {note}", source.name()));
    }
    let selection = Arc::new(Selection::all(&header.layer.schema));
    let decoding = Decoding { layer_type: header.geometry_type, selection, bbox: None };
    Ok(FgbReader {
        blocks: Blocks::open(&source)?,
        layer: header.layer.clone(),
        decoding: Arc::new(decoding),
        block_bytes: context.block_bytes.max(1),
        max_feature_bytes: context.max_feature_bytes,
        runs: None,
        at: header.features_start,
        row: 0,
        limit: None,
        done: false,
        source,
        header,
    })
}

impl Reader for FgbReader {
    fn target(&self) -> &str {
        self.source.name()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let mut done = Pushdown::NONE;
        let mut selection = Arc::clone(&self.decoding.selection);
        if let Some(wanted) = &options.columns {
            selection = Arc::new(Selection::of(&selection.file, |name| wanted.iter().any(|one| one == name)));
            self.layer.schema = Arc::clone(&selection.output);
            done.columns = Level::Exact;
        }
        if let Some(bbox) = &options.bbox {
            done.bbox = Level::Superset;
            self.layer.rows = self.layer.rows.hint().map_or(RowCount::Unknown, RowCount::Estimate);
            if let (Some(levels), Some(len)) = (&self.header.levels, self.source.len()) {
                let runs = search::runs(&*self.source, &self.header, levels, bbox, len)?;
                self.layer.rows =
                    RowCount::Estimate(runs.iter().map(|run| run.rows.end - run.rows.start).sum());
                self.runs = Some(runs.into_iter());
            }
        }
        if let Some(limit) = options.limit
            && options.bbox.is_none()
            && options.filter.is_none()
        {
            self.limit = Some(limit);
            self.layer.rows = match self.layer.rows {
                RowCount::Exact(rows) => RowCount::Exact(rows.min(limit)),
                RowCount::Estimate(rows) => RowCount::Estimate(rows.min(limit)),
                RowCount::Unknown => RowCount::Unknown,
            };
            done.limit = Level::Exact;
        }
        let layer_type = self.header.geometry_type;
        self.decoding = Arc::new(Decoding { layer_type, selection, bbox: options.bbox });
        Ok(done)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        let pieces = match self.runs {
            Some(_) => self.next_runs()?,
            None => self.next_block()?.into_iter().collect(),
        };
        if pieces.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(FeatureChunk { pieces, decoding: Arc::clone(&self.decoding) })))
    }

    fn size_hint(&self) -> Option<u64> {
        // Runs that the index found skip most of the file.
        if self.runs.is_some() { None } else { self.source.size_hint() }
    }
}

impl FgbReader {
    fn fail(&self, error: DataError) -> Error {
        error.in_target(self.source.name()).into()
    }

    /// The whole features of the next block.
    fn next_block(&mut self) -> Result<Option<Piece>> {
        if self.done || self.limit == Some(self.row) {
            return Ok(None);
        }
        let bytes = self.blocks.read(self.at, self.block_bytes.max(4))?;
        if bytes.is_empty() {
            self.done = true;
            return self.check_end().map(|()| None);
        }
        let most = self.limit.map_or(u64::MAX, |limit| limit - self.row);
        let (end, rows) = whole_features(&bytes, most);
        let (bytes, rows) =
            if rows == 0 { (self.large_feature(&bytes)?, 1) } else { (bytes.slice(..end), rows) };
        if let Some(count) = self.header.count
            && self.row + rows > count
        {
            let message = format!("the header states {}, but more follow", plural(count, "feature"));
            return Err(self.fail(DataError::new(message).at_byte(self.at)));
        }
        let piece = Piece { byte: self.at, row: self.row, bytes };
        self.at += piece.bytes.len() as u64;
        self.row += rows;
        Ok(Some(piece))
    }

    /// The feature at the current position, which the block did not hold whole.
    fn large_feature(&mut self, block: &Bytes) -> Result<Bytes> {
        let Some(prefix) = block.get(..4) else {
            let end = self.at + block.len() as u64;
            return Err(self.fail(cut_off("a feature", end).at_feature(self.row + 1)));
        };
        let len = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]) as usize;
        let end = self.at + 4 + len as u64;
        if let Some(file) = self.source.len().filter(|&file| file < end) {
            return Err(self.fail(cut_off("a feature", file).at_feature(self.row + 1)));
        }
        if len > self.max_feature_bytes {
            let message =
                format!("the feature has {len} bytes, over the limit of {}", self.max_feature_bytes);
            let error = DataError::new(message).at_byte(self.at).at_feature(self.row + 1);
            return Err(self.fail(error.with_hint("raise it with --max-feature")));
        }
        let bytes = self.blocks.read(self.at, len + 4)?;
        if bytes.len() < len + 4 {
            let end = self.at + bytes.len() as u64;
            return Err(self.fail(cut_off("a feature", end).at_feature(self.row + 1)));
        }
        Ok(bytes)
    }

    fn check_end(&self) -> Result<()> {
        match self.header.count {
            Some(count) if count > self.row => {
                let message = format!(
                    "the file is cut off: the header states {}, and it ends after {}",
                    plural(count, "feature"),
                    self.row
                );
                Err(self.fail(DataError::new(message).at_byte(self.at)))
            }
            _ => Ok(()),
        }
    }

    /// Runs found by the index, together small enough that a small selection still occupies every worker.
    fn next_runs(&mut self) -> Result<Vec<Piece>> {
        let mut group: Vec<Run> = Vec::new();
        let mut bytes = 0;
        let enough = RUNS_BYTES.min(self.block_bytes as u64 / 2);
        while let Some(run) = self.runs.as_mut().and_then(Iterator::next) {
            bytes += run.bytes.end - run.bytes.start;
            group.push(run);
            if bytes >= enough {
                break;
            }
        }
        let ranges: Vec<Range<u64>> = group.iter().map(|run| run.bytes.clone()).collect();
        let read = self.source.read_at(&ranges)?;
        let mut pieces = Vec::with_capacity(group.len());
        for (run, bytes) in group.into_iter().zip(read) {
            pieces.push(self.piece_of(&run, bytes)?);
        }
        Ok(pieces)
    }

    fn piece_of(&self, run: &Run, bytes: Bytes) -> Result<Piece> {
        let wanted = run.bytes.end - run.bytes.start;
        if (bytes.len() as u64) < wanted {
            return Err(self.fail(cut_off("a feature", run.bytes.start + bytes.len() as u64)));
        }
        let (end, rows) = whole_features(&bytes, u64::MAX);
        if end as u64 != wanted || rows != run.rows.end - run.rows.start {
            let message = "the index and the features behind it do not agree";
            return Err(self.fail(
                DataError::new(message)
                    .at_byte(run.bytes.start + end as u64)
                    .at_feature(run.rows.start + 1 + rows),
            ));
        }
        Ok(Piece { bytes, byte: run.bytes.start, row: run.rows.start })
    }
}

/// Where the last whole feature ends, and how many there are; at most `most`.
pub(super) fn whole_features(bytes: &[u8], most: u64) -> (usize, u64) {
    let (mut end, mut rows) = (0, 0);
    while rows < most
        && let Some(prefix) = bytes.get(end..end + 4)
    {
        let len = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]) as usize;
        if bytes.len() - end - 4 < len {
            break;
        }
        end += 4 + len;
        rows += 1;
    }
    (end, rows)
}
