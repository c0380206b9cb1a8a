//! A layer whose pages are all in the journal.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use geohub_core::{Layer, Reader};

use crate::journal::{PageLine, Pages};
use crate::provider::Decode;
use crate::reader::JournalReader;

/// Pages that are read together, because their ids lie among one another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Positions in the journal.
    pub(crate) pages: Vec<usize>,
    /// The rows must be brought into the order of their ids.
    pub(crate) sort: bool,
}

/// A downloaded layer; gives any number of readers. Its journal is removed with the last of them, one that is kept only
/// once it is no longer needed.
#[derive(Clone)]
pub struct Proven(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) target: String,
    pub(crate) layer: Layer,
    pub(crate) pages: Pages,
    pub(crate) groups: Vec<Group>,
    pub(crate) decoder: Arc<dyn Decode>,
    /// Parts of the query that the server applied already.
    pub(crate) filtered: bool,
    pub(crate) boxed: bool,
}

impl Proven {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The layer, its rows counted.
    pub fn layer(&self) -> &Layer {
        &self.0.layer
    }

    /// What was to be made of the rows is made: a journal that was kept goes with the last reader.
    pub fn done(&self) {
        self.0.pages.give_up();
    }

    /// How many pages came in which encoding.
    pub(crate) fn pages_by_encoding(&self) -> BTreeMap<String, u64> {
        let mut pages = BTreeMap::new();
        for line in self.0.pages.lines() {
            *pages.entry(line.encoding.clone()).or_default() += 1;
        }
        pages
    }

    /// A reader from the start.
    pub fn reader(&self) -> Box<dyn Reader> {
        Box::new(JournalReader::new(Arc::clone(&self.0)))
    }
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proven").field("layer", &self.0.layer).finish_non_exhaustive()
    }
}

/// Groups pages so that reading group after group brings rows in order of their numeric ids. Pages of other ids stay
/// in the order in which they came.
pub(crate) fn groups(lines: &[PageLine]) -> Vec<Group> {
    let bounds = |line: &PageLine| Some((line.first.parse::<i64>().ok()?, line.last.parse::<i64>().ok()?));
    let mut order: Vec<usize> = (0..lines.len()).filter(|&page| lines[page].new_rows() > 0).collect();
    let ranges: Option<Vec<(i64, i64)>> = order.iter().map(|&page| bounds(&lines[page])).collect();
    let Some(ranges) = ranges else {
        return order.into_iter().map(|page| Group { pages: vec![page], sort: false }).collect();
    };
    let ranges: HashMap<usize, (i64, i64)> = order.iter().copied().zip(ranges).collect();
    order.sort_by_key(|page| ranges[page]);
    let mut groups: Vec<(Group, i64)> = Vec::new();
    for page in order {
        let (first, last) = ranges[&page];
        match groups.last_mut() {
            Some((group, end)) if first <= *end => {
                group.pages.push(page);
                group.sort = true;
                *end = last.max(*end);
            }
            _ => groups.push((Group { pages: vec![page], sort: !lines[page].ascending }, last)),
        }
    }
    groups.into_iter().map(|(group, _)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(first: &str, last: &str) -> PageLine {
        PageLine {
            first: first.to_owned(),
            last: last.to_owned(),
            rows: 1,
            ascending: true,
            ..PageLine::default()
        }
    }

    #[test]
    fn pages_that_interleave_are_read_together() {
        let lines = [line("1", "10"), line("11", "20"), line("21", "30"), line("5", "12")];
        let found: Vec<(Vec<usize>, bool)> = groups(&lines).into_iter().map(|g| (g.pages, g.sort)).collect();
        assert_eq!(found, [(vec![0, 3, 1], true), (vec![2], false)]);
        let texts = [line("row-b", "row-c"), line("row-a", "row-d")];
        assert_eq!(groups(&texts).len(), 2);
    }
}
