//! Whole features on their way to a worker.

use std::sync::Arc;

use bytes::Bytes;
use geohub_core::{Chunk, DataError, Origin, Result, Sink};

use super::batch_builder::{BatchBuilder, Decoding};
use super::table::Malformed;

/// Features that lie end to end in the file.
#[derive(Debug)]
pub(super) struct Piece {
    /// Size-prefixed features; the split has walked the prefixes already.
    pub(super) bytes: Bytes,
    /// Where they lie in the file.
    pub(super) byte: u64,
    /// Index of the first one.
    pub(super) row: u64,
}

/// One or more pieces, decoded by one worker.
pub(super) struct FeatureChunk {
    pub(super) pieces: Vec<Piece>,
    pub(super) decoding: Arc<Decoding>,
}

impl Chunk for FeatureChunk {
    fn origin(&self) -> Origin {
        let first = self.pieces.first();
        Origin {
            byte: first.map_or(0, |piece| piece.byte),
            bytes: self.bytes() as u64,
            row: first.map(|piece| piece.row),
        }
    }

    fn weight_bytes(&self) -> usize {
        self.bytes() * 2
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let mut batch = BatchBuilder::new(&self.decoding);
        for piece in &self.pieces {
            let mut at = 0;
            let mut row = piece.row;
            while let Some(prefix) = piece.bytes.get(at..at + 4) {
                let len = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]) as usize;
                let start = at + 4;
                // The split has walked these prefixes to the end of the piece.
                let feature = &piece.bytes[start..start + len];
                batch.push(feature).map_err(|error| broken(error, piece.byte + start as u64, row))?;
                if batch.flush_full(out)?.is_break() {
                    return Ok(());
                }
                at = start + len;
                row += 1;
            }
        }
        batch.flush(out).map(|_| ())
    }
}

impl FeatureChunk {
    fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }
}

fn broken(error: Malformed, start: u64, row: u64) -> DataError {
    DataError::new(error.what).at_byte(start + error.at as u64).at_feature(row + 1)
}
