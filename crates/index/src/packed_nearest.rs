//! Items of the packed tree by distance: branch and bound, depth first, near boxes first.

use std::ops::Range;

use geohub_core::Bbox;

use crate::lanes::NODE_LEN;
use crate::packed::Packed;

impl Packed {
    /// Calls `visit` with rows that may be within a limit; it answers the new limit, which may only shrink.
    ///
    /// `bound2` gives a lower bound of the distance to anything in a box, squared as the limit is. Rows come roughly by
    /// their bounds; none whose bound is at most the last limit is left out. Nothing is allocated.
    pub(crate) fn nearest(
        &self,
        limit2: f64,
        bound2: &impl Fn(&Bbox) -> f64,
        visit: &mut impl FnMut(u64) -> f64,
    ) {
        let top = self.levels.len() - 2;
        let mut limit2 = limit2;
        self.approach(top, 0..self.level(top).len(), &mut limit2, bound2, visit);
    }

    fn approach(
        &self,
        level: usize,
        nodes: Range<usize>,
        limit2: &mut f64,
        bound2: &impl Fn(&Bbox) -> f64,
        visit: &mut impl FnMut(u64) -> f64,
    ) {
        let start = self.levels[level];
        let mut near = [(0.0, 0usize); NODE_LEN];
        let mut count = 0;
        for (node, bbox) in nodes.clone().zip(&self.boxes[start + nodes.start..start + nodes.end]) {
            let bound = bound2(bbox);
            if bound > *limit2 {
                continue;
            }
            // Few are left of sixteen, and they come nearly sorted.
            let mut place = count.min(NODE_LEN - 1);
            while place > 0 && near[place - 1].0 > bound {
                near[place] = near[place - 1];
                place -= 1;
            }
            near[place] = (bound, node);
            count += 1;
        }
        for (bound, node) in near.into_iter().take(count) {
            if bound > *limit2 {
                break;
            }
            if level == 0 {
                *limit2 = visit(self.rows[node]);
            } else {
                let first = node * NODE_LEN;
                let end = (first + NODE_LEN).min(self.level(level - 1).len());
                self.approach(level - 1, first..end, limit2, bound2, visit);
            }
        }
    }
}
