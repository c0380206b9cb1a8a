//! Which ids a download has, in a few kilobytes whatever their number.

use geohub_core::{DataError, Error};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

mod sketch;

use sketch::Sketch;

/// A set of ids in a fixed size: their number, a digest of them all, and a sketch that names the ids in which two sets
/// differ as long as these are some dozens. No order of arrival shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct IdSet {
    /// The column of ids, as the service names it.
    pub field: String,
    count: u64,
    /// Every id is a whole number.
    numbers: bool,
    digest: u128,
    sketch: Sketch,
}

/// The form in receipts.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    field: String,
    count: u64,
    numbers: bool,
    /// The sum of the first 16 bytes of the SHA-256 of every id's text, big-endian, modulo 2^128; 32 hexadecimal digits.
    digest: String,
    /// [`Sketch::to_hex`].
    sketch: String,
}

/// The ids in which two sets differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Apart {
    /// [`key`]s of ids that only the first has.
    pub(crate) only_first: Vec<u64>,
    /// Of ids that only the second has.
    pub(crate) only_second: Vec<u64>,
}

impl IdSet {
    /// An empty set of ids of a column.
    pub fn new(field: impl Into<String>) -> Self {
        Self { field: field.into(), count: 0, numbers: true, digest: 0, sketch: Sketch::default() }
    }

    /// The same ids of a column of this name.
    #[must_use]
    pub(crate) fn named(self, field: String) -> Self {
        Self { field, ..self }
    }

    /// How many ids there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds an id that is not in the set.
    pub fn insert(&mut self, id: &str) {
        let hashed = Hashed::new(id);
        self.count += 1;
        self.numbers &= hashed.is_number;
        self.digest = self.digest.wrapping_add(hashed.digest);
        self.sketch.add(hashed.key, 1);
    }

    /// Takes an id out that is in the set.
    pub fn remove(&mut self, id: &str) {
        let hashed = Hashed::new(id);
        self.count = self.count.saturating_sub(1);
        self.digest = self.digest.wrapping_sub(hashed.digest);
        self.sketch.add(hashed.key, -1);
    }

    /// True when the ids are the same.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.count, self.digest) == (other.count, other.digest)
    }

    /// The ids in which the sets differ; `None` when they are too many to be told.
    pub(crate) fn apart(&self, other: &Self) -> Option<Apart> {
        let (only_first, only_second) = self.sketch.minus(&other.sketch).peel()?;
        Some(Apart { only_first, only_second })
    }

    /// The id of a key, where the key tells it: that of a number.
    pub(crate) fn name(&self, key: u64) -> Option<String> {
        self.numbers.then(|| (key as i64).to_string())
    }
}

/// What the sketch keeps of an id: a number as it is, else 8 bytes of its hash.
pub(crate) fn key(id: &str) -> u64 {
    Hashed::new(id).key
}

struct Hashed {
    digest: u128,
    key: u64,
    is_number: bool,
}

impl Hashed {
    fn new(id: &str) -> Self {
        let hash = Sha256::digest(id.as_bytes());
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash[..16]);
        let mut key = [0; 8];
        key.copy_from_slice(&hash[16..24]);
        // `007` is a text: its number would give another id back.
        let number = id.parse::<i64>().ok().filter(|number| number.to_string() == id);
        Self {
            digest: u128::from_be_bytes(digest),
            key: number.map_or(u64::from_be_bytes(key), |number| number as u64),
            is_number: number.is_some(),
        }
    }
}

impl From<IdSet> for Written {
    fn from(set: IdSet) -> Self {
        Self {
            field: set.field,
            count: set.count,
            numbers: set.numbers,
            digest: format!("{:032x}", set.digest),
            sketch: set.sketch.to_hex(),
        }
    }
}

impl TryFrom<Written> for IdSet {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self, Error> {
        let broken =
            |what: &str| Error::from(DataError::new(format!("the {what} of the ids cannot be read")));
        let digest = u128::from_str_radix(&written.digest, 16).map_err(|_| broken("digest"))?;
        let sketch = Sketch::from_hex(&written.sketch).ok_or_else(|| broken("sketch"))?;
        Ok(Self { field: written.field, count: written.count, numbers: written.numbers, digest, sketch })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: impl IntoIterator<Item = String>) -> IdSet {
        let mut set = IdSet::new("OBJECTID");
        ids.into_iter().for_each(|id| set.insert(&id));
        set
    }

    #[test]
    fn order_does_not_show_and_what_is_taken_out_leaves_nothing() {
        let up = set((1..500).map(|id: i64| id.to_string()));
        let mut down = set((1..501).rev().map(|id: i64| id.to_string()));
        assert!(!up.is_same(&down));
        down.remove("500");
        assert!(up.is_same(&down));
        assert_eq!(up, down);
        let read: IdSet = serde_json::from_str(&serde_json::to_string(&up).unwrap()).unwrap();
        assert_eq!(read, up);
        for broken in [r#"{"field":"a","count":1,"numbers":true,"digest":"x","sketch":""}"#, "{}"] {
            assert!(serde_json::from_str::<IdSet>(broken).is_err());
        }
    }

    /// Random sets against the difference of plain sets.
    #[test]
    fn the_ids_in_which_two_sets_differ_are_named() {
        let mut roll = 11u64;
        let mut random = move |below: u64| {
            roll = roll.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (roll >> 33) % below
        };
        for round in 0..200u64 {
            let text =
                |id: u64| if round % 2 == 0 { (id as i64 - 50).to_string() } else { format!("row-{id}") };
            let common: Vec<u64> = (0..3000).filter(|_| random(3) > 0).collect();
            let (gone, new) = (random(40), random(40));
            let before = common.iter().copied().chain((0..gone).map(|at| 10_000 + at));
            let after = common.iter().copied().chain((0..new).map(|at| 20_000 + at));
            let (before, after) = (set(before.map(text)), set(after.map(text)));
            let mut apart = before.apart(&after).unwrap();
            apart.only_first.sort_unstable();
            let mut expected: Vec<u64> = (0..gone).map(|at| key(&text(10_000 + at))).collect();
            expected.sort_unstable();
            assert_eq!(apart.only_first, expected);
            assert_eq!(apart.only_second.len() as u64, new);
            let named = before.name(apart.only_first.first().copied().unwrap_or(7));
            assert_eq!(named.is_some(), round % 2 == 0);
        }
        let (few, many) = (set(["1".to_owned()]), set((0..5000).map(|id: i64| id.to_string())));
        assert_eq!(few.apart(&many), None);
    }
}
