//! Geometries: counts of vertices and steps on the grid.

use geohub_core::{GeometryBuilder, GeometryKind};

use super::flaw::{Flaw, Result};
use super::grid::Grid;
use super::messages::{FeatureResult, GeometryType};
use super::wire::{Content, Wire, zigzag};
use crate::arcgis::decode::{Ordinates, push_paths, push_points, push_polygons};
use crate::position::Position;

/// Reads the geometries of one page.
pub(in crate::arcgis) struct Shapes {
    kind: GeometryType,
    grid: Grid,
    ordinates: Ordinates,
    /// Vertices of each part of the geometry at hand.
    lengths: Vec<u64>,
    /// Its numbers as they stand.
    numbers: Vec<i64>,
    /// Its vertices, and where each part ends among them.
    vertices: Vec<Position>,
    ends: Vec<usize>,
}

impl Shapes {
    /// For a page of a layer of this kind.
    pub(super) fn new(page: &FeatureResult, layer: GeometryKind) -> Result<Self> {
        Ok(Self {
            kind: kind(page.geometry_type, layer)?,
            grid: Grid::new(page)?,
            ordinates: Ordinates { z: page.has_z, m: page.has_m },
            lengths: Vec::new(),
            numbers: Vec::new(),
            vertices: Vec::new(),
            ends: Vec::new(),
        })
    }

    /// Adds a geometry; one without coordinates is null.
    pub(in crate::arcgis) fn push(&mut self, geometry: &[u8], builder: &mut GeometryBuilder) -> Result<()> {
        self.check(geometry)?;
        self.place();
        let mut start = 0;
        let parts = self.ends.iter().map(|&end| &self.vertices[std::mem::replace(&mut start, end)..end]);
        match self.kind {
            GeometryType::Point => match self.vertices.first() {
                Some(vertex) => push_point(vertex, self.ordinates, builder),
                None => builder.push_null(),
            },
            GeometryType::Multipoint => push_points(&self.vertices, self.ordinates, builder),
            GeometryType::Polyline => push_paths(parts, self.ordinates, builder),
            _ => push_polygons(parts, self.ordinates, builder),
        }
        Ok(())
    }

    /// Reads a geometry's numbers and holds them against one another.
    pub(in crate::arcgis) fn check(&mut self, geometry: &[u8]) -> Result<()> {
        self.lengths.clear();
        self.numbers.clear();
        let mut wire = Wire(geometry);
        while let Some((number, content)) = wire.next()? {
            match (number, content) {
                (2, Content::Bytes(packed)) => each(packed, |length| self.lengths.push(length))?,
                (2, Content::Varint(length)) => self.lengths.push(length),
                (3, Content::Bytes(packed)) => each(packed, |step| self.numbers.push(zigzag(step)))?,
                (3, Content::Varint(step)) => self.numbers.push(zigzag(step)),
                _ => {}
            }
        }
        let stride = self.grid.stride();
        let vertices = (self.numbers.len() / stride) as u64;
        // Points have no lengths, or a single 1 each.
        let all = matches!(self.kind, GeometryType::Point | GeometryType::Multipoint);
        if (self.lengths.is_empty() || all) && vertices > 0 {
            self.lengths.clear();
            self.lengths.push(vertices);
        }
        let sum = self.lengths.iter().fold(0, |sum: u64, length| sum.saturating_add(*length));
        if sum != vertices || !self.numbers.len().is_multiple_of(stride) {
            return Err(Flaw::Broken("a geometry whose parts are not as long as it is"));
        }
        Ok(())
    }

    /// An error for a polygon that has no area on the grid, which it may have in the layer: at the end of [`Self::check`]
    /// the numbers are its.
    pub(in crate::arcgis) fn check_area(&self) -> Result<()> {
        let mut numbers = self.numbers.chunks_exact(self.grid.stride());
        let flat = self.lengths.iter().all(|&length| twice_area(numbers.by_ref().take(length as usize)) == 0);
        if self.kind == GeometryType::Polygon && flat && !self.lengths.is_empty() {
            return Err(Flaw::Unknown("a polygon that is smaller than the grid of its coordinates"));
        }
        Ok(())
    }

    /// The numbers as vertices: x and y are steps from the vertex before, in each part anew.
    fn place(&mut self) {
        self.vertices.clear();
        self.ends.clear();
        let mut numbers = self.numbers.chunks_exact(self.grid.stride());
        for &length in &self.lengths {
            let (mut x, mut y) = (0_i64, 0_i64);
            for vertex in numbers.by_ref().take(length as usize) {
                x = x.wrapping_add(vertex[0]);
                y = y.wrapping_add(vertex[1]);
                self.vertices.push(self.grid.position(x, y, &vertex[2..]));
            }
            self.ends.push(self.vertices.len());
        }
    }
}

/// Twice the signed area of a ring of steps.
fn twice_area<'a>(mut steps: impl Iterator<Item = &'a [i64]>) -> i128 {
    // The first step leads from the grid's corner to the ring.
    let Some(_) = steps.next() else { return 0 };
    let (mut x, mut y, mut twice) = (0_i128, 0_i128, 0_i128);
    for step in steps {
        let (dx, dy) = (i128::from(step[0]), i128::from(step[1]));
        twice = twice.wrapping_add((x * dy).wrapping_sub(dx * y));
        (x, y) = (x + dx, y + dy);
    }
    twice
}

/// The page's type; the layer's where the page says points, which is also what a page says that says nothing.
fn kind(stated: i32, layer: GeometryKind) -> Result<GeometryType> {
    match GeometryType::try_from(stated) {
        Ok(GeometryType::Point) => Ok(match layer {
            GeometryKind::MultiPoint => GeometryType::Multipoint,
            GeometryKind::LineString | GeometryKind::MultiLineString => GeometryType::Polyline,
            GeometryKind::Polygon | GeometryKind::MultiPolygon => GeometryType::Polygon,
            _ => GeometryType::Point,
        }),
        Ok(kind @ (GeometryType::Multipoint | GeometryType::Polyline | GeometryType::Polygon)) => Ok(kind),
        _ => Err(Flaw::Unknown("a type of geometry without a written form")),
    }
}

#[inline]
fn each(packed: &[u8], mut take: impl FnMut(u64)) -> Result<()> {
    let mut wire = Wire(packed);
    while !wire.0.is_empty() {
        take(wire.varint()?);
    }
    Ok(())
}

fn push_point(vertex: &Position, ordinates: Ordinates, builder: &mut GeometryBuilder) {
    let (z, m) = ordinates.of(vertex);
    builder.coordinate_zm(vertex.x(), vertex.y(), z, m);
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::Point);
}
