//! Checked reading of WKB.

use super::code::Code;
use crate::{DataError, Dimensions};

/// Smallest header with a count or a coordinate: byte order, type, count.
const MIN_MEMBER_BYTES: usize = 9;

/// A place in the bytes of a geometry, and the byte order of the geometry it is in.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    little_endian: bool,
}

/// The start of a geometry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub code: Code,
    pub dimensions: Dimensions,
    pub srid: Option<i32>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, little_endian: true }
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn header(&mut self) -> Result<Header, DataError> {
        self.little_endian = match self.take(1)?[0] {
            0 => false,
            1 => true,
            other => return Err(self.error(&format!("byte order is 0 or 1, found {other}"))),
        };
        let (code, dimensions, has_srid) = Code::from_word(self.word()?)?;
        let srid = if has_srid { Some(self.word()?.cast_signed()) } else { None };
        Ok(Header { code, dimensions, srid })
    }

    /// A count of coordinates, and all of them.
    pub(crate) fn coordinates(&mut self, dimensions: Dimensions) -> Result<Coordinates<'a>, DataError> {
        let size = dimensions.count() * 8;
        let count = self.count("coordinates", size)?;
        let bytes = self.take(count * size)?;
        Ok(Coordinates { bytes, size, little_endian: self.little_endian })
    }

    /// A count of rings; each has at least its own count.
    pub(crate) fn ring_count(&mut self) -> Result<usize, DataError> {
        self.count("rings", 4)
    }

    pub(crate) fn member_count(&mut self) -> Result<usize, DataError> {
        self.count("geometries", MIN_MEMBER_BYTES)
    }

    fn count(&mut self, what: &str, least_bytes: usize) -> Result<usize, DataError> {
        let count = self.word()? as usize;
        if count > self.remaining() / least_bytes {
            let left = self.remaining();
            return Err(self.error(&format!("{count} {what} do not fit into the {left} bytes left")));
        }
        Ok(count)
    }

    /// The numbers of one coordinate: x, y, then Z, then M, then NaN.
    pub(crate) fn coordinate(&mut self, dimensions: Dimensions) -> Result<[f64; 4], DataError> {
        let bytes = self.take(dimensions.count() * 8)?;
        Ok(numbers(bytes, self.little_endian))
    }

    fn word(&mut self) -> Result<u32, DataError> {
        let bytes = self.take(4)?;
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        Ok(if self.little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], DataError> {
        if count > self.remaining() {
            return Err(self.error(&format!("ends where {count} more bytes are needed")));
        }
        let start = self.at;
        self.at += count;
        Ok(&self.bytes[start..self.at])
    }

    pub(super) fn not_finite(&self, numbers: [f64; 4], dimensions: Dimensions) -> DataError {
        let shown: Vec<_> = numbers[..dimensions.count()].iter().map(ToString::to_string).collect();
        self.error(&format!("the coordinate {} is not finite", shown.join(" ")))
    }

    pub(crate) fn error(&self, message: &str) -> DataError {
        DataError::new(format!("WKB of {} bytes, at byte {}: {message}", self.bytes.len(), self.at))
    }
}

/// Coordinates whose bytes are all there.
#[derive(Clone, Debug)]
pub(crate) struct Coordinates<'a> {
    bytes: &'a [u8],
    size: usize,
    little_endian: bool,
}

impl Iterator for Coordinates<'_> {
    type Item = [f64; 4];

    #[inline]
    fn next(&mut self) -> Option<[f64; 4]> {
        let (first, rest) = self.bytes.split_at_checked(self.size)?;
        self.bytes = rest;
        Some(numbers(first, self.little_endian))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = self.bytes.len() / self.size;
        (count, Some(count))
    }
}

impl ExactSizeIterator for Coordinates<'_> {}

#[inline]
fn numbers(bytes: &[u8], little_endian: bool) -> [f64; 4] {
    let mut numbers = [f64::NAN; 4];
    for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *number = if little_endian { f64::from_le_bytes(*bytes) } else { f64::from_be_bytes(*bytes) };
    }
    numbers
}
