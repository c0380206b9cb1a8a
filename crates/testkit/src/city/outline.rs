//! Which neighbourhood a lattice cell belongs to.

use super::warp::wave;
use crate::hash::{Rng, combine};

/// Cells along the side of one neighbourhood, about.
const CELLS: usize = 12;

/// The lattice: an owner for each cell, 0 being nobody's.
pub(super) struct Lattice {
    pub(super) side: usize,
    pub(super) owner: Vec<u32>,
}

/// Seeds of neighbourhoods on a jittered grid; those nearest to the middle are used.
struct Seeds {
    grid: usize,
    /// For each grid place its point, in cells, and its number or 0.
    places: Vec<(f64, f64, u32)>,
}

fn seeds(count: usize, seed: u64) -> Seeds {
    let grid = (count * 5).div_ceil(4).isqrt() + 1;
    let mut rng = Rng::new(&[seed, 5, count as u64]);
    let middle = (grid as f64 - 1.0) / 2.0;
    let mut order: Vec<usize> = (0..grid * grid).collect();
    let distance = |place: &usize| {
        let (dx, dy) = ((place % grid) as f64 - middle, (place / grid) as f64 - middle);
        dx * dx + dy * dy
    };
    order.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let mut places: Vec<(f64, f64, u32)> = (0..grid * grid)
        .map(|place| {
            let jitter = |rng: &mut Rng| 0.25 + rng.unit() * 0.5;
            let (x, y) = ((place % grid) as f64 + jitter(&mut rng), (place / grid) as f64 + jitter(&mut rng));
            (x * CELLS as f64, y * CELLS as f64, 0)
        })
        .collect();
    for (number, place) in order.into_iter().take(count).enumerate() {
        places[place].2 = number as u32 + 1;
    }
    Seeds { grid, places }
}

impl Seeds {
    /// The number of the nearest seed, distances bent by a little noise so that borders wind.
    fn nearest(&self, x: f64, y: f64, seed: u64) -> u32 {
        let phase = (combine(&[seed, 8]) % 1000) as f64 / 1000.0;
        let (x, y) = (
            x + 1.5 * wave(y / 9.0 + phase) + 0.35 * wave(y / 3.7),
            y + 1.5 * wave(x / 8.0 + phase) + 0.35 * wave(x / 4.1),
        );
        let clamp = |value: f64| ((value / CELLS as f64).max(0.0) as usize).min(self.grid - 1);
        let (column, row) = (clamp(x), clamp(y));
        let (mut best, mut owner) = (f64::INFINITY, 0);
        for j in row.saturating_sub(1)..(row + 2).min(self.grid) {
            for i in column.saturating_sub(1)..(column + 2).min(self.grid) {
                let (sx, sy, number) = self.places[j * self.grid + i];
                let distance = (x - sx) * (x - sx) + (y - sy) * (y - sy);
                if distance < best {
                    (best, owner) = (distance, number);
                }
            }
        }
        owner
    }
}

impl Lattice {
    /// The cells that belong to a number, as positions in `owner`.
    fn cell(&self, x: f64, y: f64, dx: usize, dy: usize) -> usize {
        let clamp = |value: f64, step: usize| (value.max(1.0) as usize + step).min(self.side - 2);
        clamp(y, dy) * self.side + clamp(x, dx)
    }

    /// Gives a patch in the middle of a neighbourhood to another owner, where all around it belongs to the host.
    fn carve(&mut self, at: (f64, f64), owner: u32) -> bool {
        let host = self.owner[self.cell(at.0, at.1, 0, 0)];
        let around: Vec<usize> = (0..25).map(|i| self.cell(at.0 - 2.0, at.1 - 2.0, i % 5, i / 5)).collect();
        if host == 0 || around.iter().any(|cell| self.owner[*cell] != host) {
            return false;
        }
        for i in 0..9 {
            // A corner less, so that the hole is no square.
            if i != 8 {
                let cell = self.cell(at.0 - 1.0, at.1 - 1.0, i % 3, i / 3);
                self.owner[cell] = owner;
            }
        }
        true
    }

    /// Gives two cells in the south-west corner, which nobody owns, to a neighbourhood: its exclave.
    fn exclave(&mut self, owner: u32) {
        let cells = [self.side + 1, self.side + 2];
        if cells.iter().all(|cell| self.owner[*cell] == 0) {
            for cell in cells {
                self.owner[cell] = owner;
            }
        }
    }
}

/// A lattice with `count` owners: one in 15 is an enclave in another, one host in 20 has a hole that is nobody's,
/// the first has an exclave.
pub(super) fn lattice(count: usize, seed: u64) -> Lattice {
    let enclaves = count / 15;
    let seeds = seeds(count - enclaves, seed);
    let side = seeds.grid * CELLS;
    let mut owner = Vec::with_capacity(side * side);
    for row in 0..side {
        for column in 0..side {
            owner.push(seeds.nearest(column as f64 + 0.5, row as f64 + 0.5, seed));
        }
    }
    let mut lattice = Lattice { side, owner };
    let hosts: Vec<(f64, f64)> =
        seeds.places.iter().filter(|place| place.2 > 0).map(|place| (place.0, place.1)).collect();
    let mut next = (count - enclaves) as u32 + 1;
    let mut holes = count.div_ceil(20);
    for at in hosts {
        let is_enclave = next as usize <= count;
        if !is_enclave && holes == 0 {
            break;
        }
        if lattice.carve(at, if is_enclave { next } else { 0 }) {
            if is_enclave { next += 1 } else { holes -= 1 }
        }
    }
    lattice.exclave(1);
    lattice
}
