//! Which rows of two layers belong together.

use super::entries::Entry;

/// Row numbers, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairing {
    /// Rows of the first layer alone, ascending.
    pub(super) removed: Vec<u64>,
    /// Rows of the second layer alone, ascending.
    pub(super) added: Vec<u64>,
    /// Rows of the second layer with their counterparts in the first, ascending.
    pub(super) changed: Vec<(u64, u64)>,
    /// Rows that are equal in both.
    pub(super) same: u64,
}

impl Pairing {
    /// The rows of the first layer that differ, ascending.
    pub(super) fn wanted_of_old(&self) -> Vec<u64> {
        sorted(self.removed.iter().copied().chain(self.changed.iter().map(|(_, old)| *old)).collect())
    }

    /// The rows of the second layer that differ, ascending.
    pub(super) fn wanted_of_new(&self) -> Vec<u64> {
        sorted(self.added.iter().copied().chain(self.changed.iter().map(|(new, _)| *new)).collect())
    }
}

fn sorted(mut rows: Vec<u64>) -> Vec<u64> {
    rows.sort_unstable();
    rows
}

/// Pairs two lists in order of key, content and row. Among rows that share a key equal ones are paired first, the others
/// in the order in which they stand.
pub(super) fn pair(mut old: &[Entry], mut new: &[Entry]) -> Pairing {
    let mut found = Pairing::default();
    loop {
        let key = match (old.first(), new.first()) {
            (Some(old), Some(new)) => old.key.min(new.key),
            (Some(entry), None) | (None, Some(entry)) => entry.key,
            (None, None) => break,
        };
        pair_group(split(&mut old, key), split(&mut new, key), &mut found);
    }
    found.removed.sort_unstable();
    found.added.sort_unstable();
    found.changed.sort_unstable();
    found
}

/// Cuts the rows of a key off the front.
fn split<'a>(entries: &mut &'a [Entry], key: [u64; 2]) -> &'a [Entry] {
    let count = entries.iter().take_while(|entry| entry.key == key).count();
    let (group, rest) = entries.split_at(count);
    *entries = rest;
    group
}

fn pair_group(old: &[Entry], new: &[Entry], found: &mut Pairing) {
    let (mut left_old, mut left_new) = (Vec::new(), Vec::new());
    let (mut o, mut n) = (0, 0);
    while o < old.len() || n < new.len() {
        match (old.get(o), new.get(n)) {
            (Some(a), Some(b)) if a.content == b.content => {
                found.same += 1;
                (o, n) = (o + 1, n + 1);
            }
            (Some(a), b) if b.is_none_or(|b| a.content < b.content) => {
                left_old.push(a.row);
                o += 1;
            }
            (_, Some(b)) => {
                left_new.push(b.row);
                n += 1;
            }
            (_, None) => break,
        }
    }
    left_old.sort_unstable();
    left_new.sort_unstable();
    let both = left_old.len().min(left_new.len());
    found.changed.extend(left_new[..both].iter().copied().zip(left_old[..both].iter().copied()));
    found.removed.extend(&left_old[both..]);
    found.added.extend(&left_new[both..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(rows: &[(u64, u64)]) -> Vec<Entry> {
        let mut all: Vec<Entry> =
            (0..).zip(rows).map(|(row, &(key, content))| Entry { key: [key, 0], content, row }).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn rows_that_share_a_key_are_paired_equal_ones_first() {
        let old = entries(&[(1, 10), (2, 20), (2, 21), (2, 21), (4, 40)]);
        let new = entries(&[(2, 21), (2, 22), (3, 30), (1, 10), (4, 41), (4, 40)]);
        let found = pair(&old, &new);
        assert_eq!((found.same, found.changed), (3, vec![(1, 1)]));
        assert_eq!((found.removed, found.added), (vec![3], vec![2, 4]));
    }
}
