//! Windows, nearest rows and candidate pairs against brute force, on boxes that often touch and coincide.

mod common;

use std::ops::ControlFlow;

use common::Rng;
use geohub_core::Bbox;
use geohub_index::{Pair, SpatialIndex, box_distance, hilbert_order};

/// Integer boxes: points, flat ones, duplicates and empty ones among them.
fn boxes(rng: &mut Rng, count: usize, size: u32) -> Vec<Bbox> {
    (0..count)
        .map(|_| {
            if rng.below(20) == 0 {
                return Bbox::EMPTY;
            }
            let (x, y) = (f64::from(rng.below(size)), f64::from(rng.below(size)));
            Bbox::new(x, y, x + f64::from(rng.below(4)), y + f64::from(rng.below(4)))
        })
        .collect()
}

fn sorted_pairs(index: &SpatialIndex, probes: &[Bbox], block_len: usize) -> Vec<Pair> {
    let mut found = Vec::new();
    index.pair_blocks(probes, block_len, |block| {
        assert!(!block.is_empty() && block.len() <= block_len);
        found.extend_from_slice(block);
        ControlFlow::<()>::Continue(())
    });
    found.sort_unstable();
    found
}

#[test]
fn windows_and_pairs_agree_with_brute_force() {
    let mut rng = Rng::new(1);
    for count in [0, 1, 5, 40, 700] {
        let rows = boxes(&mut rng, count, 30);
        let probes = boxes(&mut rng, 90, 34);
        let index = SpatialIndex::build(rows.iter().copied());
        assert_eq!(index.len(), rows.iter().filter(|row| !row.is_empty()).count());
        let extent = rows.iter().fold(Bbox::EMPTY, |extent, row| extent.union(row));
        assert_eq!(index.extent(), extent);
        let mut expected = Vec::new();
        for (probe, window) in (0..).zip(&probes) {
            let meeting: Vec<u64> =
                (0..).zip(&rows).filter(|(_, row)| row.intersects(window)).map(|(row, _)| row).collect();
            assert_eq!(index.rows_in(window), meeting);
            expected.extend(meeting.into_iter().map(|row| Pair { probe, row }));
        }
        for block_len in [1, 7, 100_000] {
            assert_eq!(sorted_pairs(&index, &probes, block_len), expected);
        }
    }
}

#[test]
fn nearest_agrees_with_brute_force_and_settles_ties_by_row() {
    let mut rng = Rng::new(2);
    let rows = boxes(&mut rng, 300, 20);
    let index = SpatialIndex::build(rows.iter().copied());
    for probe in boxes(&mut rng, 60, 24).into_iter().filter(|probe| !probe.is_empty()) {
        // Exact distances larger than those of the boxes, and rows that refuse.
        let exact = |row: u64| {
            (!row.is_multiple_of(7)).then(|| box_distance(&probe, &rows[row as usize]) + (row % 3) as f64)
        };
        let mut expected: Vec<(f64, u64)> = (0..rows.len() as u64)
            .filter(|row| !rows[*row as usize].is_empty())
            .filter_map(|row| Some((exact(row)?, row)))
            .collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for k in [0, 1, 4, 1000] {
            let found: Vec<(f64, u64)> =
                index.nearest_k(&probe, k, exact).iter().map(|found| (found.distance, found.row)).collect();
            assert_eq!(found, expected[..k.min(expected.len())]);
        }
    }
}

#[test]
fn a_maximum_distance_stops_the_search() {
    let index = SpatialIndex::build((0..1000).map(|n| Bbox::new(f64::from(n), 0.0, f64::from(n), 0.0)));
    let origin = Bbox::new(0.0, 0.0, 0.0, 0.0);
    let within =
        |bbox: &Bbox| Some(box_distance(&origin, bbox)).filter(|d| *d <= 3.0).unwrap_or(f64::INFINITY);
    let (mut measured, mut found) = (0, Vec::new());
    index.nearest(
        within,
        |row| {
            measured += 1;
            Some(row as f64)
        },
        |neighbor| {
            found.push(neighbor.row);
            ControlFlow::<()>::Continue(())
        },
    );
    assert_eq!((measured, found), (4, vec![0, 1, 2, 3]));
}

#[test]
fn hilbert_order_keeps_every_non_empty_box_once() {
    let mut rng = Rng::new(3);
    let boxes = boxes(&mut rng, 500, 50);
    let mut order = hilbert_order(&boxes);
    order.sort_unstable();
    let expected: Vec<u32> = (0..500).filter(|row| !boxes[*row as usize].is_empty()).collect();
    assert_eq!(order, expected);
}
