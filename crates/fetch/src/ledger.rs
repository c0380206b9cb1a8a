//! Which rows have come, kept small.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::id::Id;

/// Lists of ascending ids that are kept beside one another: as many as connections, and some for what is asked for
/// again.
const MOST_RUNS: usize = 24;

/// The distinct ids received, each with a hash of its row: 16 bytes a row as long as numbers come in a few ascending
/// sequences, as they do when ranges of ids are asked for side by side.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// None empty, each ascending.
    runs: Vec<Vec<(i64, u64)>>,
    texts: HashMap<u128, u64>,
}

/// What the ledger says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Not seen before.
    New,
    /// Seen with the same content.
    Repeated,
    /// Seen with other content: the row was changed meanwhile.
    Changed,
}

impl Ledger {
    /// What a row takes at most: a text's entry in a table that is half empty, or a number's while the list is moved.
    pub(crate) const ROW_BYTES: u64 = 56;

    /// Enters a row.
    pub(crate) fn enter(&mut self, id: &Id, content: u64) -> Entry {
        let before = match id {
            Id::Number(id) => self.enter_number(*id, content),
            Id::Text(text) => match self.texts.entry(key(text)) {
                std::collections::hash_map::Entry::Occupied(found) => Some(*found.get()),
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(content);
                    None
                }
            },
        };
        match before {
            None => Entry::New,
            Some(before) if before == content || before & 1 != content & 1 => Entry::Repeated,
            Some(_) => Entry::Changed,
        }
    }

    fn enter_number(&mut self, id: i64, content: u64) -> Option<u64> {
        if let Some(found) = self.find(id) {
            return Some(found);
        }
        let last = |run: &[(i64, u64)]| run.last().map_or(i64::MIN, |(last, _)| *last);
        let fits = |run: &&mut Vec<(i64, u64)>| last(run) < id;
        match self.runs.iter_mut().filter(fits).max_by_key(|run| last(run)) {
            Some(run) => run.push((id, content)),
            None => self.begin(id, content),
        }
        None
    }

    /// Begins a list; when there are too many, the two shortest become one.
    fn begin(&mut self, id: i64, content: u64) {
        if self.runs.len() == MOST_RUNS {
            self.runs.sort_unstable_by_key(|run| std::cmp::Reverse(run.len()));
            let (shortest, other) = (self.runs.pop(), self.runs.pop());
            let mut both = shortest.unwrap_or_default();
            both.extend(other.unwrap_or_default());
            both.sort_unstable();
            self.runs.push(both);
        }
        self.runs.push(vec![(id, content)]);
    }

    fn find(&self, id: i64) -> Option<u64> {
        let within = |run: &&Vec<(i64, u64)>| {
            run.first().is_some_and(|(first, _)| *first <= id)
                && run.last().is_some_and(|(last, _)| id <= *last)
        };
        let at =
            |run: &Vec<(i64, u64)>| run.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| run[at].1);
        self.runs.iter().filter(within).find_map(at)
    }

    pub(crate) fn contains(&self, id: &Id) -> bool {
        match id {
            Id::Number(id) => self.find(*id).is_some(),
            Id::Text(text) => self.texts.contains_key(&key(text)),
        }
    }

    /// What tells the set of ids apart from others, in whatever order they came.
    pub(crate) fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        self.runs.iter().flatten().for_each(|(id, _)| digest.add(number_key(*id)));
        self.texts.keys().for_each(|key| digest.add(*key));
        digest
    }

    /// Distinct ids.
    pub(crate) fn len(&self) -> u64 {
        (self.runs.iter().map(Vec::len).sum::<usize>() + self.texts.len()) as u64
    }
}

/// A sum over ids that does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    ids: u64,
    sum: u128,
}

impl Digest {
    fn add(&mut self, key: u128) {
        self.ids += 1;
        // Numbers lie close together; their hashes do not.
        let spread = BuildHasherDefault::<DefaultHasher>::default();
        let mixed = u128::from(spread.hash_one((0u8, key))) << 64 | u128::from(spread.hash_one((1u8, key)));
        self.sum = self.sum.wrapping_add(mixed);
    }

    /// Of a list of ids.
    pub(crate) fn of(ids: &[Id]) -> Self {
        let mut digest = Self::default();
        for id in ids {
            digest.add(id_key(id));
        }
        digest
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:032x}", self.ids, self.sum)
    }
}

fn number_key(id: i64) -> u128 {
    u128::from(id as u64)
}

/// 128 bits that stand for an id.
pub(crate) fn id_key(id: &Id) -> u128 {
    match id {
        Id::Number(id) => number_key(*id),
        Id::Text(text) => key(text),
    }
}

/// 128 bits of hash in place of a text: no two of any number of rows that fits on a disk will share it.
fn key(text: &str) -> u128 {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    u128::from(hasher.hash_one((0u8, text))) << 64 | u128::from(hasher.hash_one((1u8, text)))
}

/// The hash of a row's bytes.
pub(crate) fn content(row: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(row) & !1
}

/// The hash of the bytes of a row that is no text. Rows in different encodings are never told to differ: the last bit
/// says in which of them a row came.
pub(crate) fn binary_content(row: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(row) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_new_repeated_or_changed_in_any_order() {
        let mut ledger = Ledger::default();
        for id in [5, 9, 7, 12, -3] {
            assert_eq!(ledger.enter(&Id::Number(id), 1), Entry::New);
        }
        assert_eq!(ledger.enter(&Id::Number(7), 1), Entry::Repeated);
        assert_eq!(ledger.enter(&Id::Number(9), 3), Entry::Changed);
        assert_eq!(ledger.enter(&Id::Number(9), 2), Entry::Repeated);
        assert_eq!(ledger.enter(&Id::Text("row-a".to_owned()), 1), Entry::New);
        assert_eq!(ledger.enter(&Id::Text("row-a".to_owned()), 1), Entry::Repeated);
        assert_eq!(ledger.len(), 6);
        assert!(ledger.contains(&Id::Number(-3)) && !ledger.contains(&Id::Number(6)));
    }

    /// Against a plain map, over sequences side by side, descending, and without order.
    #[test]
    fn any_order_of_arrival_gives_the_same_answers() {
        let mut roll = 7u64;
        let mut random = move |below: u64| {
            roll = roll.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (roll >> 33) % below
        };
        for kind in 0..3 {
            let (mut ledger, mut oracle) = (Ledger::default(), std::collections::BTreeMap::new());
            for step in 0..4000i64 {
                let id = match kind {
                    0 => (step % 7) * 10_000 + step / 7,
                    1 => -step,
                    _ => random(3000) as i64,
                };
                let content = random(2) * 2;
                let expected = match oracle.get(&id) {
                    None => Entry::New,
                    Some(before) if *before == content => Entry::Repeated,
                    Some(_) => Entry::Changed,
                };
                oracle.entry(id).or_insert(content);
                assert_eq!(ledger.enter(&Id::Number(id), content), expected);
            }
            assert_eq!(ledger.len(), oracle.len() as u64);
            assert!(ledger.runs.len() <= MOST_RUNS);
            assert!(oracle.keys().all(|id| ledger.contains(&Id::Number(*id))));
        }
    }
}
