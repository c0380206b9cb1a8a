//! To and from `geo_types`, for algorithms that want whole geometries. Z and M stay behind: predicates are 2D.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::builder::GeometryBuilder;
use super::kind::GeometryKind;
use super::row::{GeometryPart, GeometryRing, GeometryRow};
use crate::{Error, Result};

impl GeometryRow<'_> {
    /// The row as a 2D `geo_types` geometry; `None` for null.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for curves and surfaces, which `geo_types` has no type for.
    pub fn to_geo(self) -> Result<Option<Geometry<f64>>> {
        if let Some(wkb) = self.wkb() {
            let unsupported = "curves and surfaces cannot be compared or measured";
            return crate::wkb::to_geo(wkb)
                .map(Some)
                .ok_or_else(|| Error::Unsupported(unsupported.to_owned()));
        }
        Ok(match self.kind() {
            GeometryKind::Point => Some(match self.xy() {
                [x, y, ..] => Point::new(*x, *y).into(),
                _ => MultiPoint::<f64>::new(Vec::new()).into(),
            }),
            GeometryKind::LineString => {
                Some(self.rings().next().map_or(LineString::new(Vec::new()), line).into())
            }
            GeometryKind::Polygon => Some(self.parts().next().map_or(empty_polygon(), polygon).into()),
            GeometryKind::MultiPoint => Some(
                self.xy()
                    .chunks_exact(2)
                    .map(|pair| Point::new(pair[0], pair[1]))
                    .collect::<MultiPoint<f64>>()
                    .into(),
            ),
            GeometryKind::MultiLineString => {
                Some(MultiLineString::new(self.rings().map(line).collect()).into())
            }
            GeometryKind::MultiPolygon => Some(MultiPolygon::new(self.parts().map(polygon).collect()).into()),
            _ => None,
        })
    }
}

fn empty_polygon() -> Polygon<f64> {
    Polygon::new(LineString::new(Vec::new()), Vec::new())
}

fn line(ring: GeometryRing<'_>) -> LineString<f64> {
    LineString::new(ring.xy().chunks_exact(2).map(|pair| Coord { x: pair[0], y: pair[1] }).collect())
}

fn polygon(part: GeometryPart<'_>) -> Polygon<f64> {
    let mut rings = part.rings().map(line);
    let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(shell, rings.collect())
}

impl GeometryBuilder {
    /// Adds a 2D `geo_types` geometry. Collections are kept as WKB.
    pub fn push_geo(&mut self, geometry: &Geometry<f64>) -> Result<()> {
        match geometry {
            Geometry::Point(point) => self.push_point(point.x(), point.y()),
            Geometry::Line(l) => {
                self.lines(GeometryKind::LineString, &[LineString::new(vec![l.start, l.end])]);
            }
            Geometry::LineString(l) => self.lines(GeometryKind::LineString, std::slice::from_ref(l)),
            Geometry::Polygon(p) => self.polygons(GeometryKind::Polygon, std::slice::from_ref(p)),
            Geometry::MultiPoint(points) => {
                let coordinates = points.iter().map(|point| point.0).collect();
                self.lines(GeometryKind::MultiPoint, &[LineString::new(coordinates)]);
            }
            Geometry::MultiLineString(lines) => self.lines(GeometryKind::MultiLineString, &lines.0),
            Geometry::MultiPolygon(polygons) => self.polygons(GeometryKind::MultiPolygon, &polygons.0),
            Geometry::Rect(rect) => self.polygons(GeometryKind::Polygon, &[rect.to_polygon()]),
            Geometry::Triangle(triangle) => self.polygons(GeometryKind::Polygon, &[triangle.to_polygon()]),
            Geometry::GeometryCollection(_) => self.collection(geometry)?,
        }
        Ok(())
    }

    fn lines(&mut self, kind: GeometryKind, lines: &[LineString<f64>]) {
        for line in lines {
            self.ring_of(line);
        }
        self.end_part();
        self.finish_row(kind);
    }

    fn polygons(&mut self, kind: GeometryKind, polygons: &[Polygon<f64>]) {
        for polygon in polygons {
            self.ring_of(polygon.exterior());
            for hole in polygon.interiors() {
                self.ring_of(hole);
            }
            self.end_part();
        }
        self.finish_row(kind);
    }

    fn ring_of(&mut self, line: &LineString<f64>) {
        for coordinate in line {
            self.coordinate(coordinate.x, coordinate.y);
        }
        self.end_ring();
    }

    fn collection(&mut self, geometry: &Geometry<f64>) -> Result<()> {
        let mut bytes = Vec::new();
        wkb::writer::write_geometry(&mut bytes, geometry, &wkb::writer::WriteOptions::default())
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut bbox = crate::Bbox::EMPTY;
        add_all(geometry, &mut bbox);
        self.push_wkb(GeometryKind::GeometryCollection, super::Dimensions::XY, bbox, &bytes);
        Ok(())
    }
}

fn add_all(geometry: &Geometry<f64>, bbox: &mut crate::Bbox) {
    let mut add = |coordinate: &Coord<f64>| bbox.add(coordinate.x, coordinate.y);
    match geometry {
        Geometry::Point(point) => add(&point.0),
        Geometry::Line(line) => [line.start, line.end].iter().for_each(add),
        Geometry::LineString(line) => line.0.iter().for_each(add),
        Geometry::Polygon(polygon) => polygon.exterior().0.iter().for_each(add),
        Geometry::MultiPoint(points) => points.iter().for_each(|point| add(&point.0)),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(|line| &line.0).for_each(add),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(|p| &p.exterior().0).for_each(add),
        Geometry::Rect(rect) => [rect.min(), rect.max()].iter().for_each(add),
        Geometry::Triangle(triangle) => triangle.to_array().iter().for_each(add),
        Geometry::GeometryCollection(members) => members.iter().for_each(|member| add_all(member, bbox)),
    }
}
