//! Exact tests on segments.

use robust::{Coord, orient2d};

/// x and y.
pub(crate) type Xy = [f64; 2];

/// Positive where `c` lies left of the line from `a` to `b`, negative right of it, exactly 0 on it.
#[inline]
pub(crate) fn orient(a: Xy, b: Xy, c: Xy) -> f64 {
    let coord = |p: Xy| Coord { x: p[0], y: p[1] };
    orient2d(coord(a), coord(b), coord(c))
}

/// Whether `p` lies on the closed segment.
#[inline]
pub(crate) fn on_segment(p: Xy, a: Xy, b: Xy) -> bool {
    between(p[0], a[0], b[0]) && between(p[1], a[1], b[1]) && orient(a, b, p) == 0.0
}

#[inline]
fn between(value: f64, a: f64, b: f64) -> bool {
    (a <= value && value <= b) || (b <= value && value <= a)
}

/// How two segments meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Contact {
    /// Not at all.
    None,
    /// At one point inside both.
    Crossing,
    /// At these ends of either; both ends of the common part where they lie on one line. The ends of the
    /// first segment come first, then those of the second; a common end is listed twice.
    Ends([Option<Xy>; 4]),
}

/// How the segments `a` and `b` meet.
pub(crate) fn contact(a: (Xy, Xy), b: (Xy, Xy)) -> Contact {
    if apart(a, b, 0) || apart(a, b, 1) {
        return Contact::None;
    }
    let sides_of_a = [orient(a.0, a.1, b.0), orient(a.0, a.1, b.1)];
    if same_side(sides_of_a) {
        return Contact::None;
    }
    let sides_of_b = [orient(b.0, b.1, a.0), orient(b.0, b.1, a.1)];
    if same_side(sides_of_b) {
        return Contact::None;
    }
    let all = [sides_of_b[0], sides_of_b[1], sides_of_a[0], sides_of_a[1]];
    if all.iter().all(|side| *side != 0.0) {
        return Contact::Crossing;
    }
    let ends = [(a.0, b), (a.1, b), (b.0, a), (b.1, a)];
    let mut found = [None; 4];
    for ((slot, side), (end, (from, to))) in found.iter_mut().zip(all).zip(ends) {
        let inside = between(end[0], from[0], to[0]) && between(end[1], from[1], to[1]);
        *slot = (side == 0.0 && inside).then_some(end);
    }
    if found.iter().any(Option::is_some) { Contact::Ends(found) } else { Contact::None }
}

fn same_side(sides: [f64; 2]) -> bool {
    (sides[0] > 0.0 && sides[1] > 0.0) || (sides[0] < 0.0 && sides[1] < 0.0)
}

fn apart(a: (Xy, Xy), b: (Xy, Xy), axis: usize) -> bool {
    let (a0, a1, b0, b1) = (a.0[axis], a.1[axis], b.0[axis], b.1[axis]);
    a0.max(a1) < b0.min(b1) || b0.max(b1) < a0.min(a1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_meet_in_three_ways() {
        let a = ([0.0, 0.0], [4.0, 4.0]);
        assert_eq!(contact(a, ([0.0, 4.0], [4.0, 0.0])), Contact::Crossing);
        assert_eq!(contact(a, ([1.0, 0.0], [4.0, 3.0])), Contact::None);
        assert_eq!(contact(a, ([0.0, 2.0], [2.0, 2.0])), Contact::Ends([None, None, None, Some([2.0, 2.0])]));
        assert_eq!(contact(a, ([5.0, 5.0], [6.0, 6.0])), Contact::None);
        assert_eq!(
            contact(a, ([2.0, 2.0], [6.0, 6.0])),
            Contact::Ends([None, Some([4.0, 4.0]), Some([2.0, 2.0]), None])
        );
    }

    #[test]
    fn orientation_is_exact() {
        let third = 1.0 / 3.0;
        assert!(on_segment([third, third], [0.0, 0.0], [1.0, 1.0]));
        assert!(!on_segment([third, third + f64::EPSILON], [0.0, 0.0], [1.0, 1.0]));
    }
}
