//! Rings into polygons.
//!
//! Esri's rule is shells clockwise and holes counter-clockwise, in any order, and it is often broken. So polygons are
//! put together by nesting: a ring inside an odd number of others is a hole of the smallest of them, every other ring
//! a shell. On input that keeps the rule the result is the same.

use crate::position::Position;

/// A ring with an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ring<'a> {
    vertices: &'a [Position],
    /// The last vertex is not the first: that one comes once more.
    open: bool,
    /// To be read from its end.
    backwards: bool,
    /// As the vertices stand; positive is counter-clockwise.
    area: f64,
    bounds: [f64; 4],
}

/// Vertices tested before a ring is believed to be inside another.
const WITNESSES: usize = 16;

impl<'a> Ring<'a> {
    /// A ring; `None` when it has no area.
    pub(super) fn new(vertices: &'a [Position]) -> Option<Self> {
        let (first, last) = (vertices.first()?, vertices.last()?);
        let open = !last.same_xy(first);
        let area = signed_area(vertices);
        if vertices.len() + usize::from(open) < 4 || area == 0.0 {
            return None;
        }
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for vertex in vertices {
            bounds[0] = bounds[0].min(vertex.x());
            bounds[1] = bounds[1].min(vertex.y());
            bounds[2] = bounds[2].max(vertex.x());
            bounds[3] = bounds[3].max(vertex.y());
        }
        Some(Self { vertices, open, backwards: false, area, bounds })
    }

    pub(super) fn vertices(&self) -> &'a [Position] {
        self.vertices
    }

    /// The vertex that closes it, where it is not among the others.
    pub(super) fn closing(&self) -> impl Iterator<Item = &'a Position> + use<'a> {
        self.vertices.first().filter(|_| self.open).into_iter()
    }

    pub(super) fn backwards(&self) -> bool {
        self.backwards
    }

    /// Turns the ring counter-clockwise, or clockwise.
    fn wind(&mut self, counter_clockwise: bool) {
        self.backwards = (self.area > 0.0) != counter_clockwise;
    }

    /// Its edges as `[x, y, x, y]`.
    fn edges(&self) -> impl Iterator<Item = [f64; 4]> + '_ {
        let last = self.vertices.last().filter(|_| self.open);
        let closing = last.zip(self.vertices.first()).map(|(last, first)| edge(last, first));
        self.vertices.windows(2).map(|pair| edge(&pair[0], &pair[1])).chain(closing)
    }

    /// True when this ring lies in a larger one, however they touch.
    fn is_within(&self, outer: &Self) -> bool {
        let [a, b] = [&self.bounds, &outer.bounds];
        let boxed = a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
        if !boxed || self.area.abs() >= outer.area.abs() {
            return false;
        }
        let vertices = self.edges().map(|[ax, ay, _, _]| (ax, ay));
        let middles = self.edges().map(|[ax, ay, bx, by]| (f64::midpoint(ax, bx), f64::midpoint(ay, by)));
        let mut witnesses = vertices.chain(middles).filter_map(|(x, y)| outer.holds(x, y)).take(WITNESSES);
        // All on the boundary and smaller: the ring fills part of the other.
        witnesses.all(|inside| inside)
    }

    /// Whether a point is inside; `None` on the boundary.
    fn holds(&self, x: f64, y: f64) -> Option<bool> {
        let mut inside = false;
        for [ax, ay, bx, by] in self.edges() {
            let turn = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
            let between = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
            if turn == 0.0 && between {
                return None;
            }
            if (ay > y) != (by > y) && (turn > 0.0) == (by > ay) {
                inside = !inside;
            }
        }
        Some(inside)
    }
}

fn edge(a: &Position, b: &Position) -> [f64; 4] {
    [a.x(), a.y(), b.x(), b.y()]
}

/// Relative to the first vertex, so that large coordinates do not eat the digits; the closing edge adds nothing then.
fn signed_area(vertices: &[Position]) -> f64 {
    let (x, y) = (vertices[0].x(), vertices[0].y());
    let twice: f64 = vertices
        .windows(2)
        .map(|pair| (pair[0].x() - x) * (pair[1].y() - y) - (pair[1].x() - x) * (pair[0].y() - y))
        .sum();
    twice / 2.0
}

