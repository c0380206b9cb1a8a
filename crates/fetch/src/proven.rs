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
    pub(crate) parts: Vec<Part>,
    pub(crate) order: Order,
}

/// The rows of a page that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Position in the journal.
    pub(crate) page: usize,
    /// Positions of rows that are not, ascending.
    pub(crate) skip: Vec<u32>,
    pub(crate) rows: u64,
}

/// In which order the rows of a group are handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they stand.
    AsIs,
    /// By their ids, which are numbers.
    ById,
    /// By their positions in this list.
    Given(Vec<u32>),
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

    /// Pages with rows.
    pub(crate) fn pages(&self) -> usize {
        self.0.pages.lines().len()
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
    let part = |page: usize| Part { page, skip: lines[page].repeated.clone(), rows: lines[page].new_rows() };
    let mut order: Vec<usize> = (0..lines.len()).filter(|&page| lines[page].new_rows() > 0).collect();
    let ranges: Option<Vec<(i64, i64)>> = order.iter().map(|&page| bounds(&lines[page])).collect();
    let Some(ranges) = ranges else {
        return order.into_iter().map(|page| Group { parts: vec![part(page)], order: Order::AsIs }).collect();
    };
    let ranges: HashMap<usize, (i64, i64)> = order.iter().copied().zip(ranges).collect();
    order.sort_by_key(|page| ranges[page]);
    let mut groups: Vec<(Group, i64)> = Vec::new();
    for page in order {
        let (first, last) = ranges[&page];
        match groups.last_mut() {
            Some((group, end)) if first <= *end => {
                group.parts.push(part(page));
                group.order = Order::ById;
                *end = last.max(*end);
            }
            _ => {
                let order = if lines[page].ascending { Order::AsIs } else { Order::ById };
                groups.push((Group { parts: vec![part(page)], order }, last));
            }
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
        let pages = |group: &Group| group.parts.iter().map(|part| part.page).collect::<Vec<_>>();
        let found: Vec<(Vec<usize>, Order)> =
            groups(&lines).into_iter().map(|group| (pages(&group), group.order)).collect();
        assert_eq!(found, [(vec![0, 3, 1], Order::ById), (vec![2], Order::AsIs)]);
        let texts = [line("row-b", "row-c"), line("row-a", "row-d")];
        assert_eq!(groups(&texts).len(), 2);
    }
}
