//! Random geometries of every type about a place.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

/// Numbers that look random and are the same each run.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    /// Between -1 and 1.
    pub fn unit(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 29) - 1.0
    }
}

/// A place and how far geometries spread about it, in the layer's coordinates.
#[derive(Clone, Copy)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub spread: f64,
    /// Size of a geometry.
    pub size: f64,
}

impl Place {
    fn coord(&self, rng: &mut Rng) -> Coord<f64> {
        Coord { x: self.x + rng.unit() * self.spread, y: self.clamped(self.y + rng.unit() * self.spread) }
    }

    fn clamped(&self, y: f64) -> f64 {
        if self.y.abs() <= 90.0 && self.x.abs() <= 360.0 { y.clamp(-90.0, 90.0) } else { y }
    }

    fn near(&self, from: Coord<f64>, rng: &mut Rng) -> Coord<f64> {
        let (x, y) = (from.x + rng.unit() * self.size, from.y + rng.unit() * self.size);
        Coord { x, y: self.clamped(y) }
    }
}

pub fn line(place: &Place, rng: &mut Rng) -> LineString<f64> {
    let mut coords = vec![place.coord(rng)];
    for _ in 0..=rng.below(3) {
        coords.push(place.near(coords[coords.len() - 1], rng));
    }
    LineString(coords)
}

pub fn polygon(place: &Place, rng: &mut Rng) -> Polygon<f64> {
    let centre = place.coord(rng);
    let corners = 3 + rng.below(4);
    let radius = place.size * (1.2 + rng.unit()) / 2.0;
    let ring = (0..corners).map(|corner| {
        let angle = (corner as f64 + 0.4 * rng.unit()) / corners as f64 * std::f64::consts::TAU;
        Coord { x: centre.x + radius * angle.cos(), y: place.clamped(centre.y + radius * angle.sin()) }
    });
    Polygon::new(LineString(ring.collect()), Vec::new())
}

pub fn geometry(place: &Place, rng: &mut Rng) -> Geometry<f64> {
    match rng.below(8) {
        0 | 1 => Point(place.coord(rng)).into(),
        2 => MultiPoint::new((0..3).map(|_| Point(place.coord(rng))).collect()).into(),
        3 => line(place, rng).into(),
        4 => MultiLineString(vec![line(place, rng), line(place, rng)]).into(),
        5 => polygon(place, rng).into(),
        6 => MultiPolygon(vec![polygon(place, rng), polygon(place, rng)]).into(),
        _ => Geometry::GeometryCollection(GeometryCollection(vec![
            Point(place.coord(rng)).into(),
            line(place, rng).into(),
            polygon(place, rng).into(),
        ])),
    }
}