/// Polygons of rings, each with its shell first, wound as RFC 7946 wants. Shells keep their order, and so do holes.
pub(super) fn polygons(mut rings: Vec<Ring<'_>>) -> Vec<Vec<Ring<'_>>> {
    if let [ring] = &mut rings[..] {
        ring.wind(true);
        return vec![rings];
    }
    let around: Vec<Vec<usize>> = rings
        .iter()
        .map(|ring| (0..rings.len()).filter(|&outer| ring.is_within(&rings[outer])).collect())
        .collect();
    let is_shell = |ring: usize| around[ring].len().is_multiple_of(2);
    // The smallest shell around a hole; a shell that is itself deeper than the hole cannot be around it.
    let shell_of = |ring: usize| {
        let shells = around[ring].iter().copied().filter(|&outer| is_shell(outer));
        shells.min_by(|&a, &b| rings[a].area.abs().total_cmp(&rings[b].area.abs()))
    };
    let shells: Vec<usize> =
        (0..rings.len()).map(|ring| shell_of(ring).filter(|_| !is_shell(ring)).unwrap_or(ring)).collect();
    let mut order: Vec<usize> = (0..rings.len()).filter(|&ring| shells[ring] == ring).collect();
    let mut polygons: Vec<Vec<Ring<'_>>> = Vec::with_capacity(order.len());
    for (ring, &shell) in shells.iter().enumerate() {
        rings[ring].wind(shell == ring);
    }
    for shell in order.drain(..) {
        let holes = (0..shells.len()).filter(|&ring| ring != shell && shells[ring] == shell);
        let members: Vec<usize> = std::iter::once(shell).chain(holes).collect();
        polygons.push(members.into_iter().map(|ring| rings[ring]).collect());
    }
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners(corners: &[(f64, f64)]) -> Vec<Position> {
        let at = |&(x, y): &(f64, f64)| Position { values: [x, y, f64::NAN, f64::NAN], len: 2 };
        corners.iter().map(at).collect()
    }

    fn square(x: f64, y: f64, side: f64, clockwise: bool) -> Vec<Position> {
        let mut square = corners(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]);
        if clockwise {
            square.reverse();
        }
        square
    }

    /// Per polygon: the lowest corner of every ring.
    fn shape(rings: &[Vec<Position>]) -> Vec<Vec<(f64, f64)>> {
        let polygons = polygons(rings.iter().map(|ring| Ring::new(ring).unwrap()).collect());
        for polygon in &polygons {
            let turned = |ring: &Ring<'_>| (ring.area > 0.0) != ring.backwards;
            assert!(turned(&polygon[0]) && !polygon[1..].iter().any(turned));
        }
        let corner = |ring: &Ring<'_>| (ring.bounds[0], ring.bounds[1]);
        polygons.iter().map(|polygon| polygon.iter().map(corner).collect()).collect()
    }

    #[test]
    fn holes_find_their_shell_wherever_they_stand() {
        let rings =
            [square(2.0, 2.0, 1.0, false), square(0.0, 0.0, 10.0, true), square(20.0, 0.0, 5.0, true)];
        assert_eq!(shape(&rings), [vec![(0.0, 0.0), (2.0, 2.0)], vec![(20.0, 0.0)]]);
    }

    #[test]
    fn orientation_may_be_wrong_and_islands_lie_in_holes() {
        let rings = [
            square(0.0, 0.0, 10.0, true),
            square(1.0, 1.0, 8.0, true),
            square(2.0, 2.0, 2.0, true),
            square(20.0, 0.0, 5.0, false),
        ];
        assert_eq!(shape(&rings), [vec![(0.0, 0.0), (1.0, 1.0)], vec![(2.0, 2.0)], vec![(20.0, 0.0)]]);
        assert_eq!(shape(&[square(0.0, 0.0, 1.0, false)]), [vec![(0.0, 0.0)]]);
    }

    #[test]
    fn a_hole_may_touch_its_shell_in_its_vertices() {
        let shell = square(0.0, 0.0, 4.0, true);
        let diamond = corners(&[(2.0, 0.0), (4.0, 2.0), (2.0, 4.0), (0.0, 2.0)]);
        assert_eq!(shape(&[shell, diamond]).len(), 1);
        let neighbours = [square(0.0, 0.0, 4.0, true), square(4.0, 0.0, 3.0, true)];
        assert_eq!(shape(&neighbours).len(), 2);
    }

    #[test]
    fn degenerate_rings_are_none() {
        let ring = |all: &[(f64, f64)]| Ring::new(&corners(all)).is_some();
        assert!(!ring(&[]) && !ring(&[(0.0, 0.0), (1.0, 1.0)]));
        assert!(!ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)]));
        assert!(ring(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]));
    }
}
