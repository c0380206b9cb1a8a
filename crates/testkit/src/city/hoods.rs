//! Neighbourhoods: lattice cells put together. Corners are shared, so the coverage has no gap and no overlap.

use std::sync::Arc;

use super::Feature;
use super::outline::lattice;
use super::trace::{At, regions};
use super::warp::{TRACT_M, TRACTS_X, TRACTS_Y, lonlat};
use super::words::HOODS;
use crate::hash::{Rng, combine};
use crate::table::{Position, Shape, Value};

pub(super) const COLUMNS: [&str; 5] = ["OBJECTID", "NAME", "NAME_ALT", "POPULATION", "COUNCIL"];

/// A lattice point, pushed off its place by less than a third of the spacing, so that edges cannot cross.
fn place(at: At, side: usize, seed: u64) -> Position {
    let shift = |axis: u64| {
        let roll = combine(&[seed, 9, axis, at.0 as u64, at.1 as u64]);
        ((roll >> 11) as f64 / (1_u64 << 53) as f64 - 0.5) * 0.6
    };
    let spacing = |tracts: usize| tracts as f64 * TRACT_M / side as f64;
    lonlat((at.0 as f64 + shift(0)) * spacing(TRACTS_X), (at.1 as f64 + shift(1)) * spacing(TRACTS_Y))
}

fn shape(parts: &[Vec<Vec<At>>], side: usize, seed: u64) -> Option<Shape> {
    let ring = |points: &Vec<At>| {
        let closed = points.iter().chain(points.first());
        closed.map(|at| place(*at, side, seed)).collect::<Vec<Position>>()
    };
    let mut polygons: Vec<Vec<Vec<Position>>> =
        parts.iter().map(|rings| rings.iter().map(ring).collect()).collect();
    match polygons.len() {
        0 => None,
        1 => Some(Shape::Polygon(polygons.remove(0))),
        _ => Some(Shape::MultiPolygon(polygons)),
    }
}

fn attributes(index: usize, rng: &mut Rng) -> Vec<Value> {
    let base = HOODS[index % HOODS.len()];
    let name = match index / HOODS.len() {
        0 => base.to_owned(),
        again => format!("{base} {}", again + 1),
    };
    vec![
        Value::Int(index as i64 + 1),
        Value::text(name),
        if index.is_multiple_of(4) {
            Value::text(format!("Distrito N\u{ba} {}", index + 1))
        } else {
            Value::Null
        },
        Value::Int(20_000 + rng.below(240_000) as i64),
        Value::Int(1 + (index % 15) as i64),
    ]
}

/// `count` neighbourhoods.
pub(super) fn all(count: usize, seed: u64) -> impl Iterator<Item = Feature> {
    let lattice = lattice(count, seed);
    let parts = regions(&lattice.owner, lattice.side, count);
    let mut rng = Rng::new(&[seed, 10]);
    parts.into_iter().enumerate().map(move |(index, parts)| Feature {
        shape: shape(&parts, lattice.side, seed).map(Arc::new),
        values: attributes(index, &mut rng),
    })
}
