//! Rational points.

use std::cmp::Ordering;

pub type Grid = (i128, i128);
pub type Segment = (Grid, Grid);

/// The point (x / w, y / w); w > 0.
#[derive(Clone, Copy)]
pub struct Sample {
    x: i128,
    y: i128,
    w: i128,
}

impl Sample {
    pub fn at((x, y): Grid) -> Self {
        Self { x, y, w: 1 }
    }

    pub fn is(self, other: Self) -> bool {
        self.x * other.w == other.x * self.w && self.y * other.w == other.y * self.w
    }

    /// The sign says on which side of the segment's line the point lies.
    pub fn side(self, (a, b): Segment) -> i128 {
        (b.0 - a.0) * (self.y - a.1 * self.w) - (b.1 - a.1) * (self.x - a.0 * self.w)
    }

    pub fn is_on(self, (a, b): Segment) -> bool {
        let between =
            |value: i128, a: i128, b: i128| a.min(b) * self.w <= value && value <= a.max(b) * self.w;
        self.side((a, b)) == 0 && between(self.x, a.0, b.0) && between(self.y, a.1, b.1)
    }

    /// Whether the ray to the right meets the segment, upper end excluded.
    pub fn sees(self, (a, b): Segment) -> bool {
        let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
        low.1 * self.w <= self.y && self.y < high.1 * self.w && self.side((low, high)) > 0
    }

    /// The order in which a walk along the segment meets two of its points.
    pub fn along(&self, other: &Self, (a, b): Segment) -> Ordering {
        let way = |p: &Self, q: &Self| p.x * (b.0 - a.0) * q.w + p.y * (b.1 - a.1) * q.w;
        way(self, other).cmp(&way(other, self))
    }
}

/// Where two segments cross inside both.
pub fn crossing(a: Segment, b: Segment) -> Option<Sample> {
    let (from, to) = (Sample::at(b.0).side(a), Sample::at(b.1).side(a));
    let (start, end) = (Sample::at(a.0).side(b), Sample::at(a.1).side(b));
    (from.signum() * to.signum() < 0 && start.signum() * end.signum() < 0).then(|| {
        let weight = from - to;
        let sign = weight.signum();
        let on_b = |from_b: i128, to_b: i128| (from_b * weight + (to_b - from_b) * from) * sign;
        Sample { x: on_b(b.0.0, b.1.0), y: on_b(b.0.1, b.1.1), w: weight * sign }
    })
}

pub fn middle(a: Sample, b: Sample) -> Sample {
    Sample { x: a.x * b.w + b.x * a.w, y: a.y * b.w + b.y * a.w, w: 2 * a.w * b.w }
}

/// A point beside one on a segment, nearer than anything else on the small grids used.
pub fn off(at: Sample, (a, b): Segment, side: i128) -> Sample {
    let scale = 1 << 30;
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    Sample { x: at.x * scale - dy * side * at.w, y: at.y * scale + dx * side * at.w, w: at.w * scale }
}
