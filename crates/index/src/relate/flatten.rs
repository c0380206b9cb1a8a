//! From `geo` geometries to shapes.

use geo::algorithm::coords_iter::CoordsIter;
use geo_types::{Coord, Geometry, LineString, Polygon};
use geohub_core::Bbox;

use super::segment::Xy;
use super::shape::{Segment, Shape, order};
use crate::matrix::Dimension;

/// What a geometry is to the predicates.
pub(crate) enum Flat {
    /// No points, or coordinates that are not finite numbers: matches nothing.
    Nothing,
    /// Points, lines or areas.
    Shape(Shape),
    /// A collection of several dimensions.
    Mixed,
}

/// Flattens a geometry. Collections of one dimension are taken as the multi-geometry of their members;
/// lines and rings without length count as points.
pub(crate) fn flatten(geometry: &Geometry<f64>) -> Flat {
    let Some(bbox) = extent(geometry) else { return Flat::Nothing };
    let mut builder = Builder::default();
    builder.add(geometry);
    builder.finish(bbox)
}

/// The points and edges of any geometry, those of a collection's members together; points as edges without length.
pub(crate) fn pieces_of_mixed(geometry: &Geometry<f64>) -> Vec<(Xy, Xy)> {
    let mut builder = Builder::default();
    builder.add(geometry);
    let points = builder.points.into_iter().map(|at| (at, at));
    points.chain(builder.segments.into_iter().map(|segment| (segment.a, segment.b))).collect()
}

/// The box around a geometry; `None` where it is empty or has a coordinate that is not a finite number.
pub(crate) fn extent(geometry: &Geometry<f64>) -> Option<Bbox> {
    let mut bbox = Bbox::EMPTY;
    let mut sum = 0.0;
    for Coord { x, y } in geometry.coords_iter() {
        bbox.add(x, y);
        // 0 for finite numbers, NaN otherwise.
        sum += x * 0.0 + y * 0.0;
    }
    (sum == 0.0 && !bbox.is_empty()).then_some(bbox)
}

#[derive(Default)]
struct Builder {
    points: Vec<Xy>,
    segments: Vec<Segment>,
    components: Vec<u32>,
    line_ends: Vec<Xy>,
    parts: u32,
    has_lines: bool,
}

impl Builder {
    fn add(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.points.push(xy(point.0)),
            Geometry::MultiPoint(points) => self.points.extend(points.iter().map(|point| xy(point.0))),
            Geometry::Line(line) => self.add_line([line.start, line.end].into_iter()),
            Geometry::LineString(line) => self.add_line(line.0.iter().copied()),
            Geometry::MultiLineString(lines) => {
                lines.iter().for_each(|line| self.add_line(line.0.iter().copied()));
            }
            Geometry::Polygon(polygon) => self.add_polygon(polygon),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| self.add_polygon(polygon)),
            Geometry::Rect(rect) => self.add_polygon(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.add_polygon(&triangle.to_polygon()),
            Geometry::GeometryCollection(members) => members.iter().for_each(|member| self.add(member)),
        }
    }

    fn add_line(&mut self, mut coords: impl Iterator<Item = Coord<f64>>) {
        let Some(first) = coords.next().map(xy) else { return };
        match self.add_component(first, coords.map(xy), 0) {
            Some(last) => {
                self.has_lines = true;
                self.line_ends.extend([first, last]);
            }
            None => self.points.push(first),
        }
    }

    fn add_polygon(&mut self, polygon: &Polygon<f64>) {
        let mut has_area = self.add_ring(polygon.exterior());
        for interior in polygon.interiors() {
            has_area |= self.add_ring(interior);
        }
        match polygon.exterior().0.first() {
            Some(first) if !has_area => self.points.push(xy(*first)),
            _ => self.parts += 1,
        }
    }

    fn add_ring(&mut self, ring: &LineString<f64>) -> bool {
        let Some(first) = ring.0.first().copied().map(xy) else { return false };
        let rest = ring.0[1..].iter().copied().map(xy).chain([first]);
        self.add_component(first, rest, self.parts).is_some()
    }

    /// Adds the edges through the points, leaving out those without length, and returns the last point;
    /// `None` where no edge is left.
    fn add_component(&mut self, first: Xy, rest: impl Iterator<Item = Xy>, part: u32) -> Option<Xy> {
        let start = self.segments.len();
        let component = self.components.len() as u32;
        let mut last = first;
        for point in rest {
            if point != last {
                self.segments.push(Segment { a: last, b: point, component, part });
                last = point;
            }
        }
        (self.segments.len() > start).then(|| {
            self.components.push(start as u32);
            last
        })
    }

    fn finish(mut self, bbox: Bbox) -> Flat {
        let has_areas = self.parts > 0;
        let dimension = match (self.points.is_empty(), self.has_lines, has_areas) {
            (false, false, false) => Dimension::Point,
            (true, true, false) => Dimension::Line,
            (true, false, true) => Dimension::Area,
            (true, false, false) => return Flat::Nothing,
            _ => return Flat::Mixed,
        };
        self.points.sort_unstable_by(order);
        self.points.dedup();
        let ends = odd_ones(self.line_ends);
        Flat::Shape(Shape {
            dimension,
            bbox,
            points: self.points,
            segments: self.segments,
            components: self.components,
            ends,
        })
    }
}

/// The points that occur an odd number of times, sorted: the mod-2 rule of OGC Simple Features.
fn odd_ones(mut points: Vec<Xy>) -> Vec<Xy> {
    points.sort_unstable_by(order);
    points.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1).map(|same| same[0]).collect()
}

/// Adding 0 turns -0 into 0, so that equal coordinates also sort as equal.
fn xy(coord: Coord<f64>) -> Xy {
    [coord.x + 0.0, coord.y + 0.0]
}
