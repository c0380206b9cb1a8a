//! Parking meters: runs along block faces, half of them downtown.

use std::sync::Arc;

use super::Feature;
use super::warp::{BLOCKS, BLOCKS_X, BLOCKS_Y, Block, TRACTS_X, TRACTS_Y, lonlat};
use super::words::STREETS;
use crate::hash::Rng;
use crate::table::{Shape, Value};

pub(super) const COLUMNS: [&str; 7] =
    ["SpaceID", "BlockFace", "MeterType", "RateType", "RateRange", "MeteredTimeLimit", "ParkingPolicy"];

/// The share of points without a position.
pub(super) const NULL_SHARE: f64 = 0.005;

/// The sum of uniform numbers: a bell around 0 without logarithms.
fn bell(rng: &mut Rng) -> f64 {
    (0..6).map(|_| rng.unit()).sum::<f64>() - 3.0
}

/// A block as people use the city: half downtown and mid-city, a fifth on the west side, the rest anywhere.
pub(super) fn busy_block(rng: &mut Rng) -> Block {
    let roll = rng.unit();
    let (x, y) = if roll < 0.5 {
        (40.0 + bell(rng) * 7.0, 38.0 + bell(rng) * 8.0)
    } else if roll < 0.7 {
        (14.0 + bell(rng) * 4.0, 30.0 + bell(rng) * 5.0)
    } else {
        return Block::new(rng.below(BLOCKS));
    };
    let clamp = |value: f64, most: usize| (value.max(0.0) as usize).min(most - 1);
    let column = clamp(x * BLOCKS_X as f64, TRACTS_X * BLOCKS_X);
    let row = clamp(y * BLOCKS_Y as f64, TRACTS_Y * BLOCKS_Y);
    Block::new(row * TRACTS_X * BLOCKS_X + column)
}

fn attributes(id: usize, run: u64, block: Block, rng: &mut Rng) -> Vec<Value> {
    let area = char::from(b"ABCDEFGHLMNPRSVW"[(run % 16) as usize]);
    let street = STREETS[(block.row * 13 + block.column / 4 * 7) % STREETS.len()];
    let (flat, hours) = (rng.below(3) != 0, 1 + rng.below(4));
    let policy = format!("{hours}HR MON-SAT 8AM-8PM");
    vec![
        Value::text(format!("{area}{}{id}", char::from(b"BDHLMNW"[rng.below(7)]))),
        Value::text(format!("{} {street}", (1 + block.column) * 100)),
        Value::text(if rng.below(9) == 0 { "Multi-Space" } else { "Single-Space" }),
        Value::text(if flat { "FLAT" } else { "TOD" }),
        // The trailing blank is in the real file too.
        Value::text(if flat { "$1.00 " } else { "$1.00 - $4.00" }),
        Value::text(format!("{hours}HR")),
        if rng.below(11) == 0 { Value::Null } else { Value::text(policy) },
    ]
}

/// A stretch of one block face.
fn run(seed: u64, number: u64) -> Vec<Feature> {
    let mut rng = Rng::new(&[seed, 3, number]);
    let block = busy_block(&mut rng);
    let (x, y) = block.corner_m();
    let side = if rng.unit() < 0.5 { 6.0 } else { -6.0 };
    let start = x + 15.0 + rng.unit() * 20.0;
    let count = 1 + rng.below(24);
    let first = number as usize * 24;
    (0..count)
        .map(|n| {
            let at = lonlat(start + n as f64 * 6.7, y + side);
            let shape = (rng.unit() >= NULL_SHARE).then(|| Arc::new(Shape::Point(at)));
            Feature { shape, values: attributes(first + n, number, block, &mut rng) }
        })
        .collect()
}

/// Meters without end.
pub(super) fn meters(seed: u64) -> impl Iterator<Item = Feature> {
    (0..u64::MAX).flat_map(move |number| run(seed, number))
}
