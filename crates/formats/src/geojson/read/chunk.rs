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
    /// The number of the first feature, counted from 0; `None` where nobody has counted.
    pub(super) row: Option<u64>,
    /// What parts the features.
    pub(super) parted: Parted,
}

/// What comes before each feature of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parted {
    /// What should: the splitter has looked.
    Surely,
    /// One comma, if all is well.
    ByCommas,
    /// White space and record separators, if all is well.
    ByBlanks,
}

impl Piece {
    /// Calls `take` with the cursor at each feature in turn, until it breaks.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(&mut Cursor<'_>, u64) -> Parsed<Result<ControlFlow<()>>>,
    ) -> Result<()> {
        let text = utf8(&self.bytes, self.byte)?;
        let mut cursor = Cursor::new(text);
        let mut row = self.row.unwrap_or(0);
        while next_feature(&mut cursor, self.parted).map_err(|flaw| flaw.into_error(self.byte, None))? {
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

/// Moves to the next feature over commas, record separators and white space.
fn next_feature(cursor: &mut Cursor<'_>, parted: Parted) -> Parsed<bool> {
    let mut commas = 0;
    loop {
        match cursor.peek() {
            b',' if parted != Parted::ByBlanks => commas += 1,
            0x1e if parted != Parted::ByCommas => {}
            0 if cursor.is_at_end() => return Ok(false),
            _ if parted == Parted::ByCommas && commas != 1 => return Err(cursor.unexpected("one comma")),
            _ => return Ok(true),
        }
        cursor.advance(1);
    }
}

/// A flaw of text that was cut by its line ends: the cut may be wrong, so it is looked at again with braces counted.
pub(super) fn in_doubt(error: Error) -> Error {
    match error {
        Error::Data(data) => Error::Misfit(format!("a flaw, to be looked at closely: {data}")),
        error => error,
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
        Origin { byte: *byte, bytes: bytes.len() as u64, row: *row }
    }

    fn weight_bytes(&self) -> usize {
        // The text, its coordinates and columns, and the encoded output.
        self.piece.bytes.len() * 3
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let decoded = self.decode_all(out);
        if self.piece.row.is_some() { decoded } else { decoded.map_err(in_doubt) }
    }
}

impl TextChunk {
    fn decode_all(&self, out: &mut dyn Sink) -> Result<()> {
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
