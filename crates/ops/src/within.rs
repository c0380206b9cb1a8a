//! Rows whose geometry lies within an area.

use std::ops::ControlFlow;

use arrow_array::BooleanArray;
use geo::{CoordsIter, MapCoords};
use geo_types::{Coord, Geometry, MultiPolygon};
use geohub_core::{Batch, Bbox, Crs, Error, GeometryColumn, GeometryRow, Layer, Operator, Result, Sink};
use geohub_crs::Transform;

use crate::area::Area;
use crate::subset::subset;

/// Room around an area brought to degrees, as a part of its size: edges that are straight in its own coordinates, or in the
/// layer's, may bulge out of the box of their ends.
const ROOM: f64 = 0.02;

/// The polygons that rows are to lie within: those of a file, or a WKT literal.
#[derive(Clone, Debug)]
pub struct Mask {
    polygons: MultiPolygon<f64>,
    crs: Crs,
}

impl Mask {
    /// A mask without polygons yet.
    pub fn new(crs: Crs) -> Self {
        Self { polygons: MultiPolygon::new(Vec::new()), crs }
    }

    /// Adds the polygons of a column. Null and empty rows add nothing.
    pub fn add_column(&mut self, column: &GeometryColumn) -> Result<()> {
        for row in column.iter() {
            if let Some(geometry) = row.to_geo()? {
                self.add(geometry)?;
            }
        }
        Ok(())
    }

    /// Adds the polygons of a geometry.
    ///
    /// # Errors
    /// [`Error::Request`] for points and lines: nothing has room within them that a city would ask for.
    pub fn add(&mut self, geometry: Geometry<f64>) -> Result<()> {
        match geometry {
            Geometry::Polygon(polygon) => self.polygons.0.push(polygon),
            Geometry::MultiPolygon(polygons) => self.polygons.0.extend(polygons),
            Geometry::Rect(rect) => self.polygons.0.push(rect.to_polygon()),
            Geometry::GeometryCollection(members) => {
                for member in members {
                    self.add(member)?;
                }
            }
            _ => return Err(Error::request("an area to be within must be made of polygons")),
        }
        Ok(())
    }

    /// A rectangle of degrees that holds the area, for a server whose layer's CRS is not known yet. `None` where there is
    /// no such rectangle.
    pub fn degrees(&self) -> Option<Bbox> {
        let polygons = self.in_crs(&Crs::crs84()).ok()?;
        let mut bbox = Bbox::EMPTY;
        polygons.coords_iter().for_each(|Coord { x, y }| bbox.add(x, y));
        if bbox.is_empty() {
            return None;
        }
        let room = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y) * ROOM;
        let roomy = Bbox::new(bbox.min_x - room, bbox.min_y - room, bbox.max_x + room, bbox.max_y + room);
        let plain = roomy.min_x >= -180.0 && roomy.max_x <= 180.0;
        (plain && roomy.min_y >= -90.0 && roomy.max_y <= 90.0).then_some(roomy)
    }

    /// The polygons in another CRS.
    fn in_crs(&self, crs: &Crs) -> Result<MultiPolygon<f64>> {
        let wrong = |error: &dyn std::fmt::Display| {
            Error::CrsMismatch(format!(
                "cannot bring the area to be within from {} to {crs}: {error}",
                self.crs
            ))
        };
        let way = Transform::new(&self.crs, crs).map_err(|error| wrong(&error))?;
        if way.is_identity() {
            return Ok(self.polygons.clone());
        }
        let moved = self.polygons.try_map_coords(|Coord { x, y }| {
            let mut pair = [x, y];
            way.apply(&mut pair).map(|()| Coord { x: pair[0], y: pair[1] })
        });
        moved.map_err(|error| wrong(&error))
    }
}

/// Passes on the rows that are `within` (OGC 06-103) a mask: no point outside, and not in the boundary alone.
///
/// All polygons of the mask count as one multipolygon, the union of its parts, brought to the layer's CRS. A row across
/// the common border of two of its polygons is judged as on any multipolygon with touching parts: best effort.
#[derive(Debug)]
pub struct Within {
    area: Area,
}

impl Within {
    /// Prepares a mask for a layer.
    ///
    /// # Errors
    /// [`Error::Request`] for a mask without polygons, [`Error::CrsMismatch`] where it cannot be brought to the layer.
    pub fn new(mask: &Mask, layer: &Layer) -> Result<Self> {
        if mask.polygons.0.is_empty() {
            return Err(Error::request("the area to be within holds no polygon"));
        }
        Ok(Self { area: Area::new(&mask.in_crs(&layer.crs)?.into()) })
    }

    /// A box in layer coordinates that holds all rows of the answer.
    pub fn cover(&self) -> Bbox {
        self.area.bbox()
    }

    fn holds(&self, row: GeometryRow<'_>) -> Result<bool> {
        let bbox = row.bbox();
        if bbox.is_empty() || !self.area.bbox().contains(&bbox) {
            return Ok(false);
        }
        Ok(row.to_geo()?.is_some_and(|geometry| self.area.holds(&geometry)))
    }
}

impl Operator for Within {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(subset(input))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let keep = batch.geometry.iter().map(|row| self.holds(row)).collect::<Result<Vec<bool>>>()?;
        out.push(batch.filter(&BooleanArray::from(keep))?)
    }
}
