//! Reading the header: what a file says of itself, checked.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use flatbuffers::VerifierOptions;
use flatgeobuf::{GeometryType, Header as Table, size_prefixed_root_as_header_with_opts};
use geohub_core::layer::GeometryInfo;
use geohub_core::{Bbox, DataError, GeometryKind, Layer, Order, Provenance, Result, RowCount, Source};

use super::levels::Levels;
use super::wire::{FEATURE_MIN_BYTES, HEADER_MAX_BYTES, MAGIC, MAX_COLUMNS, PREAMBLE_BYTES, sniff};
use super::{columns, crs, metadata};
use crate::open::layer_name;

/// A header and where the rest of the file lies.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// The layer as stated; rows and extent are claims, checked against the file's size where that is known.
    pub(super) layer: Layer,
    /// The geometry type as a number, 0 where each feature has its own.
    pub(super) geometry_type: u8,
    /// Features stated; `None` when the header does not know.
    pub(super) count: Option<u64>,
    /// The tree, where there is one.
    pub(super) levels: Option<Levels>,
    /// First byte of the tree.
    pub(super) index_start: u64,
    /// First byte of the features.
    pub(super) features_start: u64,
    /// What does not fit into a layer, for `-v`.
    pub(super) notes: Vec<String>,
}

/// Schema, CRS, rows and extent of a file, from its header alone.
///
/// # Errors
/// [`Error::Data`](geohub_core::Error::Data) when the header is broken or the file cannot hold what it states.
pub fn layer(source: &dyn Source) -> Result<Layer> {
    Header::read(source).map(|header| header.layer)
}

impl Header {
    /// Reads the header of a source.
    pub(super) fn read(source: &dyn Source) -> Result<Self> {
        let len = source.len();
        let preamble = source.head(PREAMBLE_BYTES as usize)?;
        let fail = |error: DataError| error.in_target(source.name());
        check_magic(&preamble).map_err(fail)?;
        let Some(size) = preamble.get(8..12) else {
            return Err(fail(cut_off("the header", preamble.len() as u64)).into());
        };
        let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]);
        if !(8..=HEADER_MAX_BYTES).contains(&size) {
            let message = format!("the header claims {size} bytes, at most {HEADER_MAX_BYTES} are allowed");
            return Err(fail(DataError::new(message).at_byte(8)).into());
        }
        let index_start = PREAMBLE_BYTES + u64::from(size);
        let head = source.head(index_start as usize)?;
        if (head.len() as u64) < index_start {
            return Err(fail(cut_off("the header", head.len() as u64)).into());
        }
        let name = layer_name(source);
        parse(&head[8..], &name, index_start, len).map_err(|error| fail(error).into())
    }

    /// Bytes of the features, where the file's size is known.
    pub(super) fn features_range(&self, len: Option<u64>) -> Range<u64> {
        self.features_start..len.unwrap_or(u64::MAX)
    }
}

fn check_magic(head: &[u8]) -> Result<(), DataError> {
    if head.len() < 8 {
        return Err(cut_off("the first 8 bytes", head.len() as u64));
    }
    if !sniff(head) {
        return Err(DataError::new("this is no FlatGeobuf file").at_byte(0));
    }
    if head[3] != MAGIC[3] {
        let message = format!("FlatGeobuf version {} is not supported, only version 3", head[3]);
        let hint = "rewrite it with a program that reads that version";
        return Err(DataError::new(message).at_byte(3).with_hint(hint));
    }
    Ok(())
}

pub(super) fn cut_off(what: &str, at: u64) -> DataError {
    DataError::new(format!("the file is cut off: it ends within {what}")).at_byte(at)
}

fn parse(prefixed: &[u8], name: &str, index_start: u64, len: Option<u64>) -> Result<Header, DataError> {
    let options = VerifierOptions {
        max_tables: MAX_COLUMNS + 8,
        max_apparent_size: 64 << 20,
        ..VerifierOptions::default()
    };
    let table = size_prefixed_root_as_header_with_opts(&options, prefixed).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default().trim_end_matches('.').to_lowercase();
        DataError::new(format!("the header is broken: {reason}")).at_byte(8)
    })?;
    let count = Some(table.features_count()).filter(|&count| count > 0);
    let levels = tree(&table, count)?;
    let features_start = levels.as_ref().map_or(Some(0), |levels| Some(levels.bytes()));
    let features_start = features_start.and_then(|bytes| index_start.checked_add(bytes));
    let features_start = features_start.ok_or_else(|| absurd_count(count))?;
    check_room(count, features_start, len)?;
    let geometry_type = table.geometry_type();
    let mut layer = Layer::new(table.name().filter(|name| !name.is_empty()).unwrap_or(name), schema(&table)?);
    layer.geometry = geometry(&table);
    layer.crs = crs::read(table.crs());
    layer.rows = rows(count, features_start, len);
    layer.order = if levels.is_some() { Order::Hilbert } else { Order::Input };
    layer.extent = envelope(&table);
    layer.provenance = Arc::new(provenance(&table));
    let notes = notes(&table);
    Ok(Header { layer, geometry_type: geometry_type.0, count, levels, index_start, features_start, notes })
}

