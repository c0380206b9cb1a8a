//! Which rows have come, kept small.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::id::Id;

/// The distinct ids received, each with a hash of its row: 16 bytes a row while numbers come in order.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    ascending: Vec<(i64, u64)>,
    late: BTreeMap<i64, u64>,
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
        if self.ascending.last().is_none_or(|(last, _)| *last < id) && !self.late.contains_key(&id) {
            self.ascending.push((id, content));
            return None;
        }
        if let Ok(at) = self.ascending.binary_search_by_key(&id, |(id, _)| *id) {
            return Some(self.ascending[at].1);
        }
        match self.late.entry(id) {
            std::collections::btree_map::Entry::Occupied(found) => Some(*found.get()),
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(content);
                None
            }
        }
    }

    pub(crate) fn contains(&self, id: &Id) -> bool {
        match id {
            Id::Number(id) => {
                self.ascending.binary_search_by_key(id, |(id, _)| *id).is_ok() || self.late.contains_key(id)
            }
            Id::Text(text) => self.texts.contains_key(&key(text)),
        }
    }

    /// Distinct ids.
    pub(crate) fn len(&self) -> u64 {
        (self.ascending.len() + self.late.len() + self.texts.len()) as u64
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
}
