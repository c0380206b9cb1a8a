//! Geometry type codes.

use crate::{DataError, Dimensions, GeometryKind};

const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// A type of OGC 06-103r4 table 7, without its dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u8);

/// What follows the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One coordinate.
    Coordinate,
    /// A count of coordinates.
    Coordinates,
    /// A count of rings, each a count of coordinates.
    Rings,
    /// A count of geometries with headers.
    Members,
}

impl Code {
    pub(crate) const POINT: Self = Self(1);
    pub(crate) const LINE_STRING: Self = Self(2);
    pub(crate) const POLYGON: Self = Self(3);
    pub(crate) const MULTI_POINT: Self = Self(4);

    /// By code and by the name in WKT.
    const NAMES: [(u8, &'static str); 15] = [
        (1, "POINT"),
        (2, "LINESTRING"),
        (3, "POLYGON"),
        (4, "MULTIPOINT"),
        (5, "MULTILINESTRING"),
        (6, "MULTIPOLYGON"),
        (7, "GEOMETRYCOLLECTION"),
        (8, "CIRCULARSTRING"),
        (9, "COMPOUNDCURVE"),
        (10, "CURVEPOLYGON"),
        (11, "MULTICURVE"),
        (12, "MULTISURFACE"),
        (15, "POLYHEDRALSURFACE"),
        (16, "TIN"),
        (17, "TRIANGLE"),
    ];

    /// Type, dimensions, and whether an SRID follows, from the word in a header.
    pub(crate) fn from_word(word: u32) -> Result<(Self, Dimensions, bool), DataError> {
        let unknown = || DataError::new(format!("WKB has no geometry type {word}"));
        let base = word & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let iso = base / 1000;
        let code = u8::try_from(base % 1000).ok().map(Self).filter(|code| code.name().is_some());
        let code = code.filter(|_| iso <= 3).ok_or_else(unknown)?;
        let dimensions =
            Dimensions { z: word & EWKB_Z != 0 || iso & 1 != 0, m: word & EWKB_M != 0 || iso & 2 != 0 };
        Ok((code, dimensions, word & EWKB_SRID != 0))
    }

    /// The word of ISO WKB.
    pub(crate) fn word(self, dimensions: Dimensions) -> u32 {
        u32::from(self.0) + 1000 * u32::from(dimensions.z) + 2000 * u32::from(dimensions.m)
    }

    /// The type of that name, which is in capitals.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(code, _)| Self(*code))
    }

    pub(crate) fn name(self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(code, _)| *code == self.0).map(|(_, name)| *name)
    }

    pub(crate) const fn kind(self) -> GeometryKind {
        match self.0 {
            1 => GeometryKind::Point,
            2 => GeometryKind::LineString,
            3 => GeometryKind::Polygon,
            4 => GeometryKind::MultiPoint,
            5 => GeometryKind::MultiLineString,
            6 => GeometryKind::MultiPolygon,
            7 => GeometryKind::GeometryCollection,
            _ => GeometryKind::Other,
        }
    }

    /// The type of a row with flat coordinates.
    pub(crate) const fn of_flat(kind: GeometryKind) -> Option<Self> {
        Some(Self(match kind {
            GeometryKind::Point => 1,
            GeometryKind::LineString => 2,
            GeometryKind::Polygon => 3,
            GeometryKind::MultiPoint => 4,
            GeometryKind::MultiLineString => 5,
            GeometryKind::MultiPolygon => 6,
            _ => return None,
        }))
    }

    pub(crate) const fn form(self) -> Form {
        match self.0 {
            1 => Form::Coordinate,
            2 | 8 => Form::Coordinates,
            3 | 17 => Form::Rings,
            _ => Form::Members,
        }
    }

    /// The type of a member that WKT writes without its name; none in a collection.
    pub(crate) const fn plain_member(self) -> Option<Self> {
        Some(Self(match self.0 {
            4 => 1,
            5 | 9 | 10 | 11 => 2,
            6 | 12 | 15 => 3,
            16 => 17,
            _ => return None,
        }))
    }

    /// Whether the type may contain that one.
    pub(crate) const fn may_hold(self, member: Self) -> bool {
        match self.0 {
            4 => member.0 == 1,
            5 => member.0 == 2,
            6 | 15 => member.0 == 3,
            7 => true,
            9 => matches!(member.0, 2 | 8),
            10 | 11 => matches!(member.0, 2 | 8 | 9),
            12 => matches!(member.0, 3 | 10),
            16 => matches!(member.0, 3 | 17),
            _ => false,
        }
    }
}
