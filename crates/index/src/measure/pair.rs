//! The distance between two points or edges.

use super::far::least;
use super::spot::Spot;
use crate::relate::Xy;
use geohub_core::Bbox;
use geohub_crs::Metric;

/// Edges up to this length, in metres, are nearest to each other at an end of one: that both bend in the metric changes
/// their distance by less than 1e-8 of it.
const MAX_STRAIGHT_M: f64 = 500.0;

/// A point, where both ends are the same, or an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) a: Xy,
    pub(crate) b: Xy,
}

impl Piece {
    pub(crate) fn point(at: Xy) -> Self {
        Self { a: at, b: at }
    }

    pub(crate) fn is_point(&self) -> bool {
        self.a == self.b
    }

    pub(crate) fn bbox(&self) -> Bbox {
        let (a, b) = (self.a, self.b);
        Bbox::new(a[0].min(b[0]), a[1].min(b[1]), a[0].max(b[0]), a[1].max(b[1]))
    }

    /// After full turns of its longitudes, rounded.
    pub(crate) fn turned(&self, turn: f64) -> Self {
        let moved = |at: Xy| [at[0] + turn, at[1]];
        Self { a: moved(self.a), b: moved(self.b) }
    }

    /// The distance from a point, in metres.
    pub(crate) fn from(&self, spot: &Spot<'_>) -> f64 {
        if self.is_point() { spot.distance_to(self.a) } else { spot.distance_to_edge(self.a, self.b) }
    }
}

/// Of two pieces, whether each end of the first may be near the second, and each end of the second the first.
pub(crate) type NearEnds = [bool; 4];

/// The distance between two pieces that do not cross, the first one's longitudes after a turn; infinite where no end is
/// near. Exchanging them (and turning the other way) changes no bit.
pub(crate) fn distance(metric: &Metric, a: &Piece, b: &Piece, turn: f64, near: NearEnds) -> f64 {
    let spot = |at: Xy| Spot::new(metric, at);
    if a.is_point() {
        return b.from(&spot(a.a).turned(turn));
    }
    let to_a = |at: Xy| a.from(&spot(at).turned(-turn));
    if b.is_point() {
        return to_a(b.a);
    }
    let to_b = |at: Xy| b.from(&spot(at).turned(turn));
    let mut least = f64::INFINITY;
    for (end, is_near) in [a.a, a.b].into_iter().zip(near) {
        if is_near {
            least = least.min(to_b(end));
        }
    }
    for (end, is_near) in [b.a, b.b].into_iter().zip(&near[2..]) {
        if *is_near {
            least = least.min(to_a(end));
        }
    }
    if matches!(metric, Metric::Planar { .. }) || is_short(metric, a) || is_short(metric, b) {
        return least;
    }
    // Along the one that comes first, so that the order of the two does not matter.
    let inside = if (a.a, a.b) <= (b.a, b.b) { least_along(a, to_b) } else { least_along(b, to_a) };
    least.min(inside)
}

fn is_short(metric: &Metric, piece: &Piece) -> bool {
    metric.distance(piece.a, piece.b) <= MAX_STRAIGHT_M
}

fn least_along(piece: &Piece, distance: impl Fn(Xy) -> f64) -> f64 {
    let (a, b) = if piece.a <= piece.b { (piece.a, piece.b) } else { (piece.b, piece.a) };
    least(0.0, 1.0, &|part| distance([a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])])).0
}
