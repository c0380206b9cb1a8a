//! Writing spooled features again, when what they have in common came out only at the end.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use geohub_core::{Batch, Chunk, Dimensions, Encoded, Encoder, Error, Result, Sink};

use super::batch_builder::Decoding;
use super::chunk::{FeatureChunk, Piece};
use super::columns;
use super::encoder::{EncodedBatch, FgbEncoder};
use super::properties::Selection;
use super::reader::whole_features;
use super::records::Records;
use super::scratch::{Scratch, ScratchFolder};

/// Bytes read at once; more for a larger feature.
const BLOCK_BYTES: u64 = 8 << 20;

/// The features of `records` in a new spool, every row with the ordinates in `pad`.
pub(super) fn respool(
    old: &Scratch,
    records: &Records,
    schema: &SchemaRef,
    pad: Dimensions,
    folder: &ScratchFolder,
) -> Result<(Scratch, Records)> {
    let fields: Vec<_> = schema.fields().iter().filter_map(|field| columns::written(field)).collect();
    let schema = Arc::new(Schema::new(fields));
    let selection = Arc::new(Selection::all(&schema));
    let decoding = Arc::new(Decoding { layer_type: 0, selection, bbox: None });
    let mut new =
        Respool { encoder: FgbEncoder { schema, pad }, spool: folder.file()?, records: records.emptied() };
    let bytes = records.bytes();
    let (mut at, mut block_bytes) = (0, BLOCK_BYTES);
    while at < bytes {
        let mut block = vec![0; block_bytes.min(bytes - at) as usize];
        old.read(at, &mut block)?;
        let (end, _) = whole_features(&block, u64::MAX);
        if end == 0 {
            block_bytes *= 2;
            continue;
        }
        block.truncate(end);
        let pieces = vec![Piece { bytes: block.into(), byte: at, row: 0 }];
        Box::new(FeatureChunk { pieces, decoding: Arc::clone(&decoding) }).decode(&mut new)?;
        at += end as u64;
        block_bytes = BLOCK_BYTES;
    }
    Ok((new.spool, new.records))
}

struct Respool {
    encoder: FgbEncoder,
    spool: Scratch,
    records: Records,
}

impl Sink for Respool {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let Encoded::Other(encoded) = self.encoder.encode(batch)? else {
            return Err(Error::Internal("an encoder changed its form".to_owned()));
        };
        let encoded = encoded.downcast::<EncodedBatch>();
        let encoded = encoded.map_err(|_| Error::Internal("an encoder changed its form".to_owned()))?;
        self.spool.append(&encoded.features.bytes)?;
        self.records.add(&encoded.features.nodes)?;
        Ok(ControlFlow::Continue(()))
    }
}
