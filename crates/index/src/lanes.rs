//! Sixteen boxes side by side.

use geohub_core::Bbox;

/// Children of an inner node, as in `FlatGeobuf`'s index.
pub(crate) const NODE_LEN: usize = 16;

/// The boxes of a node's children in single precision, rounded outward, one side after the other: four cache lines,
/// compared with a window by a few vector instructions and without a branch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lanes {
    min_x: [f32; NODE_LEN],
    min_y: [f32; NODE_LEN],
    max_x: [f32; NODE_LEN],
    max_y: [f32; NODE_LEN],
}

/// A window as nodes are compared with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window32 {
    min_x: f32,
    min_y: f32,
    max_x: f32,
    max_y: f32,
}

impl Lanes {
    /// At most [`NODE_LEN`] boxes; places without one meet no window.
    pub(crate) fn new(boxes: &[Bbox]) -> Self {
        let nothing = [f32::NAN; NODE_LEN];
        let mut lanes = Self { min_x: nothing, min_y: nothing, max_x: nothing, max_y: nothing };
        for (place, bbox) in boxes.iter().enumerate() {
            lanes.min_x[place] = rounded_down(bbox.min_x);
            lanes.min_y[place] = rounded_down(bbox.min_y);
            lanes.max_x[place] = rounded_up(bbox.max_x);
            lanes.max_y[place] = rounded_up(bbox.max_y);
        }
        lanes
    }

    /// A bit for each child that may meet the window: set for all that do, and for some beside them.
    #[inline]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, and which way it goes is chance"
    )]
    pub(crate) fn meeting(&self, window: &Window32) -> u32 {
        let mut meets = [0u8; NODE_LEN];
        for (place, meets) in meets.iter_mut().enumerate() {
            let x = (self.min_x[place] <= window.max_x) & (window.min_x <= self.max_x[place]);
            let y = (self.min_y[place] <= window.max_y) & (window.min_y <= self.max_y[place]);
            *meets = u8::from(x & y);
        }
        let (low, high) = (eight(&meets, 0), eight(&meets, 8));
        low | high << 8
    }
}

impl Window32 {
    pub(crate) fn new(window: &Bbox) -> Self {
        Self {
            min_x: rounded_down(window.min_x),
            min_y: rounded_down(window.min_y),
            max_x: rounded_up(window.max_x),
            max_y: rounded_up(window.max_y),
        }
    }
}

/// Eight bytes of 0 or 1 as eight bits.
#[inline]
fn eight(bytes: &[u8; NODE_LEN], start: usize) -> u32 {
    // Each byte's bit is moved to a place of its own in the topmost byte of the product; no two sums meet.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[start..start + 8]);
    (u64::from_le_bytes(word).wrapping_mul(GATHER) >> 56) as u32
}

/// A little more than what rounding to single precision moves a number by, relative to it.
const ROUNDING: f64 = 6.0e-8;
/// The same where single precision has no more digits.
const SMALLEST: f64 = 1.5e-45;

/// Without a branch: which way a number would be rounded is chance.
fn rounded_down(value: f64) -> f32 {
    ((value - value.abs() * ROUNDING - SMALLEST) as f32).min(f32::MAX)
}

fn rounded_up(value: f64) -> f32 {
    ((value + value.abs() * ROUNDING + SMALLEST) as f32).max(f32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_its_bit() {
        for place in 0..NODE_LEN {
            let far = Bbox::new(9.0, 9.0, 9.0, 9.0);
            let mut boxes = [far; NODE_LEN];
            boxes[place] = Bbox::new(0.1, 0.1, 0.1, 0.1);
            let window = Window32::new(&Bbox::new(0.0, 0.0, 1.0, 1.0));
            assert_eq!(Lanes::new(&boxes).meeting(&window), 1 << place);
            assert_eq!(Lanes::new(&boxes[..place]).meeting(&window), 0);
        }
    }

    #[test]
    fn rounding_never_loses_a_meeting() {
        // Doubles between two floats, beyond the largest, and below the smallest.
        let values = [0.1, 1.0 + f64::EPSILON, -0.3, 1e300, -1e300, 1e-320, -1e-320, f64::INFINITY, 0.0];
        for value in values {
            assert!(f64::from(rounded_down(value)) <= value && f64::from(rounded_up(value)) >= value);
            let point = Bbox::new(value, value, value, value);
            assert_eq!(Lanes::new(&[point]).meeting(&Window32::new(&point)), 1, "{value}");
        }
        let everywhere = Bbox::new(f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY);
        assert_eq!(Lanes::new(&[Bbox::new(1.0, 1.0, 2.0, 2.0)]).meeting(&Window32::new(&everywhere)), 1);
    }
}
