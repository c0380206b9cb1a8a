//! Labels around a vertex at which two geometries meet.

use std::cmp::Ordering;

use super::locate::Side;
use super::segment::{Xy, orient};
use crate::matrix::{Dimension, Location, Matrix};

use Location::{Boundary, Exterior, Interior};

/// One direction in which an edge leaves the vertex.
struct HalfEdge {
    to: Xy,
    is_left: bool,
    part: u32,
}

/// Records what meets what at a vertex, along the edges that leave it and in the sectors between them.
pub(crate) fn label_node(matrix: &mut Matrix, left: Side<'_>, right: Side<'_>, at: Xy) {
    let mut half_edges = Vec::with_capacity(8);
    let mut left_turn = Turn::new(left, at, true, &mut half_edges);
    let mut right_turn = Turn::new(right, at, false, &mut half_edges);
    half_edges.sort_unstable_by(|a, b| by_angle(at, a.to, b.to));
    matrix.raise(left_turn.vertex, right_turn.vertex, Dimension::Point);
    matrix.raise(left_turn.sector(), right_turn.sector(), Dimension::Area);
    for same_direction in half_edges.chunk_by(|a, b| by_angle(at, a.to, b.to) == Ordering::Equal) {
        let left_edge = left_turn.pass(same_direction.iter().filter(|half| half.is_left));
        let right_edge = right_turn.pass(same_direction.iter().filter(|half| !half.is_left));
        matrix.raise(left_edge, right_edge, Dimension::Line);
        matrix.raise(left_turn.sector(), right_turn.sector(), Dimension::Area);
    }
}

/// Counter-clockwise from just above the ray to the right, which itself comes last.
fn by_angle(at: Xy, a: Xy, b: Xy) -> Ordering {
    let third = |to: Xy| match to[1].total_cmp(&at[1]) {
        Ordering::Greater => 0,
        Ordering::Equal if to[0] > at[0] => 2,
        _ => 1,
    };
    third(a).cmp(&third(b)).then_with(|| orient(at, b, a).partial_cmp(&0.0).unwrap_or(Ordering::Equal))
}

/// One side's state while turning around the vertex.
struct Turn {
    is_area: bool,
    /// Where the vertex itself lies.
    vertex: Location,
    /// The polygons that hold the present sector.
    inside: Vec<u32>,
}

impl Turn {
    /// Stands just above the ray to the right, and adds this side's edges through the vertex.
    fn new(side: Side<'_>, at: Xy, is_left: bool, half_edges: &mut Vec<HalfEdge>) -> Self {
        side.edges_through(at, |a, b, part| {
            half_edges.extend([a, b].into_iter().filter(|to| *to != at).map(|to| HalfEdge {
                to,
                is_left,
                part,
            }));
        });
        let is_area = side.shape.dimension == Dimension::Area;
        let mut inside = Vec::new();
        let mut vertex = if is_area || side.shape.is_end(at) { Boundary } else { Interior };
        if is_area {
            side.memberships(at, |membership| {
                if membership.odd {
                    inside.push(membership.part);
                    if !membership.on_edge {
                        vertex = Interior;
                    }
                }
            });
        }
        Self { is_area, vertex, inside }
    }

    fn sector(&self) -> Location {
        if self.inside.is_empty() { Exterior } else { Interior }
    }

    /// Turns past this side's edges of one direction and returns where points along it lie.
    fn pass<'h>(&mut self, half_edges: impl Iterator<Item = &'h HalfEdge>) -> Location {
        if !self.is_area {
            return if half_edges.count() == 0 { Exterior } else { Interior };
        }
        let mut borders = Vec::new();
        for half in half_edges {
            toggle(&mut borders, half.part);
        }
        let stays_inside = self.inside.iter().any(|part| !borders.contains(part));
        for part in &borders {
            toggle(&mut self.inside, *part);
        }
        match (stays_inside, borders.is_empty()) {
            (true, _) => Interior,
            (false, false) => Boundary,
            (false, true) => Exterior,
        }
    }
}

fn toggle(parts: &mut Vec<u32>, part: u32) {
    match parts.iter().position(|present| *present == part) {
        Some(position) => drop(parts.swap_remove(position)),
        None => parts.push(part),
    }
}
