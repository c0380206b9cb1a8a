//! What a join is asked to do.

use std::fmt;
use std::str::FromStr;

use geohub_core::{Error, Result, text};
use geohub_index::Predicate;

use super::aggregate::Aggregate;
use super::relation::Relation;

/// Which left rows come out, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// Every left row; without a match its right columns are null.
    #[default]
    Left,
    /// Left rows with a match.
    Inner,
    /// Left rows with a match, once and without right columns.
    Semi,
    /// Left rows without a match.
    Anti,
}

impl How {
    const NAMES: [(&'static str, Self); 4] =
        [("left", Self::Left), ("inner", Self::Inner), ("semi", Self::Semi), ("anti", Self::Anti)];

    /// True where a left row comes out at most once, without right columns: semi and anti.
    pub fn filters(self) -> bool {
        matches!(self, Self::Semi | Self::Anti)
    }
}

/// What becomes of a left row with several matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Many {
    /// A row for each.
    #[default]
    All,
    /// Only the lowest right row.
    First,
    /// The join fails.
    Error,
}

impl Many {
    const NAMES: [(&'static str, Self); 3] =
        [("all", Self::All), ("first", Self::First), ("error", Self::Error)];
}

/// A join, as asked for.
#[derive(Clone, Debug)]
pub struct JoinOptions {
    /// The relation; the left row is the subject.
    pub relation: Relation,
    /// Which left rows come out.
    pub how: How,
    /// What becomes of several matches; `None` for the default, [`Many::All`].
    pub many: Option<Many>,
    /// Aggregates over the matches of each left row, in place of right columns.
    pub aggregates: Vec<Aggregate>,
    /// Left columns to keep, in this order; all when `None`.
    pub left_fields: Option<Vec<String>>,
    /// Right columns to add, in this order; all when `None`.
    pub right_fields: Option<Vec<String>>,
    /// Put before the name of every right column, instead of renaming those that collide.
    pub prefix: Option<String>,
    /// Null geometries instead of the left ones.
    pub no_geometry: bool,
    /// Lets `disjoint` pair almost everything with everything.
    pub allow_cross: bool,
    /// A column with each pair's distance in metres; the nearest have `distance_m` without it.
    pub distance_field: Option<String>,
}

impl JoinOptions {
    /// A left join with all matches and all columns.
    pub fn new(relation: impl Into<Relation>) -> Self {
        Self {
            relation: relation.into(),
            how: How::Left,
            many: None,
            aggregates: Vec::new(),
            left_fields: None,
            right_fields: None,
            prefix: None,
            no_geometry: false,
            allow_cross: false,
            distance_field: None,
        }
    }

    /// True where each left row gets one slot and no right columns: aggregates, semi and anti.
    pub fn has_slots(&self) -> bool {
        self.how.filters() || !self.aggregates.is_empty()
    }

    /// True where pairs come with their distance.
    pub(super) fn has_distance(&self) -> bool {
        !self.has_slots() && (self.distance_field.is_some() || self.relation.is_nearest())
    }

    /// True where no left row has more than one pair.
    pub(super) fn gives_one_each(&self) -> bool {
        match self.relation {
            Relation::Nearest(nearest) => nearest.count == 1 && !nearest.ties,
            _ => self.many == Some(Many::First),
        }
    }

    /// The right columns that are read; all when `None`.
    pub(super) fn right_names(&self) -> Option<Vec<String>> {
        if self.has_slots() {
            return Some(self.aggregates.iter().filter_map(|aggregate| aggregate.field.clone()).collect());
        }
        self.right_fields.clone()
    }

    /// Refuses options that contradict each other.
    ///
    /// # Errors
    /// [`Error::Request`] naming both options.
    pub fn check(&self) -> Result<()> {
        let aggregates = !self.aggregates.is_empty();
        let filters = self.how.filters();
        let right_columns = self.right_fields.is_some() || self.prefix.is_some();
        let distances = self.distance_field.is_some();
        let contradictions = [
            (filters && aggregates, "--agg goes with --how left or inner, not semi or anti"),
            (
                filters && self.many.is_some(),
                "--many means nothing with --how semi or anti: each left row comes at most once",
            ),
            (
                aggregates && self.many.is_some(),
                "--many means nothing with --agg: each left row comes at most once",
            ),
            (filters && right_columns, "--how semi and anti bring no right columns to choose or to prefix"),
            (
                aggregates && right_columns,
                "--agg brings aggregates instead of right columns to choose or to prefix",
            ),
            (
                self.relation.is_nearest() && self.many.is_some(),
                "--many means nothing with --nearest: -k and --ties say how many right rows come",
            ),
            (
                distances && !self.relation.measures(),
                "--distance-field goes with --nearest or --distance: other relations measure nothing",
            ),
            (
                distances && self.has_slots(),
                "--distance-field is a column of pairs, which --agg, semi and anti do not bring",
            ),
        ];
        if let Some((_, message)) = contradictions.into_iter().find(|(holds, _)| *holds) {
            return Err(Error::request(message));
        }
        if self.relation == Predicate::Disjoint.into() && !filters && !self.allow_cross {
            return Err(Error::Request {
                message: "disjoint pairs nearly every left row with nearly every right row".to_owned(),
                hint: Some("--how anti with --predicate intersects gives the rows that meet nothing; --allow-cross insists".to_owned()),
            });
        }
        Ok(())
    }
}

impl FromStr for How {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text, "--how", &Self::NAMES)
    }
}

impl FromStr for Many {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text, "--many", &Self::NAMES)
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(name_of(self, &Self::NAMES))
    }
}

