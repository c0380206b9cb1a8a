//! Geometry types and dimensions by their OGC names.

use std::fmt;

/// A geometry type of OGC Simple Features, or what a layer says of all its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GeometryKind {
    /// A table: no geometry at all; for a row, a null geometry.
    None,
    /// Rows of different or not yet known types; never the kind of one row.
    Mixed,
    /// One position.
    Point,
    /// One chain of edges.
    LineString,
    /// One shell with holes.
    Polygon,
    /// Several positions.
    MultiPoint,
    /// Several chains of edges.
    MultiLineString,
    /// Several polygons.
    MultiPolygon,
    /// A nested collection, kept as WKB.
    GeometryCollection,
    /// A curve, surface, TIN or solid, kept as WKB.
    Other,
}

impl GeometryKind {
    /// The kinds a row can have, null excepted.
    pub const ROW_KINDS: [Self; 8] = [
        Self::Point,
        Self::LineString,
        Self::Polygon,
        Self::MultiPoint,
        Self::MultiLineString,
        Self::MultiPolygon,
        Self::GeometryCollection,
        Self::Other,
    ];

    /// The OGC spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Mixed => "Geometry",
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
            Self::Other => "Other",
        }
    }

    /// The kind of a layer whose rows have both kinds; [`Self::None`] (no row seen, or null) yields to any other.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (kind, Self::None) | (Self::None, kind) => kind,
            (a, b) if a == b => a,
            _ => Self::Mixed,
        }
    }

    /// The tag of a row: 0 for null, else the OGC WKB code up to 7; 8 for curves and surfaces.
    pub(super) const fn tag(self) -> u8 {
        match self {
            Self::None | Self::Mixed => 0,
            Self::Point => 1,
            Self::LineString => 2,
            Self::Polygon => 3,
            Self::MultiPoint => 4,
            Self::MultiLineString => 5,
            Self::MultiPolygon => 6,
            Self::GeometryCollection => 7,
            Self::Other => 8,
        }
    }

    pub(super) const fn from_tag(tag: u8) -> Self {
        match tag & 0x0f {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            8 => Self::Other,
            _ => Self::None,
        }
    }
}

impl fmt::Display for GeometryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which ordinates a row has beside x and y.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// A height or depth for every coordinate.
    pub z: bool,
    /// A measure for every coordinate.
    pub m: bool,
}

impl Dimensions {
    /// x and y only.
    pub const XY: Self = Self { z: false, m: false };

    /// Numbers per coordinate: 2, 3 or 4.
    pub const fn count(self) -> usize {
        2 + self.z as usize + self.m as usize
    }
}
