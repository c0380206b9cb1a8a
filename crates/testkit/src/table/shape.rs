//! Geometry as both stand-ins hold it: GeoJSON's kinds with up to four numbers a position.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// x, y, z, m; z and m are NaN where absent.
pub type Position = [f64; 4];

/// A geometry. Longitude first, rings closed, as in GeoJSON (RFC 7946); a fourth number is taken as M.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One position.
    Point(Position),
    /// Several positions.
    MultiPoint(Vec<Position>),
    /// One line.
    Line(Vec<Position>),
    /// Several lines.
    MultiLine(Vec<Vec<Position>>),
    /// Rings, the first being the shell.
    Polygon(Vec<Vec<Position>>),
    /// Several polygons.
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

fn coord(at: &Position) -> Coord<f64> {
    Coord { x: at[0], y: at[1] }
}

fn line(positions: &[Position]) -> LineString<f64> {
    LineString(positions.iter().map(coord).collect())
}

fn polygon(rings: &[Vec<Position>]) -> Polygon<f64> {
    let mut rings = rings.iter().map(|ring| line(ring));
    let shell = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Polygon::new(shell, rings.collect())
}

impl Shape {
    /// Every position once.
    pub fn positions(&self) -> Box<dyn Iterator<Item = &Position> + '_> {
        match self {
            Self::Point(at) => Box::new(std::iter::once(at)),
            Self::MultiPoint(all) | Self::Line(all) => Box::new(all.iter()),
            Self::MultiLine(parts) | Self::Polygon(parts) => Box::new(parts.iter().flatten()),
            Self::MultiPolygon(parts) => Box::new(parts.iter().flatten().flatten()),
        }
    }

    /// Smallest and largest x and y: `[min_x, min_y, max_x, max_y]`.
    pub fn bounds(&self) -> [f64; 4] {
        let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        self.positions()
            .fold(empty, |b, at| [b[0].min(at[0]), b[1].min(at[1]), b[2].max(at[0]), b[3].max(at[1])])
    }

    /// Two-dimensional, for predicates.
    pub fn to_geo(&self) -> Geometry<f64> {
        match self {
            Self::Point(at) => Point(coord(at)).into(),
            Self::MultiPoint(all) => MultiPoint(all.iter().map(|at| Point(coord(at))).collect()).into(),
            Self::Line(all) => line(all).into(),
            Self::MultiLine(parts) => MultiLineString(parts.iter().map(|part| line(part)).collect()).into(),
            Self::Polygon(rings) => polygon(rings).into(),
            Self::MultiPolygon(parts) => {
                MultiPolygon(parts.iter().map(|part| polygon(part)).collect()).into()
            }
        }
    }

    /// The GeoJSON name of the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Point(_) => "Point",
            Self::MultiPoint(_) => "MultiPoint",
            Self::Line(_) => "LineString",
            Self::MultiLine(_) => "MultiLineString",
            Self::Polygon(_) => "Polygon",
            Self::MultiPolygon(_) => "MultiPolygon",
        }
    }

    /// From a GeoJSON geometry object; `None` when it is broken or a collection.
    pub fn from_geojson(json: &serde_json::Value) -> Option<Self> {
        super::geojson::shape(json)
    }

    /// GeoJSON, x and y, and z where there is one.
    pub fn to_geojson(&self) -> serde_json::Value {
        let at = |p: &Position| {
            serde_json::Value::from(if p[2].is_nan() { vec![p[0], p[1]] } else { vec![p[0], p[1], p[2]] })
        };
        let list = |all: &[Position]| all.iter().map(at).collect::<serde_json::Value>();
        let lists =
            |parts: &[Vec<Position>]| parts.iter().map(|part| list(part)).collect::<serde_json::Value>();
        let coordinates = match self {
            Self::Point(p) => at(p),
            Self::MultiPoint(all) | Self::Line(all) => list(all),
            Self::MultiLine(parts) | Self::Polygon(parts) => lists(parts),
            Self::MultiPolygon(parts) => parts.iter().map(|part| lists(part)).collect(),
        };
        serde_json::json!({"type": self.type_name(), "coordinates": coordinates})
    }

    /// Well-known text, two-dimensional, as Socrata's CSV has it.
    pub fn to_wkt(&self) -> String {
        let at = |p: &Position| format!("{} {}", p[0], p[1]);
        let list = |all: &[Position]| format!("({})", all.iter().map(at).collect::<Vec<_>>().join(", "));
        let lists = |parts: &[Vec<Position>]| {
            format!("({})", parts.iter().map(|part| list(part)).collect::<Vec<_>>().join(", "))
        };
        let body = match self {
            Self::Point(p) => format!("({})", at(p)),
            Self::MultiPoint(all) | Self::Line(all) => list(all),
            Self::MultiLine(parts) | Self::Polygon(parts) => lists(parts),
            Self::MultiPolygon(parts) => {
                format!("({})", parts.iter().map(|part| lists(part)).collect::<Vec<_>>().join(", "))
            }
        };
        format!("{} {body}", self.type_name().to_ascii_uppercase())
    }
}
