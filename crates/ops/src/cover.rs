//! Boxes in a layer's coordinates that cover a rectangle given in another CRS.

use geohub_core::{Bbox, Crs, Layer};
use geohub_crs::{Transform, is_lonlat, metres_per_unit};

/// Widest rectangle, in degrees, whose image in a projected layer is trusted to be covered.
const MAX_DEGREES: f64 = 30.0;
/// Longest edge whose bulge is estimated; a box with a longer diagonal is not told apart.
const MAX_EDGE_M: f64 = 1_000_000.0;
/// Pieces that each edge of a rectangle is cut into to find its image.
const PIECES: usize = 32;
/// Radius of the earth, to one part in three hundred.
const EARTH_M: f64 = 6_371_000.0;

/// The image of a rectangle of degrees in a projected layer.
///
/// A geometry meets the rectangle with edges that are straight in degrees. In the layer such an edge bulges out of the
/// box of its ends, by at most `L² tan(latitude) / 8R` for a length L; boxes are compared with four times that as room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    image: Bbox,
    /// Bulge of an edge of length one, in the layer's unit.
    bulge: f64,
    max_edge: f64,
}

impl Cover {
    /// Covers a rectangle, or says nothing where it might not: for wide rectangles, those near a pole, those whose corners
    /// do not come back.
    pub(crate) fn new(bbox: &Bbox, crs: &Crs, layer: &Crs, back: &Transform) -> Option<Self> {
        let metres = metres_per_unit(layer).ok().flatten()?;
        let narrow = bbox.max_x - bbox.min_x <= MAX_DEGREES && bbox.max_y - bbox.min_y <= MAX_DEGREES;
        let latitude = bbox.min_y.abs().max(bbox.max_y.abs());
        if !is_lonlat(crs) || !narrow || latitude > 75.0 {
            return None;
        }
        let there = Transform::new(crs, layer).ok()?;
        comes_back(bbox, &there, back)?;
        let [min_x, min_y, max_x, max_y] =
            there.transform_bbox([bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y], PIECES).ok()?;
        // Room for the rounding of the way back.
        let rounding = (max_x - min_x).max(max_y - min_y) * 1e-9 + 1e-3;
        // Vertices of an edge that meets the rectangle may lie as far from it as the edge is long.
        let steepest = (latitude + MAX_EDGE_M / 111_000.0).to_radians().tan();
        Some(Self {
            image: Bbox::new(min_x, min_y, max_x, max_y).grow(rounding),
            bulge: 4.0 * (1.0 + steepest) / (8.0 * EARTH_M) * metres,
            max_edge: MAX_EDGE_M / metres,
        })
    }

    /// False only where no geometry with this box, in layer coordinates, meets the rectangle.
    pub(crate) fn may_meet(&self, bbox: &Bbox) -> bool {
        self.room(bbox).is_none_or(|room| self.image.grow(room).intersects(bbox))
    }

    /// A box that the box of every geometry of the layer meets if the geometry meets the rectangle.
    ///
    /// `None` where the layer's extent, and with it the length of its edges, is not known.
    pub(crate) fn for_index(&self, layer: &Layer) -> Option<Bbox> {
        let room = self.room(layer.extent.as_ref()?)?;
        Some(self.image.grow(room))
    }

    fn room(&self, bbox: &Bbox) -> Option<f64> {
        let longest = (bbox.max_x - bbox.min_x).hypot(bbox.max_y - bbox.min_y);
        (longest <= self.max_edge).then_some(longest * longest * self.bulge)
    }
}

fn comes_back(bbox: &Bbox, there: &Transform, back: &Transform) -> Option<()> {
    let Bbox { min_x, min_y, max_x, max_y } = *bbox;
    let corners = [min_x, min_y, max_x, min_y, min_x, max_y, max_x, max_y];
    let mut returned = corners;
    there.apply(&mut returned).ok()?;
    back.apply(&mut returned).ok()?;
    corners.iter().zip(returned).all(|(a, b)| (a - b).abs() < 1e-7).then_some(())
}

#[cfg(test)]
mod tests {
    use geo::Intersects;
    use geo_types::{Coord, Line, Rect};

    use super::*;

    /// Numbers in 0..1 that look random and are the same each run.
    fn noise(seed: u64) -> f64 {
        let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x ^= x >> 29;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (x >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[test]
    fn long_edges_that_meet_the_rectangle_in_degrees_are_not_told_apart() {
        let bbox = Bbox::new(-118.5, 33.9, -118.1, 34.2);
        let rect = Rect::new(Coord { x: bbox.min_x, y: bbox.min_y }, Coord { x: bbox.max_x, y: bbox.max_y });
        for code in ["EPSG:2229", "EPSG:3310", "EPSG:3857", "EPSG:32611"] {
            let layer: Crs = code.parse().unwrap();
            let there = Transform::new(&Crs::crs84(), &layer).unwrap();
            let back = Transform::new(&layer, &Crs::crs84()).unwrap();
            let cover = Cover::new(&bbox, &Crs::crs84(), &layer, &back).unwrap();
            let (mut meeting, mut apart, mut bulging) = (0, 0, 0);
            for step in 0..20_000_u64 {
                // Edges of up to two degrees whose middle grazes the rectangle's upper or right side.
                let at = |offset: u64| noise(step * 8 + offset) - 0.5;
                let (x, y) =
                    if step % 2 == 0 { (-118.3 + at(0) * 0.4, 34.2) } else { (-118.1, 34.05 + at(0) * 0.3) };
                let (dx, dy) =
                    if step % 2 == 0 { (at(1) * 2.0, at(2) * 0.02) } else { (at(1) * 0.02, at(2) * 2.0) };
                // Most lie within a kilometre of touching, on either side.
                let near = at(3) * 0.02;
                let (x, y) = if step % 2 == 0 { (x, y + near) } else { (x + near, y) };
                let mut ends = [x - dx, y - dy, x + dx, y + dy];
                let edge = Line::new(Coord { x: ends[0], y: ends[1] }, Coord { x: ends[2], y: ends[3] });
                there.apply(&mut ends).unwrap();
                let mut of_edge = Bbox::EMPTY;
                of_edge.add(ends[0], ends[1]);
                of_edge.add(ends[2], ends[3]);
                if edge.intersects(&rect) {
                    meeting += 1;
                    bulging += usize::from(!cover.image.intersects(&of_edge));
                    assert!(cover.may_meet(&of_edge), "{code}: {edge:?}");
                } else if !cover.may_meet(&of_edge) {
                    apart += 1;
                }
            }
            assert!(meeting > 1000 && apart > 100, "{code}: {meeting} {apart}");
            // Web Mercator keeps parallels and meridians straight, and most of the rest.
            assert!(bulging > 0 || code == "EPSG:3857", "{code}: no edge needed the room");
        }
    }

    #[test]
    fn what_cannot_be_covered_is_not() {
        let layer: Crs = "EPSG:2229".parse().unwrap();
        let back = Transform::new(&layer, &Crs::crs84()).unwrap();
        for wide in [Bbox::new(-180.0, -90.0, 180.0, 90.0), Bbox::new(-118.0, 34.0, -80.0, 35.0)] {
            assert!(Cover::new(&wide, &Crs::crs84(), &layer, &back).is_none());
        }
    }
}
