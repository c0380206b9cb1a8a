//! Whether two geometries have a point in common, without their matrix.

use std::ops::ControlFlow;

use super::contacts::{Meeting, for_each_meeting};
use super::locate::Side;
use super::segment::{Contact, contact};
use super::shape::Segment;
use crate::matrix::{Dimension, Location};

/// Whether the geometries share a point.
pub(crate) fn meets(left: Side<'_>, right: Side<'_>) -> bool {
    if left.shape.dimension == Dimension::Point || right.shape.dimension == Dimension::Point {
        return has_point_in(left, right) || has_point_in(right, left);
    }
    // A vertex inside settles most pairs; else only edges that meet, or one geometry inside the other, can.
    has_anchor_in(left, right)
        || has_anchor_in(right, left)
        || for_each_meeting(left, right, |_| ControlFlow::Break(())).is_break()
}

fn has_point_in(points: Side<'_>, other: Side<'_>) -> bool {
    points.shape.points.iter().any(|point| other.locate(*point) != Location::Exterior)
}

fn has_anchor_in(side: Side<'_>, other: Side<'_>) -> bool {
    other.shape.dimension == Dimension::Area
        && side.shape.anchors().any(|(_, anchor)| other.locate(anchor) != Location::Exterior)
}

/// Edges up to which all pairs are compared.
const MAX_PLAIN_EDGES: usize = 16;

/// Whether edges of an area cross each other inside both.
pub(crate) fn crosses_itself(side: Side<'_>) -> bool {
    if side.shape.dimension != Dimension::Area {
        return false;
    }
    let edges = &side.shape.segments;
    if edges.len() <= MAX_PLAIN_EDGES {
        return edges.iter().enumerate().any(|(at, edge)| {
            let crosses =
                |other: &Segment| contact((edge.a, edge.b), (other.a, other.b)) == Contact::Crossing;
            // The next edge begins where this one ends, so they do not cross; all others may.
            edges[at + 1..].iter().skip(1).any(crosses)
                || edges.get(at + 1).is_some_and(|next| next.a != edge.b && crosses(next))
        });
    }
    let crossing = |meeting: Meeting| match meeting.contact {
        Contact::Crossing => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    for_each_meeting(side, side, crossing).is_break()
}
