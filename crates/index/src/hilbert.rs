//! The Hilbert curve of 16 bits a side, as `FlatGeobuf`'s packed index orders its features.

use geohub_core::Bbox;

/// The largest cell number along one axis.
pub const HILBERT_MAX: u32 = 0xFFFF;

/// The distance along the Hilbert curve of the cell (`x`, `y`), each in 0 to [`HILBERT_MAX`].
///
/// The curve starts at (0, 0) and ends at (65535, 0); cells that follow each other on it are neighbours.
pub fn hilbert(x: u32, y: u32) -> u32 {
    let (mut x, mut y) = (x & HILBERT_MAX, y & HILBERT_MAX);
    let mut key = 0;
    for bit in (0..16).rev() {
        let right = (x >> bit) & 1;
        let upper = (y >> bit) & 1;
        key = (key << 2) | ((3 * right) ^ upper);
        // The lower quadrants hold the curve turned: transposed on the left, and also mirrored on the right. By masks,
        // for which quadrant it is cannot be foretold.
        let lower = (upper ^ 1).wrapping_neg();
        let mirror = lower & right.wrapping_neg() & HILBERT_MAX;
        let exchange = (x ^ y) & lower;
        (x, y) = (x ^ mirror ^ exchange, y ^ mirror ^ exchange);
    }
    key
}

/// Maps boxes to Hilbert keys on a grid laid over an extent.
#[derive(Debug, Clone, Copy)]
pub struct HilbertGrid {
    extent: Bbox,
}

impl HilbertGrid {
    /// A grid over `extent`; boxes outside it get the keys of its rim.
    pub fn new(extent: Bbox) -> Self {
        Self { extent }
    }

    /// The key of a box's centre, by the arithmetic of the `FlatGeobuf` specification. An empty box gets 0.
    pub fn key(&self, bbox: &Bbox) -> u32 {
        let x = cell(f64::midpoint(bbox.min_x, bbox.max_x), self.extent.min_x, self.extent.max_x);
        let y = cell(f64::midpoint(bbox.min_y, bbox.max_y), self.extent.min_y, self.extent.max_y);
        hilbert(x, y)
    }
}

fn cell(value: f64, min: f64, max: f64) -> u32 {
    let width = max - min;
    // The cast saturates, and turns NaN (an empty box, an extent without width) into 0.
    let cell = (f64::from(HILBERT_MAX) * (value - min) / width).floor() as u32;
    cell.min(HILBERT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_curve_of_flatgeobuf() {
        // Values of the reference implementation (flatgeobuf's own hilbert function).
        let samples: [(u32, u32, u32); 10] = [
            (0, 0, 0),
            (1, 0, 1),
            (0, 1, 3),
            (1, 1, 2),
            (65535, 0, 4_294_967_295),
            (0, 65535, 1_431_655_765),
            (65535, 65535, 2_863_311_530),
            (12345, 54321, 1_555_040_834),
            (40000, 7, 3_958_378_517),
            (32768, 32767, 3_579_139_413),
        ];
        for (x, y, expected) in samples {
            assert_eq!(hilbert(x, y), expected, "({x}, {y})");
        }
    }

    #[test]
    fn neighbours_on_the_curve_are_neighbours_in_the_plane() {
        let mut cells: Vec<(u32, i64, i64)> =
            (0..64).flat_map(|x| (0..64).map(move |y| (hilbert(x, y), i64::from(x), i64::from(y)))).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[1].0 - pair[0].0, 1);
            assert_eq!((pair[1].1 - pair[0].1).abs() + (pair[1].2 - pair[0].2).abs(), 1);
        }
    }

    #[test]
    fn odd_boxes_have_keys() {
        let point = Bbox { min_x: 1.0, min_y: 1.0, max_x: 1.0, max_y: 1.0 };
        assert_eq!(HilbertGrid::new(point).key(&point), 0);
        assert_eq!(HilbertGrid::new(point).key(&Bbox::EMPTY), 0);
        let unit = Bbox { min_x: 0.0, min_y: 0.0, max_x: 1.0, max_y: 1.0 };
        let far = Bbox { min_x: 9.0, min_y: -9.0, max_x: 9.0, max_y: -9.0 };
        assert_eq!(HilbertGrid::new(unit).key(&far), u32::MAX);
    }
}
