//! The choice of a way from one CRS to another, and going it.

use std::fmt;

use geohub_core::Crs;
use proj4rs::Proj;
use proj4rs::transform::{TransformClosure, transform};

use super::datum::Relation;
use super::web_mercator;
use crate::compare::is_web_mercator;
use crate::definition::{Definition, Kind, definition};
use crate::proj_string::ProjString;
use crate::{CrsError, PointError, same};

/// Coordinate pairs handled at a time: copied, so that a failure leaves the caller's untouched.
const BLOCK: usize = 256;

/// A transformation between two coordinate reference systems. Threads may share one.
pub struct Transform {
    way: Way,
}

enum Way {
    Identity,
    ToWebMercator,
    FromWebMercator,
    General(Box<General>),
}

struct General {
    from: Proj,
    to: Proj,
    from_degrees: bool,
    to_degrees: bool,
}

impl Transform {
    /// Prepares the way from `from` to `to`.
    ///
    /// Datums that differ by less than two metres and have no published parameters (NAD83 and its realisations,
    /// ETRS89, WGS 84) are not shifted, as PROJ does without grids; others are shifted by their three or seven
    /// parameters. PROJ itself shifts NAD83 by a metre in Hawaii and the Aleutians; here it is not shifted there either.
    /// Where only a grid file would do (NAD27), the answer is an error, not a position off by 100 m.
    pub fn new(from: &Crs, to: &Crs) -> Result<Self, CrsError> {
        if !from.is_unknown() && same(from, to) {
            return Ok(Self { way: Way::Identity });
        }
        let (from_means, to_means) = (definition(from)?, definition(to)?);
        let datums = Datums::of((from, &from_means), (to, &to_means))?;
        let way = if datums == Datums::Alike {
            match (role(&from_means), role(&to_means)) {
                (Role::Lonlat, Role::Lonlat) => Way::Identity,
                (Role::Lonlat, Role::WebMercator) => Way::ToWebMercator,
                (Role::WebMercator, Role::Lonlat) => Way::FromWebMercator,
                _ => general((from, &from_means), (to, &to_means), datums)?,
            }
        } else {
            general((from, &from_means), (to, &to_means), datums)?
        };
        Ok(Self { way })
    }

    /// True where coordinates come out as they went in, bit for bit.
    pub fn is_identity(&self) -> bool {
        matches!(self.way, Way::Identity)
    }

    /// True where each output ordinate depends on one input ordinate only and grows with it.
    pub(super) fn is_separable(&self) -> bool {
        !matches!(self.way, Way::General(_))
    }

    /// Transforms `x, y, x, y, ...` in place; geographic coordinates are degrees.
    ///
    /// The error names the first pair outside the transformation's domain (NaN and infinite ones are). Blocks of pairs
    /// before it may have been transformed by then.
    ///
    /// # Panics
    /// If the slice has an odd length.
    pub fn apply(&self, xy: &mut [f64]) -> Result<(), PointError> {
        assert!(xy.len().is_multiple_of(2), "coordinates come in pairs");
        match &self.way {
            Way::Identity => Ok(()),
            Way::ToWebMercator => each(xy, web_mercator::forward),
            Way::FromWebMercator => each(xy, web_mercator::inverse),
            Way::General(general) => general.apply(xy),
        }
    }
}

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.way {
            Way::Identity => "Transform(identity)",
            Way::ToWebMercator => "Transform(to web mercator)",
            Way::FromWebMercator => "Transform(from web mercator)",
            Way::General(_) => "Transform(general)",
        })
    }
}

/// What a system is to the short ways.
enum Role {
    Lonlat,
    WebMercator,
    Other,
}

