//! Position along the Hilbert curve.

use geohub_core::Bbox;

/// Cells per side of the grid over the extent, less one.
const MAX: f64 = 65_535.0;

/// Sort key of a box: features are written in descending Hilbert order of their boxes' centers, as the other
/// implementations do; null and empty geometries come last.
pub(super) fn key(bbox: &Bbox, extent: &Bbox) -> u32 {
    if bbox.is_empty() {
        return u32::MAX;
    }
    let cell = |low: f64, high: f64, extent_low: f64, extent_high: f64| {
        // A float cast saturates, and NaN (an extent without width) becomes 0.
        (MAX * (f64::midpoint(low, high) - extent_low) / (extent_high - extent_low)).floor() as u16
    };
    let x = cell(bbox.min_x, bbox.max_x, extent.min_x, extent.max_x);
    let y = cell(bbox.min_y, bbox.max_y, extent.min_y, extent.max_y);
    !position(x, y)
}

/// Distance of a cell from the start of the curve of order 16.
fn position(x: u16, y: u16) -> u32 {
    let (mut x, mut y) = (u32::from(x), u32::from(y));
    let mut distance = 0;
    for bit in (0..16).rev() {
        let (right, upper) = ((x >> bit) & 1, (y >> bit) & 1);
        distance = (distance << 2) | ((3 * right) ^ upper);
        // Without branches, for which quadrant it is cannot be foretold: in the lower ones the axes change places, on the
        // right both are mirrored.
        let lower = (upper ^ 1).wrapping_neg();
        let mirror = lower & right.wrapping_neg();
        let exchange = (x ^ y) & lower;
        (x, y) = (x ^ mirror ^ exchange, y ^ mirror ^ exchange);
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use flatgeobuf::packed_r_tree::{NodeItem, calc_extent, hilbert_sort};

    #[test]
    fn the_order_is_that_of_the_reference_implementation() {
        let mut state = 7u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / 1000.0
        };
        let boxes: Vec<Bbox> = (0..2_000)
            .map(|_| {
                let (x, y) = (random(), random());
                Bbox::new(x, y, x + random() / 100.0, y + random() / 100.0)
            })
            .collect();
        let node = |(at, b): (usize, &Bbox)| NodeItem {
            offset: at as u64,
            ..NodeItem::bounds(b.min_x, b.min_y, b.max_x, b.max_y)
        };
        let mut nodes: Vec<NodeItem> = boxes.iter().enumerate().map(node).collect();
        let whole = calc_extent(&nodes);
        hilbert_sort(&mut nodes, &whole);
        let extent = boxes.iter().fold(Bbox::EMPTY, |all, b| all.union(b));
        let mut order: Vec<u64> = (0..boxes.len() as u64).collect();
        order.sort_by_key(|&at| key(&boxes[at as usize], &extent));
        assert_eq!(order, nodes.iter().map(|node| node.offset).collect::<Vec<_>>());
    }

    #[test]
    fn degenerate_extents_and_empty_boxes_have_keys() {
        let point = Bbox::new(3.0, 4.0, 3.0, 4.0);
        assert_eq!(key(&point, &point), !0);
        assert_eq!(key(&Bbox::EMPTY, &point), u32::MAX);
    }
}
