//! How the pages of a refreshed journal are read: stretches of rows in their order, each from the page that has the newest
//! of it.

use std::collections::BTreeMap;

use super::held::Place;
use crate::proven::{Group, Order, Part};

/// Rows of a stretch before another one may begin: where pages interleave, fewer would have every page read for each
/// row.
const LEAST_ROWS: usize = 512;
/// Rows after which one begins in any case.
const MOST_ROWS: usize = 8192;

/// Groups of rows that are read in the order of `places`. `rows` is how many rows each page has; pages from `fresh` on
/// are of refreshes, and their rows lie scattered among the others.
pub(super) fn groups(places: &[Place], rows: &[u32], fresh: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut from = 0;
    let mut home = None;
    for (at, place) in places.iter().enumerate() {
        let page = place.page as usize;
        let elsewhere = page < fresh && home.is_some_and(|home| home != page);
        let length = at - from;
        if (elsewhere && length >= LEAST_ROWS) || length >= MOST_ROWS {
            groups.push(group(&places[from..at], rows));
            from = at;
            home = None;
        }
        if page < fresh && home.is_none_or(|_| elsewhere) {
            home = Some(page);
        }
    }
    if from < places.len() {
        groups.push(group(&places[from..], rows));
    }
    groups
}

fn group(places: &[Place], rows: &[u32]) -> Group {
    let mut wanted: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for place in places {
        wanted.entry(place.page as usize).or_default().push(place.position);
    }
    let mut starts = BTreeMap::new();
    let mut start = 0;
    let mut parts = Vec::with_capacity(wanted.len());
    for (&page, positions) in &mut wanted {
        positions.sort_unstable();
        let skip = (0..rows[page]).filter(|position| positions.binary_search(position).is_err()).collect();
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
