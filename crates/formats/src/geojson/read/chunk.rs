//! Whole features on their way to a worker.

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use geohub_core::{Chunk, DataError, Error, Origin, Result, Sink};

use super::decoder::{Decoder, Plan};
use super::tally::Tally;
use crate::geojson::json::{Cursor, Parsed};

/// The text of whole features with what parts them.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// Where the text begins in the input.
    pub(super) byte: u64,
    /// The number of the first feature, counted from 0.
    pub(super) row: u64,
}

impl Piece {
    /// Calls `take` with the cursor at each feature in turn, until it breaks.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(&mut Cursor<'_>, u64) -> Parsed<Result<ControlFlow<()>>>,
    ) -> Result<()> {
        let text = utf8(&self.bytes, self.byte)?;
        let mut cursor = Cursor::new(text);
        let mut row = self.row;
        while next_feature(&mut cursor) {
            let taken = take(&mut cursor, row).map_err(|flaw| flaw.into_error(self.byte, Some(row + 1)))?;
            if taken?.is_break() {
                break;
            }
            row += 1;
        }
        Ok(())
    }

    /// What the features show of their layer.
    pub(super) fn tally(&self) -> Result<Tally> {
        let mut tally = Tally::default();
        self.each(|cursor, _| {
            tally.add(cursor)?;
            Ok(Ok(ControlFlow::Continue(())))
        })?;
        Ok(tally)
    }
}

/// Moves to the next feature over what the splitter has found to be right: commas, record separators, white space.
fn next_feature(cursor: &mut Cursor<'_>) -> bool {
    loop {
        match cursor.peek() {
            b',' | 0x1e => cursor.advance(1),
            0 if cursor.is_at_end() => return false,
            _ => return true,
        }
    }
}

/// The text of bytes that begin at `byte` of the input.
pub(super) fn utf8(bytes: &[u8], byte: u64) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let data = DataError::new(format!("the byte 0x{:02x} is not valid UTF-8", bytes[at]))
            .at_byte(byte + at as u64)
            .with_hint("convert the file to UTF-8 first, for example with iconv");
        Error::from(data)
    })
}

/// A piece with the plan to decode it by.
pub(super) struct TextChunk {
    pub(super) piece: Piece,
    pub(super) plan: Arc<Plan>,
}

impl Chunk for TextChunk {
    fn origin(&self) -> Origin {
        let Piece { bytes, byte, row, .. } = &self.piece;
        Origin { byte: *byte, bytes: bytes.len() as u64, row: Some(*row) }
    }

    fn weight_bytes(&self) -> usize {
        // The text, its coordinates and columns, and the encoded output.
        self.piece.bytes.len() * 3
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let mut decoder = Decoder::new(&self.plan);
        let limit = self.plan.limit.unwrap_or(u64::MAX);
        self.piece.each(|cursor, row| {
            if row >= limit {
                return Ok(Ok(ControlFlow::Break(())));
            }
            decoder.feature(cursor)?;
            if !decoder.is_full() {
                return Ok(Ok(ControlFlow::Continue(())));
            }
            Ok(decoder.batch().and_then(|batch| out.push(batch)))
        })?;
        if decoder.rows() > 0 {
            // What the sink answers to the last batch changes nothing.
            let _ = out.push(decoder.batch()?)?;
        }
        Ok(())
    }
}
