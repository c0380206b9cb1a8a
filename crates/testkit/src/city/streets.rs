//! Street segments on the block edges; neighbours share their end points.

use std::sync::Arc;

use super::Feature;
use super::warp::{BLOCKS_X, BLOCKS_Y, TRACTS_X, TRACTS_Y, lonlat};
use super::words::STREETS;
use crate::hash::Rng;
use crate::table::{Shape, Value};

pub(super) const COLUMNS: [&str; 10] =
    ["SEG_ID", "STNAME", "TYPE", "LANES", "ONEWAY", "ADR_LF", "ADR_LT", "ADR_RF", "ADR_RT", "SPEED"];

fn attributes(id: usize, column: usize, row: usize, across: bool, rng: &mut Rng) -> Vec<Value> {
    let name = STREETS[(row * 3 + if across { 0 } else { column * 5 + 11 }) % STREETS.len()];
    let line = if across { row % BLOCKS_Y } else { column % BLOCKS_X };
    let (class, lanes, speed) = match line {
        0 => ("Boulevard II", 6, Some(35)),
        2 | 4 => ("Avenue III", 4, Some(30)),
        _ => ("Local Street - Standard", 2, (rng.below(13) != 0).then_some(25)),
    };
    let base = ((1 + column) * 100) as i64;
    let addresses = [0, 98, 1, 99].map(|step| Value::Int(base + step));
    let mut out = vec![Value::Int(id as i64), Value::text(name), Value::text(class), Value::Int(lanes)];
    out.push(Value::text(if rng.below(9) == 0 { "FT" } else { "B" }));
    out.extend(addresses);
    out.push(speed.map_or(Value::Null, Value::Int));
    out
}

fn tract_features(seed: u64, rank: usize, tract: usize) -> Vec<Feature> {
    let mut rng = Rng::new(&[seed, 4, tract as u64]);
    let mut out = Vec::new();
    let corner = (tract % TRACTS_X * BLOCKS_X, tract / TRACTS_X * BLOCKS_Y);
    for i in 0..BLOCKS_X * BLOCKS_Y {
        let (column, row) = (corner.0 + i % BLOCKS_X, corner.1 + i / BLOCKS_X);
        for across in [true, false] {
            let pieces = 2 + rng.below(4);
            let at = |step: usize| {
                let part = step as f64 / pieces as f64;
                let (dx, dy) = if across { (200.0 * part, 0.0) } else { (0.0, 100.0 * part) };
                lonlat(column as f64 * 200.0 + dx, row as f64 * 100.0 + dy)
            };
            let shape = Shape::Line((0..=pieces).map(at).collect());
            let values = attributes(rank * 100 + out.len() + 1, column, row, across, &mut rng);
            out.push(Feature { shape: Some(Arc::new(shape)), values });
        }
    }
    out
}

/// All segments, tract by tract in a scattered order.
pub(super) fn all(seed: u64) -> impl Iterator<Item = Feature> {
    let mut tracts: Vec<usize> = (0..TRACTS_X * TRACTS_Y).collect();
    Rng::new(&[seed, 1]).shuffle(&mut tracts);
    tracts.into_iter().enumerate().flat_map(move |(rank, tract)| tract_features(seed, rank, tract))
}
