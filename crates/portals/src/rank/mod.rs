//! How well an entry fits the words: the sum over the words of how rare a word is and how much of it is in the title,
//! the tags, the columns and the description, after BM25 (Robertson and Zaragoza, 2009) with weights for the fields.
//!
//! All entries are looked at for each search. A process answers one search, and reading and merging the kept catalogues
//! takes twice as long as looking at them; an index would have to be built, or read, first.

mod term;

use crate::entry::Entry;
use term::{Term, words};

/// Weight of a field and the length that is usual for it, in words.
const FIELDS: [(f32, f32); 4] = [(5.0, 5.0), (2.5, 8.0), (1.5, 30.0), (1.0, 60.0)];
/// Where more of a word adds little.
const SATURATION: f32 = 1.5;
/// Words without meaning beside others.
const IDLE: [&str; 14] =
    ["a", "an", "and", "by", "for", "from", "in", "near", "of", "on", "the", "to", "with", "within"];

/// Words looked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    terms: Vec<Term>,
    phrase: String,
}

/// How much of each word an entry has.
pub(crate) type Weights = Vec<f32>;

impl Wanted {
    pub(crate) fn new(text: &str) -> Self {
        let phrase = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let all: Vec<String> = words(text).map(str::to_lowercase).collect();
        let meant: Vec<&String> = all.iter().filter(|word| !IDLE.contains(&word.as_str())).collect();
        let mut kept: Vec<&String> = if meant.is_empty() { all.iter().collect() } else { meant };
        let mut seen = std::collections::HashSet::new();
        kept.retain(|word| seen.insert(word.as_str()));
        Self { terms: kept.into_iter().map(|word| Term::new(word)).collect(), phrase }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words as they are looked for.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(Term::text)
    }

    /// How many words an entry must have: all of three, of more three fifths.
    fn needed(&self) -> usize {
        let all = self.terms.len();
        if all <= 3 { all } else { (all * 3).div_ceil(5) }
    }

    /// How much of each word an entry has.
    pub(crate) fn weigh(&self, entry: &Entry) -> Weights {
        let mut weights = vec![0.0; self.terms.len()];
        self.weigh_field(&mut std::iter::once(entry.title.as_str()), FIELDS[0], &mut weights);
        self.weigh_field(&mut entry.tags.iter().map(String::as_str), FIELDS[1], &mut weights);
        self.weigh_field(&mut entry.fields.iter().map(String::as_str), FIELDS[2], &mut weights);
        self.weigh_field(&mut std::iter::once(entry.description.as_str()), FIELDS[3], &mut weights);
        weights
    }

    fn weigh_field(
        &self,
        texts: &mut dyn Iterator<Item = &str>,
        (weight, usual): (f32, f32),
        weights: &mut Weights,
    ) {
        let mut levels = vec![0.0_f32; self.terms.len()];
        let mut length = 0.0_f32;
        for word in texts.flat_map(words) {
            length += 1.0;
            for (term, level) in self.terms.iter().zip(&mut levels) {
                *level += term.level(word);
            }
        }
        let long = 0.5 + 0.5 * length / usual;
        for (level, sum) in levels.into_iter().zip(weights) {
            *sum += weight * level / long;
        }
    }

    /// Whether an entry has enough of the words.
    pub(crate) fn fits(&self, weights: &Weights) -> bool {
        weights.iter().filter(|weight| **weight > 0.0).count() >= self.needed()
    }

    /// How rare each word is among so many entries.
    pub(crate) fn rarities(&self, all: &[Weights]) -> Weights {
        let (mut having, mut count) = (vec![0.0_f32; self.terms.len()], 0.0_f32);
        for weights in all {
            count += 1.0;
            for (weight, have) in weights.iter().zip(&mut having) {
                *have += f32::from(*weight > 0.0);
            }
        }
        having.into_iter().map(|have| (1.0 + (count - have + 0.5) / (have + 0.5)).ln()).collect()
    }

    /// The rank of an entry: the higher the better.
    pub(crate) fn score(&self, entry: &Entry, weights: &Weights, rarities: &Weights, now: i64) -> f32 {
        let sum: f32 = weights
            .iter()
            .zip(rarities)
            .map(|(weight, rarity)| rarity * weight / (SATURATION + weight))
            .sum();
        let whole = !self.phrase.is_empty() && entry.title.to_lowercase().contains(&self.phrase);
        sum * if whole { 1.3 } else { 1.0 } * trust(entry, now)
    }
}

/// What speaks for an entry whatever the words: fresh, official, with rows, open to all.
pub(crate) fn trust(entry: &Entry, now: i64) -> f32 {
    const YEAR_MS: i64 = 31_557_600_000;
    let age = entry.updated.map(|updated| (now - updated) / YEAR_MS);
    let fresh = match age {
        Some(..=0) => 1.15,
        Some(1..=2) => 1.0,
        Some(3..=4) => 0.92,
        Some(5..) => 0.8,
        None => 0.95,
    };
    let official = if entry.authoritative { 1.15 } else { 1.0 };
    let rows = match entry.kind {
        kind if kind.has_rows() => 1.0,
        crate::Kind::File => 0.8,
        crate::Kind::Link if entry.federated => 0.8,
        _ => 0.5,
    };
    fresh * official * rows * if entry.private { 0.4 } else { 1.0 }
}
