//! An invertible Bloom lookup table (Goodrich and Mitzenmacher 2011): the difference of two is listed as long as it is
//! smaller than the table.

use std::fmt::Write;

/// Cells that each of a key's places is among; keys have three places.
const PART: usize = 64;
const CELLS: usize = 3 * PART;
/// Hexadecimal digits of a cell: count, keys, checks.
const CELL_DIGITS: usize = 8 + 16 + 8;

/// Keys, each added to three cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sketch(Vec<Cell>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    count: i32,
    /// All keys, each bit added without carry.
    keys: u64,
    checks: u32,
}

impl Default for Sketch {
    fn default() -> Self {
        Self(vec![Cell::default(); CELLS])
    }
}

/// The finaliser of `splitmix64`: every bit of a key has a part in every bit of this.
fn mixed(key: u64) -> u64 {
    let key = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

fn check(key: u64) -> u32 {
    (mixed(key ^ 0x5851_f42d_4c95_7f2d) >> 32) as u32
}

fn places(key: u64) -> [usize; 3] {
    let mixed = mixed(key);
    let place = |part: usize| part * PART + (mixed >> (16 * part)) as usize % PART;
    [place(0), place(1), place(2)]
}

impl Cell {
    fn add(&mut self, key: u64, times: i32) {
        self.count = self.count.wrapping_add(times);
        self.keys ^= key;
        self.checks ^= check(key);
    }

    /// The one key in the cell.
    fn only(&self) -> Option<u64> {
        (self.count.abs() == 1 && self.checks == check(self.keys)).then_some(self.keys)
    }
}

impl Sketch {
    pub(super) fn add(&mut self, key: u64, times: i32) {
        for place in places(key) {
            self.0[place].add(key, times);
        }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        let difference = self.0.iter().zip(&other.0).map(|(a, b)| Cell {
            count: a.count.wrapping_sub(b.count),
            keys: a.keys ^ b.keys,
            checks: a.checks ^ b.checks,
        });
        Self(difference.collect())
    }

    /// The keys with a positive and those with a negative count; `None` when they are too many.
    pub(super) fn peel(mut self) -> Option<(Vec<u64>, Vec<u64>)> {
        let (mut plus, mut minus) = (Vec::new(), Vec::new());
        // A table that was tampered with could be peeled for ever.
        for _ in 0..CELLS {
            let Some((key, count)) = self.0.iter().find_map(|cell| Some((cell.only()?, cell.count))) else {
                break;
            };
            if count > 0 {
                plus.push(key);
            } else {
                minus.push(key);
            }
            self.add(key, -count);
        }
        (self == Self::default()).then_some((plus, minus))
    }

    /// Cell after cell: 8 digits of count, 16 of keys, 8 of checks.
    pub(super) fn to_hex(&self) -> String {
        self.0.iter().fold(String::with_capacity(CELLS * CELL_DIGITS), |mut text, cell| {
            // Writing to a String does not fail.
            let _ = write!(text, "{:08x}{:016x}{:08x}", cell.count, cell.keys, cell.checks);
            text
        })
    }

    pub(super) fn from_hex(text: &str) -> Option<Self> {
        if text.len() != CELLS * CELL_DIGITS || !text.is_ascii() {
            return None;
        }
        let cells = (0..CELLS).map(|at| {
            let cell = &text[at * CELL_DIGITS..][..CELL_DIGITS];
            Some(Cell {
                count: u32::from_str_radix(&cell[..8], 16).ok()? as i32,
                keys: u64::from_str_radix(&cell[8..24], 16).ok()?,
                checks: u32::from_str_radix(&cell[24..], 16).ok()?,
            })
        });
        cells.collect::<Option<_>>().map(Self)
    }
}
