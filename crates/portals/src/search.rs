//! A search over merged catalogues.

use geohub_core::text::nearest;
use rayon::prelude::*;

use crate::filter::{Filter, Passes};
use crate::gather::now_ms;
use crate::merge::Hit;
use crate::rank::{Wanted, Weights, trust};

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What fits, best first.
    pub hits: Vec<Hit>,
    /// How many have the words but not what a filter asks about.
    pub unknown: usize,
    /// How many have the words but another kind, date, licence, publisher or place.
    pub filtered: usize,
    /// Where nothing fits: what has some of the words, best first.
    pub near: Vec<Hit>,
    /// Where nothing fits: words of the catalogues like those that none has.
    pub spelling: Vec<String>,
}

/// Near ones that are told.
const NEAR: usize = 5;

/// The hits that have the words and pass the filter. Without words, everything that passes, newest first.
pub fn search(hits: Vec<Hit>, words: &str, filter: &Filter) -> Found {
    let (wanted, now) = (Wanted::new(words), now_ms());
    let weights: Vec<Weights> = hits.par_iter().map(|hit| wanted.weigh(&hit.entry)).collect();
    let rarities = wanted.rarities(&weights);
    let mut found = Found::default();
    let (mut fitting, mut others) = (Vec::new(), Vec::new());
    for (hit, weights) in hits.into_iter().zip(weights) {
        let score = wanted.score(&hit.entry, &weights, &rarities, now);
        if !wanted.fits(&weights) {
            others.push((score, hit));
            continue;
        }
        match filter.test(&hit.entry) {
            Passes::Yes => fitting.push((score, hit)),
            Passes::No => found.filtered += 1,
            Passes::Unknown => found.unknown += 1,
        }
    }
    if wanted.is_empty() {
        for (score, hit) in &mut fitting {
            // Equal days go by trust.
            *score = hit.entry.updated.map_or(0.0, |updated| (updated / 86_400_000) as f32)
                + trust(&hit.entry, now);
        }
    }
    if fitting.is_empty() {
        found.spelling = spelling(&wanted, &others);
        others.retain(|(score, _)| *score > 0.0);
        sort(&mut others);
        found.near = others.into_iter().take(NEAR).map(|(_, hit)| hit).collect();
    }
    sort(&mut fitting);
    found.hits = fitting.into_iter().map(|(_, hit)| hit).collect();
    found
}

/// Best first; of equals the newest, then by name.
fn sort(hits: &mut [(f32, Hit)]) {
    hits.sort_by(|(a, left), (b, right)| {
        b.total_cmp(a)
            .then_with(|| right.entry.updated.cmp(&left.entry.updated))
            .then_with(|| left.entry.title.cmp(&right.entry.title))
            .then_with(|| left.reference.cmp(&right.reference))
    });
}

/// Words of titles and tags like those that no entry has.
fn spelling(wanted: &Wanted, all: &[(f32, Hit)]) -> Vec<String> {
    let mut vocabulary = std::collections::BTreeSet::new();
    for (_, hit) in all {
        for text in std::iter::once(&hit.entry.title).chain(&hit.entry.tags) {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
            vocabulary.extend(words.map(str::to_lowercase));
        }
    }
    let mut found = Vec::new();
    for word in wanted.texts().filter(|word| !vocabulary.contains(*word)) {
        found.extend(nearest(word, vocabulary.iter().map(String::as_str)).into_iter().next());
    }
    found
}
