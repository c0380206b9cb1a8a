//! How the pages of a refreshed journal are read: stretches of rows in their order, each from the page that has the newest
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Place;
use crate::proven::{Group, Order, Part};

/// Bytes of pages in a stretch before another one begins. A page of changes is read for every stretch that has a row of
/// it, so stretches are not small; they are in memory, so they are not large.
const STRETCH_BYTES: u64 = 4 << 20;
/// Rows after which one begins in any case.
const MOST_ROWS: usize = 1 << 16;

/// Rows and bytes of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: u32,
    pub(super) bytes: u64,
}

/// Groups of rows that are read in the order of `places`. Pages from `fresh` on are of refreshes, and their rows lie
/// scattered among the others.
pub(super) fn groups(places: &[Place], pages: &[Size], fresh: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    let mut homes = BTreeSet::new();
    for (at, place) in places.iter().enumerate() {
        let page = place.page as usize;
        let elsewhere = page < fresh && !homes.contains(&page);
        if (elsewhere && bytes >= STRETCH_BYTES) || at - from >= MOST_ROWS {
            groups.push(group(&places[from..at], pages));
            (from, bytes) = (at, 0);
            homes.clear();
        }
        if page < fresh && homes.insert(page) {
            bytes += pages[page].bytes;
        }
    }
    if from < places.len() {
        groups.push(group(&places[from..], pages));
    }
    groups
}

/// Bytes that are read for all groups.
pub(super) fn cost(groups: &[Group], pages: &[Size]) -> u64 {
    groups.iter().flat_map(|group| &group.parts).map(|part| pages[part.page].bytes).sum()
}

fn group(places: &[Place], pages: &[Size]) -> Group {
    let mut wanted: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for place in places {
        wanted.entry(place.page as usize).or_default().push(place.position);
    }
    let mut starts = BTreeMap::new();
    let mut start = 0;
    let mut parts = Vec::with_capacity(wanted.len());
    for (&page, positions) in &mut wanted {
        positions.sort_unstable();
        let skip =
            (0..pages[page].rows).filter(|position| positions.binary_search(position).is_err()).collect();
        parts.push(Part { page, skip, rows: positions.len() as u64 });
        starts.insert(page, start);
        start += positions.len() as u32;
    }
    let position = |place: &Place| {
        let page = place.page as usize;
        let within = wanted[&page].binary_search(&place.position).unwrap_or_default();
        starts[&page] + within as u32
    };
    let order: Vec<u32> = places.iter().map(position).collect();
    let as_is = order.is_sorted();
    Group { parts, order: if as_is { Order::AsIs } else { Order::Given(order) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(page: u32, position: u32) -> Place {
        Place { page, position, content: 0 }
    }

    #[test]
    fn stretches_take_the_newest_rows_out_of_all_pages() {
        let size = Size { rows: 4, bytes: STRETCH_BYTES };
        // The second row of each of two pages is in a page of changes.
        let places = [place(0, 0), place(2, 1), place(0, 2), place(1, 0), place(2, 0), place(1, 3)];
        let groups = groups(&places, &[size; 3], 2);
        let part = |page, skip: &[u32]| Part { page, skip: skip.to_vec(), rows: 4 - skip.len() as u64 };
        let order = || Order::Given(vec![0, 2, 1]);
        assert_eq!(
            groups,
            [
                Group { parts: vec![part(0, &[1, 3]), part(2, &[0, 2, 3])], order: order() },
                Group { parts: vec![part(1, &[1, 2]), part(2, &[1, 2, 3])], order: order() },
            ]
        );
        assert_eq!(cost(&groups, &[size; 3]), 4 * STRETCH_BYTES);
    }

    #[test]
    fn pages_that_lie_among_one_another_are_one_stretch_and_long_ones_are_cut() {
        let size = Size { rows: 1 << 17, bytes: 10 };
        let mixed: Vec<Place> = (0..8).map(|row| place(row % 2, row / 2)).collect();
        assert_eq!(groups(&mixed, &[size; 2], 2).len(), 1);
        let long: Vec<Place> = (0..1 << 17).map(|row| place(0, row)).collect();
        let cut = groups(&long, &[size], 1);
        assert_eq!(cut.iter().map(|group| group.parts[0].rows).collect::<Vec<_>>(), [1 << 16, 1 << 16]);
        assert!(cut.iter().all(|group| group.order == Order::AsIs));
    }
}
