//! One feature: its values, and where its geometry lies.

use std::borrow::Cow;

use super::flaw::{Flaw, Result};
use super::wire::{Content, Wire, zigzag};
use crate::columns::Cell;

/// Reads a feature: calls `each` with the position and value of every attribute and returns the bytes of its
/// geometry, `None` for a null one.
pub(super) fn read<'a>(feature: &'a [u8], mut each: impl FnMut(usize, Cell<'a>)) -> Result<Option<&'a [u8]>> {
    let (mut wire, mut at, mut geometry) = (Wire(feature), 0, None);
    while let Some((number, content)) = wire.next()? {
        match (number, content) {
            (1, Content::Bytes(value)) => {
                each(at, cell(value)?);
                at += 1;
            }
            (2, Content::Bytes(bytes)) => geometry = Some(bytes),
            (3, _) => return Err(Flaw::Unknown("a geometry in Esri's own binary shape")),
            (7, _) => return Err(Flaw::Unknown("a geometry with true curves")),
            (1 | 2, _) => return Err(Flaw::Broken("an attribute or geometry that is no message")),
            _ => {}
        }
    }
    Ok(geometry)
}

/// A value by the member that is set, whatever the field's declared type: 64-bit ids come in any of four. Nothing set
/// is null; zero is not.
fn cell(value: &[u8]) -> Result<Cell<'_>> {
    let (mut wire, mut cell) = (Wire(value), Cell::Null);
    while let Some((number, content)) = wire.next()? {
        cell = match (number, content) {
            (1, Content::Bytes(text)) => text_cell(text)?,
            (2, Content::Fixed32(bytes)) => Cell::Float(f64::from(f32::from_le_bytes(bytes))),
            (3, Content::Fixed64(bytes)) => Cell::Float(f64::from_le_bytes(bytes)),
            (4 | 8, Content::Varint(value)) => Cell::Int(zigzag(value)),
            (5 | 7, Content::Varint(value)) => i64::try_from(value).map_or(Cell::UInt(value), Cell::Int),
            (6, Content::Varint(value)) => Cell::Int(value as i64),
            (9, Content::Varint(value)) => Cell::Bool(value != 0),
            (10, Content::Varint(_)) => Cell::Null,
            (11, _) => return Err(Flaw::Unknown("a value that stands elsewhere in the answer")),
            (1..=10, _) => return Err(Flaw::Broken("a value that is not of its own type")),
            _ => cell,
        };
    }
    Ok(cell)
}

fn text_cell(text: &[u8]) -> Result<Cell<'_>> {
    let text = std::str::from_utf8(text).map_err(|_| Flaw::Broken("text that is not UTF-8"))?;
    Ok(Cell::Text(Cow::Borrowed(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_is_set_and_nothing_set_is_null() {
        assert_eq!(cell(&[]).unwrap(), Cell::Null);
        assert_eq!(cell(&[0x50, 0x00]).unwrap(), Cell::Null);
        assert_eq!(cell(&[0x20, 0x00]).unwrap(), Cell::Int(0));
        assert_eq!(cell(&[0x20, 0x09]).unwrap(), Cell::Int(-5));
        assert_eq!(cell(&[0x0a, 0x00]).unwrap(), Cell::Text("".into()));
        assert_eq!(cell(&[0x15, 0xcd, 0xcc, 0xcc, 0x3d]).unwrap(), Cell::Float(f64::from(0.1f32)));
        let most = [0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(cell(&most).unwrap(), Cell::UInt(u64::MAX));
        let minus_one = [0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(cell(&minus_one).unwrap(), Cell::Int(-1));
        assert_eq!(cell(&[0x48, 0x01]).unwrap(), Cell::Bool(true));
        assert!(matches!(cell(&[0x58, 0x01]), Err(Flaw::Unknown(_))));
        assert!(matches!(cell(&[0x0a, 0x01, 0xff]), Err(Flaw::Broken(_))));
    }

    #[test]
    fn curves_and_shape_buffers_are_told_from_broken_ones() {
        assert!(matches!(read(&[0x3a, 0x00], |_, _| {}), Err(Flaw::Unknown(_))));
        assert!(matches!(read(&[0x1a, 0x00], |_, _| {}), Err(Flaw::Unknown(_))));
        assert!(matches!(read(&[0x12, 0x05], |_, _| {}), Err(Flaw::Broken(_))));
        assert_eq!(read(&[0x0a, 0x00, 0x12, 0x00], |_, _| {}).unwrap(), Some(&[][..]));
        assert_eq!(read(&[0x0a, 0x00], |_, _| {}).unwrap(), None);
    }
}
