//! The matrix of two geometries that are lines or areas.

use std::ops::ControlFlow;

use super::contacts::{Meeting, for_each_meeting};
use super::locate::Side;
use super::node::label_node;
use super::segment::{Contact, Xy, on_segment};
use super::shape::{Segment, order};
use crate::matrix::{Dimension, Location, Matrix};

use Dimension::{Area, Line, Point};
use Location::{Boundary, Exterior, Interior};

/// How much of a line or ring the other side's edges have met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Met {
    /// Nothing: it lies wholly in one part of the other geometry.
    Nothing,
    /// Edges that cross it, but no vertex on it: nothing runs along it.
    Crossed,
    /// A vertex of either side lies on it: its pieces are labelled at such vertices.
    AtVertex,
}

/// What is known once all pairs of edges have gone by.
struct Relation<'s> {
    left: Side<'s>,
    right: Side<'s>,
    matrix: Matrix,
    /// The vertices of either side that lie on an edge of the other.
    nodes: Vec<Xy>,
    /// Pairs of edges that cross inside both.
    crossings: Vec<(Segment, Segment)>,
    left_met: Vec<Met>,
    right_met: Vec<Met>,
}

/// The matrix of two geometries, each of lines or areas.
pub(crate) fn relate_edges(left: Side<'_>, right: Side<'_>) -> Matrix {
    let mut relation = Relation {
        left,
        right,
        matrix: Matrix::new(left.shape.dimension, right.shape.dimension),
        nodes: Vec::new(),
        crossings: Vec::new(),
        left_met: vec![Met::Nothing; left.shape.components.len()],
        right_met: vec![Met::Nothing; right.shape.components.len()],
    };
    // The visitor never breaks: the whole matrix is wanted.
    let _ = for_each_meeting(left, right, |meeting| {
        relation.note(&meeting);
        ControlFlow::Continue(())
    });
    relation.label_nodes();
    relation.label_crossings();
    relation.label_line_ends();
    label_components(&mut relation.matrix, left, right, &relation.left_met);
    let mut matrix = relation.matrix.transpose();
    label_components(&mut matrix, right, left, &relation.right_met);
    matrix.transpose()
}

impl Relation<'_> {
    fn note(&mut self, meeting: &Meeting) {
        let left = self.left.shape.segments[meeting.left as usize];
        let right = self.right.shape.segments[meeting.right as usize];
        let met = match meeting.contact {
            Contact::None => return,
            Contact::Crossing => {
                self.crossings.push((left, right));
                Met::Crossed
            }
            Contact::Ends(ends) => {
                self.nodes.extend(ends.into_iter().flatten());
                Met::AtVertex
            }
        };
        for (side, component) in
            [(&mut self.left_met, left.component), (&mut self.right_met, right.component)]
        {
            let known = &mut side[component as usize];
            *known = met.max(*known);
        }
    }

    fn label_nodes(&mut self) {
        self.nodes.sort_unstable_by(order);
        self.nodes.dedup();
        for node in &self.nodes {
            label_node(&mut self.matrix, self.left, self.right, *node);
        }
    }

    /// A crossing at a vertex (where a hole or another part touches) has been labelled there. All others
    /// give the same labels, so the first settles them.
    fn label_crossings(&mut self) {
        if self.crossings.iter().any(|(left, right)| !self.crosses_at_node(left, right)) {
            label_crossing(&mut self.matrix);
        }
    }

    fn crosses_at_node(&self, left: &Segment, right: &Segment) -> bool {
        let lowest = max_point(left.lowest(), right.lowest());
        let highest = min_point(left.highest(), right.highest());
        let start = self.nodes.partition_point(|node| order(node, &lowest).is_lt());
        self.nodes[start..]
            .iter()
            .take_while(|node| order(node, &highest).is_le())
            .any(|node| on_segment(*node, left.a, left.b) && on_segment(*node, right.a, right.b))
    }

    fn label_line_ends(&mut self) {
        for end in &self.left.shape.ends {
            self.matrix.raise(Boundary, self.right.locate(*end), Point);
        }
        for end in &self.right.shape.ends {
            self.matrix.raise(self.left.locate(*end), Boundary, Point);
        }
    }
}

fn max_point(a: Xy, b: Xy) -> Xy {
    if order(&a, &b).is_lt() { b } else { a }
}

fn min_point(a: Xy, b: Xy) -> Xy {
    if order(&a, &b).is_lt() { a } else { b }
}

/// Two edges cross inside both: on either side of an area's edge lies another part of the area.
///
/// Whether an edge lies in the exterior of a line is not said here: another line may run along it.
fn label_crossing(matrix: &mut Matrix) {
    match matrix.dimensions() {
        (Area, Area) => {
            matrix.raise(Interior, Interior, Area);
            matrix.raise(Interior, Exterior, Area);
            matrix.raise(Exterior, Interior, Area);
            matrix.raise(Interior, Boundary, Line);
            matrix.raise(Boundary, Interior, Line);
            matrix.raise(Boundary, Exterior, Line);
            matrix.raise(Exterior, Boundary, Line);
            matrix.raise(Boundary, Boundary, Point);
        }
        (Line, Area) => *matrix = with_line_through(matrix.transpose()).transpose(),
        (Area, Line) => *matrix = with_line_through(*matrix),
        _ => matrix.raise(Interior, Interior, Point),
    }
}

/// An area on the left whose border a line on the right crosses.
fn with_line_through(mut matrix: Matrix) -> Matrix {
    matrix.raise(Interior, Interior, Line);
    matrix.raise(Exterior, Interior, Line);
    matrix.raise(Boundary, Interior, Point);
    matrix.raise(Interior, Exterior, Area);
    matrix
}

/// Labels the lines and rings of the left side on which no vertex lies.
fn label_components(matrix: &mut Matrix, left: Side<'_>, right: Side<'_>, met: &[Met]) {
    let is_area = left.shape.dimension == Area;
    for (component, anchor) in left.shape.anchors() {
        match met[component] {
            Met::AtVertex => {}
            Met::Crossed => {
                // Against an area the crossings say all; of a line it lies outside but for the crossings.
                if right.shape.dimension == Line {
                    matrix.raise(if is_area { Boundary } else { Interior }, Exterior, Line);
                }
            }
            Met::Nothing => label_apart(matrix, is_area, right.locate(anchor)),
        }
    }
}

/// A line or ring that lies wholly in one part of the other geometry.
fn label_apart(matrix: &mut Matrix, is_area: bool, location: Location) {
    if is_area {
        matrix.raise(Boundary, location, Line);
        matrix.raise(Interior, location, Area);
        matrix.raise(Exterior, location, Area);
    } else {
        matrix.raise(Interior, location, Line);
    }
}
