//! The `wkb` and `wkt` crates and `geo_types` as judges, on random 2D geometries.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use wkb::writer::{WriteOptions, write_geometry};
use wkt::{ToWkt, TryFromWkt};

use crate::rows::{from_wkb, from_wkt, wkb as own_wkb, wkt as own_wkt};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 20
    }

    fn below(&mut self, limit: u64) -> usize {
        (self.next() % limit) as usize
    }

    /// Small integers, degrees, and any finite double.
    fn number(&mut self) -> f64 {
        match self.below(3) {
            0 => self.below(9) as f64,
            1 => self.next() as f64 / 1e11 - 180.0,
            _ => Some(f64::from_bits(self.next() ^ (self.next() << 30)))
                .filter(|x| x.is_finite())
                .unwrap_or(0.5),
        }
    }

    fn coord(&mut self) -> Coord<f64> {
        Coord { x: self.number(), y: self.number() }
    }

    fn line(&mut self) -> LineString<f64> {
        let count = 2 + self.below(5);
        LineString::new((0..count).map(|_| self.coord()).collect())
    }

    fn polygon(&mut self) -> Polygon<f64> {
        let holes = self.below(3);
        Polygon::new(self.line(), (0..holes).map(|_| self.line()).collect())
    }

    fn some<T>(&mut self, make: fn(&mut Self) -> T) -> Vec<T> {
        (0..=self.below(3)).map(|_| make(self)).collect()
    }

    fn geometry(&mut self, depth: usize) -> Geometry<f64> {
        match self.below(if depth == 0 { 6 } else { 7 }) {
            0 => Point(self.coord()).into(),
            1 => self.line().into(),
            2 => self.polygon().into(),
            3 => MultiPoint::new(self.some(|random| Point(random.coord()))).into(),
            4 => MultiLineString::new(self.some(Self::line)).into(),
            5 => MultiPolygon::new(self.some(Self::polygon)).into(),
            _ => {
                let members = (0..self.below(4)).map(|_| self.geometry(depth - 1)).collect();
                Geometry::GeometryCollection(GeometryCollection::new_from(members))
            }
        }
    }
}

#[test]
fn own_and_foreign_wkb_and_wkt_agree() {
    let mut random = Random(3);
    for _ in 0..5_000 {
        let geometry = random.geometry(2);
        let mut foreign = Vec::new();
        write_geometry(&mut foreign, &geometry, &WriteOptions::default()).expect("the crate writes it");
        let column = from_wkb(&foreign).expect("the crate's WKB");
        assert_eq!(own_wkb(&column), foreign);
        assert_eq!(column.row(0).to_geo().expect("no curves"), Some(geometry.clone()));

        let text = own_wkt(&column);
        assert_eq!(Geometry::try_from_wkt_str(&text).expect("our WKT"), geometry, "{text}");
        let text = geometry.wkt_string();
        assert_eq!(own_wkb(&from_wkt(&text).expect("the crate's WKT")), foreign, "{text}");
    }
}
