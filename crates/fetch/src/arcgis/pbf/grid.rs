//! The grid on which coordinates are whole numbers.

use super::flaw::{Flaw, Result};
use super::messages::{FeatureResult, Origin, Scale, Translate};
use crate::position::Position;

/// Whole numbers to numbers along one axis: `translate + q * scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Axis {
    /// Scale and translation are decimal fractions, as they are for every CRS seen: the sum is made in whole numbers
    /// and divided once, so that a coordinate is the double nearest to the decimal number that the server means.
    Decimal { offset: i64, sign: i64, per_unit: f64 },
    /// Any other.
    Plain { scale: f64, translate: f64 },
}

impl Axis {
    /// An axis; what the message leaves out is scale 1 and translation 0. `down` is that of a y counted downwards.
    fn new(scale: f64, translate: f64, down: bool) -> Self {
        let scale = if scale == 0.0 { 1.0 } else { scale };
        let sign = if down { -1 } else { 1 };
        let per_unit = (1.0 / scale).round();
        let power = (0..=15).any(|power| 10f64.powi(power) == per_unit);
        let offset = (translate * per_unit).round();
        let whole = offset.abs() < 9e15 && offset / per_unit == translate;
        if power && 1.0 / per_unit == scale && whole {
            return Self::Decimal { offset: offset as i64, sign, per_unit };
        }
        Self::Plain { scale: scale * sign as f64, translate }
    }

    #[inline]
    fn at(self, q: i64) -> f64 {
        match self {
            Self::Decimal { offset, sign, per_unit } => {
                q.wrapping_mul(sign).wrapping_add(offset) as f64 / per_unit
            }
            Self::Plain { scale, translate } => translate + q as f64 * scale,
        }
    }
}

/// The grid of one page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    x: Axis,
    y: Axis,
    z: Option<Axis>,
    m: Option<Axis>,
}

impl Grid {
    /// The grid that a page states.
    pub(super) fn new(page: &FeatureResult) -> Result<Self> {
        let stated = page.transform.as_ref();
        // Without one y would have no direction.
        let transform = stated.ok_or(Flaw::Unknown("coordinates without a transform"))?;
        let down = match Origin::try_from(transform.origin) {
            Ok(Origin::UpperLeft) => true,
            Ok(Origin::LowerLeft) => false,
            Err(_) => return Err(Flaw::Unknown("an origin of coordinates that is not known")),
        };
        let scale = transform.scale.unwrap_or(Scale::default());
        let translate = transform.translate.unwrap_or(Translate::default());
        Ok(Self {
            x: Axis::new(scale.x, translate.x, false),
            y: Axis::new(scale.y, translate.y, down),
            z: page.has_z.then(|| Axis::new(scale.z, translate.z, false)),
            m: page.has_m.then(|| Axis::new(scale.m, translate.m, false)),
        })
    }

    /// Numbers of a vertex.
    pub(super) fn stride(&self) -> usize {
        2 + usize::from(self.z.is_some()) + usize::from(self.m.is_some())
    }

    /// A vertex at `x`, `y` on the grid, the numbers beyond in `more`: z and m are never counted from the vertex
    /// before, and an m of 0 is none.
    #[inline]
    pub(super) fn position(&self, x: i64, y: i64, more: &[i64]) -> Position {
        let mut position = Position { values: [self.x.at(x), self.y.at(y), f64::NAN, f64::NAN], len: 2 };
        let mut more = more.iter();
        if let (Some(axis), Some(q)) = (self.z, more.by_ref().next()) {
            position.values[2] = axis.at(*q);
            position.len = 3;
        }
        if let (Some(axis), Some(q)) = (self.m, more.next()) {
            position.values[usize::from(position.len)] = if *q == 0 { f64::NAN } else { axis.at(*q) };
            position.len += 1;
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_grids_give_the_nearest_double() {
        let degrees = Axis::new(1e-9, -400.0, false);
        assert_eq!(degrees.at(281_750_000_000), -118.25);
        assert_eq!(degrees.at(281_750_000_001), -118.249_999_999);
        let metres = Axis::new(1e-4, -30_241_100.0, true);
        assert_eq!(metres.at(-342_766_177_821), 4_035_517.782_1);
        assert!(matches!(Axis::new(0.0, 0.0, false), Axis::Decimal { per_unit: 1.0, .. }));
    }

    #[test]
    fn other_grids_are_reckoned_as_written() {
        let feet = Axis::new(0.000_328_083_333, -117_608_900.0, true);
        assert_eq!(feet, Axis::Plain { scale: -0.000_328_083_333, translate: -117_608_900.0 });
        assert_eq!(feet.at(-10_000), -117_608_900.0 + 3.280_833_33);
        let wide = Axis::new(76.437_028_285_141_75, -20_037_508.342_787, false);
        assert_eq!(wide.at(2), -20_037_508.342_787 + 2.0 * 76.437_028_285_141_75);
        assert_eq!(Axis::new(1e-4, 0.000_05, false), Axis::Plain { scale: 1e-4, translate: 0.000_05 });
    }
}
