//! Even-odd membership of a point in the polygons of an area.

use super::segment::{Xy, orient};

/// An edge with the polygon it belongs to.
pub(crate) type PartEdge = (Xy, Xy, u32);

/// What a point is to one polygon.
pub(crate) struct Membership {
    /// The polygon's number.
    pub(crate) part: u32,
    /// The point lies on one of its edges.
    pub(crate) on_edge: bool,
    /// An odd number of edges, not counting those through the point, is crossed by the ray to the right
    /// drawn just above it. For a point on no edge: it lies inside. For a point on an edge: the directions
    /// just above the ray point inside.
    pub(crate) odd: bool,
}

/// Calls `done` once for every polygon that has an edge in `edges`, which must hold all edges at the height
/// of `p`, those of one polygon in a row.
pub(crate) fn for_each_part(p: Xy, edges: impl Iterator<Item = PartEdge>, mut done: impl FnMut(Membership)) {
    let mut current: Option<Membership> = None;
    for (a, b, part) in edges {
        if current.as_ref().is_none_or(|membership| membership.part != part) {
            let next = Membership { part, on_edge: false, odd: false };
            if let Some(finished) = current.replace(next) {
                done(finished);
            }
        }
        if let Some(membership) = current.as_mut() {
            match crossing(p, a, b) {
                Crossing::Through => membership.on_edge = true,
                Crossing::Right => membership.odd = !membership.odd,
                Crossing::None => {}
            }
        }
    }
    if let Some(finished) = current {
        done(finished);
    }
}

enum Crossing {
    None,
    Right,
    Through,
}

#[inline]
fn crossing(p: Xy, a: Xy, b: Xy) -> Crossing {
    let (lower, upper) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    if p[1] < lower[1] || p[1] > upper[1] || (p[0] > a[0] && p[0] > b[0]) {
        return Crossing::None;
    }
    // Half open, so that a vertex at the height of the point counts for the edge above it only.
    let straddles = p[1] < upper[1];
    if p[0] < a[0] && p[0] < b[0] {
        return if straddles { Crossing::Right } else { Crossing::None };
    }
    // On a horizontal edge the box test has already decided.
    let side = orient(lower, upper, p);
    if side == 0.0 {
        Crossing::Through
    } else if straddles && side > 0.0 {
        Crossing::Right
    } else {
        Crossing::None
    }
}
