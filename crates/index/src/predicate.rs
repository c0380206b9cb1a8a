//! The ten named relations of OGC Simple Features.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Matrix};

/// A spatial predicate. The left geometry is the subject: `left within right`.
///
/// Every predicate is defined on the point sets in the plane (Z and M are ignored), exactly on the given
/// doubles, without a tolerance, through the DE-9IM matrix of the two geometries. The patterns below are read
/// row by row: interior, boundary and exterior of the left geometry against those of the right; `T` is any
/// non-empty intersection, `F` none, `*` either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// The same point set: `T*F**FFF*`. Symmetric.
    Equals,
    /// No common point: `FF*FF****`. Symmetric. The only predicate that holds far apart.
    Disjoint,
    /// At least one common point, a shared border is enough: not [`Predicate::Disjoint`]. Symmetric.
    Intersects,
    /// Common points, but only on borders: `FT*******`, `F**T*****` or `F***T****`. Symmetric.
    /// Never true of two points, which have no border.
    Touches,
    /// The left geometry goes through the right one: `T*T******` where its dimension is lower, `T*****T**`
    /// where it is higher, `0********` for two lines. Symmetric. Never true of two points or two areas.
    Crosses,
    /// No left point is outside the right geometry, and the interiors meet: `T*F**F***`.
    /// The converse of [`Predicate::Contains`]. A line along the border of an area is not within it.
    Within,
    /// No right point is outside the left geometry, and the interiors meet: `T*****FF*`.
    /// The converse of [`Predicate::Within`].
    Contains,
    /// Same dimension, and the interiors share part of both: `T*T***T**`, for two lines `1*T***T**`.
    /// Symmetric.
    Overlaps,
    /// No right point is outside the left geometry: `T*****FF*`, `*T****FF*`, `***T**FF*` or `****T*FF*`.
    /// The converse of [`Predicate::CoveredBy`]. An area covers its own border.
    Covers,
    /// No left point is outside the right geometry: `T*F**F***`, `*TF**F***`, `**FT*F***` or `**F*TF***`.
    /// The converse of [`Predicate::Covers`].
    CoveredBy,
}

impl Predicate {
    /// All predicates, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Equals,
        Self::Disjoint,
        Self::Intersects,
        Self::Touches,
        Self::Crosses,
        Self::Within,
        Self::Contains,
        Self::Overlaps,
        Self::Covers,
        Self::CoveredBy,
    ];

    /// The predicate's name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::Disjoint => "disjoint",
            Self::Intersects => "intersects",
            Self::Touches => "touches",
            Self::Crosses => "crosses",
            Self::Within => "within",
            Self::Contains => "contains",
            Self::Overlaps => "overlaps",
            Self::Covers => "covers",
            Self::CoveredBy => "covered-by",
        }
    }

    /// The predicate that holds of `(right, left)` exactly when this one holds of `(left, right)`.
    #[must_use]
    pub const fn invert(self) -> Self {
        match self {
            Self::Within => Self::Contains,
            Self::Contains => Self::Within,
            Self::Covers => Self::CoveredBy,
            Self::CoveredBy => Self::Covers,
            symmetric => symmetric,
        }
    }

    /// Whether the predicate can only hold where the two bounding boxes meet: all but `disjoint`.
    pub const fn needs_box_intersection(self) -> bool {
        !matches!(self, Self::Disjoint)
    }

    /// Whether the predicate can only hold where the left box lies inside the right one.
    pub(crate) const fn needs_left_box_inside(self) -> bool {
        matches!(self, Self::Equals | Self::Within | Self::CoveredBy)
    }

    /// Whether the predicate can only hold where the right box lies inside the left one.
    pub(crate) const fn needs_right_box_inside(self) -> bool {
        matches!(self, Self::Equals | Self::Contains | Self::Covers)
    }

    /// Reads the predicate off a DE-9IM matrix; the dimensions of the two geometries are taken from it.
    pub fn holds(self, matrix: &Matrix) -> bool {
        match self {
            Self::Equals => matrix.is_equals(),
            Self::Disjoint => !matrix.is_intersects(),
            Self::Intersects => matrix.is_intersects(),
            Self::Touches => matrix.is_touches(),
            Self::Crosses => matrix.is_crosses(),
            Self::Within => matrix.is_within(),
            Self::Contains => matrix.transpose().is_within(),
            Self::Overlaps => matrix.is_overlaps(),
            Self::Covers => matrix.transpose().is_covered_by(),
            Self::CoveredBy => matrix.is_covered_by(),
        }
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Predicate {
    type Err = Error;

    /// Reads a name as [`Predicate::name`] writes it; case does not matter, nor whether words are joined by
    /// `-`, `_` or nothing (`coveredBy`).
    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = folded(text);
        Self::ALL
            .into_iter()
            .find(|predicate| folded(predicate.name()) == wanted)
            .ok_or_else(|| Error::UnknownPredicate { name: text.to_owned(), nearest: nearest_names(&wanted) })
    }
}

fn folded(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_'))
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// The closest names first; all of them where none is close.
fn nearest_names(wanted: &str) -> String {
    let mut ranked: Vec<(f64, &str)> = Predicate::ALL
        .iter()
        .map(|predicate| (strsim::jaro_winkler(wanted, &folded(predicate.name())), predicate.name()))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let close = ranked.iter().filter(|(score, _)| *score > 0.75).count();
    let shown = if close == 0 { ranked.len() } else { close.min(3) };
    ranked.iter().take(shown).map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parser_are_inverses() {
        for predicate in Predicate::ALL {
            assert_eq!(predicate.to_string().parse::<Predicate>().unwrap(), predicate);
            assert_eq!(predicate.invert().invert(), predicate);
        }
        assert_eq!("coveredBy".parse::<Predicate>().unwrap(), Predicate::CoveredBy);
        assert_eq!("COVERED_BY".parse::<Predicate>().unwrap(), Predicate::CoveredBy);
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_names() {
        let message = "intersect".parse::<Predicate>().unwrap_err().to_string();
        assert!(message.contains("intersects") && !message.contains("touches"), "{message}");
        let message = "zzz".parse::<Predicate>().unwrap_err().to_string();
        assert!(message.contains("equals") && message.contains("covered-by"), "{message}");
    }
}
