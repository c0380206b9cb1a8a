//! Distances with a unit: `60m`, `200ft`, `0.1mi`.

use std::fmt;
use std::str::FromStr;

use crate::unit::{FOOT_M, US_SURVEY_FOOT_M};

/// A length on the ground; never negative, always finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Distance {
    metres: f64,
}

/// Units a distance may be written in, with their metres; the first spelling is the one shown in help.
const UNITS: &[(&[&str], f64)] = &[
    (&["m", "metre", "metres", "meter", "meters"], 1.0),
    (&["km", "kilometre", "kilometres", "kilometer", "kilometers"], 1000.0),
    (&["ft", "foot", "feet"], FOOT_M),
    (&["usft", "us-ft", "ftus"], US_SURVEY_FOOT_M),
    (&["yd", "yard", "yards"], 0.9144),
    (&["mi", "mile", "miles"], 1_609.344),
    (&["nmi"], 1852.0),
];

impl Distance {
    /// A distance in metres; `None` for negative, infinite and undefined ones.
    pub fn from_metres(metres: f64) -> Option<Self> {
        (metres.is_finite() && metres >= 0.0).then_some(Self { metres })
    }

    /// The distance in metres.
    pub fn metres(self) -> f64 {
        self.metres
    }

    /// The distance in a unit of so many metres, such as a projected layer's.
    pub fn in_units_of(self, metres_per_unit: f64) -> f64 {
        self.metres / metres_per_unit
    }
}

/// Why a text is no distance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DistanceError {
    /// No number in front, or one that is negative or not finite.
    #[error("`{text}` is no distance; write a number and a unit, such as 60m, 200ft or 0.1mi")]
    Number {
        /// The text.
        text: String,
    },
    /// A unit not known here.
    #[error("`{text}`: unknown unit `{unit}`; write one of m, km, ft, usft, yd, mi, nmi")]
    Unit {
        /// The text.
        text: String,
        /// The unit in it.
        unit: String,
    },
}

impl FromStr for Distance {
    type Err = DistanceError;

    fn from_str(text: &str) -> Result<Self, DistanceError> {
        let trimmed = text.trim();
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let mut end = trimmed.find(|c| !digits(c)).unwrap_or(trimmed.len());
        end += exponent(&trimmed[end..]);
        let (number, unit) = (&trimmed[..end], trimmed[end..].trim().to_ascii_lowercase());
        let wrong = || DistanceError::Number { text: text.to_owned() };
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let metres_per_unit = match UNITS.iter().find(|(names, _)| names.contains(&unit.as_str())) {
            Some((_, metres)) => *metres,
            None if unit.is_empty() => 1.0,
            None => return Err(DistanceError::Unit { text: text.to_owned(), unit }),
        };
        Self::from_metres(number * metres_per_unit).ok_or_else(wrong)
    }
}

/// Length of an exponent such as `e-3` at the start of a text; zero if there is none.
fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 { 0 } else { text.len() - digits.len() + count }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}m", self.metres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_converted() {
        for (text, metres) in [
            ("60m", 60.0),
            ("200ft", 60.96),
            (" 0.1 mi ", 160.9344),
            ("1km", 1000.0),
            ("3937usft", 1200.0),
            ("2nmi", 3704.0),
            ("25", 25.0),
            ("1e3m", 1000.0),
            ("0", 0.0),
        ] {
            let distance: Distance = text.parse().unwrap();
            assert!((distance.metres() - metres).abs() < 1e-9, "{text}: {distance}");
            assert_eq!(distance.to_string().parse(), Ok(distance));
        }
    }

    #[test]
    fn what_is_no_distance_is_refused() {
        for text in ["", "m", "-5m", "1..2m", "1e999m", "nan", "inf"] {
            assert!(matches!(text.parse::<Distance>(), Err(DistanceError::Number { .. })), "{text}");
        }
        let unit = "5 parsec".parse::<Distance>().unwrap_err();
        assert!(unit.to_string().contains("parsec") && unit.to_string().contains("usft"), "{unit}");
    }
}
