//! Coordinates as JSON has them: arrays of two to four numbers, some of them null or the text `NaN`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::columns::Cell;

/// A number that may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Ordinate(pub(crate) Option<f64>);

impl<'de> Deserialize<'de> for Ordinate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Cell::deserialize(deserializer)?.float().filter(|value| !value.is_nan())))
    }
}

/// One vertex: its numbers in the order in which they stand, NaN where none does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Position {
    pub(crate) values: [f64; 4],
    pub(crate) len: u8,
}

impl Position {
    pub(crate) fn x(&self) -> f64 {
        self.values[0]
    }

    pub(crate) fn y(&self) -> f64 {
        self.values[1]
    }

    pub(crate) fn same_xy(&self, other: &Self) -> bool {
        self.x() == other.x() && self.y() == other.y()
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a vertex")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let mut position = Position { values: [f64::NAN; 4], len: 0 };
                while usize::from(position.len) < position.values.len() {
                    let Some(Ordinate(value)) = seq.next_element()? else { return Ok(position) };
                    position.values[usize::from(position.len)] = value.unwrap_or(f64::NAN);
                    position.len += 1;
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(position)
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}
