//! WKB of any kind to ISO WKB, checked on the way.

use super::MAX_NESTING;
use super::code::{Code, Form};
use super::cursor::Cursor;
use super::decode::{is_empty_point, is_finite};
use crate::{Bbox, DataError, Dimensions};

type Result<T> = std::result::Result<T, DataError>;

/// A geometry as ISO WKB, little-endian and without an SRID.
pub(super) struct Transcoded {
    pub bytes: Vec<u8>,
    /// Those of all members.
    pub dimensions: Dimensions,
    pub bbox: Bbox,
}

pub(super) fn transcode(bytes: &[u8]) -> Result<Transcoded> {
    let whole =
        Transcoded { bytes: Vec::with_capacity(bytes.len()), dimensions: Dimensions::XY, bbox: Bbox::EMPTY };
    let mut work = Work { cursor: Cursor::new(bytes), whole };
    work.geometry(None, 0)?;
    let rest = work.cursor.remaining();
    if rest > 0 {
        return Err(work.cursor.error(&format!("{rest} bytes follow the geometry")));
    }
    Ok(work.whole)
}

struct Work<'a> {
    cursor: Cursor<'a>,
    whole: Transcoded,
}

impl Work<'_> {
    fn geometry(&mut self, holder: Option<(Code, Dimensions)>, depth: usize) -> Result<()> {
        if depth > MAX_NESTING {
            return Err(self
                .cursor
                .error(&format!("geometries are nested more than {MAX_NESTING} levels deep")));
        }
        let header = self.cursor.header()?;
        if let Some((holder, dimensions)) = holder {
            if !holder.may_hold(header.code) {
                return Err(self.cursor.error("a member is not of the type that the geometry holds"));
            }
            if header.dimensions != dimensions && holder.plain_member().is_some() {
                return Err(self.cursor.error("a member has other dimensions than the geometry"));
            }
        }
        self.whole.dimensions.z |= header.dimensions.z;
        self.whole.dimensions.m |= header.dimensions.m;
        self.whole.bytes.push(1);
        self.word(header.code.word(header.dimensions));
        self.body(header.code, header.dimensions, depth)
    }

    fn body(&mut self, code: Code, dimensions: Dimensions, depth: usize) -> Result<()> {
        match code.form() {
            Form::Coordinate => {
                let numbers = self.cursor.coordinate(dimensions)?;
                self.coordinate(numbers, dimensions, is_empty_point(numbers))?;
            }
            Form::Coordinates => self.ring(dimensions)?,
            Form::Rings => {
                let count = self.cursor.ring_count()?;
                self.word(count as u32);
                for _ in 0..count {
                    self.ring(dimensions)?;
                }
            }
            Form::Members => {
                let count = self.cursor.member_count()?;
                self.word(count as u32);
                for _ in 0..count {
                    self.geometry(Some((code, dimensions)), depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn ring(&mut self, dimensions: Dimensions) -> Result<()> {
        let coordinates = self.cursor.coordinates(dimensions)?;
        self.word(coordinates.len() as u32);
        for numbers in coordinates {
            self.coordinate(numbers, dimensions, false)?;
        }
        Ok(())
    }

    fn coordinate(&mut self, numbers: [f64; 4], dimensions: Dimensions, empty: bool) -> Result<()> {
        if is_finite(numbers) {
            self.whole.bbox.add(numbers[0], numbers[1]);
        } else if !empty {
            return Err(self.cursor.not_finite(numbers, dimensions));
        }
        for number in &numbers[..dimensions.count()] {
            self.whole.bytes.extend_from_slice(&number.to_le_bytes());
        }
        Ok(())
    }

    fn word(&mut self, word: u32) {
        self.whole.bytes.extend(word.to_le_bytes());
    }
}
