//! Opening a file and handing out its row groups.

use std::ops::Range;
use std::sync::Arc;

use geohub_core::layer::GeometryInfo;
use geohub_core::{
    Bbox, Chunk, Crs, DataError, Error, GeometryKind, Layer, Level, Provenance, Pushdown, ReadOptions,
    Reader, Result, RowCount, Source,
};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};

use super::chunk::{RowGroupChunk, Shared, guarded, of_parquet};
use super::geo::{GEO_KEY, Geo, OWN_KEY};
use super::layout::Layout;
use super::pruning::Sides;
use super::source::Positioned;
use crate::open::layer_name;

/// Rows of a piece of a large row group.
const PIECE_ROWS: usize = 1 << 16;

/// Row groups of so many rows are divided even where no index tells where pages begin: each piece then walks the page
/// headers from the front, and decodes the dictionaries and the pages it shares with its neighbours again.
const UNINDEXED_ROWS: usize = 4 * PIECE_ROWS;

/// Reads a file row group by row group.
pub(super) struct GeoParquetReader {
    source: Arc<dyn Source>,
    layer: Layer,
    shared: Arc<Shared>,
    sides: Option<Sides>,
    /// What is left to hand out; set by the first call.
    pieces: Option<std::vec::IntoIter<Piece>>,
    bbox: Option<Bbox>,
    limit: Option<u64>,
}

/// Rows of a row group for one chunk.
struct Piece {
    group: usize,
    before: u64,
    rows: Vec<Range<usize>>,
}

impl GeoParquetReader {
    /// Reads the footer.
    pub(super) fn open(source: Arc<dyn Source>) -> Result<Self> {
        let file = Positioned::new(Arc::clone(&source))?;
        let metadata = guarded(|| load(&file))?;
        check_rows(metadata.metadata())?;
        let geo = value(metadata.metadata(), GEO_KEY).map(parse_geo).transpose()?;
        let layout = Layout::new(metadata.schema(), geo.as_ref())?;
        let layer = layer(&*source, metadata.metadata(), &layout, geo.as_ref());
        let column =
            geo.as_ref().and_then(|geo| Some((&geo.primary_column, geo.columns.get(&geo.primary_column)?)));
        let sides = column.and_then(|(name, column)| Sides::find(metadata.parquet_schema(), name, column));
        let shared = Arc::new(Shared { file, metadata, layout });
        Ok(Self { source, layer, shared, sides, pieces: None, bbox: None, limit: None })
    }

    fn pieces(&self) -> Vec<Piece> {
        let metadata = self.shared.metadata.metadata();
        let (mut before, mut left) = (0, self.limit.unwrap_or(u64::MAX));
        let mut pieces = Vec::new();
        for group in 0..metadata.num_row_groups() {
            let count = metadata.row_group(group).num_rows() as usize;
            let kept = match (&self.bbox, &self.sides) {
                (Some(bbox), Some(sides)) => sides.rows(metadata, group, bbox),
                _ => std::iter::once(0..count).collect(),
            };
            let kept = first(kept, &mut left);
            let is_divisible =
                metadata.offset_index().is_some() || (self.shared.is_flat() && count >= UNINDEXED_ROWS);
            pieces.extend(divided(kept, is_divisible).into_iter().map(|rows| Piece { group, before, rows }));
            before += count as u64;
        }
        pieces
    }

    fn chunk(&self, piece: Piece) -> RowGroupChunk {
        let group = self.shared.metadata.metadata().row_group(piece.group);
        let wanted: usize = piece.rows.iter().map(Range::len).sum();
        let share = wanted as f64 / group.num_rows().max(1) as f64;
        RowGroupChunk {
            shared: Arc::clone(&self.shared),
            byte: u64::try_from(group.column(0).data_page_offset()).unwrap_or(0),
            bytes: (self.shared.bytes(piece.group) as f64 * share) as usize,
            group: piece.group,
            rows: piece.rows,
            before: piece.before,
        }
    }
}

