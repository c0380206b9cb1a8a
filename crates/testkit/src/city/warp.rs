//! The city's metres and their longitude and latitude.

use crate::hash::combine;
use crate::table::Position;

/// The side of a tract, metres.
pub(super) const TRACT_M: f64 = 800.0;
/// Tracts from west to east.
pub(super) const TRACTS_X: usize = 58;
/// Tracts from south to north.
pub(super) const TRACTS_Y: usize = 82;
/// Blocks in a tract from west to east, 200 m each.
pub(super) const BLOCKS_X: usize = 4;
/// Blocks in a tract from south to north, 100 m each.
pub(super) const BLOCKS_Y: usize = 8;

/// A smooth wave of period 1 between -1 and 1: parabolas in place of a sine, exact on every machine.
pub(super) fn wave(turns: f64) -> f64 {
    let x = turns - turns.floor();
    if x < 0.5 { 16.0 * x * (0.5 - x) } else { -16.0 * (x - 0.5) * (1.0 - x) }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// Metres from the south-west corner to longitude and latitude, seven decimals, the whole city bent by two waves.
pub(super) fn lonlat(x_m: f64, y_m: f64) -> Position {
    let east = x_m + 180.0 * wave(y_m / 9300.0 + 0.05) + 45.0 * wave(y_m / 1843.0 + 0.33);
    let north = y_m + 150.0 * wave(x_m / 10_000.0 + 0.17) + 40.0 * wave(x_m / 1792.0 + 0.06);
    [rounded(-118.67 + east / 92_340.0), rounded(33.75 + north / 110_920.0), f64::NAN, f64::NAN]
}

/// A block of the city.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Its number, from the south-west.
    pub(super) number: usize,
    /// From west to east over all tracts.
    pub(super) column: usize,
    /// From south to north over all tracts.
    pub(super) row: usize,
}

/// How many blocks the city has.
pub(super) const BLOCKS: usize = TRACTS_X * BLOCKS_X * TRACTS_Y * BLOCKS_Y;

impl Block {
    /// The block of a number.
    pub(super) fn new(number: usize) -> Self {
        let wide = TRACTS_X * BLOCKS_X;
        Self { number, column: number % wide, row: number / wide }
    }

    /// The `n`th block of the city's own scattered order: a permutation of all of them.
    pub(super) fn nth(seed: u64, n: usize) -> Self {
        // 100,003 is prime and divides no side of the grid, so its multiples meet every block once.
        let start = combine(&[seed, 21]) as usize % BLOCKS;
        Self::new((start + n % BLOCKS * 100_003) % BLOCKS)
    }

    /// The south-west corner, metres.
    pub(super) fn corner_m(self) -> (f64, f64) {
        (self.column as f64 * 200.0, self.row as f64 * 100.0)
    }

    /// Whether the block is in the dense middle of the city.
    pub(super) fn is_downtown(self) -> bool {
        let (x, y) = self.corner_m();
        let (dx, dy) = (x / TRACT_M - 40.0, y / TRACT_M - 38.0);
        dx * dx + dy * dy < 9.0
    }

    /// Whether the block is in the hills to the north or west.
    pub(super) fn is_hilly(self) -> bool {
        self.row / BLOCKS_Y > 45 || self.column / BLOCKS_X < 12
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scattered_order_is_a_permutation() {
        let mut seen = vec![false; BLOCKS];
        for n in 0..BLOCKS {
            let block = Block::nth(7, n);
            assert!(!std::mem::replace(&mut seen[block.number], true), "block {} twice", block.number);
        }
    }

    #[test]
    fn the_wave_is_smooth_and_bounded() {
        for step in 0..1000 {
            let t = f64::from(step) / 1000.0;
            assert!(wave(t).abs() <= 1.0 && (wave(t + 0.001) - wave(t)).abs() < 0.01);
        }
    }
}
