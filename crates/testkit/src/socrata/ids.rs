//! Row ids: text of which the order is hidden.
//!
//! The text spells a 60-bit number in base 32; the order is that of another number, tied to the first by a
//! bijection. So the portal can order any id it ever gave out, also one whose row is gone, and nobody can order
//! ids by looking at them.

use crate::hash::combine;
use crate::table::Value;

const BITS: u32 = 60;
const MASK: u64 = (1 << BITS) - 1;
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const SEPARATORS: [char; 4] = ['-', '~', '.', '_'];
/// An odd number and its inverse modulo 2^60.
const FACTOR: u64 = 0x0F3A_5C71_9D24_E6B5 & MASK;

/// Newton's iteration for the inverse of an odd number modulo a power of two.
fn inverse(odd: u64) -> u64 {
    (0..6).fold(odd, |x, _| x.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(x))))
}

fn spelled(rank: u64) -> u64 {
    let mixed = rank.wrapping_mul(FACTOR) & MASK;
    mixed ^ (mixed >> 31)
}

fn ranked(spelled: u64) -> u64 {
    let mixed = spelled ^ (spelled >> 31);
    mixed.wrapping_mul(inverse(FACTOR)) & MASK
}

/// The id with a hidden rank.
pub(super) fn at(rank: u64) -> Value {
    let (rank, mut rest) = (rank & MASK, spelled(rank & MASK));
    let mut text = String::from("row-");
    for group in 0..3 {
        for _ in 0..4 {
            text.push(char::from(LETTERS[(rest & 31) as usize]));
            rest >>= 5;
        }
        if group < 2 {
            text.push(SEPARATORS[(combine(&[3, rank, group]) & 3) as usize]);
        }
    }
    Value::RowId { rank, text: text.into() }
}

/// The id of the `n`th row that `seed` ever made: ranks are scattered too, so that insertion order is no order.
pub(super) fn nth(seed: u64, n: u64) -> Value {
    at(combine(&[5, seed, n]))
}

/// The rank of an id's text; `None` when it is no id.
pub(super) fn rank(text: &str) -> Option<u64> {
    let body = text.strip_prefix("row-")?;
    let letters: Vec<char> = body.chars().collect();
    if letters.len() != 14 || !SEPARATORS.contains(&letters[4]) || !SEPARATORS.contains(&letters[9]) {
        return None;
    }
    let kept = letters.iter().enumerate().filter(|(i, _)| *i != 4 && *i != 9);
    let mut number = 0_u64;
    for (place, (_, letter)) in kept.enumerate() {
        let digit = LETTERS.iter().position(|known| char::from(*known) == *letter)?;
        number |= (digit as u64) << (5 * place);
    }
    Some(ranked(number))
}

/// The value to compare with for a text literal.
pub(super) fn literal(text: &str) -> Option<Value> {
    rank(text).map(|rank| Value::RowId { rank, text: text.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lead_back_to_ranks_and_hide_them() {
        let ids: Vec<(u64, String)> = (0..500)
            .map(|n| match nth(7, n) {
                Value::RowId { rank, text } => (rank, text.to_string()),
                other => panic!("{other:?}"),
            })
            .collect();
        for (found, text) in &ids {
            assert_eq!(rank(text), Some(*found), "{text}");
        }
        let mut by_rank = ids.clone();
        by_rank.sort();
        let mut by_text = ids.clone();
        by_text.sort_by(|a, b| a.1.cmp(&b.1));
        assert_ne!(by_rank, by_text);
        assert_ne!(by_rank, ids);
        assert_eq!(rank("row-aaaa-bbbb"), None);
        assert_eq!(rank("42"), None);
    }
}