fn role(means: &Definition) -> Role {
    if is_web_mercator(means) {
        Role::WebMercator
    } else if means.kind == Kind::Geographic && !means.proj4.contains("+pm=") {
        Role::Lonlat
    } else {
        Role::Other
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Datums {
    /// Nothing to shift.
    Alike,
    /// One and the same, however it is related to WGS 84.
    One,
    /// To be shifted.
    Shifted,
}

impl Datums {
    fn of(from: (&Crs, &Definition), to: (&Crs, &Definition)) -> Result<Self, CrsError> {
        let (from_words, to_words) = (ProjString::parse(&from.1.proj4), ProjString::parse(&to.1.proj4));
        let (from_relation, to_relation) = (Relation::of(&from_words), Relation::of(&to_words));
        if from_relation == Relation::Null && to_relation == Relation::Null {
            return Ok(Self::Alike);
        }
        if from_words.datum_part() == to_words.datum_part() {
            return Ok(Self::One);
        }
        for (crs, relation) in [(from.0, &from_relation), (to.0, &to_relation)] {
            if let Relation::Grid(datum) = relation {
                return Err(CrsError::NeedsGrid { id: crs.to_string(), datum: datum.clone() });
            }
        }
        if from_relation == Relation::Unknown || to_relation == Relation::Unknown {
            return Err(CrsError::NoDatumShift { from: from.0.to_string(), to: to.0.to_string() });
        }
        Ok(Self::Shifted)
    }
}

fn general(from: (&Crs, &Definition), to: (&Crs, &Definition), datums: Datums) -> Result<Way, CrsError> {
    let set_up = |(crs, means): (&Crs, &Definition)| {
        let words = ProjString::parse(&means.proj4);
        let proj4 = match datums {
            // On one NAD27 no grid is needed: its ellipsoid alone says the shape.
            Datums::One if words.get("datum") == Some("NAD27") => words.with_datum("+ellps=clrk66"),
            _ => means.proj4.clone(),
        };
        Proj::from_proj_string(&proj4).map_err(|source| CrsError::Setup {
            id: crs.to_string(),
            proj4,
            source: Box::new(source),
        })
    };
    Ok(Way::General(Box::new(General {
        from: set_up(from)?,
        to: set_up(to)?,
        from_degrees: from.1.kind == Kind::Geographic,
        to_degrees: to.1.kind == Kind::Geographic,
    })))
}

fn each(xy: &mut [f64], step: impl Fn(f64, f64) -> Option<(f64, f64)>) -> Result<(), PointError> {
    for (index, pair) in xy.chunks_exact_mut(2).enumerate() {
        match step(pair[0], pair[1]) {
            Some((x, y)) => (pair[0], pair[1]) = (x, y),
            None => return Err(PointError { index, x: pair[0], y: pair[1] }),
        }
    }
    Ok(())
}

impl General {
    fn apply(&self, xy: &mut [f64]) -> Result<(), PointError> {
        let mut copy = [0.0; 2 * BLOCK];
        for (ordinal, block) in xy.chunks_mut(2 * BLOCK).enumerate() {
            let out = &mut copy[..block.len()];
            out.copy_from_slice(block);
            if self.block(out) {
                block.copy_from_slice(out);
            } else {
                let within = self.first_failing(block);
                let (x, y) = (block[2 * within], block[2 * within + 1]);
                return Err(PointError { index: ordinal * BLOCK + within, x, y });
            }
        }
        Ok(())
    }

    /// Transforms a block; false where any pair of it cannot be.
    fn block(&self, xy: &mut [f64]) -> bool {
        if !xy.iter().all(|value| value.is_finite()) {
            return false;
        }
        if self.from_degrees {
            for value in &mut *xy {
                *value = value.to_radians();
            }
        }
        if transform(&self.from, &self.to, &mut Pairs(xy)).is_err() {
            return false;
        }
        if self.to_degrees {
            for value in &mut *xy {
                *value = value.to_degrees();
            }
        }
        xy.iter().all(|value| value.is_finite())
    }

    /// The library goes through a block once per stage, so the first pair it stumbles over need not be the first bad one.
    fn first_failing(&self, block: &[f64]) -> usize {
        block.chunks_exact(2).position(|pair| !self.block(&mut [pair[0], pair[1]])).unwrap_or(0)
    }
}

struct Pairs<'a>(&'a mut [f64]);

impl proj4rs::transform::Transform for Pairs<'_> {
    fn transform_coordinates<F: TransformClosure>(&mut self, step: &mut F) -> proj4rs::errors::Result<()> {
        for pair in self.0.chunks_exact_mut(2) {
            let (x, y, _) = step(pair[0], pair[1], 0.0)?;
            (pair[0], pair[1]) = (x, y);
        }
        Ok(())
    }
}
