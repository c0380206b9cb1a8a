//! Stretches of ids that are still to be asked for.

use crate::id::Id;
use crate::journal::Covers;

/// Rows with an id above `after` (from the start when `None`) up to `upto` (to the end when `None`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Span {
    pub(super) after: Option<Id>,
    pub(super) upto: Option<i64>,
    /// Ids from one row to the next, as its last page had them.
    pub(super) step: Option<f64>,
}

impl Span {
    pub(super) fn new(after: Option<i64>, upto: Option<i64>) -> Self {
        Self { after: after.map(Id::Number), upto, step: None }
    }

    /// Rows in it, guessed; of one without end those that are `outstanding`.
    fn rows(&self, outstanding: Option<u64>) -> Option<(i64, f64, f64)> {
        let (after, step) = (self.after.as_ref()?.number()?, self.step?);
        let rows = match self.upto {
            Some(upto) => (upto as f64 - after as f64) / step,
            None => outstanding? as f64,
        };
        Some((after, step, rows))
    }

    /// Cuts it into at most so many parts of at least `least` rows each, by guess: a wrong one costs requests, never
    /// rows, for the parts are the whole. The last one is open where this one is.
    pub(super) fn parts(&self, parts: usize, least: usize, outstanding: Option<u64>) -> Vec<Self> {
        let whole = || vec![self.clone()];
        let Some((after, step, rows)) = self.rows(outstanding) else { return whole() };
        let parts = parts.min((rows / least.max(1) as f64) as usize);
        let width = (rows * step / parts.max(1) as f64) as i64;
        if parts < 2 || width < 2 {
            return whole();
        }
        let mut cuts = vec![after];
        for part in 1..parts {
            match width.checked_mul(part as i64).and_then(|ahead| after.checked_add(ahead)) {
                Some(cut) if self.upto.is_none_or(|upto| cut < upto) => cuts.push(cut),
                _ => break,
            }
        }
        let ends = cuts[1..].iter().copied().map(Some).chain([self.upto]);
        let part = |(after, upto)| Self { after: Some(Id::Number(after)), upto, step: self.step };
        cuts.iter().copied().zip(ends).map(part).collect()
    }
}

/// What is left of all ids after what is whole: numbers may be whole in any places, texts only from the start.
pub(super) fn left<'c>(whole: impl Iterator<Item = &'c Covers>) -> Vec<Span> {
    let mut numbers: Vec<(Option<i64>, Option<i64>)> = Vec::new();
    let mut chain = None;
    for covers in whole {
        let Covers::Ids { after, upto } = covers else { continue };
        match (after, upto) {
            (Some(Id::Text(_)), _) | (_, Some(Id::Text(_))) => chain = Some(upto.clone()),
            _ => numbers.push((after.as_ref().and_then(Id::number), upto.as_ref().and_then(Id::number))),
        }
    }
    match chain {
        Some(None) => Vec::new(),
        Some(last) => vec![Span { after: last, ..Span::default() }],
        None => gaps(numbers),
    }
}

fn gaps(mut whole: Vec<(Option<i64>, Option<i64>)>) -> Vec<Span> {
    // `None` sorts first, as the start does.
    whole.sort_unstable();
    let mut gaps = Vec::new();
    // Up to here everything is whole; `None` is nothing yet.
    let mut reached: Option<i64> = None;
    for (after, upto) in whole {
        if let Some(after) = after
            && reached.is_none_or(|reached| reached < after)
        {
            gaps.push(Span::new(reached, Some(after)));
        }
        match upto {
            None => return gaps,
            Some(upto) => reached = Some(reached.map_or(upto, |reached| reached.max(upto))),
        }
    }
    gaps.push(Span::new(reached, None));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(after: Option<i64>, upto: Option<i64>) -> Covers {
        Covers::Ids { after: after.map(Id::Number), upto: upto.map(Id::Number) }
    }

    fn bounds(spans: &[Span]) -> Vec<(Option<i64>, Option<i64>)> {
        spans.iter().map(|span| (span.after.as_ref().and_then(Id::number), span.upto)).collect()
    }

    #[test]
    fn what_is_left_is_the_rest_of_what_is_whole() {
        let left = |whole: &[Covers]| bounds(&left(whole.iter()));
        assert_eq!(left(&[]), [(None, None)]);
        assert_eq!(left(&[ids(None, Some(10))]), [(Some(10), None)]);
        let whole = [ids(None, Some(10)), ids(Some(50), Some(70)), ids(Some(10), Some(30)), Covers::Nothing];
        assert_eq!(left(&whole), [(Some(30), Some(50)), (Some(70), None)]);
        assert_eq!(left(&[ids(Some(5), None)]), [(None, Some(5))]);
        assert_eq!(left(&[ids(Some(5), None), ids(None, Some(5))]), []);
        assert_eq!(left(&[ids(None, None)]), []);
    }

    #[test]
    fn texts_go_on_behind_the_last() {
        let text = |id: &str| Some(Id::Text(id.to_owned()));
        let first = Covers::Ids { after: None, upto: text("row-b") };
        let second = Covers::Ids { after: text("row-b"), upto: text("row-a") };
        assert_eq!(left([&first, &second].into_iter())[0].after, text("row-a"));
        let last = Covers::Ids { after: text("row-a"), upto: None };
        assert!(left([&first, &second, &last].into_iter()).is_empty());
    }

    #[test]
    fn parts_are_the_whole() {
        let span = Span { after: Some(Id::Number(100)), upto: None, step: Some(3.0) };
        assert_eq!(
            bounds(&span.parts(4, 10, Some(400))),
            [(Some(100), Some(400)), (Some(400), Some(700)), (Some(700), Some(1000)), (Some(1000), None)]
        );
        assert_eq!(span.parts(4, 300, Some(400)).len(), 1);
        assert_eq!(span.parts(4, 10, None).len(), 1);
        let closed = Span { upto: Some(700), ..span.clone() };
        assert_eq!(bounds(&closed.parts(2, 10, None)), [(Some(100), Some(400)), (Some(400), Some(700))]);
        let far = Span { after: Some(Id::Number(i64::MAX - 10)), ..span };
        assert_eq!(bounds(&far.parts(4, 10, Some(400))).last(), Some(&(Some(i64::MAX - 10), None)));
    }
}
