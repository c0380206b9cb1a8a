//! Writing the header.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Column, ColumnArgs, GeometryType, Header, HeaderArgs, finish_size_prefixed_header_buffer};
use geohub_core::layer::GeometryInfo;
use geohub_core::{Bbox, DataError, Dimensions, Layer, Result};

use super::encode_geometry::geometry_type;
use super::wire::{HEADER_MAX_BYTES, MAGIC};
use super::{columns, crs, metadata};

/// What is known at the end of a run.
pub(super) struct Totals {
    /// What the rows written have in common.
    pub(super) geometry: GeometryInfo,
    pub(super) extent: Bbox,
    pub(super) count: u64,
    /// 0 for a file without a tree.
    pub(super) node_size: u16,
}

/// The magic and the header of a layer.
pub(super) fn write(layer: &Layer, totals: &Totals) -> Result<Vec<u8>> {
    let type_ = geometry_type(totals.geometry.kind);
    let (stated, unsaid) = ordinates(type_, totals.geometry);
    let mut fbb = FlatBufferBuilder::new();
    let columns = columns(&mut fbb, layer);
    let text =
        |fbb: &mut FlatBufferBuilder<'static>, text: Option<&str>| text.map(|text| fbb.create_string(text));
    let name = text(&mut fbb, Some(&layer.name));
    let title = text(&mut fbb, layer.provenance.origin.title.as_deref());
    let description = text(&mut fbb, layer.provenance.description.as_deref());
    let metadata = text(&mut fbb, metadata::of_header(&layer.provenance, unsaid).as_deref());
    let crs = crs::write(&mut fbb, &layer.crs);
    let Bbox { min_x, min_y, max_x, max_y } = totals.extent;
    let envelope = (!totals.extent.is_empty()).then(|| fbb.create_vector(&[min_x, min_y, max_x, max_y]));
    let columns = (!columns.is_empty()).then(|| fbb.create_vector(&columns));
    let args = HeaderArgs {
        name,
        envelope,
        geometry_type: type_,
        has_z: stated.z,
        has_m: stated.m,
        columns,
        features_count: totals.count,
        index_node_size: totals.node_size,
        crs,
        title,
        description,
        metadata,
        ..HeaderArgs::default()
    };
    let root = Header::create(&mut fbb, &args);
    finish_size_prefixed_header_buffer(&mut fbb, root);
    let encoded = fbb.finished_data();
    if encoded.len() > HEADER_MAX_BYTES as usize {
        let message =
            format!("the header would have {} bytes, over the limit of {HEADER_MAX_BYTES}", encoded.len());
        return Err(DataError::new(message).into());
    }
    Ok([&MAGIC[..], encoded].concat())
}

/// The ordinates for the header's own fields, and those for its metadata. GDAL writes layers of mixed type without
/// Z and M, and pyogrio fails on an Unknown type with them, so there the metadata says it.
fn ordinates(type_: GeometryType, geometry: GeometryInfo) -> (Dimensions, Dimensions) {
    let own = Dimensions { z: geometry.has_z, m: geometry.has_m };
    if type_ == GeometryType::Unknown { (Dimensions::XY, own) } else { (own, Dimensions::XY) }
}

fn columns(fbb: &mut FlatBufferBuilder<'static>, layer: &Layer) -> Vec<WIPOffset<Column<'static>>> {
    let fields = layer.schema.fields().iter();
    fields
        .filter_map(|field| {
            let type_ = columns::column_type(field)?;
            let name = Some(fbb.create_string(field.name()));
            let metadata = metadata::of_column(field).map(|text| fbb.create_string(&text));
            Some(Column::create(fbb, &ColumnArgs { name, type_, metadata, ..ColumnArgs::default() }))
        })
        .collect()
}