impl fmt::Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(name_of(self, &Self::NAMES))
    }
}

fn name_of<T: PartialEq>(value: &T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, named)| named == value).map_or("", |(name, _)| name)
}

fn parse<T: Copy>(given: &str, option: &str, names: &[(&'static str, T)]) -> Result<T> {
    let wanted = given.trim().to_ascii_lowercase();
    names.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        Error::request(format!("{option} is one of {}, not \"{}\"", all.join(", "), text::clean(given)))
    })
}

#[cfg(test)]
mod tests {
    use geohub_crs::Distance;

    use super::*;
    use crate::join::relation::Nearest;

    #[test]
    fn names_and_parsers_are_inverses() {
        for (name, how) in How::NAMES {
            assert_eq!((how.to_string().as_str(), name.parse::<How>().unwrap()), (name, how));
        }
        for (name, many) in Many::NAMES {
            assert_eq!((many.to_string().as_str(), name.parse::<Many>().unwrap()), (name, many));
        }
        assert!("outer".parse::<How>().unwrap_err().to_string().contains("left, inner, semi, anti"));
    }

    #[test]
    fn contradictions_are_refused() {
        let refused = |change: fn(&mut JoinOptions)| {
            let mut options = JoinOptions::new(Predicate::Intersects);
            change(&mut options);
            options.check().is_err()
        };
        assert!(!refused(|_| {}));
        assert!(refused(|o| (o.how, o.many) = (How::Semi, Some(Many::All))));
        assert!(refused(|o| (o.how, o.right_fields) = (How::Anti, Some(Vec::new()))));
        assert!(refused(|o| (o.aggregates, o.many) = ("n=count()".parse_list(), Some(Many::First))));
        assert!(refused(|o| (o.aggregates, o.how) = ("n=count()".parse_list(), How::Anti)));
        assert!(refused(|o| o.relation = Predicate::Disjoint.into()));
        assert!(!refused(|o| (o.relation, o.how) = (Predicate::Disjoint.into(), How::Semi)));
        assert!(!refused(|o| (o.relation, o.allow_cross) = (Predicate::Disjoint.into(), true)));
    }

    #[test]
    fn contradictions_of_distances_are_refused() {
        let metre = Distance::from_metres(1.0).unwrap();
        let nearest = Relation::Nearest(Nearest { count: 1, limit: None, ties: false });
        let refused = |relation: Relation, change: fn(&mut JoinOptions)| {
            let mut options = JoinOptions::new(relation);
            options.distance_field = Some("d".to_owned());
            change(&mut options);
            options.check().is_err()
        };
        assert!(!refused(nearest, |_| {}));
        assert!(!refused(Relation::Within(metre), |o| o.many = Some(Many::First)));
        assert!(refused(nearest, |o| o.many = Some(Many::First)));
        assert!(refused(nearest, |o| o.how = How::Semi));
        assert!(refused(Relation::Within(metre), |o| o.aggregates = "n=count()".parse_list()));
        assert!(refused(Predicate::Intersects.into(), |_| {}));
    }

    trait ParseList {
        fn parse_list(&self) -> Vec<Aggregate>;
    }

    impl ParseList for str {
        fn parse_list(&self) -> Vec<Aggregate> {
            Aggregate::parse_list(self).unwrap()
        }
    }
}
