//! Where the levels of a packed R-tree lie.

use std::ops::Range;

use super::wire::NODE_BYTES;

/// Node positions of each level, leaves first. In the file the root comes first and the leaves last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    bounds: Vec<Range<u64>>,
    node_size: u64,
}

impl Levels {
    /// The levels over so many leaves; `None` when there is no tree or its size overflows.
    pub(super) fn new(leaves: u64, node_size: u16) -> Option<Self> {
        if leaves == 0 || node_size < 2 {
            return None;
        }
        let node_size = u64::from(node_size);
        let mut counts = vec![leaves];
        let mut count = leaves;
        loop {
            count = count.div_ceil(node_size);
            counts.push(count);
            if count == 1 {
                break;
            }
        }
        let total = counts.iter().try_fold(0u64, |total, &count| total.checked_add(count))?;
        total.checked_mul(NODE_BYTES)?;
        let mut end = total;
        let bounds = counts
            .iter()
            .map(|&count| {
                let start = end - count;
                let range = start..end;
                end = start;
                range
            })
            .collect();
        Some(Self { bounds, node_size })
    }

    /// Bytes of the whole tree.
    pub(super) fn bytes(&self) -> u64 {
        self.leaves().end * NODE_BYTES
    }

    /// Positions of the leaves.
    pub(super) fn leaves(&self) -> Range<u64> {
        self.bounds[0].clone()
    }

    /// The levels from the root down.
    pub(super) fn top_down(&self) -> impl Iterator<Item = Range<u64>> {
        self.bounds.iter().rev().cloned()
    }

    /// The levels above the leaves, lowest first.
    pub(super) fn inner(&self) -> &[Range<u64>] {
        &self.bounds[1..]
    }

    /// Children of a node, from where it lies in its level and the bounds of the level below.
    pub(super) fn children(&self, within_level: u64, below: &Range<u64>) -> Range<u64> {
        let start = below.start + within_level * self.node_size;
        start..(start + self.node_size).min(below.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_lie_root_first() {
        let levels = Levels::new(179, 16).unwrap();
        assert_eq!(levels.top_down().collect::<Vec<_>>(), [0..1, 1..13, 13..192]);
        assert_eq!(levels.bytes(), 192 * 40);
        assert_eq!(levels.children(11, &levels.leaves()), 13 + 176..192);
        assert_eq!(Levels::new(1, 16).unwrap().bytes(), 80);
    }

    #[test]
    fn impossible_trees_are_refused() {
        assert_eq!(Levels::new(0, 16), None);
        assert_eq!(Levels::new(5, 1), None);
        assert_eq!(Levels::new(u64::MAX, 2), None);
        assert_eq!(Levels::new(u64::MAX / 41, 16), None);
    }
}