fn tree(table: &Table<'_>, count: Option<u64>) -> Result<Option<Levels>, DataError> {
    let node_size = table.index_node_size();
    match count {
        Some(count) if node_size > 0 => {
            if node_size == 1 {
                return Err(DataError::new("the header states an index with one child per node").at_byte(8));
            }
            Levels::new(count, node_size).map(Some).ok_or_else(|| absurd_count(Some(count)))
        }
        _ => Ok(None),
    }
}

fn absurd_count(count: Option<u64>) -> DataError {
    DataError::new(format!("the header claims {} features", count.unwrap_or(0))).at_byte(8)
}

/// A file whose size is known must have room for the features it claims.
fn check_room(count: Option<u64>, features_start: u64, len: Option<u64>) -> Result<(), DataError> {
    let (Some(len), Some(count)) = (len, count) else { return Ok(()) };
    if features_start > len {
        let message = format!("the file is cut off: it ends within the index of {count} features");
        return Err(DataError::new(message).at_byte(len));
    }
    if count > (len - features_start) / FEATURE_MIN_BYTES {
        let message = format!(
            "the header claims {count} features, but only {} bytes of features follow",
            len - features_start
        );
        return Err(DataError::new(message).at_byte(len));
    }
    Ok(())
}

fn rows(count: Option<u64>, features_start: u64, len: Option<u64>) -> RowCount {
    match (count, len) {
        (Some(count), Some(_)) => RowCount::Exact(count),
        (Some(count), None) => RowCount::Estimate(count),
        (None, Some(len)) if len == features_start => RowCount::Exact(0),
        (None, _) => RowCount::Unknown,
    }
}

fn schema(table: &Table<'_>) -> Result<SchemaRef, DataError> {
    let mut fields = Vec::new();
    let mut names = HashSet::new();
    for column in table.columns().iter().flatten() {
        if fields.len() == MAX_COLUMNS {
            return Err(DataError::new(format!("the header has more than {MAX_COLUMNS} columns")).at_byte(8));
        }
        let name = column.name();
        if !names.insert(name) {
            return Err(DataError::new(format!("two columns are named `{name}`")).at_byte(8));
        }
        fields.push(columns::field(&column).map_err(|unknown| {
            DataError::new(format!("column `{name}` has type {unknown}, which version 3 does not have"))
                .at_byte(8)
        })?);
    }
    Ok(Arc::new(Schema::new(fields)))
}

fn geometry(table: &Table<'_>) -> GeometryInfo {
    let unsaid = table.metadata().map(metadata::ordinates).unwrap_or_default();
    let (has_z, has_m) = (table.has_z() || unsaid.z, table.has_m() || unsaid.m);
    GeometryInfo { kind: kind(table.geometry_type()), has_z, has_m }
}

fn kind(geometry_type: GeometryType) -> GeometryKind {
    match geometry_type {
        GeometryType::Point => GeometryKind::Point,
        GeometryType::LineString => GeometryKind::LineString,
        GeometryType::Polygon => GeometryKind::Polygon,
        GeometryType::MultiPoint => GeometryKind::MultiPoint,
        GeometryType::MultiLineString => GeometryKind::MultiLineString,
        GeometryType::MultiPolygon => GeometryKind::MultiPolygon,
        GeometryType::GeometryCollection => GeometryKind::GeometryCollection,
        GeometryType::Unknown => GeometryKind::Mixed,
        _ => GeometryKind::Other,
    }
}

fn envelope(table: &Table<'_>) -> Option<Bbox> {
    let envelope = table.envelope()?;
    if envelope.len() < 4 {
        return None;
    }
    let bbox = Bbox::new(envelope.get(0), envelope.get(1), envelope.get(2), envelope.get(3));
    let finite = [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y].iter().all(|side| side.is_finite());
    (finite && !bbox.is_empty()).then_some(bbox)
}

fn provenance(table: &Table<'_>) -> Provenance {
    let mut found = table.metadata().and_then(metadata::provenance).unwrap_or_default();
    let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    found.origin.title = found.origin.title.or_else(|| said(table.title()));
    found.description = found.description.or_else(|| said(table.description()));
    found
}

fn notes(table: &Table<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if table.has_t() || table.has_tm() {
        notes.push("times of coordinates (t, tm) are not read".to_owned());
    }
    if let Some(text) = table.metadata()
        && metadata::is_foreign(text)
    {
        notes.push(format!("the header's metadata is not carried over: {text}"));
    }
    notes
}
