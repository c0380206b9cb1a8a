//! The lots of one block, in metres.

use super::warp::Block;
use crate::hash::Rng;

/// A ring in metres, not closed.
pub(super) type Ring = Vec<(f64, f64)>;

/// A lot: its polygons, each a shell and holes, counter-clockwise and clockwise.
#[derive(Debug, Clone)]
pub(super) struct Lot {
    pub(super) polygons: Vec<Vec<Ring>>,
    pub(super) area_m2: f64,
    /// Condominiums: so many parcels share this ground.
    pub(super) stacked: usize,
}

fn plain(ring: Ring, area_m2: f64) -> Lot {
    Lot { polygons: vec![vec![ring]], area_m2, stacked: 1 }
}

fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Ring {
    vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
}

fn backwards(ring: &Ring) -> Ring {
    ring.iter().rev().copied().collect()
}

/// One holding over the whole block; half of them are donuts, and the parcel that fills the hole comes with them.
fn holding(rng: &mut Rng, x: f64, y: f64) -> Vec<Lot> {
    let (x0, y0, x1, y1) = (x + 9.0, y + 9.0, x + 191.0, y + 91.0);
    let shell = vec![
        (x0, y0),
        (x0 + 60.0, y0 - 1.0),
        (x0 + 120.0, y0),
        (x1, y0),
        (x1, y1),
        (x0 + 90.0, y1 + 1.0),
        (x0, y1),
    ];
    let area = 182.0 * 82.0;
    if rng.unit() < 0.5 {
        return vec![plain(shell, area)];
    }
    let (cx, cy) = (x0 + 40.0 + rng.unit() * 80.0, y + 50.0);
    let (w, h) = (10.0 + rng.unit() * 15.0, 8.0 + rng.unit() * 12.0);
    let inner = rectangle(cx - w, cy - h, cx + w, cy + h);
    let hole_area = 4.0 * w * h;
    let donut = Lot { polygons: vec![vec![shell, backwards(&inner)]], area_m2: area - hole_area, stacked: 1 };
    vec![donut, plain(inner, hole_area)]
}

/// One of the two rows of a block: the street side, the rear line and the cuts between lots.
struct Side {
    front: f64,
    rear: f64,
    cuts: Vec<f64>,
}

impl Side {
    /// Counter-clockwise whichever side the street is on.
    fn wound(&self, ring: Ring) -> Ring {
        if self.rear > self.front { ring } else { backwards(&ring) }
    }

    fn depth(&self) -> f64 {
        (self.rear - self.front).abs()
    }

    fn lot(&self, from: usize, to: usize) -> Ring {
        self.wound(vec![
            (self.cuts[from], self.front),
            (self.cuts[to], self.front),
            (self.cuts[to], self.rear),
            (self.cuts[from], self.rear),
        ])
    }

    /// A corner lot with a rounded street corner at `west` or east.
    fn corner(&self, index: usize, west: bool) -> Lot {
        let (a, b) = (self.cuts[index], self.cuts[index + 1]);
        let inward = if self.rear > self.front { 1.0 } else { -1.0 };
        let (edge, other, along) = if west { (a, b, 1.0) } else { (b, a, -1.0) };
        let at = |dx: f64, dy: f64| (edge + along * dx, self.front + inward * dy);
        let mut ring = vec![at(0.0, 5.0), at(0.4, 3.0), at(1.5, 1.5), at(3.0, 0.4), at(5.0, 0.0)];
        ring.extend([(other, self.front), (other, self.rear), (edge, self.rear)]);
        let ring = if west { ring } else { backwards(&ring) };
        plain(self.wound(ring), (b - a) * self.depth() - 5.0)
    }

    /// A front lot, and a rear lot with its driveway.
    fn flag(&self, index: usize) -> Vec<Lot> {
        let (a, b) = (self.cuts[index], self.cuts[index + 1]);
        let (c, d) = (b - 4.0, self.front + (self.rear - self.front) * 0.55);
        let front = vec![(a, self.front), (c, self.front), (c, d), (a, d)];
        let rear = vec![(c, self.front), (b, self.front), (b, self.rear), (a, self.rear), (a, d), (c, d)];
        let half = (b - a) * self.depth() / 2.0;
        vec![plain(self.wound(front), half), plain(self.wound(rear), half)]
    }

    /// One owner of two lots with another's between them.
    fn pair(&self, index: usize) -> Vec<Lot> {
        let polygons = vec![vec![self.lot(index, index + 1)], vec![self.lot(index + 2, index + 3)]];
        let width = self.cuts[index + 1] - self.cuts[index] + self.cuts[index + 3] - self.cuts[index + 2];
        let between = (self.cuts[index + 2] - self.cuts[index + 1]) * self.depth();
        let owned = Lot { polygons, area_m2: width * self.depth(), stacked: 1 };
        vec![owned, plain(self.lot(index + 1, index + 2), between)]
    }

    fn lots(&self, rng: &mut Rng, block: Block) -> Vec<Lot> {
        let last = self.cuts.len() - 2;
        let mut out = Vec::new();
        let mut index = 0;
        while index <= last {
            let roll = rng.unit();
            if index == 0 || index == last {
                out.push(self.corner(index, index == 0));
            } else if roll < 0.02 {
                out.extend(self.flag(index));
            } else if roll < 0.03 && index + 3 <= last {
                out.extend(self.pair(index));
                index += 2;
            } else {
                let area = (self.cuts[index + 1] - self.cuts[index]) * self.depth();
                let stacked = if block.is_downtown() && roll > 0.93 { 2 + rng.below(12) } else { 1 };
                out.push(Lot { stacked, ..plain(self.lot(index, index + 1), area) });
            }
            index += 1;
        }
        out
    }
}

fn cuts(rng: &mut Rng, x: f64, block: Block) -> Vec<f64> {
    let fewest = if block.is_hilly() { 4 } else { 7 };
    let count = fewest + rng.below(6);
    let step = 182.0 / count as f64;
    let shift = |rng: &mut Rng, i: usize| if i == 0 || i == count { 0.0 } else { (rng.unit() - 0.5) * 0.5 };
    (0..=count).map(|i| x + 9.0 + step * (i as f64 + shift(rng, i))).collect()
}

/// All lots of a block.
pub(super) fn of(block: Block, rng: &mut Rng) -> Vec<Lot> {
    let (x, y) = block.corner_m();
    if rng.unit() < 0.08 {
        return holding(rng, x, y);
    }
    let middle = y + 50.0 + (rng.unit() - 0.5) * 8.0;
    let south = Side { front: y + 9.0, rear: middle, cuts: cuts(rng, x, block) };
    let north = Side { front: y + 91.0, rear: middle, cuts: cuts(rng, x, block) };
    let mut out = south.lots(rng, block);
    out.extend(north.lots(rng, block));
    out
}
