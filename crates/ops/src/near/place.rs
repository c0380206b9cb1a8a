//! What rows are near to.

use std::fmt::Display;

use geo::{CoordsIter, MapCoords};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
};
use geohub_core::{Bbox, Crs, Error, GeometryColumn, Result};
use geohub_crs::{Transform, is_lonlat};

/// In which coordinates a place is given.
pub use crate::bbox::BboxCrs as PlaceCrs;

/// A point, or the geometries of a file or of a text: the distance to it is that to the nearest of them.
#[derive(Clone, Debug)]
pub struct Place {
    points: Vec<Point<f64>>,
    lines: Vec<LineString<f64>>,
    areas: MultiPolygon<f64>,
    crs: PlaceCrs,
}

impl Place {
    /// A place without geometries yet.
    pub fn new(crs: PlaceCrs) -> Self {
        Self { points: Vec::new(), lines: Vec::new(), areas: MultiPolygon::new(Vec::new()), crs }
    }

    /// A point.
    ///
    /// # Errors
    /// [`Error::Request`] for degrees out of range.
    pub fn point(x: f64, y: f64, crs: PlaceCrs) -> Result<Self> {
        let lonlat = matches!(&crs, PlaceCrs::Crs(crs) if is_lonlat(crs));
        if lonlat && !(x.abs() <= 180.0 && y.abs() <= 90.0) {
            return Err(Error::Request {
                message: format!("{x},{y} is not in degrees of longitude and latitude"),
                hint: Some(
                    "write LON,LAT such as -118.25,34.05, or say with --bbox-crs what it is in".to_owned(),
                ),
            });
        }
        let mut place = Self::new(crs);
        place.points.push(Point::new(x, y));
        Ok(place)
    }

    /// Adds the geometries of a column. Null and empty rows add nothing.
    pub fn add_column(&mut self, column: &GeometryColumn) -> Result<()> {
        for row in column.iter() {
            if let Some(geometry) = row.to_geo()? {
                self.add(geometry);
            }
        }
        Ok(())
    }

    /// Adds a geometry.
    pub fn add(&mut self, geometry: Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.points.push(point),
            Geometry::MultiPoint(points) => self.points.extend(points),
            Geometry::Line(line) => self.lines.push(line.into()),
            Geometry::LineString(line) => self.lines.push(line),
            Geometry::MultiLineString(lines) => self.lines.extend(lines),
            Geometry::Polygon(polygon) => self.areas.0.push(polygon),
            Geometry::MultiPolygon(polygons) => self.areas.0.extend(polygons),
            Geometry::Rect(rect) => self.areas.0.push(rect.to_polygon()),
            Geometry::Triangle(triangle) => self.areas.0.push(triangle.to_polygon()),
            Geometry::GeometryCollection(GeometryCollection(members)) => {
                for member in members {
                    self.add(member);
                }
            }
        }
    }

    /// The box of its vertices in longitude and latitude, where it is in coordinates that can be brought to them.
    pub(super) fn degrees(&self) -> Option<Bbox> {
        let PlaceCrs::Crs(_) = &self.crs else { return None };
        let parts = self.in_crs(&Crs::crs84()).ok()?;
        let mut bbox = Bbox::EMPTY;
        for Coord { x, y } in parts.iter().flat_map(CoordsIter::coords_iter) {
            bbox.add(x, y);
        }
        Some(bbox)
    }

    /// Its points, lines and areas in a layer's coordinates, each as one geometry; at least one.
    pub(super) fn in_crs(&self, to: &Crs) -> Result<Vec<Geometry<f64>>> {
        let parts = [
            self.of_points(),
            (!self.lines.is_empty()).then(|| MultiLineString(self.lines.clone()).into()),
            (!self.areas.0.is_empty()).then(|| self.areas.clone().into()),
        ];
        let parts: Vec<Geometry<f64>> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            return Err(Error::request("the place to be near to holds no geometry"));
        }
        match &self.crs {
            PlaceCrs::Layer => Ok(parts),
            PlaceCrs::Crs(crs) => parts.into_iter().map(|part| moved(part, crs, to)).collect(),
        }
    }

    fn of_points(&self) -> Option<Geometry<f64>> {
        match &self.points[..] {
            [] => None,
            [point] => Some((*point).into()),
            points => Some(MultiPoint(points.to_vec()).into()),
        }
    }
}

fn moved(part: Geometry<f64>, crs: &Crs, to: &Crs) -> Result<Geometry<f64>> {
    let wrong = |error: &dyn Display| {
        Error::CrsMismatch(format!("cannot bring the place to be near to from {crs} to {to}: {error}"))
    };
    let way = Transform::new(crs, to).map_err(|error| wrong(&error))?;
    if way.is_identity() {
        return Ok(part);
    }
    let moved = part.try_map_coords(|Coord { x, y }| {
        let mut pair = [x, y];
        way.apply(&mut pair).map(|()| Coord { x: pair[0], y: pair[1] })
    });
    moved.map_err(|error| wrong(&error))
}
