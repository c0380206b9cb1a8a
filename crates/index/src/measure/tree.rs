//! The points and edges of one geometry, found by distance.

use geo_types::Geometry;
use geohub_core::Bbox;
use rstar::{AABB, ParentNode, RTree, RTreeNode, RTreeObject};

use super::pair::Piece;
use super::screen::padded;
use crate::relate::{Shape, pieces_of_mixed};
use crate::spatial_index::bbox_of;

/// Pieces from which a tree pays; fewer are looked at one by one.
const MIN_FOR_TREE: usize = 48;

/// The pieces of a geometry: its points and the edges of its lines and rings.
///
/// Many of them are held in an `rstar` tree, for a district of 5,000 edges must not be gone through for every point.
#[derive(Debug, Clone)]
pub(crate) enum Pieces {
    Few(Vec<Piece>),
    Many(RTree<Piece>),
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.a, self.b)
    }
}

impl Pieces {
    /// The pieces of a geometry of one dimension.
    pub(crate) fn of_shape(shape: &Shape) -> Self {
        let points = shape.points.iter().map(|at| Piece::point(*at));
        let edges = shape.segments.iter().map(|segment| Piece { a: segment.a, b: segment.b });
        Self::new(points.chain(edges).collect())
    }

    /// The pieces of a collection.
    pub(crate) fn of_mixed(geometry: &Geometry<f64>) -> Self {
        Self::new(pieces_of_mixed(geometry).into_iter().map(|(a, b)| Piece { a, b }).collect())
    }

    fn new(pieces: Vec<Piece>) -> Self {
        if pieces.len() < MIN_FOR_TREE { Self::Few(pieces) } else { Self::Many(RTree::bulk_load(pieces)) }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(pieces) => pieces.len(),
            Self::Many(tree) => tree.size(),
        }
    }

    /// Bytes that the pieces of so many points and edges take, with room for the tree's nodes.
    pub(crate) fn bytes_for(count: usize) -> usize {
        count * 2 * size_of::<Piece>()
    }

    /// Calls `visit` with every piece, until it answers a limit below zero.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(&Piece)) {
        match self {
            Self::Few(pieces) => pieces.iter().for_each(visit),
            Self::Many(tree) => tree.iter().for_each(&mut visit),
        }
    }

    /// The least distance to any piece, in metres, where it is not above `limit`: nodes and pieces whose bound (squared)
    /// is above the least so far are passed over, near ones come first.
    pub(crate) fn nearest(
        &self,
        limit: f64,
        bound2: &impl Fn(&Bbox) -> f64,
        exact: &mut impl FnMut(&Piece, f64) -> f64,
    ) -> Option<f64> {
        let mut search = Search { limit, found: None, bound2, exact };
        match self {
            Self::Few(pieces) => pieces.iter().for_each(|piece| search.piece(piece)),
            Self::Many(tree) => search.node(tree.root()),
        }
        search.found
    }
}

struct Search<'s, B, E> {
    limit: f64,
    found: Option<f64>,
    bound2: &'s B,
    exact: &'s mut E,
}

impl<B: Fn(&Bbox) -> f64, E: FnMut(&Piece, f64) -> f64> Search<'_, B, E> {
    fn is_beyond(&self, bound2: f64) -> bool {
        bound2 > padded(self.limit) * padded(self.limit)
    }

    fn piece(&mut self, piece: &Piece) {
        if self.is_beyond((self.bound2)(&piece.bbox())) {
            return;
        }
        let distance = (self.exact)(piece, self.limit);
        if distance <= self.limit {
            self.limit = distance;
            self.found = Some(distance);
        }
    }

    /// Nearest child first: `rstar` gives a node a handful of them.
    fn node(&mut self, node: &ParentNode<Piece>) {
        let children = node.children();
        let bounds = children.iter().map(|child| (self.bound2)(&bbox_of(&child.envelope())));
        let mut order: [(f64, usize); MAX_CHILDREN] = [(f64::INFINITY, 0); MAX_CHILDREN];
        let mut count = 0;
        for (position, bound2) in bounds.enumerate().take(MAX_CHILDREN) {
            order[count] = (bound2, position);
            count += 1;
        }
        order[..count].sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let rest = children.iter().enumerate().skip(MAX_CHILDREN).map(|(position, _)| (0.0, position));
        for (bound2, position) in order[..count].iter().copied().chain(rest) {
            if self.is_beyond(bound2) {
                continue;
            }
            match &children[position] {
                RTreeNode::Leaf(piece) => self.piece(piece),
                RTreeNode::Parent(node) => self.node(node),
            }
        }
    }
}

/// Children of a node of `rstar` with its usual parameters.
const MAX_CHILDREN: usize = 6;