impl Reader for GeoParquetReader {
    fn target(&self) -> &str {
        self.source.name()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let mut done = Pushdown::NONE;
        if let Some(columns) = &options.columns {
            let Shared { file, metadata, layout } = &*self.shared;
            let layout = layout.project(columns);
            self.layer.schema = Arc::clone(&layout.schema);
            self.shared = Arc::new(Shared { file: file.clone(), metadata: metadata.clone(), layout });
            done.columns = Level::Exact;
        }
        if options.bbox.is_some() && self.sides.is_some() {
            self.bbox = options.bbox;
            done.bbox = Level::Superset;
        }
        if options.limit.is_some() && options.bbox.is_none() && options.filter.is_none() {
            self.limit = options.limit;
            done.limit = Level::Exact;
        }
        let pieces = guarded(|| Ok(self.pieces()))?;
        let rows = pieces.iter().flat_map(|piece| &piece.rows).map(|rows| rows.len() as u64).sum();
        let is_exact = done.bbox == Level::None;
        self.layer.rows = if is_exact { RowCount::Exact(rows) } else { RowCount::Estimate(rows) };
        self.pieces = Some(pieces.into_iter());
        Ok(done)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        if self.pieces.is_none() {
            self.pieces = Some(guarded(|| Ok(self.pieces()))?.into_iter());
        }
        let piece = self.pieces.as_mut().and_then(Iterator::next);
        Ok(piece.map(|piece| -> Box<dyn Chunk> { Box::new(self.chunk(piece)) }))
    }
}

/// The footer and the page indexes; where the Arrow schema in it is broken, without that.
fn load(file: &Positioned) -> Result<ArrowReaderMetadata> {
    let options = || ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    ArrowReaderMetadata::load(file, options())
        .or_else(|_| ArrowReaderMetadata::load(file, options().with_skip_arrow_metadata(true)))
        .map_err(of_parquet)
}

fn check_rows(metadata: &ParquetMetaData) -> Result<()> {
    let counts = metadata.row_groups().iter().map(|group| u64::try_from(group.num_rows()));
    let sum = counts.sum::<Result<u64, _>>().ok();
    let has_columns = metadata.row_groups().iter().all(|group| group.num_columns() > 0);
    if has_columns && sum.is_some() && sum == u64::try_from(metadata.file_metadata().num_rows()).ok() {
        return Ok(());
    }
    Err(DataError::new("the Parquet file is damaged: its row groups do not add up to its rows").into())
}

fn value<'m>(metadata: &'m ParquetMetaData, key: &str) -> Option<&'m str> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
}

fn parse_geo(text: &str) -> Result<Geo> {
    let geo = serde_json::from_str(text);
    geo.map_err(|error| Error::from(DataError::new(format!("the geo metadata cannot be read: {error}"))))
}

fn layer(source: &dyn Source, metadata: &ParquetMetaData, layout: &Layout, geo: Option<&Geo>) -> Layer {
    let mut layer = Layer::new(layer_name(source), Arc::clone(&layout.schema));
    layer.rows = RowCount::Exact(metadata.file_metadata().num_rows() as u64);
    let column = geo.and_then(|geo| geo.columns.get(&geo.primary_column));
    if let Some(column) = column {
        let (kind, has_z) = column.kind();
        layer.geometry = GeometryInfo { kind, has_z, has_m: false };
        layer.crs = column.crs();
        layer.extent = column.extent();
    } else {
        let kind = if layout.geometry.is_some() { GeometryKind::Mixed } else { GeometryKind::None };
        layer.geometry = GeometryInfo { kind, has_z: false, has_m: false };
        layer.crs = Crs::unknown();
    }
    let own = value(metadata, OWN_KEY).and_then(|text| serde_json::from_str::<Provenance>(text).ok());
    layer.provenance = Arc::new(own.unwrap_or_default());
    layer
}

/// The first of the rows, as many as are left.
fn first(ranges: Vec<Range<usize>>, left: &mut u64) -> Vec<Range<usize>> {
    let mut kept = Vec::with_capacity(ranges.len());
    for range in ranges {
        let take = (range.len() as u64).min(*left) as usize;
        *left -= take as u64;
        if take > 0 {
            kept.push(range.start..range.start + take);
        }
    }
    kept
}

/// Rows in pieces for one chunk each.
fn divided(ranges: Vec<Range<usize>>, is_divisible: bool) -> Vec<Vec<Range<usize>>> {
    let mut pieces: Vec<Vec<Range<usize>>> = Vec::new();
    let mut room = 0;
    for mut range in ranges {
        while !range.is_empty() {
            if room == 0 {
                pieces.push(Vec::new());
                room = if is_divisible { PIECE_ROWS } else { usize::MAX };
            }
            let take = range.len().min(room);
            if let Some(piece) = pieces.last_mut() {
                piece.push(range.start..range.start + take);
            }
            range.start += take;
            room -= take;
        }
    }
    pieces
}
