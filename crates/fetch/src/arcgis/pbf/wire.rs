//! The wire format of protocol buffers, read from a slice without copies
//! (<https://protobuf.dev/programming-guides/encoding/>).

use super::flaw::{Flaw, Result};

/// One field's content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Content<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Fixed32([u8; 4]),
    Bytes(&'a [u8]),
}

/// A message, read field by field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

impl<'a> Wire<'a> {
    /// The next field: its number and content.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u64, Content<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let content = match key & 7 {
            0 => Content::Varint(self.varint()?),
            1 => Content::Fixed64(self.fixed()?),
            2 => Content::Bytes(self.bytes()?),
            5 => Content::Fixed32(self.fixed()?),
            _ => return Err(Flaw::Broken("a field of no known wire type")),
        };
        Ok(Some((key >> 3, content)))
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64> {
        match *self.0 {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.0 = rest;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline]
    fn long_varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for (at, byte) in self.0.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                self.0 = &self.0[at + 1..];
                return Ok(value);
            }
        }
        Err(Flaw::CUT)
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.varint()?).map_err(|_| Flaw::CUT)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Flaw::CUT)?;
        self.0 = rest;
        Ok(bytes)
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>().ok_or(Flaw::CUT)?;
        self.0 = rest;
        Ok(*bytes)
    }
}

/// The signed number of a `sint32` or `sint64`.
#[inline]
pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_wire_type() {
        let mut wire =
            Wire(&[0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(wire.next().unwrap(), Some((1, Content::Varint(150))));
        assert_eq!(wire.next().unwrap(), Some((2, Content::Bytes(b"hi"))));
        assert_eq!(wire.next().unwrap(), Some((3, Content::Fixed32([1, 2, 3, 4]))));
        assert_eq!(wire.next().unwrap(), Some((4, Content::Fixed64([1, 2, 3, 4, 5, 6, 7, 8]))));
        assert_eq!(wire.next().unwrap(), None);
    }

    #[test]
    fn what_is_cut_short_is_an_error_and_the_largest_numbers_are_none() {
        for cut in
            [&[0x08][..], &[0x08, 0x80], &[0x12, 0x03, b'h'], &[0x21, 1, 2], &[0x12, 0xff, 0xff, 0xff, 0x7f]]
        {
            assert!(Wire(cut).next().is_err(), "{cut:?}");
        }
        let all = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Wire(&all).varint().unwrap(), u64::MAX);
        assert_eq!([zigzag(0), zigzag(1), zigzag(2), zigzag(u64::MAX)], [0, -1, 1, i64::MIN]);
        assert!(Wire(&[0x0b]).next().is_err());
    }
}
