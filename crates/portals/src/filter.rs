//! Which hits are wanted, beside the words.

use crate::entry::{Entry, Kind};

/// Conditions that all must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of these kinds; any when empty.
    pub kinds: Vec<Kind>,
    /// Changed since then, in milliseconds since 1970.
    pub since: Option<i64>,
    /// With this in the licence, in any case.
    pub licence: Option<String>,
    /// With this in the publisher's name, in any case.
    pub owner: Option<String>,
    /// Meeting this rectangle of degrees.
    pub bbox: Option<[f64; 4]>,
}

/// Whether an entry passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passes {
    Yes,
    No,
    /// The catalogue does not say what is asked.
    Unknown,
}

impl Filter {
    pub(crate) fn test(&self, entry: &Entry) -> Passes {
        let has = |wanted: &Option<String>, text: &Option<String>| {
            let holds = |wanted: &String| {
                text.as_ref().map(|text| text.to_lowercase().contains(&wanted.to_lowercase()))
            };
            wanted.as_ref().map(holds)
        };
        let tests = [
            (!self.kinds.is_empty()).then(|| Some(self.kinds.contains(&entry.kind))),
            self.since.map(|since| entry.updated.map(|updated| updated >= since)),
            has(&self.licence, &entry.licence),
            has(&self.owner, &entry.owner),
            self.bbox.map(|bbox| entry.bbox.map(|own| meet(bbox, own))),
        ];
        let mut passes = Passes::Yes;
        for held in tests.into_iter().flatten() {
            match held {
                Some(true) => {}
                Some(false) => return Passes::No,
                None => passes = Passes::Unknown,
            }
        }
        passes
    }
}

/// Whether two rectangles meet; west of more than east reaches across 180 degrees.
fn meet(a: [f64; 4], b: [f64; 4]) -> bool {
    let spans = |[west, _, east, _]: [f64; 4]| {
        if west <= east { vec![(west, east)] } else { vec![(west, 180.0), (-180.0, east)] }
    };
    let (ours, theirs) = (spans(a), spans(b));
    let along = ours.iter().any(|a| theirs.iter().any(|b| a.0 <= b.1 && b.0 <= a.1));
    along && a[1] <= b[3] && b[1] <= a[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_not_known() {
        let entry = Entry {
            kind: Kind::Layer,
            updated: Some(10),
            owner: Some("City of X".to_owned()),
            ..Entry::default()
        };
        let test = |filter: Filter| filter.test(&entry);
        let any = Filter::default();
        assert_eq!(test(any.clone()), Passes::Yes);
        assert_eq!(
            test(Filter { since: Some(10), owner: Some("city".to_owned()), ..any.clone() }),
            Passes::Yes
        );
        assert_eq!(
            test(Filter { since: Some(11), licence: Some("cc".to_owned()), ..any.clone() }),
            Passes::No
        );
        assert_eq!(test(Filter { licence: Some("cc".to_owned()), ..any.clone() }), Passes::Unknown);
        assert_eq!(test(Filter { kinds: vec![Kind::Table], ..any }), Passes::No);
    }

    #[test]
    fn rectangles_meet_across_the_antimeridian_too() {
        assert!(meet([-118.0, 33.0, -117.0, 34.0], [-117.0, 34.0, -116.0, 35.0]));
        assert!(!meet([-118.0, 33.0, -117.0, 34.0], [-116.9, 33.0, -116.0, 34.0]));
        assert!(meet([170.0, 0.0, -170.0, 1.0], [-175.0, 0.0, -174.0, 1.0]));
    }
}
