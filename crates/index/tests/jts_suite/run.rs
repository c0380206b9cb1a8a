//! One operation of a suite through the crate's own predicates.

use std::collections::BTreeMap;
use std::fmt;

use geo_types::Geometry;
use geohub_index::{Predicate, Prepared};
use wkt::TryFromWkt;

use super::xml::Operation;

pub enum Outcome {
    Pass,
    Fail(String),
    Skip(String),
}

#[derive(Default)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    skipped: BTreeMap<String, usize>,
}

impl Tally {
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Pass => self.passed += 1,
            Outcome::Fail(_) => self.failed += 1,
            Outcome::Skip(reason) => *self.skipped.entry(reason.clone()).or_default() += 1,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped: usize = self.skipped.values().sum();
        write!(formatter, "{} passed, {} failed, {skipped} skipped", self.passed, self.failed)?;
        self.skipped.iter().try_for_each(|(reason, count)| write!(formatter, "\n  {count} skipped: {reason}"))
    }
}

pub fn run(operation: &Operation) -> Outcome {
    let predicate = predicate_of(&operation.name);
    if predicate.is_none() && operation.name != "relate" {
        return Outcome::Skip("not a predicate".to_owned());
    }
    let sides = [&operation.arguments[0], &operation.arguments[1]]
        .map(|argument| geometry(if argument == "b" { &operation.case.b } else { &operation.case.a }));
    let [Some(left), Some(right)] = sides else {
        return Outcome::Skip("geometry that geo-types cannot hold".to_owned());
    };
    let (left_prepared, right_prepared) = (Prepared::new(&left), Prepared::new(&right));
    let Some(matrix) = left_prepared.relate(&right_prepared) else {
        return Outcome::Skip("empty geometries, which match nothing here".to_owned());
    };
    let answer = match predicate {
        Some(predicate) => {
            let answer = left_prepared.matches(predicate, &right, true);
            if right_prepared.matches(predicate, &left, false) != answer {
                return Outcome::Fail(format!("{predicate} depends on which side is prepared"));
            }
            answer
        }
        None => fits(&matrix.to_string(), &operation.arguments[2]),
    };
    if answer.to_string() == operation.expected {
        return Outcome::Pass;
    }
    let (name, pattern) = (&operation.name, &operation.arguments[2]);
    Outcome::Fail(format!("{name} {pattern} expected {}, matrix {matrix}", operation.expected))
}

fn predicate_of(name: &str) -> Option<Predicate> {
    if name == "equalstopo" { Some(Predicate::Equals) } else { name.parse().ok() }
}

fn fits(matrix: &str, pattern: &str) -> bool {
    matrix.chars().zip(pattern.to_ascii_uppercase().chars()).all(|(cell, wanted)| match wanted {
        '*' => true,
        'T' => cell != 'F',
        exact => cell == exact,
    })
}

fn geometry(text: &str) -> Option<Geometry<f64>> {
    let compact = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if compact.len() % 2 == 0 && compact.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return from_hex(&compact);
    }
    let compact = compact.replace("LINEARRING", "LINESTRING");
    Geometry::try_from_wkt_str(&compact).ok()
}

fn from_hex(text: &str) -> Option<Geometry<f64>> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(text.get(start..start + 2)?, 16).ok())
        .collect();
    let bytes = bytes?;
    let parsed = wkb::reader::read_wkb(&bytes).ok()?;
    geo_traits::to_geo::ToGeoGeometry::try_to_geometry(&parsed)
}
