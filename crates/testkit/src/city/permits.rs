//! Building permits: points on lots, with long and awkward text.

use std::sync::Arc;

use super::Feature;
use super::points::{NULL_SHARE, busy_block};
use super::warp::lonlat;
use super::words::{STREETS, WORKS};
use crate::hash::Rng;
use crate::table::{Shape, Value};

pub(super) const COLUMNS: [&str; 9] = [
    "PermitNbr",
    "PermitType",
    "Status",
    "IssueDate",
    "Valuation",
    "PrimaryAddress",
    "ZIP",
    "CouncilDistrict",
    "WorkDescription",
];

const TYPES: [&str; 5] = ["Bldg-Alter/Repair", "Bldg-New", "Bldg-Addition", "Electrical", "Plumbing"];
const STATES: [&str; 4] = ["Issued", "Permit Finaled", "CofO Issued", "Permit Expired"];

fn valuation(rng: &mut Rng) -> Value {
    let share = rng.unit();
    let cube = share * share * share;
    let dollars = 500.0 + 2e6 * cube * cube;
    if rng.below(5) == 4 { Value::Null } else { Value::Float((dollars * 100.0).round() / 100.0) }
}

fn permit(seed: u64, number: u64) -> Feature {
    let mut rng = Rng::new(&[seed, 6, number]);
    let block = busy_block(&mut rng);
    let (x, y) = block.corner_m();
    let at = lonlat(x + 12.0 + rng.unit() * 176.0, y + 15.0 + rng.unit() * 70.0);
    let shape = (rng.unit() >= NULL_SHARE).then(|| Arc::new(Shape::Point(at)));
    let street = STREETS[(block.row * 13 + block.column / 4 * 7) % STREETS.len()];
    let date = format!("{}-{:02}-{:02}", 2018 + rng.below(9), 1 + rng.below(12), 1 + rng.below(28));
    let values = vec![
        Value::text(format!(
            "{}{:03}-{}0000-{:05}",
            20 + number % 7,
            10 + rng.below(6),
            1 + rng.below(3),
            number
        )),
        Value::text(rng.pick(&TYPES)),
        Value::text(rng.pick(&STATES)),
        Value::text(date),
        valuation(&mut rng),
        Value::text(format!("{} {street}", (1 + block.column) * 100 + rng.below(98))),
        Value::text((90_001 + (block.row / 8 * 37 + block.column / 4) % 99).to_string()),
        if rng.below(61) == 0 { Value::Null } else { Value::Int(1 + rng.below(15) as i64) },
        Value::text(rng.pick(&WORKS)),
    ];
    Feature { shape, values }
}

/// Permits without end.
pub(super) fn all(seed: u64) -> impl Iterator<Item = Feature> {
    (0..u64::MAX).map(move |number| permit(seed, number))
}
