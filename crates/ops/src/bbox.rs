//! Rows whose geometry meets a rectangle.

use std::ops::ControlFlow;

use arrow_array::BooleanArray;
use geo_types::{Coord, Geometry, LineString, Point, Rect};
use geohub_core::{
    Batch, Bbox, Crs, DataError, Error, GeometryKind, GeometryRow, Layer, Operator, Result, Sink,
};
use geohub_crs::{CrsError, PointError, Transform, is_lonlat};

use crate::area::Area;
use crate::cover::Cover;
use crate::subset::subset;

/// In which coordinates a rectangle is given.
#[derive(Clone, Debug, PartialEq)]
pub enum BboxCrs {
    /// The layer's own.
    Layer,
    /// Those of a CRS; longitude and latitude for `Crs::crs84()`.
    Crs(Crs),
}

/// Passes on the rows whose geometry (not its box) shares a point with a closed rectangle.
///
/// In a layer of another CRS the vertices are transformed to the rectangle's CRS first, and edges are straight there.
/// West above east, for longitudes, is a rectangle across 180 degrees. Null and empty geometries meet no rectangle.
#[derive(Debug)]
pub struct BboxFilter {
    windows: Vec<Window>,
    /// From the layer to the rectangle; none where coordinates stay as they are.
    transform: Option<Transform>,
    /// The image of the rectangle in the layer, where it is of use.
    image: Option<Cover>,
    /// A box in layer coordinates that all rows of the answer meet.
    cover: Option<Bbox>,
}

#[derive(Debug)]
struct Window {
    bbox: Bbox,
    area: Area,
}

impl BboxFilter {
    /// Prepares the rectangle for a layer.
    ///
    /// # Errors
    /// [`Error::Request`] for degrees out of range, for west above east where x is no longitude, and for a layer whose
    /// CRS is not known or cannot be transformed.
    pub fn new(bbox: Bbox, crs: &BboxCrs, layer: &Layer) -> Result<Self> {
        let transform = match crs {
            BboxCrs::Layer => None,
            BboxCrs::Crs(crs) => {
                let way = Transform::new(&layer.crs, crs).map_err(|error| bad_crs(&error, layer))?;
                (!way.is_identity()).then_some(way)
            }
        };
        let lonlat = is_lonlat(match crs {
            BboxCrs::Layer => &layer.crs,
            BboxCrs::Crs(crs) => crs,
        });
        let boxes = split(bbox, lonlat)?;
        let image = match (&transform, crs, &boxes[..]) {
            (Some(back), BboxCrs::Crs(crs), [bbox]) => Cover::new(bbox, crs, &layer.crs, back),
            _ => None,
        };
        let cover = match &transform {
            Some(_) => image.and_then(|image| image.for_index(layer)),
            None => Some(boxes.iter().fold(Bbox::EMPTY, |all, bbox| all.union(bbox))),
        };
        let windows =
            boxes.into_iter().map(|bbox| Window { bbox, area: Area::new(&rectangle(&bbox)) }).collect();
        Ok(Self { windows, transform, image, cover })
    }

    /// A box in layer coordinates that holds all rows of the answer, for a reader's index; `None` where none is known.
    pub fn cover(&self) -> Option<Bbox> {
        self.cover
    }

    /// True where meeting [`Self::cover`] is the whole condition.
    pub fn is_exactly_cover(&self) -> bool {
        self.transform.is_none() && self.windows.len() == 1
    }

    fn keep(&self, batch: &Batch) -> Result<Vec<bool>> {
        let Some(transform) = &self.transform else {
            return batch.geometry.iter().map(|row| self.meets(row)).collect();
        };
        let may_meet = |row: GeometryRow<'_>| {
            !row.bbox().is_empty()
                && self.image.is_none_or(|image| image.may_meet(&row.bbox()))
                && row.xy().iter().all(|ordinate| ordinate.is_finite())
        };
        let mut keep = vec![false; batch.rows()];
        let rows: Vec<usize> = (0..keep.len()).filter(|&at| may_meet(batch.geometry.row(at))).collect();
        let near = batch.geometry.take(rows.iter().copied());
        let moved =
            near.map_coordinates(&mut |xy| transform.apply(xy).map_err(|error| outside(&error).into()))?;
        for (&at, row) in rows.iter().zip(moved.iter()) {
            keep[at] = self.meets(row)?;
        }
        Ok(keep)
    }

    fn meets(&self, row: GeometryRow<'_>) -> Result<bool> {
        let bbox = row.bbox();
        if !self.windows.iter().any(|window| window.bbox.intersects(&bbox)) {
            return Ok(false);
        }
        // A box inside, and the geometry with it; a point is its box.
        if row.kind() == GeometryKind::Point || self.windows.iter().any(|window| window.bbox.contains(&bbox))
        {
            return Ok(true);
        }
        Ok(row.to_geo()?.is_some_and(|geometry| self.meets_geometry(&geometry)))
    }

    fn meets_geometry(&self, geometry: &Geometry<f64>) -> bool {
        self.windows.iter().any(|window| window.area.meets(geometry))
    }
}

impl Operator for BboxFilter {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(subset(input))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let keep = BooleanArray::from(self.keep(&batch)?);
        out.push(batch.filter(&keep)?)
    }
}

/// One box, or the two on either side of 180 degrees.
fn split(bbox: Bbox, lonlat: bool) -> Result<Vec<Bbox>> {
    let Bbox { min_x: west, min_y: south, max_x: east, max_y: north } = bbox;
    let request = |message: String, hint: &str| Error::Request { message, hint: Some(hint.to_owned()) };
    let order = "write west,south,east,north, in degrees of longitude and latitude";
    if lonlat
        && !([west, east].iter().all(|x| x.abs() <= 180.0) && [south, north].iter().all(|y| y.abs() <= 90.0))
    {
        return Err(request(
            format!("the bounding box {bbox} is not in degrees of longitude and latitude"),
            order,
        ));
    }
    if south > north || !(lonlat || west <= east) {
        return Err(request(format!("the bounding box {bbox} holds nothing"), order));
    }
    if west <= east {
        return Ok(vec![bbox]);
    }
    Ok(vec![Bbox::new(west, south, 180.0, north), Bbox::new(-180.0, south, east, north)])
}

/// The rectangle as a geometry: a point or a line where it has no width or height.
fn rectangle(bbox: &Bbox) -> Geometry<f64> {
    let (low, high) = (Coord { x: bbox.min_x, y: bbox.min_y }, Coord { x: bbox.max_x, y: bbox.max_y });
    match (low.x == high.x, low.y == high.y) {
        (true, true) => Point::from(low).into(),
        (false, false) => Rect::new(low, high).to_polygon().into(),
        _ => LineString::new(vec![low, high]).into(),
    }
}

fn bad_crs(error: &CrsError, layer: &Layer) -> Error {
    if layer.geometry.kind == GeometryKind::None {
        return Error::CrsMismatch(format!(
            "the layer {} has no geometry to meet the bounding box",
            layer.name
        ));
    }
    Error::CrsMismatch(format!("cannot place the bounding box in the layer {}: {error}", layer.name))
}

fn outside(error: &PointError) -> DataError {
    DataError::new(format!("cannot compare a geometry with the bounding box: {error}"))
        .with_hint("if the layer's CRS is wrong, say the right one with --from-crs")
}
