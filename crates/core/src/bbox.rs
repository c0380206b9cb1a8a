//! Axis-aligned boxes: west, south, east, north.

use std::fmt;
use std::str::FromStr;

/// A closed rectangle in the coordinates of a layer; x is longitude or easting.
///
/// [`Bbox::EMPTY`] (minimum above maximum) is the box of a null or empty geometry: it intersects nothing and
/// leaves every union unchanged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Bbox {
    /// West or lowest easting.
    pub min_x: f64,
    /// South or lowest northing.
    pub min_y: f64,
    /// East or highest easting.
    pub max_x: f64,
    /// North or highest northing.
    pub max_y: f64,
}

impl Bbox {
    /// The box of nothing.
    pub const EMPTY: Self = Self {
        min_x: f64::INFINITY,
        min_y: f64::INFINITY,
        max_x: f64::NEG_INFINITY,
        max_y: f64::NEG_INFINITY,
    };

    /// A box from its four sides, taken as they are.
    pub const fn new(min_x: f64, min_y: f64, max_x: f64, max_y: f64) -> Self {
        Self { min_x, min_y, max_x, max_y }
    }

    /// True for a box that holds no point.
    pub fn is_empty(&self) -> bool {
        !(self.min_x <= self.max_x && self.min_y <= self.max_y)
    }

    /// Grows the box to hold a point. A NaN coordinate changes nothing.
    #[inline]
    pub fn add(&mut self, x: f64, y: f64) {
        self.min_x = self.min_x.min(x);
        self.min_y = self.min_y.min(y);
        self.max_x = self.max_x.max(x);
        self.max_y = self.max_y.max(y);
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            min_x: self.min_x.min(other.min_x),
            min_y: self.min_y.min(other.min_y),
            max_x: self.max_x.max(other.max_x),
            max_y: self.max_y.max(other.max_y),
        }
    }

    /// True when the closed boxes share a point.
    #[inline]
    pub fn intersects(&self, other: &Self) -> bool {
        self.min_x <= other.max_x
            && other.min_x <= self.max_x
            && self.min_y <= other.max_y
            && other.min_y <= self.max_y
    }

    /// True when every point of a non-empty `other` lies in this closed box.
    #[inline]
    pub fn contains(&self, other: &Self) -> bool {
        !other.is_empty()
            && self.min_x <= other.min_x
            && self.max_x >= other.max_x
            && self.min_y <= other.min_y
            && self.max_y >= other.max_y
    }

    /// The box moved outward by `by` on every side; an empty box stays empty.
    #[must_use]
    pub fn grow(&self, by: f64) -> Self {
        if self.is_empty() {
            return *self;
        }
        Self::new(self.min_x - by, self.min_y - by, self.max_x + by, self.max_y + by)
    }

    /// The middle of the box.
    pub fn center(&self) -> (f64, f64) {
        (f64::midpoint(self.min_x, self.max_x), f64::midpoint(self.min_y, self.max_y))
    }
}

impl fmt::Display for Bbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.min_x, self.min_y, self.max_x, self.max_y)
    }
}

/// Why a text is no bounding box.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{text}` is no bounding box: {reason}")]
pub struct BboxError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl FromStr for Bbox {
    type Err = BboxError;

    /// Reads `west,south,east,north`. West above east is allowed: across the antimeridian.
    fn from_str(text: &str) -> Result<Self, BboxError> {
        let fail = |reason| BboxError { text: text.to_owned(), reason };
        let sides: Vec<f64> = text
            .split(',')
            .map(|side| side.trim().parse::<f64>())
            .collect::<Result<_, _>>()
            .map_err(|_| fail("write four numbers as west,south,east,north"))?;
        let [min_x, min_y, max_x, max_y] = sides[..] else {
            return Err(fail("write four numbers as west,south,east,north"));
        };
        if !sides.iter().all(|side| side.is_finite()) {
            return Err(fail("every side must be a finite number"));
        }
        if min_y > max_y {
            return Err(fail("south is above north; the order is west,south,east,north"));
        }
        Ok(Self { min_x, min_y, max_x, max_y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_boxes_meet_nothing_and_leave_unions_alone() {
        let unit = Bbox::new(0.0, 0.0, 1.0, 1.0);
        assert!(!Bbox::EMPTY.intersects(&unit) && !unit.contains(&Bbox::EMPTY));
        assert_eq!(Bbox::EMPTY.union(&unit), unit);
        assert!(Bbox::EMPTY.grow(5.0).is_empty());
    }

    #[test]
    fn text_is_west_south_east_north() {
        let bbox: Bbox = "-118.5, 33.9,-118.1,34.2".parse().unwrap();
        assert_eq!(bbox, Bbox::new(-118.5, 33.9, -118.1, 34.2));
        for bad in ["", "1,2,3", "1,2,3,x", "1,2,3,inf", "0,5,1,4", "1,2,3,4,5"] {
            assert!(bad.parse::<Bbox>().is_err(), "{bad}");
        }
    }
}
