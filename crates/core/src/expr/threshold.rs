//! Exact comparison of a column with a constant of another type.
//!
//! The constant is placed among the values of the column's own type once, when binding; what is left for the rows is a
//! comparison within that type, in which nothing is rounded.

use super::ast::CompareOp;

/// A constant as an exact value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Exact {
    Integer(i128),
    Float(f64),
    /// `nanos / nanos_per_tick`.
    Ticks {
        nanos: i128,
        nanos_per_tick: i128,
    },
}

/// Where a constant lies among the values of a type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place<T> {
    At(T),
    /// Above this value and below the next.
    Above(T),
    BelowAll,
    AboveAll,
}

/// What is left to do for each row that is not null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Test<T> {
    Always(bool),
    Compare(CompareOp, T),
}

impl Exact {
    /// The largest integer not above the value, and whether it is the value. Saturates far outside of 64 bits.
    fn floor(self) -> (i128, bool) {
        match self {
            Self::Integer(value) => (value, true),
            Self::Float(value) => (value.floor() as i128, value.floor() == value),
            Self::Ticks { nanos, nanos_per_tick } => {
                (nanos.div_euclid(nanos_per_tick), nanos.rem_euclid(nanos_per_tick) == 0)
            }
        }
    }

    pub(super) fn among_i64(self) -> Place<i64> {
        self.among(i64::MIN.into(), i64::MAX.into(), |value| value as i64)
    }

    pub(super) fn among_u64(self) -> Place<u64> {
        self.among(u64::MIN.into(), u64::MAX.into(), |value| value as u64)
    }

    fn among<T>(self, min: i128, max: i128, narrow: impl Fn(i128) -> T) -> Place<T> {
        let (floor, exact) = self.floor();
        match (floor, exact) {
            (floor, _) if floor < min => Place::BelowAll,
            (floor, _) if floor > max => Place::AboveAll,
            (floor, true) => Place::At(narrow(floor)),
            (floor, false) => Place::Above(narrow(floor)),
        }
    }

    pub(super) fn among_f64(self) -> Place<f64> {
        if let Self::Float(value) = self {
            return Place::At(value);
        }
        let (floor, exact) = self.floor();
        let nearest = floor as f64;
        if nearest as i128 == floor && exact {
            return Place::At(nearest);
        }
        Place::Above(if nearest as i128 > floor { nearest.next_down() } else { nearest })
    }
}

impl<T> Place<T> {
    /// The test for `value op constant`.
    pub(super) fn test(self, op: CompareOp) -> Test<T> {
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        match (self, op) {
            (Self::At(value), op) => Test::Compare(op, value),
            (Self::Above(value), Less | LessOrEqual) => Test::Compare(LessOrEqual, value),
            (Self::Above(value), Greater | GreaterOrEqual) => Test::Compare(Greater, value),
            (_, Equal)
            | (Self::BelowAll, Less | LessOrEqual)
            | (Self::AboveAll, Greater | GreaterOrEqual) => Test::Always(false),
            (_, NotEqual) | (Self::BelowAll | Self::AboveAll, _) => Test::Always(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_find_their_place() {
        assert_eq!(Exact::Integer(5).among_i64(), Place::At(5));
        assert_eq!(Exact::Float(5.5).among_i64(), Place::Above(5));
        assert_eq!(Exact::Float(-5.5).among_i64(), Place::Above(-6));
        assert_eq!(Exact::Float(-0.5).among_u64(), Place::BelowAll);
        assert_eq!(Exact::Float(9_223_372_036_854_775_808.0).among_i64(), Place::AboveAll);
        assert_eq!(Exact::Float(1e300).among_u64(), Place::AboveAll);
        assert_eq!(Exact::Integer(i128::from(u64::MAX)).among_i64(), Place::AboveAll);
        assert_eq!(Exact::Integer(-1).among_u64(), Place::BelowAll);
        assert_eq!(Exact::Ticks { nanos: -1, nanos_per_tick: 1000 }.among_i64(), Place::Above(-1));
    }

    #[test]
    fn integers_lie_between_doubles_above_2_to_the_53() {
        assert_eq!(Exact::Integer(9_007_199_254_740_992).among_f64(), Place::At(9_007_199_254_740_992.0));
        assert_eq!(Exact::Integer(9_007_199_254_740_993).among_f64(), Place::Above(9_007_199_254_740_992.0));
        assert_eq!(Exact::Integer(9_007_199_254_740_995).among_f64(), Place::Above(9_007_199_254_740_994.0));
        assert_eq!(
            Exact::Integer(-9_007_199_254_740_993).among_f64(),
            Place::Above(-9_007_199_254_740_994.0)
        );
    }
}
