//! Features from batches, on the workers.

use arrow_schema::SchemaRef;
use flatbuffers::{FlatBufferBuilder, Vector, WIPOffset};
use flatgeobuf::{Feature, FeatureArgs, finish_size_prefixed_feature_buffer};
use geohub_core::{
    Batch, Dimensions, Encoded, EncodedFeatures, Encoder, Error, FeatureNode, GeometryKind, Result,
};

use super::encode_column::EncodeColumn;
use super::encode_geometry::{self, Fbb};

/// What an encoder hands to the writer.
pub(super) struct EncodedBatch {
    pub(super) features: EncodedFeatures,
    /// The type its rows share.
    pub(super) kind: GeometryKind,
    /// Ordinates that any row has.
    pub(super) dimensions: Dimensions,
    /// Ordinates that any row was written without.
    pub(super) lacking: Dimensions,
}

/// Encodes batches of the layer's schema.
pub(super) struct FgbEncoder {
    pub(super) schema: SchemaRef,
    /// Ordinates that every row is written with, NaN where it has none.
    pub(super) pad: Dimensions,
}

impl Encoder for FgbEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        if batch.attributes.num_columns() != self.schema.fields().len() {
            return Err(Error::Internal("a batch has other columns than its layer".to_owned()));
        }
        let columns = batch.attributes.columns().iter().map(EncodeColumn::new).collect::<Result<Vec<_>>>()?;
        let mut scratch = Scratch::default();
        let mut features = EncodedFeatures::default();
        features.nodes.reserve(batch.rows());
        for row in 0..batch.rows() {
            let len = feature(&batch, &columns, row, self.pad, &mut scratch, &mut features.bytes)?;
            features.nodes.push(FeatureNode { len, bbox: batch.geometry.bbox(row) });
        }
        let (kind, dimensions) = (batch.geometry.kind(), batch.geometry.dimensions());
        let lacking = lacking(&batch, self.pad);
        Ok(Encoded::Other(Box::new(EncodedBatch { features, kind, dimensions, lacking })))
    }
}

fn lacking(batch: &Batch, pad: Dimensions) -> Dimensions {
    batch.geometry.iter().filter(|row| !row.is_null()).fold(Dimensions::XY, |lacking, row| {
        let own = row.dimensions();
        Dimensions { z: lacking.z || !(own.z || pad.z), m: lacking.m || !(own.m || pad.m) }
    })
}

/// Buffers used again for each feature.
#[derive(Default)]
struct Scratch {
    fbb: Fbb,
    properties: Vec<u8>,
    ends: Vec<u32>,
    text: Vec<u8>,
}

/// Encodes a row and returns its length, size prefix included.
fn feature(
    batch: &Batch,
    columns: &[EncodeColumn],
    row: usize,
    pad: Dimensions,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) -> Result<u32> {
    let Scratch { fbb, properties, ends, text } = scratch;
    fbb.reset();
    properties.clear();
    for (number, column) in columns.iter().enumerate() {
        column.write(number as u16, row, properties, text);
    }
    let properties = (!properties.is_empty()).then(|| bytes(fbb, properties));
    let geometry = encode_geometry::encode(fbb, &batch.geometry.row(row), pad, ends)?;
    let root = Feature::create(fbb, &FeatureArgs { geometry, properties, columns: None });
    finish_size_prefixed_feature_buffer(fbb, root);
    let encoded = fbb.finished_data();
    let len = u32::try_from(encoded.len());
    let len =
        len.map_err(|_| Error::Unsupported("a feature of more than 4 GB fits no FlatGeobuf".to_owned()))?;
    out.extend_from_slice(encoded);
    Ok(len)
}

/// A byte vector written in one copy: a byte string has the same layout, with a zero behind it.
fn bytes(fbb: &mut FlatBufferBuilder<'static>, bytes: &[u8]) -> WIPOffset<Vector<'static, u8>> {
    WIPOffset::new(fbb.create_byte_string(bytes).value())
}
